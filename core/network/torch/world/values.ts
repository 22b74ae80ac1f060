/** What tensors and parameters are to the evaluator: values of the host. */
import type { Place } from '../../../python/reason.ts';
import type { HostValue, Value } from '../../../python/types/values.ts';
import type { GraphBuilder } from '../../graph-builder.ts';
import type { Initializer, Shape } from '../../ir.ts';
import type { ElementType, Known } from './known.ts';

/** Why a view must not change, as PyTorch says it. */
export type ViewLock = string;

export interface TensorValue extends HostValue {
  readonly tensor: {
    /** The graph's value that it names now, null while it is no part of a graph; in-place operations move it on. */
    value: number | null;
    /** The graph that `value` belongs to. */
    graph: GraphBuilder | null;
    /** What is known without a graph; null for what forward computes. */
    known: Known | null;
    readonly type: ElementType;
    shape: Shape;
    /** Null when stored row by row. */
    strides: readonly number[] | null;
    /** Shared by all views of the same memory; counts changes in place. A leaf is the memory of a parameter. */
    readonly storage: { version: number; readonly leaf?: boolean };
    /** The storage's version that `value` stands for. */
    version: number;
    requiresGrad: boolean;
    /** Of a mask that asks whether numbers are none: what it is everywhere while all are finite. */
    readonly whenFinite?: boolean;
    /** Of a view that must not change in place where gradients are recorded: why. */
    lock: ViewLock | null;
    /** Whether it numbers the images of the batch: torch.arange(batch). */
    readonly numbersImages?: true;
    /** Of a part of another tensor: takes a change of the part back to the whole. */
    writeBack: ((place: Place) => void) | null;
  };
}

export function isTensor(value: Value): value is TensorValue {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'tensor' in value;
}

/** What a buffer holds from the start; `tensor` is what the program gave, null for those of our own layers. */
export interface BufferContent {
  readonly type: 'float32' | 'int64';
  readonly value: number | readonly number[];
  readonly persistent: boolean;
  readonly tensor: TensorValue | null;
}

export interface ParameterValue extends HostValue {
  /** Its value as a tensor: of forward, or before it what is known. */
  read(place: Place): TensorValue;
  /** A parameter of its own that starts from the same draw. */
  copy(): ParameterValue;
  readonly parameter: {
    /** Null until a lazy layer has seen its input. */
    shape: readonly number[] | null;
    initializer: Initializer;
    trainable: boolean;
    /** What `half()` and its kin made of it; null is float32. */
    precision: string | null;
    buffer: BufferContent | null;
  };
}

export function isParameter(value: Value): value is ParameterValue {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'parameter' in value;
}
