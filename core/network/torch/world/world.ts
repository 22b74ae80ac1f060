/** What the parts of our torch share: the evaluator, the graph under construction, and who is running. */

import type { FailureError } from '../../../failure.ts';
import type { Evaluator } from '../../../python/evaluation/runtime.ts';
import type { Place } from '../../../python/reason.ts';
import type { BinaryOperator } from '../../../python/syntax/syntax.ts';
import type { ClassValue, InstanceValue, NativeFunction, Value } from '../../../python/types/values.ts';
import type { GraphBuilder } from '../../graph-builder.ts';
import type { Initializer, NodeParameters, Operator, OperatorAttributes, Shape } from '../../ir.ts';
import type { Mode } from '../../modes.ts';
import type { ElementType, Known } from './known.ts';
import type { ParameterValue, TensorValue } from './values.ts';

/** One operation as a layer or a function asks for it. */
export interface Request<O extends Operator> {
  readonly operator: O;
  readonly attributes: OperatorAttributes[O];
  readonly inputs: readonly TensorValue[];
  readonly parameters?: Readonly<Partial<Record<keyof NodeParameters, ParameterValue>>>;
  readonly target?: Shape;
  /** What the result holds; floats where left out. */
  readonly type?: ElementType;
  /** How messages name it: `Linear(1024, 10)`. */
  readonly name: string;
  /** How messages about later operations name it. */
  readonly label?: string;
  /** Changes its first input instead of making a new tensor. */
  readonly inPlace?: boolean;
  readonly place: Place;
}

/** Sizes that did not fit, as a repair needs to know them. */
export type Misfit =
  | {
      readonly kind: 'layer';
      /** Class of the layer: `Linear`. */
      readonly layer: string;
      /** Where it was made, and where it was called. */
      readonly made: Place;
      readonly called: Place;
      /** What it got. */
      readonly input: Shape;
    }
  /** What forward returned; null for None. */
  | { readonly kind: 'output'; readonly shape: Shape | null };

/** The reading of one program: begins anew with each. */
export interface ProgramReading {
  /** The last sizes that were refused; null before any. */
  misfit: Misfit | null;
  /** What the parameters of layers started from. */
  readonly starts: WeakMap<InstanceValue, ReadonlyMap<ParameterValue, Initializer>>;
  /** Where layers were made. */
  readonly made: WeakMap<InstanceValue, Place>;
  /** Null while modules are built; forward has one. */
  graph: GraphBuilder | null;
  /** Registered name of the leaf module that runs, null outside one. */
  running: string | null;
  /** Names of registered parameters and buffers, known once the network is built. */
  readonly names: Map<ParameterValue, string>;
  /** Registered names of modules. */
  readonly paths: Map<InstanceValue, string>;
  /** Modules that forward ran. */
  readonly used: Set<InstanceValue>;
  /** Whether operations are recorded for gradients: not inside torch.no_grad(). */
  gradients: boolean;
  /** Which of its two ways forward is followed now; training while modules are built. */
  mode: Mode;
  /** Whether forward asked for the mode, or does something else in each. */
  modeMatters: boolean;
  /** Values of the graph that a network may compute but not depend on, with the reason. */
  readonly unknowable: Map<number, FailureError>;
  /** What a person should know of how the program was read, in sentences. */
  readonly notes: Set<string>;
  /** Where modules that run while they are built put their operations; nothing of it becomes part of the network. */
  scratch: GraphBuilder | null;
  /** Parameters already read as values in this forward. */
  readonly reads: Map<ParameterValue, TensorValue>;
  /** Known tensors that already have a value, by graph. */
  readonly materialised: Map<GraphBuilder, Map<Known, number>>;
  /** What later operations need for their gradient: tensors that must not change in place. */
  readonly saved: SavedTensor[];
}

/** A reading at whose beginning nothing is known of the program. */
export function newReading(): ProgramReading {
  return {
    graph: null,
    misfit: null,
    made: new WeakMap(),
    starts: new WeakMap(),
    gradients: true,
    mode: 'training',
    modeMatters: false,
    unknowable: new Map(),
    notes: new Set(),
    running: null,
    names: new Map(),
    paths: new Map(),
    used: new Set(),
    scratch: null,
    reads: new Map(),
    materialised: new Map(),
    saved: [],
  };
}

/** Our torch: what it defines, the same for every program, and the reading of the program at hand. */
export interface TorchWorld {
  reading: ProgramReading;
  readonly evaluator: Evaluator;
  /** The dtypes that tensors have, by what they hold. */
  readonly types: Map<ElementType, Value>;
  /** A parameter or buffer as a tensor: a value of forward, or before it what is known. */
  readParameter(parameter: ParameterValue, place: Place): TensorValue;
  /** A buffer that forward writes: what it holds then, or held before, no logits may depend on. */
  changeInForward(buffer: ParameterValue, place: Place): void;
  /** `parameter.data = value`: what it starts from. */
  fillParameter(parameter: ParameterValue, value: Value, place: Place): true;
  scaledInitializer(initializer: Initializer, scale: number, shift: number, place: Place): Initializer;
  indexTensor(tensor: TensorValue, index: Value, place: Place): TensorValue;
  assignIndex(tensor: TensorValue, index: Value, value: Value, place: Place): void;
  compareTensors(tensor: TensorValue, operator: string, other: Value, place: Place): Value | undefined;
  /** `~mask`. */
  invert(tensor: TensorValue, place: Place): TensorValue;
  /** Methods of tensors by name. */
  readonly tensorMethods: Map<string, NativeFunction>;
  arithmetic(
    tensor: TensorValue,
    operator: BinaryOperator,
    other: Value,
    reflected: boolean,
    place: Place,
  ): Value | undefined;
  arithmeticInPlace(tensor: TensorValue, operator: BinaryOperator, other: Value, place: Place): Value | undefined;
  /** Refuses a method that tensors do not have, or that is not read yet. */
  unknownMethod(name: string, place: Place): never;
  readonly classes: Map<string, ClassValue>;
  /** Shared bases of layers, which torch.nn itself does not name: `_BatchNorm`. */
  readonly abstractClasses: Map<string, ClassValue>;
  readonly tensorClass: ClassValue;
  /** nn.Parameter. */
  readonly parameterClass: ClassValue;
  emit<O extends Operator>(request: Request<O>): TensorValue;
  /** The same elements in other sizes; PyTorch's own strides where they do not follow from the sizes. */
  emitView(
    request: Omit<Request<'reshape'>, 'operator' | 'attributes'>,
    kind: 'view' | 'reshape',
    strides?: readonly number[],
  ): TensorValue;
}

/** A tensor that the gradient of a node reads, as it was when the node ran. */
interface SavedTensor {
  readonly node: number;
  readonly storage: { version: number };
  readonly version: number;
  readonly name: string;
  readonly place: Place;
}
