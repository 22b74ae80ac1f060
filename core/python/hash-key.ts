/** Keys of dictionaries and sets: JavaScript's Map then finds what Python would find equal. */
import { refuse } from './reason.ts';
import { typeName } from './type-name.ts';
import type { SetValue, TupleValue, Value } from './values.ts';

/** Longest key text: nested tuples double it with every level. */
const longestKey = 5_000;

/**
 * The key of a dictionary or a set: equal for equal Python values (1 == 1.0 == True), the object itself for what
 * compares by identity.
 * @throws a reason of kind type for values that Python cannot hash (list, dict, set), budget for keys too large
 */
export function hashKey(value: Value): string | Value {
  switch (typeof value) {
    case 'string':
      if (value.length > longestKey) refuse('budget', `a key of a dictionary is longer than ${longestKey} characters`);
      return `s${value}`;
    case 'bigint':
      return `n${value}`;
    case 'boolean':
      return value ? 'n1' : 'n0';
    case 'number':
      return Number.isInteger(value) ? `n${BigInt(value)}` : `f${value}`;
    default:
      break;
  }
  if (value === null) return 'None';
  switch (value.kind) {
    case 'tuple':
      return tupleKey(value);
    case 'list':
    case 'dict':
      return refuse('type', `unhashable type: '${typeName(value)}'`);
    case 'set':
      return value.typeName === 'frozenset' ? frozenKey(value) : refuse('type', "unhashable type: 'set'");
    case 'instance':
      return value.payload === undefined ? value : hashKey(value.payload);
    case 'bound':
      return `b${identity(value.self)}.${identity(value.callee)}`;
    case 'range':
      return `r${value.start}:${value.stop}:${value.step}`;
    default:
      return value;
  }
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

function frozenKey(value: SetValue): string {
  const keys = [...value.entries.keys()].map((key) => (typeof key === 'string' ? key : identity(key)));
  return `z${keys.sort().join(',')}`;
}

function tupleKey(value: TupleValue): string {
  let text = 't';
  for (const item of value.items) {
    const hashed = hashKey(item);
    const key = typeof hashed === 'string' ? hashed : identity(hashed);
    text += `${key.length}:${key},`;
    if (text.length > longestKey) refuse('budget', `a key of a dictionary is longer than ${longestKey} characters`);
  }
  return text;
}
