/** The items of an iterable, counted against the budget. */
import { type Place, refuse } from './reason.ts';
import { type Evaluator, positional } from './runtime.ts';
import { findInClass, type IteratorValue, typeName, type Value } from './values.ts';

/** All items of a value. @throws a reason of kind type for what cannot be iterated, budget for too many */
export function iterateValue(evaluator: Evaluator, value: Value, place: Place): readonly Value[] {
  const { meter } = evaluator;
  if (typeof value === 'string') {
    meter.items(value.length);
    return [...value];
  }
  if (value !== null && typeof value === 'object') {
    switch (value.kind) {
      case 'list':
        // A copy: the program may change the list while it walks it.
        meter.items(value.items.length);
        return [...value.items];
      case 'tuple':
        return value.items;
      case 'dict':
        meter.items(value.entries.size);
        return [...value.entries.values()].map(([key]) => key);
      case 'set':
        meter.items(value.entries.size);
        return [...value.entries.values()];
      case 'range': {
        const { start, stop, step } = value;
        const count = rangeLength(start, stop, step);
        meter.items(Number(count));
        const items: Value[] = [];
        for (let i = 0n, at = start; i < count; i++, at += step) items.push(at);
        return items;
      }
      case 'iterator':
        return drain(evaluator, value);
      case 'host':
        if (value.iterate !== undefined) {
          const items = value.iterate(place);
          meter.items(items.length);
          return items;
        }
        break;
      case 'instance': {
        const method = findInClass(value.type, '__iter__');
        if (method !== undefined) return iterateInstance(evaluator, value, method, place);
        break;
      }
      default:
        break;
    }
  }
  return refuse('type', `'${typeName(value)}' object is not iterable`, place);
}

function iterateInstance(evaluator: Evaluator, value: Value, method: Value, place: Place): readonly Value[] {
  const iterator = evaluator.call(method, positional(value), place);
  if (iterator === value) return refuse('unsupported', 'iterators written as classes are not supported', place);
  return evaluator.iterate(iterator, place);
}

function drain(evaluator: Evaluator, iterator: IteratorValue): readonly Value[] {
  const items: Value[] = [];
  for (let item = iterator.next(); item !== undefined; item = iterator.next()) {
    evaluator.meter.items(1);
    items.push(item);
  }
  return items;
}

/** Number of items of range(start, stop, step). */
export function rangeLength(start: bigint, stop: bigint, step: bigint): bigint {
  const span = step > 0n ? stop - start : start - stop;
  const stride = step > 0n ? step : -step;
  return span <= 0n ? 0n : (span + stride - 1n) / stride;
}

/** An iterator over items already at hand. */
export function iteratorOver(items: readonly Value[], name: string): IteratorValue {
  let at = 0;
  return { kind: 'iterator', typeName: name, next: () => items[at++] };
}
