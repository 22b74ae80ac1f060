/** Keys of dictionaries and sets: JavaScript's Map then finds what Python would find equal. */
import { refuse } from '../reason.ts';
import { typeName } from './type-name.ts';
import type { SetValue, TupleValue, Value } from './values.ts';

/** Longest string as a key: what a look-up costs grows with it. */
const longestString = 500;

/** Longest key text: nested tuples double it with every level. */
const longestKey = 5_000;

/** Deepest nesting of tuples and frozen sets in a key: beyond it the host's stack would decide. */
const deepestKey = 100;

/**
 * The key of a dictionary or a set: equal for equal Python values (1 == 1.0 == True), the object itself for what
 * compares by identity. The keys of tuples and frozen sets are worked out once: they never change.
 * @throws a reason of kind type for values that Python cannot hash (list, dict, set), budget for keys too large
 */
export function hashKey(value: Value, depth = 0): string | Value {
  switch (typeof value) {
    case 'string':
      if (value.length > longestString) {
        refuse('budget', `a key of a dictionary is longer than ${longestString} characters`);
      }
      return `s${value}`;
    case 'bigint':
      return wholeKey(value);
    case 'boolean':
      return value ? 'n1' : 'n0';
    case 'number':
      return Number.isInteger(value) ? wholeKey(BigInt(value)) : `f${value}`;
    default:
      break;
  }
  if (value === null) return 'None';
  switch (value.kind) {
    case 'tuple':
      return kept(value, depth, tupleKey);
    case 'list':
    case 'dict':
      return refuse('type', `unhashable type: '${typeName(value)}'`);
    case 'set':
      return value.typeName === 'frozenset' ? kept(value, depth, frozenKey) : refuse('type', "unhashable type: 'set'");
    case 'instance':
      return value.payload === undefined ? value : hashKey(value.payload, depth);
    case 'bound':
      return `b${identity(value.self)}.${identity(value.callee)}`;
    case 'range':
      return `r${wholeKey(value.start)}:${wholeKey(value.stop)}:${wholeKey(value.step)}`;
    default:
      return value;
  }
}

const widest = 2n ** 64n;

/** An integer's key; long ones in hexadecimal, whose digits are found in one pass. */
function wholeKey(value: bigint): string {
  if (value < widest && value > -widest) return `n${value}`;
  return `n${value < 0n ? '-' : ''}x${(value < 0n ? -value : value).toString(16)}`;
}

const keys = new WeakMap<object, string>();

function kept<V extends TupleValue | SetValue>(value: V, depth: number, make: (value: V, depth: number) => string) {
  const known = keys.get(value);
  if (known !== undefined) return known;
  if (depth >= deepestKey) refuse('budget', `a key of a dictionary nests deeper than ${deepestKey} levels`);
  const made = make(value, depth + 1);
  keys.set(value, made);
  return made;
}

const identities = new WeakMap<object, number>();
let identified = 0;

/** A number that stands for one object as long as it lives. */
function identity(value: Value): string {
  if (value === null || typeof value !== 'object') return `v${typeof value}${value}`;
  let number = identities.get(value);
  if (number === undefined) {
    number = ++identified;
    identities.set(value, number);
  }
  return `#${number}`;
}

function checkLength(length: number): void {
  if (length > longestKey) refuse('budget', `a key of a dictionary is longer than ${longestKey} characters`);
}

function frozenKey(value: SetValue): string {
  let length = 1;
  const texts: string[] = [];
  for (const key of value.entries.keys()) {
    const text = typeof key === 'string' ? key : identity(key);
    length += text.length + 1;
    checkLength(length);
    texts.push(text);
  }
  return `z${texts.sort().join(',')}`;
}

function tupleKey(value: TupleValue, depth: number): string {
  let text = 't';
  for (const item of value.items) {
    const hashed = hashKey(item, depth);
    const key = typeof hashed === 'string' ? hashed : identity(hashed);
    text += `${key.length}:${key},`;
    checkLength(text.length);
  }
  return text;
}
