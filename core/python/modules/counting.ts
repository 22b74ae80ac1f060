/** collections.Counter: how counts are added and taken away. */

import { binary } from '../evaluation/operators.ts';
import type { Runtime } from '../evaluation/runtime.ts';
import type { Place } from '../reason.ts';
import { setEntry } from '../types/containers.ts';
import { hashKey } from '../types/hash-key.ts';
import type { DictValue, Value } from '../types/values.ts';

/** Counts the items of an iterable, or adds (takes away) the counts of a mapping. */
export function countInto(runtime: Runtime, counter: DictValue, given: Value, operator: '+' | '-', place: Place): void {
  const add = (key: Value, amount: Value) => {
    const before = counter.entries.get(hashKey(key))?.[1];
    // What a mapping says about a new key is taken as it stands, whatever it is.
    const after =
      before === undefined && operator === '+' ? amount : binary(runtime, operator, before ?? 0n, amount, place);
    runtime.meter.items(1);
    setEntry(counter, key, after);
  };
  if (given === null) return;
  if (typeof given === 'object' && given.kind === 'dict') {
    for (const [key, amount] of [...given.entries.values()]) add(key, amount);
    return;
  }
  const next = runtime.cursor(given, place);
  for (let item = next(); item !== undefined; item = next()) add(item, 1n);
}
