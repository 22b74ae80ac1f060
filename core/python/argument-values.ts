/** What native functions make of their arguments: ints, pairs, what special methods give. */
import { findInClass } from './classes.ts';
import { type Place, refuse } from './reason.ts';
import { positional, type Runtime } from './runtime.ts';
import { evaluateSubscript, indexOf } from './subscripts.ts';
import { typeName } from './type-name.ts';
import type { Value } from './values.ts';

/** An int, or what stands for one. @throws a reason of kind type */
export function integerArgument(runtime: Runtime, value: Value, place: Place): bigint {
  const index = indexOf(value);
  if (index !== null) return index;
  const own = special(runtime, value, '__index__', place);
  if (typeof own === 'bigint') return own;
  return refuse('type', `'${typeName(value)}' object cannot be interpreted as an integer`, place);
}

/** What a method such as `__int__` of an instance gives; undefined without one. */
export function special(runtime: Runtime, value: Value, name: string, place: Place): Value | undefined {
  if (value === null || typeof value !== 'object' || value.kind !== 'instance') return undefined;
  if (value.payload !== undefined) return value.payload;
  const method = findInClass(value.type, name);
  return method === undefined ? undefined : runtime.call(method, positional(value), place);
}

/** Key and value pairs of a dict or of an iterable of pairs. */
export function pairsOf(runtime: Runtime, value: Value, place: Place): (readonly [Value, Value])[] {
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'dict') {
      runtime.meter.items(value.entries.size);
      return [...value.entries.values()];
    }
    const keys = value.kind === 'instance' ? runtime.findAttribute(value, 'keys', place) : undefined;
    if (keys !== undefined) {
      return runtime
        .iterate(runtime.call(keys, positional(), place), place)
        .map((key) => [key, evaluateSubscript(runtime, value, key, place)] as const);
    }
  }
  return runtime.iterate(value, place).map((item) => {
    const pair = runtime.iterate(item, place);
    const [key, entry] = pair;
    if (pair.length !== 2 || key === undefined || entry === undefined) {
      return refuse('value', `dictionary update sequence element has length ${pair.length}; 2 is required`, place);
    }
    return [key, entry] as const;
  });
}
