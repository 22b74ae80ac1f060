/** Walking over values: one by one, as `for` does, or all at once; counted against the budget either way. */
import { findInClass } from './classes.ts';
import { viewItems } from './containers.ts';
import { isException } from './exceptions.ts';
import { type Place, refuse } from './reason.ts';
import { type Evaluator, positional, type Runtime } from './runtime.ts';
import { typeName } from './type-name.ts';
import type { IteratorValue, Value } from './values.ts';

/** Gives the next item, undefined at the end. */
export type Cursor = () => Value | undefined;

/** All items of a value. @throws a reason of kind type for what cannot be iterated, budget for too many */
export function iterateValue(evaluator: Evaluator, value: Value, place: Place): readonly Value[] {
  const { meter } = evaluator;
  if (value !== null && typeof value === 'object') {
    switch (value.kind) {
      case 'list':
        if (value.type !== undefined && findInClass(value.type, '__iter__') !== undefined) break;
        // A copy: the program may change the list while it walks it.
        meter.items(value.items.length);
        return [...value.items];
      case 'tuple':
        meter.work(value.items.length);
        return value.items;
      case 'dict':
        if (value.type !== undefined && findInClass(value.type, '__iter__') !== undefined) break;
        meter.items(value.entries.size);
        return [...value.entries.values()].map(([key]) => key);
      case 'set':
        meter.items(value.entries.size);
        return [...value.entries.values()];
      case 'view':
        meter.items(value.mapping.entries.size);
        return viewItems(value);
      case 'range': {
        const { start, stop, step } = value;
        const count = rangeLength(start, stop, step);
        meter.items(Number(count));
        const items: Value[] = [];
        for (let i = 0n, at = start; i < count; i++, at += step) items.push(at);
        return items;
      }
      case 'host':
        if (value.iterate !== undefined) {
          const items = value.iterate(place);
          meter.items(items.length);
          return items;
        }
        break;
      default:
        break;
    }
  } else if (typeof value === 'string') {
    meter.items(value.length);
    return [...value];
  }
  const next = cursorOver(evaluator, value, place);
  const items: Value[] = [];
  for (let item = next(); item !== undefined; item = next()) {
    meter.items(1);
    items.push(item);
  }
  return items;
}

/** A cursor that follows a list while it changes, runs a generator step by step, and asks `__next__` of instances. */
export function cursorOver(evaluator: Evaluator, value: Value, place: Place): Cursor {
  const { meter } = evaluator;
  if (value !== null && typeof value === 'object') {
    switch (value.kind) {
      case 'list': {
        const custom = value.type === undefined ? undefined : findInClass(value.type, '__iter__');
        if (custom !== undefined) {
          return cursorOver(evaluator, evaluator.call(custom, positional(value), place), place);
        }
        let at = 0;
        return () => {
          meter.step();
          return value.items[at++];
        };
      }
      case 'range': {
        let left = rangeLength(value.start, value.stop, value.step);
        let at = value.start - value.step;
        return () => {
          if (left-- <= 0n) return undefined;
          meter.step();
          at += value.step;
          return at;
        };
      }
      case 'dict':
      case 'set': {
        const custom =
          value.kind === 'dict' && value.type !== undefined ? findInClass(value.type, '__iter__') : undefined;
        if (custom !== undefined) {
          return cursorOver(evaluator, evaluator.call(custom, positional(value), place), place);
        }
        return unchanged(iterateValue(evaluator, value, place), value.entries, value.kind, place);
      }
      case 'view': {
        const { entries } = value.mapping;
        return unchanged(iterateValue(evaluator, value, place), entries, 'dict', place);
      }
      case 'iterator':
        return () => value.next();
      case 'instance':
        if (value.payload !== undefined) return cursorOver(evaluator, value.payload, place);
        return instanceCursor(evaluator, value, place);
      case 'class':
        if (value.members !== undefined) return over(evaluator, [...new Set(value.members.values())]);
        break;
      case 'tuple':
        return over(evaluator, value.items);
      case 'host':
        if (value.iterate !== undefined) return over(evaluator, iterateValue(evaluator, value, place));
        break;
      default:
        break;
    }
  } else if (typeof value === 'string') return over(evaluator, iterateValue(evaluator, value, place));
  return refuse('type', `'${typeName(value)}' object is not iterable`, place);
}

function over(evaluator: Evaluator, items: readonly Value[]): Cursor {
  let at = 0;
  return () => {
    evaluator.meter.step();
    return items[at++];
  };
}

/** Python refuses to go on over a mapping or a set whose size changed. */
function unchanged(
  items: readonly Value[],
  entries: { readonly size: number },
  kind: 'dict' | 'set',
  place: Place,
): Cursor {
  const { size } = entries;
  let at = 0;
  return () => {
    if (entries.size !== size) {
      const name = kind === 'dict' ? 'dictionary' : 'Set';
      refuse('value', `RuntimeError: ${name} changed size during iteration`, place);
    }
    return items[at++];
  };
}

function instanceCursor(evaluator: Evaluator, value: Extract<Value, { kind: 'instance' }>, place: Place): Cursor {
  const iterate = findInClass(value.type, '__iter__');
  if (iterate !== undefined) {
    const iterator = evaluator.call(iterate, positional(value), place);
    if (iterator === null || typeof iterator !== 'object' || iterator.kind !== 'instance') {
      return cursorOver(evaluator, iterator, place);
    }
    const next = findInClass(iterator.type, '__next__');
    if (next === undefined) {
      return refuse('type', `iter() returned non-iterator of type '${typeName(iterator)}'`, place);
    }
    return () => untilStop(evaluator, () => evaluator.call(next, positional(iterator), place));
  }
  const item = findInClass(value.type, '__getitem__');
  if (item === undefined) return refuse('type', `'${typeName(value)}' object is not iterable`, place);
  let at = 0n;
  return () => untilStop(evaluator, () => evaluator.call(item, positional(value, at++), place), 'IndexError');
}

/** The result, or undefined where the program raises StopIteration (or another named exception). */
function untilStop(evaluator: Evaluator, run: () => Value, name = 'StopIteration'): Value | undefined {
  const depth = evaluator.meter.depth();
  try {
    return run();
  } catch (error) {
    if (!isException(evaluator, error, name)) throw error;
    evaluator.meter.caught(depth);
    return undefined;
  }
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

/** An iterator whose items are made when they are asked for. */
export function lazyIterator(name: string, next: Cursor): IteratorValue {
  return { kind: 'iterator', typeName: name, next };
}

/** Items of several iterables side by side; undefined when the shortest ends. */
export function sideBySide(runtime: Runtime, iterables: readonly Value[], place: Place): () => Value[] | undefined {
  const cursors = iterables.map((each) => runtime.cursor(each, place));
  return () => {
    if (cursors.length === 0) return undefined;
    const row: Value[] = [];
    for (const next of cursors) {
      const item = next();
      if (item === undefined) return undefined;
      row.push(item);
    }
    runtime.meter.items(row.length);
    return row;
  };
}
