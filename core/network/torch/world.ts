/** What the parts of our torch share: the evaluator, the graph under construction, and who is running. */

import type { Place } from '../../python/reason.ts';
import type { Evaluator } from '../../python/runtime.ts';
import type { BinaryOperator } from '../../python/syntax.ts';
import type { ClassValue, InstanceValue, NativeFunction, Value } from '../../python/values.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { NodeParameters, Operator, OperatorAttributes, Shape } from '../ir.ts';
import type { ParameterValue } from './parameter.ts';
import type { TensorValue } from './tensor.ts';

/** One operation as a layer or a function asks for it. */
export interface Request<O extends Operator> {
  readonly operator: O;
  readonly attributes: OperatorAttributes[O];
  readonly inputs: readonly TensorValue[];
  readonly parameters?: Readonly<Partial<Record<keyof NodeParameters, ParameterValue>>>;
  readonly target?: Shape;
  /** How messages name it: `Linear(1024, 10)`. */
  readonly name: string;
  /** How messages about later operations name it. */
  readonly label?: string;
  /** Changes its first input instead of making a new tensor. */
  readonly inPlace?: boolean;
  readonly place: Place;
}

export interface TorchWorld {
  readonly evaluator: Evaluator;
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
  readonly tensorClass: ClassValue;
  /** What later operations need for their gradient: tensors that must not change in place. */
  readonly saved: SavedTensor[];
  emit<O extends Operator>(request: Request<O>): TensorValue;
  emitView(request: Omit<Request<'reshape'>, 'operator' | 'attributes'>, kind: 'view' | 'reshape'): TensorValue;
  emitPermute(
    input: TensorValue,
    order: readonly number[],
    request: Pick<Request<'permute'>, 'name' | 'label' | 'place'>,
  ): TensorValue;
}

/** A tensor that the gradient of a node reads, as it was when the node ran. */
export interface SavedTensor {
  readonly node: number;
  readonly storage: { version: number };
  readonly version: number;
  readonly name: string;
  readonly place: Place;
}
