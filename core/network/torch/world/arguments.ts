/** Arguments of layers and functions as PyTorch takes them: ints, pairs, booleans, floats, tensors. */

import type { Runtime } from '../../../python/evaluation/runtime.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { typeName } from '../../../python/types/type-name.ts';
import { unknownOf } from '../../../python/types/unknown-value.ts';
import type { InstanceValue, Value } from '../../../python/types/values.ts';
import { isParameter, isTensor, type TensorValue } from './values.ts';

/** What an argument is and where: for messages. */
export interface Named {
  /** `Conv2d(): argument 'stride'`. */
  readonly what: string;
  readonly place: Place;
}

/** A member of an IntEnum, or of a class that extends int: the number that it is. */
function isMixed(value: Value): value is InstanceValue & { readonly payload: bigint | number } {
  if (value === null || typeof value !== 'object' || value.kind !== 'instance') return false;
  return typeof value.payload === 'bigint' || typeof value.payload === 'number';
}

export function integerOf(value: Value, { what, place }: Named): number {
  if (typeof value === 'bigint') {
    if (value > 2_147_483_647n || value < -2_147_483_648n) refuse('budget', `${what} is too large: ${value}`, place);
    return Number(value);
  }
  if (typeof value === 'boolean') return Number(value);
  if (isMixed(value)) return integerOf(value.payload, { what, place });
  unknownOf(value)?.(place);
  return refuse('type', `${what} must be int, not ${typeName(value)}`, place);
}

export function floatOf(value: Value, { what, place }: Named): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return Number(value);
  if (isMixed(value)) return floatOf(value.payload, { what, place });
  unknownOf(value)?.(place);
  return refuse('type', `${what} must be float, not ${typeName(value)}`, place);
}

export function booleanOf(value: Value, runtime: Runtime, { place }: Named): boolean {
  return runtime.truth(value, place);
}

/** A flag that PyTorch's kernels take: nothing but True and False. */
export function flagOf(value: Value, { what, place }: Named): boolean {
  return typeof value === 'boolean' ? value : refuse('type', `${what} must be bool, not ${typeName(value)}`, place);
}

function itemsOf(value: Value): readonly Value[] | null {
  if (value === null || typeof value !== 'object') return null;
  return value.kind === 'tuple' || value.kind === 'list' ? value.items : null;
}

/** Several ints: a tuple, a list, or one alone. */
export function integersOf(value: Value, named: Named): number[] {
  const items = itemsOf(value);
  return items === null ? [integerOf(value, named)] : items.map((item) => integerOf(item, named));
}

/** The tensor an operation works on. @throws a reason of kind type */
export function tensorOf(value: Value, { what, place }: Named): TensorValue {
  if (isTensor(value)) return value;
  if (isParameter(value)) return value.read(place);
  unknownOf(value)?.(place);
  return refuse('type', `${what} must be Tensor, not ${typeName(value)}`, place);
}

/** An axis, negative ones counted from the end. @throws a reason of kind index */
export function axisOf(value: Value, rank: number, named: Named): number {
  const axis = integerOf(value, named);
  if (axis < -rank || axis >= Math.max(rank, 1)) {
    const range = `[${-rank}, ${rank - 1}]`;
    refuse('index', `Dimension out of range (expected to be in range of ${range}, but got ${axis})`, named.place);
  }
  return axis < 0 ? axis + rank : axis;
}
