/** Walking over values: one by one, as `for` does, or all at once; counted against the budget either way. */

import { type Place, refuse } from '../reason.ts';
import { makeSet, tuple, viewItems } from '../types/containers.ts';
import { typeName } from '../types/type-name.ts';
import type { DictValue, IteratorValue, ListValue, SetValue, Value, ViewValue } from '../types/values.ts';
import { findInClass, override } from './classes.ts';
import { isException } from './exceptions.ts';
import { type Evaluator, positional, type Runtime } from './runtime.ts';

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
        if (override(value, '__iter__') !== undefined) break;
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

/** The items of an iterable, counted as what a new collection holds: what a tuple has is not copied for the walk. */
export function newItems(runtime: Runtime, value: Value, place: Place): readonly Value[] {
  const items = runtime.iterate(value, place);
  if (value !== null && typeof value === 'object' && value.kind === 'tuple') runtime.meter.items(items.length);
  return items;
}

/** The set of an iterable's items. */
export function setOfItems(runtime: Runtime, value: Value, place: Place, frozen = false): SetValue {
  return makeSet(newItems(runtime, value, place), frozen);
}

/**
 * What `extend` and `+=` do to a list: items of lists and tuples as they are now, those of anything else one by one, so
 * that a generator sees what it has already added.
 */
export function appendAll(runtime: Runtime, items: Value[], added: Value, place: Place): void {
  const whole = added !== null && typeof added === 'object' && (added.kind === 'list' || added.kind === 'tuple');
  if (whole) {
    for (const item of newItems(runtime, added, place)) items.push(item);
    return;
  }
  const next = runtime.cursor(added, place);
  for (let item = next(); item !== undefined; item = next()) {
    runtime.meter.items(1);
    items.push(item);
  }
}

/**
 * A cursor that follows a list or a mapping while it changes, runs a generator step by step, and asks `__next__` of
 * instances.
 */
