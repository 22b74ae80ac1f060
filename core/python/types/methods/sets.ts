/** Methods of set. */
import { asSet } from '../../evaluation/comparisons.ts';
import { setOfItems } from '../../evaluation/iteration.ts';
import type { Runtime } from '../../evaluation/runtime.ts';
import type { Taken } from '../../evaluation/signature.ts';
import { type Place, refuse } from '../../reason.ts';
import { list } from '../containers.ts';
import { hashKey } from '../hash-key.ts';
import type { NativeFunction, SetValue, Value } from '../values.ts';
import { changing, type Definition, setOf, table } from './table.ts';

/** A set, or the set of an iterable's items. */
function setFrom(runtime: Runtime, value: Value, place: Place): SetValue {
  return asSet(runtime, value) ?? setOfItems(runtime, value, place);
}

export function sets(runtime: Runtime): Map<string, NativeFunction> {
  const others = (taken: Taken) =>
    runtime.iterate(taken.get('others'), taken.place).map((each) => setFrom(runtime, each, taken.place));
  const other = (taken: Taken) => setFrom(runtime, taken.get('other'), taken.place);
  const within = (a: SetValue, b: SetValue) => {
    runtime.meter.work(4 * a.entries.size);
    return [...a.entries.keys()].every((key) => b.entries.has(key));
  };
  const combine = (name: string, keep: (key: string | Value, rest: readonly SetValue[]) => boolean, all: boolean) => {
    const run = (taken: Taken): SetValue => {
      const self = setOf(taken);
      const rest = others(taken);
      const from = all ? [self, ...rest].flatMap((each) => [...each.entries]) : [...self.entries];
      runtime.meter.items(from.length);
      // Each is looked for in all the others.
      runtime.meter.work(4 * from.length * rest.length);
      return { ...self, entries: new Map(from.filter(([key]) => keep(key, rest))) };
    };
    const update = changing((taken) => {
      const { entries } = setOf(taken);
      if (name !== 'intersection') {
        // One by one: what is added or taken away is seen by a generator that gives what follows.
        for (const each of runtime.iterate(taken.get('others'), taken.place)) {
          const next = runtime.cursor(each === taken.get('self') ? list([...entries.values()]) : each, taken.place);
          for (let item = next(); item !== undefined; item = next()) {
            const key = hashKey(item);
            if (name === 'difference') entries.delete(key);
            else if (!entries.has(key)) {
              runtime.meter.items(1);
              entries.set(key, item);
            }
          }
        }
        return;
      }
      const result = [...run(taken).entries];
      entries.clear();
      for (const [key, value] of result) entries.set(key, value);
    });
    const inPlace = name === 'union' ? 'update' : `${name}_update`;
    return [
      [name, '*others', run],
      [inPlace, '*others', update],
    ] as const satisfies readonly Definition[];
  };
  return table([
    [
      'add',
      'item',
      changing((taken) => {
        runtime.meter.items(1);
        const { entries } = setOf(taken);
        const key = hashKey(taken.get('item'));
        if (!entries.has(key)) entries.set(key, taken.get('item'));
      }),
      'counted',
    ],
    [
      'discard',
      'item',
      changing((taken) => {
        setOf(taken).entries.delete(hashKey(taken.get('item')));
      }),
      'counted',
    ],
    [
      'remove',
      'item',
      changing((taken) => {
        if (setOf(taken).entries.delete(hashKey(taken.get('item')))) return;
        refuse('key', `KeyError: ${runtime.repr(taken.get('item'), taken.place)}`, taken.place);
      }),
      'counted',
    ],
    [
      'pop',
      '',
      (taken) => {
        const { entries } = setOf(taken);
        const [first] = entries;
        if (first === undefined) return refuse('key', "KeyError: 'pop from an empty set'", taken.place);
        entries.delete(first[0]);
        return first[1];
      },
    ],
    [
      'clear',
      '',
      changing((taken) => {
        setOf(taken).entries.clear();
      }),
      'counted',
    ],
    [
      'copy',
      '',
      (taken) => {
        const self = setOf(taken);
        runtime.meter.items(self.entries.size);
        return { ...self, entries: new Map(self.entries) };
      },
      'counted',
    ],
    ...combine('union', () => true, true),
    ...combine('intersection', (key, rest) => rest.every((each) => each.entries.has(key)), false),
    ...combine('difference', (key, rest) => !rest.some((each) => each.entries.has(key)), false),
    [
      'symmetric_difference',
      'other',
      (taken) => {
        const [self, given] = [setOf(taken), other(taken)];
        runtime.meter.items(self.entries.size + given.entries.size);
        const mine = [...self.entries].filter(([key]) => !given.entries.has(key));
        const theirs = [...given.entries].filter(([key]) => !self.entries.has(key));
        return { ...self, entries: new Map([...mine, ...theirs]) };
      },
    ],
    [
      'symmetric_difference_update',
      'other',
      changing((taken) => {
        const { entries } = setOf(taken);
        const given = [...other(taken).entries];
        runtime.meter.items(given.length);
        for (const [key, value] of given) {
          if (!entries.delete(key)) entries.set(key, value);
        }
      }),
    ],
    ['issubset', 'other', (taken) => within(setOf(taken), other(taken))],
    ['issuperset', 'other', (taken) => within(other(taken), setOf(taken))],
    [
      'isdisjoint',
      'other',
      (taken) => {
        const given = other(taken);
        return ![...setOf(taken).entries.keys()].some((key) => given.entries.has(key));
      },
    ],
    ['__len__', '', (taken) => BigInt(setOf(taken).entries.size), 'counted'],
    ['__contains__', 'item', (taken) => setOf(taken).entries.has(hashKey(taken.get('item'))), 'counted'],
    ['__iter__', '', (taken) => runtime.iterator(setOf(taken), taken.place), 'counted'],
  ]);
}
