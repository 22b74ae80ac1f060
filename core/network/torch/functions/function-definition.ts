/** A function on tensors, told once for every place where PyTorch has it: torch, torch.nn.functional, tensor methods. */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import type { Operator, OperatorAttributes } from '../../ir.ts';
import { tensorOf } from '../world/arguments.ts';
import { type ElementType, isElementType } from '../world/known.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';

export type Where = 'torch' | 'functional' | 'method';

export interface FunctionDefinition {
  readonly name: string;
  readonly where: readonly Where[];
  /** Parameters after the input. */
  readonly signature: string;
  run(input: TensorValue, taken: Taken): Value;
}

export const everywhere: readonly Where[] = ['torch', 'method'];

/** A function of one operator whose attributes follow from the arguments, with its in-place method. */
export function operatorFunction<O extends Operator>(
  world: TorchWorld,
  name: string,
  operator: O,
  attributes: OperatorAttributes[O],
): FunctionDefinition[] {
  const run =
    (inPlace: boolean) =>
    (input: TensorValue, { place }: Taken): Value =>
      world.emit({ operator, attributes, inputs: [input], name, label: name, inPlace, place });
  return [
    { name, where: everywhere, signature: '', run: run(false) },
    { name: `${name}_`, where: everywhere, signature: '', run: run(true) },
  ];
}

/** Several tensors: a tuple or a list of them. */
export function tensorsOf(world: TorchWorld, value: Value, name: string, place: Place): TensorValue[] {
  return world.evaluator.iterate(value, place).map((each) => tensorOf(each, { what: `${name}(): every item`, place }));
}

/** What a dtype argument says; null where there is none. @throws a reason for types that tensors here cannot have */
export function elementTypeOf(value: Value, place: Place): ElementType | null {
  if (value === null) return null;
  if (isElementType(value)) return value.elementType;
  if (typeof value === 'object' && value.kind === 'class' && ['float', 'int', 'bool'].includes(value.name)) {
    return value.name === 'float' ? 'float32' : value.name === 'int' ? 'int64' : 'bool';
  }
  return refuse('type', 'dtype must be a torch.dtype', place);
}

/** Whether a value is a tensor or a number that stands for one. */
export function isNumber(value: Value): value is bigint | number | boolean {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
}
