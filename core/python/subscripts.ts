/** `object[index]`: items and slices of sequences, keys of dictionaries. */
import { type Place, refuse } from './reason.ts';
import { positional, type Runtime } from './runtime.ts';
import { findInClass, hashKey, list, type SliceValue, setEntry, tuple, typeName, type Value } from './values.ts';

/** An index as Python takes it: int or bool; null for anything else. */
export function indexOf(value: Value): bigint | null {
  if (typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? BigInt(value) : null;
}

/** Positions that a slice selects in a sequence of a length. @throws a reason of kind type or value */
export function slicePositions(slice: SliceValue, length: number, place: Place): number[] {
  const bound = (value: Value, fallback: number): number => {
    if (value === null) return fallback;
    const index = indexOf(value);
    if (index === null)
      return refuse('type', 'slice indices must be integers or None or have an __index__ method', place);
    return Number(index);
  };
  const step = bound(slice.step, 1);
  if (step === 0) refuse('value', 'slice step cannot be zero', place);
  const clamp = (value: number, low: number, high: number) =>
    Math.min(Math.max(value < 0 ? value + length : value, low), high);
  const positions: number[] = [];
  if (step > 0) {
    const start = clamp(bound(slice.start, 0), 0, length);
    const stop = clamp(bound(slice.stop, length), 0, length);
    for (let i = start; i < stop; i += step) positions.push(i);
  } else {
    const start = slice.start === null ? length - 1 : clamp(bound(slice.start, 0), -1, length - 1);
    const stop = slice.stop === null ? -1 : clamp(bound(slice.stop, 0), -1, length - 1);
    for (let i = start; i > stop; i += step) positions.push(i);
  }
  return positions;
}

function isSlice(value: Value): value is SliceValue {
  return value !== null && typeof value === 'object' && value.kind === 'slice';
}

function pick<T>(items: readonly T[], index: Value, kind: string, place: Place): T {
  const position = indexOf(index);
  if (position === null) {
    return refuse('type', `${kind} indices must be integers or slices, not ${typeName(index)}`, place);
  }
  const at = Number(position < 0n ? position + BigInt(items.length) : position);
  const item = items[at];
  if (item === undefined) return refuse('index', `${kind} index out of range`, place);
  return item;
}

/** The value of `object[index]`. @throws a reason (index, key, type) */
export function evaluateSubscript(runtime: Runtime, object: Value, index: Value, place: Place): Value {
  if (typeof object === 'string') {
    if (!isSlice(index)) return pick([...object], index, 'string', place);
    const picked = slicePositions(index, object.length, place);
    runtime.meter.characters(picked.length);
    return picked.map((position) => object[position]).join('');
  }
  if (object === null || typeof object !== 'object') {
    return refuse('type', `'${typeName(object)}' object is not subscriptable`, place);
  }
  switch (object.kind) {
    case 'list':
    case 'tuple': {
      if (!isSlice(index)) return pick(object.items, index, object.kind, place);
      const picked = slicePositions(index, object.items.length, place).map(
        (position) => object.items[position] ?? null,
      );
      runtime.meter.items(picked.length);
      return object.kind === 'list' ? list(picked) : tuple(picked, object.typeName);
    }
    case 'range': {
      const items = runtime.iterate(object, place);
      if (!isSlice(index)) return pick(items, index, 'range object', place);
      return list(slicePositions(index, items.length, place).map((position) => items[position] ?? null));
    }
    case 'dict': {
      const entry = object.entries.get(hashKey(index));
      if (entry !== undefined) return entry[1];
      if (object.fallback !== null) {
        const made = runtime.call(object.fallback, positional(), place);
        object.entries.set(hashKey(index), [index, made]);
        return made;
      }
      return refuse('key', `KeyError: ${runtime.repr(index, place)}`, place);
    }
    case 'host':
      if (object.item !== undefined) return object.item(index, place);
      break;
    case 'instance': {
      const method = findInClass(object.type, '__getitem__');
      if (method !== undefined) return runtime.call(method, positional(object, index), place);
      break;
    }
    case 'class':
      // Subscripted types (`list[int]`) are hints; they evaluate to themselves.
      return object;
    default:
      break;
  }
  return refuse('type', `'${typeName(object)}' object is not subscriptable`, place);
}

/** `object[index] = value`. @throws a reason (index, type) */
export function assignSubscript(runtime: Runtime, object: Value, index: Value, value: Value, place: Place): void {
  if (object !== null && typeof object === 'object') {
    if (object.kind === 'dict') {
      runtime.meter.items(1);
      setEntry(object, index, value);
      return;
    }
    if (object.kind === 'list') {
      if (isSlice(index)) refuse('unsupported', 'assignment to a slice of a list is not supported', place);
      const position = indexOf(index);
      if (position === null) refuse('type', `list indices must be integers or slices, not ${typeName(index)}`, place);
      const at = Number(position < 0n ? position + BigInt(object.items.length) : position);
      if (at < 0 || at >= object.items.length) refuse('index', 'list assignment index out of range', place);
      object.items[at] = value;
      return;
    }
    if (object.kind === 'host' && object.setItem !== undefined) {
      object.setItem(index, value, place);
      return;
    }
    if (object.kind === 'instance') {
      const method = findInClass(object.type, '__setitem__');
      if (method !== undefined) {
        runtime.call(method, positional(object, index, value), place);
        return;
      }
    }
  }
  refuse('type', `'${typeName(object)}' object does not support item assignment`, place);
}
