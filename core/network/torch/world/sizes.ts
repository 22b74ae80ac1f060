/** Sizes of tensors as Python sees them: ints, or multiples of the batch size N that arithmetic keeps symbolic. */

import { native } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import { unknownNumber } from '../../../python/types/unknown-value.ts';
import type { HostValue, TupleValue, Value } from '../../../python/types/values.ts';
import { formatDimension } from '../../dimensions.ts';
import type { Dimension, Shape } from '../../ir.ts';

/** An int that is a multiple of the batch size. */
export interface BatchSize extends HostValue {
  readonly multiple: number;
}

function isBatchSize(value: Value): value is BatchSize {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'multiple' in value;
}

function integer(value: Value): number | null {
  return typeof value === 'bigint' ? Number(value) : null;
}

export function batchSize(multiple: number): BatchSize {
  const unknown = (place: Place | null) =>
    refuse('unsupported', 'this depends on the batch size, which is not a fixed number', place);
  // A figure of the batch may be computed and printed: it is asked for only where a size or a condition needs it.
  const figure = unknownNumber(unknown, 'int');
  const quotient = (by: number) =>
    by > 0 && Number.isInteger(multiple / by) ? batchSize(multiple / by) : unknownNumber(unknown);
  return {
    kind: 'host',
    typeName: 'int',
    multiple,
    unknown,
    attribute: (name) => (name === '__float__' ? native('__float__', '', () => unknownNumber(unknown)) : undefined),
    text: () => formatDimension({ batch: multiple }),
    truth: () => true,
    binary(operator, operand, reflected) {
      const number = integer(operand);
      if (number !== null) {
        if (operator === '*' && number > 0) return batchSize(multiple * number);
        if (operator === '//' && !reflected && number > 0 && multiple % number === 0)
          return batchSize(multiple / number);
        if (operator === '/' && !reflected) return quotient(number);
        if (operator === '+' && number === 0) return batchSize(multiple);
        if (operator === '-' && number === 0 && !reflected) return batchSize(multiple);
        return figure;
      }
      if (isBatchSize(operand)) {
        const [left, right] = reflected ? [operand.multiple, multiple] : [multiple, operand.multiple];
        if (operator === '+') return batchSize(left + right);
        if (operator === '-' && left > right) return batchSize(left - right);
        if (operator === '-' && left === right) return 0n;
        if (operator === '//' && left % right === 0) return BigInt(left / right);
        return figure;
      }
      if (typeof operand !== 'number') return undefined;
      if ((operator === '/' || operator === '//') && !reflected) return quotient(operand);
      return unknownNumber(unknown);
    },
    compare(operator, other) {
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
      if (number !== null || typeof other === 'number') return figure;
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
