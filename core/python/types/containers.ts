/** Tuples, lists, dictionaries and sets: how they are made and filled. */
import { hashKey } from './hash-key.ts';
import type { DictValue, ListValue, SetValue, TupleValue, Value, ViewValue } from './values.ts';

export function tuple(items: readonly Value[], typeName = 'tuple'): TupleValue {
  return { kind: 'tuple', items, typeName };
}

export function list(items: Value[]): ListValue {
  return { kind: 'list', items };
}

export function dict(
  entries: Iterable<readonly [Value, Value]> = [],
  typeName: DictValue['typeName'] = 'dict',
): DictValue {
  const result: DictValue = { kind: 'dict', typeName, entries: new Map(), fallback: null };
  for (const [key, value] of entries) setEntry(result, key, value);
  return result;
}

/** `mapping[key] = value`: an equal key that is already there stays. */
export function setEntry(mapping: DictValue, key: Value, value: Value): void {
  const hashed = hashKey(key);
  mapping.entries.set(hashed, [mapping.entries.get(hashed)?.[0] ?? key, value]);
}

/** A set; of equal values the first stays. */
export function makeSet(values: Iterable<Value>, frozen = false): SetValue {
  const entries = new Map<string | Value, Value>();
  for (const value of values) {
    const key = hashKey(value);
    if (!entries.has(key)) entries.set(key, value);
  }
  return frozen ? { kind: 'set', typeName: 'frozenset', entries } : { kind: 'set', entries };
}

/** The values of a view, in order. */
export function viewItems(view: ViewValue): Value[] {
  const entries = [...view.mapping.entries.values()];
  if (view.part === 'keys') return entries.map(([key]) => key);
  return view.part === 'values' ? entries.map(([, value]) => value) : entries.map((entry) => tuple(entry));
}
