/** Sizes of tensors as Python sees them: ints, or multiples of the batch size N that arithmetic keeps symbolic. */
import { tuple } from '../../python/containers.ts';
import { type Place, refuse } from '../../python/reason.ts';
import type { HostValue, TupleValue, Value } from '../../python/values.ts';
import { formatDimension } from '../dimensions.ts';
import type { Dimension, Shape } from '../ir.ts';

/** An int that is a multiple of the batch size. */
export interface BatchSize extends HostValue {
  readonly multiple: number;
}

export function isBatchSize(value: Value): value is BatchSize {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'multiple' in value;
}

function integer(value: Value): number | null {
  return typeof value === 'bigint' ? Number(value) : null;
}

export function batchSize(multiple: number): BatchSize {
  const unknown = (place: Place) =>
    refuse('unsupported', 'this depends on the batch size, which is not a fixed number', place);
  const quotient = (by: number, place: Place) =>
    by > 0 && Number.isInteger(multiple / by) ? batchSize(multiple / by) : unknown(place);
  return {
    kind: 'host',
    typeName: 'int',
    multiple,
    attribute: () => undefined,
    text: () => formatDimension({ batch: multiple }),
    truth: () => true,
    binary(operator, other, reflected, place) {
      const number = integer(other);
      if (number !== null) {
        if (operator === '*' && number > 0) return batchSize(multiple * number);
        if (operator === '//' && !reflected && number > 0 && multiple % number === 0)
          return batchSize(multiple / number);
        if (operator === '/' && !reflected) return quotient(number, place);
        if (operator === '+' && number === 0) return batchSize(multiple);
        if (operator === '-' && number === 0 && !reflected) return batchSize(multiple);
        return unknown(place);
      }
      if (isBatchSize(other)) {
        const [left, right] = reflected ? [other.multiple, multiple] : [multiple, other.multiple];
        if (operator === '+') return batchSize(left + right);
        if (operator === '-' && left > right) return batchSize(left - right);
        if (operator === '-' && left === right) return 0n;
        if (operator === '//' && left % right === 0) return BigInt(left / right);
        return unknown(place);
      }
      if (typeof other === 'number' && operator === '/' && !reflected) return quotient(other, place);
      if (typeof other === 'number' && operator === '//' && !reflected) return quotient(other, place);
      return typeof other === 'number' ? unknown(place) : undefined;
    },
    compare(operator, other, place) {
      if (isBatchSize(other)) {
        const results: Readonly<Record<string, boolean>> = {
          '==': multiple === other.multiple,
          '!=': multiple !== other.multiple,
          '<': multiple < other.multiple,
          '<=': multiple <= other.multiple,
          '>': multiple > other.multiple,
          '>=': multiple >= other.multiple,
        };
        return results[operator];
      }
      const number = integer(other);
      if (number !== null && number <= 0) return ['!=', '>', '>='].includes(operator);
      if (number !== null) return unknown(place);
      return operator === '==' ? false : operator === '!=' ? true : undefined;
    },
  };
}

export function sizeValue(dimension: Dimension): Value {
  return typeof dimension === 'number' ? BigInt(dimension) : batchSize(dimension.batch);
}

/** `x.shape`. */
export function shapeTuple(shape: Shape): TupleValue {
  return tuple(shape.map(sizeValue), 'torch.Size');
}

/** The dimension that a Python value says, or null. */
export function dimensionFrom(value: Value): Dimension | null {
  if (typeof value === 'bigint') return Number(value);
  return isBatchSize(value) ? { batch: value.multiple } : null;
}
