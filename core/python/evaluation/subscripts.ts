/** `object[index]`: items and slices of sequences, keys of dictionaries. */

import type { Meter } from '../budget.ts';
import { memberByName } from '../modules/enumerations.ts';
import { type Place, refuse } from '../reason.ts';
import { list, setEntry, tuple } from '../types/containers.ts';
import { hashKey } from '../types/hash-key.ts';
import { typeName } from '../types/type-name.ts';
import { refuseUnknown, unknownOf } from '../types/unknown-value.ts';
import type { ClassValue, DictValue, RangeValue, SliceValue, Value } from '../types/values.ts';
import { findInClass, override } from './classes.ts';
import { rangeLength } from './iteration.ts';
import { positional, type Runtime } from './runtime.ts';

/** An index as Python takes it: int or bool; null for anything else. */
export function indexOf(value: Value): bigint | null {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return BigInt(value);
  const whole = value !== null && typeof value === 'object' && value.kind === 'instance' ? value.payload : undefined;
  return typeof whole === 'bigint' ? whole : null;
}

/** What a slice selects in a sequence: from `start`, `count` items, `step` apart. */
interface SliceSpan {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** What a slice selects in a sequence of a length. @throws a reason of kind type or value */
function sliceSpan(slice: SliceValue, length: number, place: Place): SliceSpan {
  const bound = (value: Value, fallback: number): number => {
    if (value === null) return fallback;
    const index = indexOf(value);
    if (index === null) {
      refuseUnknown(value, place);
      return refuse('type', 'slice indices must be integers or None or have an __index__ method', place);
    }
    return Number(index);
  };
  const step = bound(slice.step, 1);
  if (step === 0) refuse('value', 'slice step cannot be zero', place);
  const clamp = (value: number, low: number, high: number) =>
    Math.min(Math.max(value < 0 ? value + length : value, low), high);
  if (step > 0) {
    const start = clamp(bound(slice.start, 0), 0, length);
    const stop = clamp(bound(slice.stop, length), 0, length);
    return { start, step, count: Math.max(0, Math.ceil((stop - start) / step)) };
  }
  const start = slice.start === null ? length - 1 : clamp(bound(slice.start, 0), -1, length - 1);
  const stop = slice.stop === null ? -1 : clamp(bound(slice.stop, 0), -1, length - 1);
  return { start, step, count: Math.max(0, Math.ceil((start - stop) / -step)) };
}

/** Positions that a slice selects in a sequence of a length. @throws a reason of kind type or value */
export function slicePositions(slice: SliceValue, length: number, place: Place): number[] {
  const { start, step, count } = sliceSpan(slice, length, place);
  return Array.from({ length: count }, (_, i) => start + i * step);
}

function characterAt(text: ArrayLike<string>, index: Value, place: Place): string {
  const position = indexOf(index);
  if (position === null) {
    return refuse('type', `string indices must be integers, not '${typeName(index)}'`, place);
  }
  const character = text[Number(position < 0n ? position + BigInt(text.length) : position)];
  return character ?? refuse('index', 'string index out of range', place);
}

function isSlice(value: Value): value is SliceValue {
  return value !== null && typeof value === 'object' && value.kind === 'slice';
}

function pick<T>(items: readonly T[], index: Value, kind: string, place: Place): T {
  const position = indexOf(index);
  if (position === null) {
    refuseUnknown(index, place);
    const name = kind === 'range object' ? 'range' : kind;
    return refuse('type', `${name} indices must be integers or slices, not ${typeName(index)}`, place);
  }
  const at = Number(position < 0n ? position + BigInt(items.length) : position);
  const item = items[at];
  if (item === undefined) return refuse('index', `${kind} index out of range`, place);
  return item;
}

/** Characters that are two units long in JavaScript. */
const surrogates = /[\ud800-\udfff]/;

/** The characters of a string by position, charged for looking at all of them. */
function charactersOf(meter: Meter, text: string): ArrayLike<string> {
  meter.work(text.length >> 4);
  if (!surrogates.test(text)) return text;
  meter.work(2 * text.length);
  return [...text];
}

/** `len(text)`: characters, not units. */
export function characterCount(meter: Meter, text: string): number {
  return charactersOf(meter, text).length;
}

/** An index as a number, where an instance says what it is by `__index__`. */
function plainIndex(runtime: Runtime, object: Value, index: Value, place: Place): Value {
  if (index === null || typeof index !== 'object' || index.kind !== 'instance' || index.payload !== undefined)
    return index;
  const sequence =
    typeof object === 'string' ||
    (object !== null && typeof object === 'object' && ['list', 'tuple', 'range'].includes(object.kind));
  const method = sequence ? findInClass(index.type, '__index__') : undefined;
  return method === undefined ? index : runtime.call(method, positional(index), place);
}

/** The value of `object[index]`. @throws a reason (index, key, type) */
export function evaluateSubscript(runtime: Runtime, object: Value, given: Value, place: Place): Value {
  const index = plainIndex(runtime, object, given, place);
  if (typeof object === 'string') {
    const characters = charactersOf(runtime.meter, object);
    if (!isSlice(index)) return characterAt(characters, index, place);
    const { start, step, count } = sliceSpan(index, characters.length, place);
    runtime.meter.characters(count);
    if (typeof characters === 'string' && step === 1) return characters.slice(start, start + count);
    const picked: string[] = [];
    for (let i = 0; i < count; i++) picked.push(characters[start + i * step] ?? '');
    return picked.join('');
  }
  if (object === null || typeof object !== 'object') {
    return refuse('type', `'${typeName(object)}' object is not subscriptable`, place);
  }
  switch (object.kind) {
    case 'list':
    case 'tuple': {
      const custom = override(object, '__getitem__');
      if (custom !== undefined) return runtime.call(custom, positional(object, index), place);
      if (!isSlice(index)) return pick(object.items, index, object.kind, place);
      const { start, step, count } = sliceSpan(index, object.items.length, place);
      runtime.meter.items(count);
      const picked: Value[] = [];
      for (let i = 0; i < count; i++) picked.push(object.items[start + i * step] ?? null);
      return object.kind === 'list'
        ? list(picked)
        : tuple(picked, object.type === undefined ? object.typeName : 'tuple');
    }
    case 'range':
      return rangeItem(object, index, place);
    case 'dict': {
      const custom = override(object, '__getitem__');
      if (custom !== undefined) return runtime.call(custom, positional(object, index), place);
      return dictItem(runtime, object, index, place);
    }
    case 'host':
      if (object.item !== undefined) return object.item(index, place);
      break;
    case 'instance': {
      if (object.payload !== undefined) return evaluateSubscript(runtime, object.payload, index, place);
      const method = findInClass(object.type, '__getitem__');
      if (method !== undefined) return runtime.call(method, positional(object, index), place);
      break;
    }
    case 'class':
      return classItem(runtime, object, index, place);
    default:
      break;
  }
  return refuse('type', `'${typeName(object)}' object is not subscriptable`, place);
}

/** `Enumeration['NAME']`; other subscripted types (`list[int]`) are hints and evaluate to themselves. */
function classItem(runtime: Runtime, type: ClassValue, index: Value, place: Place): Value {
  if (type.members !== undefined) return memberByName(runtime, type, index, place);
  const method = findInClass(type, '__class_getitem__');
  if (method === undefined) return type;
  const callee =
    method !== null && typeof method === 'object' && method.kind === 'classmethod' ? method.callee : method;
  return runtime.call(callee, positional(type, index), place);
}

function rangeItem(range: RangeValue, index: Value, place: Place): Value {
  const length = rangeLength(range.start, range.stop, range.step);
  if (!isSlice(index)) {
    const position = indexOf(index);
    if (position === null) {
      return refuse('type', `range indices must be integers or slices, not ${typeName(index)}`, place);
    }
    const at = position < 0n ? position + length : position;
    if (at < 0n || at >= length) return refuse('index', 'range object index out of range', place);
    return range.start + at * range.step;
  }
  // Sizes are computed as plain numbers, which are exact that far.
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) {
    return refuse('budget', 'a slice of a range this long is not supported', place);
  }
  const span = sliceSpan(index, Number(length), place);
  const stride = indexOf(index.step) ?? 1n;
  const start = range.start + BigInt(span.count === 0 ? 0 : span.start) * range.step;
  const step = range.step * stride;
  return { kind: 'range', start, stop: start + step * BigInt(span.count), step };
}

