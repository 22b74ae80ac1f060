/** What native functions make of their arguments: ints, pairs, what special methods give. */

import { type Place, reasonError, refuse } from '../reason.ts';
import { typeName } from '../types/type-name.ts';
import { unknownOf } from '../types/unknown-value.ts';
import type { Value } from '../types/values.ts';
import { findInClass } from './classes.ts';
import { positional, type Runtime } from './runtime.ts';
import { evaluateSubscript, indexOf } from './subscripts.ts';

/** An int, or what stands for one. @throws a reason of kind type */
export function integerArgument(runtime: Runtime, value: Value, place: Place): bigint {
  const index = indexOf(value);
  if (index !== null) return index;
  const own = special(runtime, value, '__index__', place);
  if (typeof own === 'bigint') return own;
  unknownOf(own ?? value)?.(place);
  return refuse('type', `'${typeName(value)}' object cannot be interpreted as an integer`, place);
}

/** What a method such as `__int__` of an instance gives; undefined without one. */
export function special(runtime: Runtime, value: Value, name: string, place: Place): Value | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (value.kind === 'host') {
    const method = value.attribute(name, place);
    return method === undefined ? undefined : runtime.call(method, positional(), place);
  }
  if (value.kind !== 'instance') return undefined;
  if (value.payload !== undefined) return value.payload;
  const method = findInClass(value.type, name);
  return method === undefined ? undefined : runtime.call(method, positional(value), place);
}

/** Hands on the key and value pairs of a dict or of an iterable of pairs, one by one. */
export function eachPair(runtime: Runtime, value: Value, place: Place, take: (key: Value, value: Value) => void): void {
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'dict') {
      runtime.meter.items(value.entries.size);
      for (const [key, entry] of [...value.entries.values()]) take(key, entry);
      return;
    }
    const keys = value.kind === 'instance' ? runtime.findAttribute(value, 'keys', place) : undefined;
    if (keys !== undefined) {
      const next = runtime.cursor(runtime.call(keys, positional(), place), place);
      for (let key = next(); key !== undefined; key = next()) {
        take(key, evaluateSubscript(runtime, value, key, place));
      }
      return;
    }
  }
  const next = runtime.cursor(value, place);
  for (let item = next(); item !== undefined; item = next()) {
    const pair = runtime.iterate(item, place);
    const [key, entry] = pair;
    if (pair.length !== 2 || key === undefined || entry === undefined) {
      const length = `dictionary update sequence element has length ${pair.length}; 2 is required`;
      throw reasonError('value', length, place);
    }
    take(key, entry);
  }
}

/** The same pairs, all of them. */
export function pairsOf(runtime: Runtime, value: Value, place: Place): (readonly [Value, Value])[] {
  const pairs: (readonly [Value, Value])[] = [];
  eachPair(runtime, value, place, (key, entry) => pairs.push([key, entry]));
  return pairs;
}