export function cursorOver(evaluator: Evaluator, value: Value, place: Place): Cursor {
  const { meter } = evaluator;
  if (value !== null && typeof value === 'object') {
    switch (value.kind) {
      case 'list': {
        const custom = value.type === undefined ? undefined : findInClass(value.type, '__iter__');
        if (custom !== undefined) {
          return cursorOver(evaluator, evaluator.call(custom, positional(value), place), place);
        }
        return listCursor(evaluator, value, place);
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
        return value.kind === 'dict'
          ? mappingCursor(evaluator, value, 'keys', place)
          : setCursor(evaluator, value, place);
      }
      case 'view':
        return mappingCursor(evaluator, value.mapping, value.part, place);
      case 'iterator':
        return () => {
          meter.step();
          return value.next();
        };
      case 'instance':
        if (value.payload !== undefined) return cursorOver(evaluator, value.payload, place);
        return instanceCursor(evaluator, value, place);
      case 'class':
        if (value.members !== undefined) {
          meter.items(value.members.size);
          return over(evaluator, [...new Set(value.members.values())]);
        }
        break;
      case 'tuple': {
        const custom = override(value, '__iter__');
        if (custom !== undefined) {
          return cursorOver(evaluator, evaluator.call(custom, positional(value), place), place);
        }
        return over(evaluator, value.items);
      }
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

/** Items of a list that may change meanwhile; once at its end, for good. */
function listCursor(evaluator: Evaluator, list: ListValue, place: Place): Cursor {
  const { items } = list;
  // A deque counts its changes where a list goes on.
  const size = list.type?.name === 'deque' ? items.length : null;
  let at = 0;
  return () => {
    evaluator.meter.step();
    if (size !== null && items.length !== size) {
      refuse('value', 'RuntimeError: deque mutated during iteration', place);
    }
    const item = items[at++];
    if (item === undefined) at = Number.POSITIVE_INFINITY;
    return item;
  };
}

const partOf: Readonly<Record<ViewValue['part'], (entry: readonly [Value, Value]) => Value>> = {
  keys: ([key]) => key,
  values: ([, value]) => value,
  items: (entry) => tuple([...entry]),
};

/** Entries of a mapping as they are when they are reached. @throws a reason, later, when its size changes */
function mappingCursor(evaluator: Evaluator, mapping: DictValue, part: ViewValue['part'], place: Place): Cursor {
  const entries = mapping.entries.values();
  // The host looks for the first entry behind all that were taken out.
  evaluator.meter.work(mapping.entries.size >> 2);
  const get = partOf[part];
  return unchanged(evaluator, mapping.entries, 'dictionary', place, () => {
    const given = entries.next();
    return given.done === true ? undefined : get(given.value);
  });
}

function setCursor(evaluator: Evaluator, set: SetValue, place: Place): Cursor {
  const entries = set.entries.values();
  evaluator.meter.work(set.entries.size >> 2);
  return unchanged(evaluator, set.entries, 'Set', place, () => {
    const given = entries.next();
    return given.done === true ? undefined : given.value;
  });
}

/** Python refuses to go on over a mapping or a set whose size changed, or that has other keys than it had. */
function unchanged(
  evaluator: Runtime,
  entries: { readonly size: number },
  name: 'dictionary' | 'Set',
  place: Place,
  next: Cursor,
): Cursor {
  const { size } = entries;
  let left = size;
  let over = false;
  return () => {
    if (over) return undefined;
    evaluator.meter.step();
    if (entries.size !== size) refuse('value', `RuntimeError: ${name} changed size during iteration`, place);
    const item = next();
    over = item === undefined;
    if (!over && left-- === 0 && name === 'dictionary') {
      refuse('value', 'RuntimeError: dictionary keys changed during iteration', place);
    }
    return item;
  };
}

/** Items from the last to the first, as `reversed` gives them. @throws a reason of kind type for what has no order */
function backwards(evaluator: Runtime, value: Value, place: Place): Cursor {
  const { meter } = evaluator;
  if (typeof value === 'string') {
    meter.items(value.length);
    return backwardsOver(evaluator, [...value]);
  }
  if (value !== null && typeof value === 'object') {
    switch (value.kind) {
      case 'list':
      case 'tuple':
        return backwardsOver(evaluator, value.items);
      case 'range': {
        const { start, step } = value;
        let left = rangeLength(start, value.stop, step);
        return () => {
          if (left <= 0n) return undefined;
          meter.step();
          return start + --left * step;
        };
      }
      case 'dict':
      case 'view': {
        const [mapping, part] = value.kind === 'dict' ? [value, 'keys' as const] : [value.mapping, value.part];
        const entries = [...mapping.entries.keys()];
        meter.items(entries.length);
        let at = entries.length;
        return unchanged(evaluator, mapping.entries, 'dictionary', place, () => {
          const key = entries[--at];
          const entry = key === undefined ? undefined : mapping.entries.get(key);
          return entry === undefined ? undefined : partOf[part](entry);
        });
      }
      case 'host':
        if (value.iterate !== undefined) return backwardsOver(evaluator, value.iterate(place));
        break;
      case 'instance': {
        const item = findInClass(value.type, '__getitem__');
        const length = findInClass(value.type, '__len__');
        if (item === undefined || length === undefined) break;
        const count = evaluator.call(length, positional(value), place);
        if (typeof count !== 'bigint') break;
        let at = count;
        return () => {
          if (at <= 0n) return undefined;
          meter.step();
          return untilStop(evaluator, () => evaluator.call(item, positional(value, --at), place), 'IndexError');
        };
      }
      default:
        break;
    }
  }
  return refuse('type', `'${typeName(value)}' object is not reversible`, place);
}

/** A list may shrink meanwhile: then it is over. */
function backwardsOver({ meter }: Runtime, items: readonly Value[]): Cursor {
  let at = items.length;
  return () => {
    meter.step();
    const item = at > 0 && at <= items.length ? items[--at] : undefined;
    if (item === undefined) at = 0;
    return item;
  };
}

/** What `iter(value)` gives: an iterator is its own. @throws a reason of kind type */
export function iteratorOf(evaluator: Evaluator, value: Value, place: Place): Value {
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'iterator') return value;
    if (value.kind === 'instance') {
      const own = findInClass(value.type, '__iter__');
      const made = own === undefined ? undefined : evaluator.call(own, positional(value), place);
      if (made !== undefined) {
        const isIterator =
          made !== null &&
          typeof made === 'object' &&
          (made.kind === 'iterator' || (made.kind === 'instance' && findInClass(made.type, '__next__') !== undefined));
        return isIterator ? made : refuse('type', `iter() returned non-iterator of type '${typeName(made)}'`, place);
      }
    }
  }
  return lazyIterator(iteratorName(value), evaluator.cursor(value, place));
}

/** What Python calls what `reversed` gives. */
function reversedName(value: Value): string {
  if (value === null || typeof value !== 'object') return 'reversed';
  if (value.kind === 'list')
    return value.type?.name === 'deque' ? '_collections._deque_reverse_iterator' : 'list_reverseiterator';
  if (value.kind === 'range') return 'range_iterator';
  if (value.kind === 'dict') return 'dict_reversekeyiterator';
  return value.kind === 'view' ? `dict_reverse${value.part.slice(0, -1)}iterator` : 'reversed';
}

/** What `reversed(value)` gives. @throws a reason of kind type for what has no order */
export function reverseIterator(runtime: Runtime, value: Value, place: Place): IteratorValue {
  return callingIterator(runtime, reversedName(value), backwards(runtime, value, place));
}

/** What Python calls the iterator of a built-in value. */
function iteratorName(value: Value): string {
  if (typeof value === 'string') return 'str_ascii_iterator';
  if (value === null || typeof value !== 'object') return 'iterator';
  switch (value.kind) {
    case 'list':
      return value.type?.name === 'deque' ? '_collections._deque_iterator' : 'list_iterator';
    case 'tuple':
    case 'range':
    case 'set':
      return `${value.kind}_iterator`;
    case 'dict':
      return 'dict_keyiterator';
    case 'view':
      return `dict_${value.part.slice(0, -1)}iterator`;
    default:
      return 'iterator';
  }
}

function instanceCursor(evaluator: Evaluator, value: Extract<Value, { kind: 'instance' }>, place: Place): Cursor {
  const iterate = findInClass(value.type, '__iter__');
  if (iterate !== undefined) {
    const iterator = evaluator.call(iterate, positional(value), place);
    if (iterator === null || typeof iterator !== 'object' || iterator.kind !== 'instance') {
      if (iterator !== null && typeof iterator === 'object' && iterator.kind === 'iterator') {
        return () => iterator.next();
      }
      // What the host's own `__iter__` gives at once.
      if (iterate !== null && typeof iterate === 'object' && iterate.kind === 'native') {
        return cursorOver(evaluator, iterator, place);
      }
      return refuse('type', `iter() returned non-iterator of type '${typeName(iterator)}'`, place);
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
function untilStop(evaluator: Runtime, run: () => Value | undefined, name = 'StopIteration'): Value | undefined {
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

/** An iterator whose items are made when they are asked for. */
export function lazyIterator(name: string, next: Cursor): IteratorValue {
  return { kind: 'iterator', typeName: name, next };
}

/** The same for items that the program's functions make: StopIteration, raised there, ends it. */
export function callingIterator(runtime: Runtime, name: string, next: Cursor): IteratorValue {
  return { kind: 'iterator', typeName: name, next: () => untilStop(runtime, next) };
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