/** The entry of a dict, without what a class of the program defines. */
export function dictItem(runtime: Runtime, object: DictValue, index: Value, place: Place): Value {
  const entry = object.entries.get(hashKey(index));
  if (entry !== undefined) return entry[1];
  const missing = override(object, '__missing__');
  if (missing !== undefined) return runtime.call(missing, positional(object, index), place);
  if (object.typeName === 'Counter') return 0n;
  if (object.fallback !== null) {
    const made = runtime.call(object.fallback, positional(), place);
    runtime.meter.items(1);
    object.entries.set(hashKey(index), [index, made]);
    return made;
  }
  unknownOf(index)?.(place);
  return refuse('key', `KeyError: ${runtime.repr(index, place)}`, place);
}

/** Replaces a slice of a list. @throws a reason of kind value when an extended slice changes its length */
function assignSlice(runtime: Runtime, items: Value[], slice: SliceValue, value: Value, place: Place): void {
  const given = runtime.iterate(value, place);
  runtime.meter.items(given.length + items.length);
  const { start, step, count } = sliceSpan(slice, items.length, place);
  if (slice.step === null || indexOf(slice.step) === 1n) {
    replacePart(items, count === 0 ? sliceStart(slice, items.length) : start, count, given);
    return;
  }
  if (given.length !== count) {
    const sizes = `sequence of size ${given.length} to extended slice of size ${count}`;
    refuse('value', `attempt to assign ${sizes}`, place);
  }
  for (let i = 0; i < count; i++) items[start + i * step] = given[i] ?? null;
}

/** Takes a part of a list out and puts others in its place, however many there are. */
function replacePart(items: Value[], start: number, count: number, given: readonly Value[]): void {
  const rest = items.slice(start + count);
  items.length = start;
  for (const item of given) items.push(item);
  for (const item of rest) items.push(item);
}

/** Takes out what a slice selects. */
function deletePart(runtime: Runtime, items: Value[], slice: SliceValue, place: Place): void {
  const span = sliceSpan(slice, items.length, place);
  if (span.count === 0) return;
  const last = span.start + (span.count - 1) * span.step;
  const [first, end, apart] = span.step > 0 ? [span.start, last, span.step] : [last, span.start, -span.step];
  if (apart === 1) {
    runtime.meter.move(items.length - first);
    items.splice(first, span.count);
    return;
  }
  runtime.meter.work(items.length - first);
  let kept = first;
  for (let at = first; at < items.length; at++) {
    if (at <= end && (at - first) % apart === 0) continue;
    items[kept++] = items[at] ?? null;
  }
  items.length = kept;
}

/** Where an empty slice stands. */
function sliceStart(slice: SliceValue, length: number): number {
  const start = Number(indexOf(slice.start) ?? 0n);
  return Math.min(Math.max(start < 0 ? start + length : start, 0), length);
}

/** `del object[index]`. @throws a reason (index, key, type) */
export function deleteSubscript(runtime: Runtime, object: Value, index: Value, place: Place): void {
  if (object !== null && typeof object === 'object') {
    if (object.kind === 'dict') {
      const custom = override(object, '__delitem__');
      if (custom !== undefined) runtime.call(custom, positional(object, index), place);
      else if (!object.entries.delete(hashKey(index))) refuse('key', `KeyError: ${runtime.repr(index, place)}`, place);
      return;
    }
    if (object.kind === 'list') {
      if (isSlice(index)) {
        deletePart(runtime, object.items, index, place);
        return;
      }
      const at = listPosition(object.items, index, 'deletion', place);
      runtime.meter.move(object.items.length - at);
      object.items.splice(at, 1);
      return;
    }
    if (object.kind === 'instance') {
      const method = findInClass(object.type, '__delitem__');
      if (method !== undefined) {
        runtime.call(method, positional(object, index), place);
        return;
      }
    }
  }
  refuse('type', `'${typeName(object)}' object doesn't support item deletion`, place);
}

function listPosition(items: readonly Value[], index: Value, what: string, place: Place): number {
  const position = indexOf(index);
  if (position === null) {
    refuseUnknown(index, place);
    return refuse('type', `list indices must be integers or slices, not ${typeName(index)}`, place);
  }
  const at = Number(position < 0n ? position + BigInt(items.length) : position);
  if (at < 0 || at >= items.length) return refuse('index', `list ${what} index out of range`, place);
  return at;
}

/** `object[index] = value`. @throws a reason (index, type) */
export function assignSubscript(runtime: Runtime, object: Value, index: Value, value: Value, place: Place): void {
  if (object !== null && typeof object === 'object') {
    if (object.kind === 'dict') {
      const custom = override(object, '__setitem__');
      if (custom !== undefined) {
        runtime.call(custom, positional(object, index, value), place);
        return;
      }
      if (object.typeName === 'mappingproxy') {
        refuse('type', "'mappingproxy' object does not support item assignment", place);
      }
      runtime.meter.items(1);
      setEntry(object, index, value);
      return;
    }
    if (object.kind === 'list') {
      if (isSlice(index)) assignSlice(runtime, object.items, index, value, place);
      else object.items[listPosition(object.items, index, 'assignment', place)] = value;
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
