/** Methods of dict and Counter. */
import { eachPair } from '../../evaluation/argument-values.ts';
import { lazyIterator, reverseIterator } from '../../evaluation/iteration.ts';
import { binary } from '../../evaluation/operators.ts';
import type { Runtime } from '../../evaluation/runtime.ts';
import { native, type Taken } from '../../evaluation/signature.ts';
import { dictItem, indexOf } from '../../evaluation/subscripts.ts';
import { sortValues } from '../../modules/builtins/sorting.ts';
import { countInto } from '../../modules/counting.ts';
import { refuse } from '../../reason.ts';
import { dict, list, setEntry, tuple } from '../containers.ts';
import { hashKey } from '../hash-key.ts';
import type { NativeFunction, Value } from '../values.ts';
import { changing, dictOf, table } from './table.ts';

export function dicts(runtime: Runtime): Map<string, NativeFunction> {
  const view = (part: 'keys' | 'values' | 'items') => (taken: Taken) =>
    ({ kind: 'view', part, mapping: dictOf(taken) }) as const;
  const update = changing((taken) => {
    const self = dictOf(taken);
    const add = (key: Value, value: Value) => {
      runtime.meter.items(1);
      setEntry(self, key, value);
    };
    if (taken.has('mapping')) eachPair(runtime, taken.get('mapping'), taken.place, add);
    eachPair(runtime, taken.get('kwargs'), taken.place, add);
  });
  return table([
    ['keys', '', view('keys'), 'counted'],
    ['values', '', view('values'), 'counted'],
    ['items', '', view('items'), 'counted'],
    [
      'get',
      'key, default=None',
      (taken) => {
        const entry = dictOf(taken).entries.get(hashKey(taken.get('key')));
        return entry === undefined ? taken.get('default') : entry[1];
      },
      'counted',
    ],
    [
      'pop',
      'key, default=None',
      (taken) => {
        const { entries } = dictOf(taken);
        const key = hashKey(taken.get('key'));
        const entry = entries.get(key);
        entries.delete(key);
        if (entry !== undefined) return entry[1];
        if (taken.has('default')) return taken.get('default');
        return refuse('key', `KeyError: ${runtime.repr(taken.get('key'), taken.place)}`, taken.place);
      },
      'counted',
    ],
    [
      'popitem',
      'last=True',
      (taken) => {
        const { entries } = dictOf(taken);
        const keys = [...entries.keys()];
        const key = runtime.truth(taken.get('last'), taken.place) ? keys.at(-1) : keys[0];
        const entry = key === undefined ? undefined : entries.get(key);
        if (key === undefined || entry === undefined) {
          return refuse('key', "KeyError: 'popitem(): dictionary is empty'", taken.place);
        }
        entries.delete(key);
        return tuple(entry);
      },
    ],
    [
      'setdefault',
      'key, default=None',
      (taken) => {
        const { entries } = dictOf(taken);
        const found = entries.get(hashKey(taken.get('key')));
        if (found !== undefined) return found[1];
        runtime.meter.items(1);
        entries.set(hashKey(taken.get('key')), [taken.get('key'), taken.get('default')]);
        return taken.get('default');
      },
      'counted',
    ],
    ['update', 'mapping=None, /, **kwargs', update, 'counted'],
    ['__init__', 'mapping=None, /, **kwargs', update, 'counted'],
    [
      'clear',
      '',
      changing((taken) => {
        dictOf(taken).entries.clear();
      }),
      'counted',
    ],
    [
      'copy',
      '',
      (taken) => {
        const self = dictOf(taken);
        runtime.meter.items(self.entries.size);
        return { ...self, entries: new Map(self.entries) };
      },
      'counted',
    ],
    [
      'move_to_end',
      'key, last=True',
      changing((taken) => {
        const { entries } = dictOf(taken);
        const key = hashKey(taken.get('key'));
        const entry = entries.get(key);
        if (entry === undefined) {
          return refuse('key', `KeyError: ${runtime.repr(taken.get('key'), taken.place)}`, taken.place);
        }
        entries.delete(key);
        if (runtime.truth(taken.get('last'), taken.place)) {
          entries.set(key, entry);
          return;
        }
        const rest = [...entries];
        runtime.meter.items(rest.length);
        entries.clear();
        entries.set(key, entry);
        for (const [each, value] of rest) entries.set(each, value);
      }),
      'counted',
    ],
    ['__len__', '', (taken) => BigInt(dictOf(taken).entries.size), 'counted'],
    ['__contains__', 'key', (taken) => dictOf(taken).entries.has(hashKey(taken.get('key'))), 'counted'],
    ['__iter__', '', (taken) => runtime.iterator(taken.get('self'), taken.place), 'counted'],
    ['__reversed__', '', (taken) => reverseIterator(runtime, dictOf(taken), taken.place), 'counted'],
    ['__getitem__', 'key', (taken) => dictItem(runtime, dictOf(taken), taken.get('key'), taken.place), 'counted'],
    [
      '__setitem__',
      'key, value',
      changing((taken) => {
        runtime.meter.items(1);
        setEntry(dictOf(taken), taken.get('key'), taken.get('value'));
      }),
      'counted',
    ],
    [
      '__delitem__',
      'key',
      changing((taken) => {
        if (dictOf(taken).entries.delete(hashKey(taken.get('key')))) return;
        refuse('key', `KeyError: ${runtime.repr(taken.get('key'), taken.place)}`, taken.place);
      }),
      'counted',
    ],
  ]);
}

/** Methods of Counter, on top of those of dict. */
export function counters(runtime: Runtime): Map<string, NativeFunction> {
  const counting = (operator: '+' | '-') =>
    changing((taken) => {
      countInto(runtime, dictOf(taken), taken.get('iterable'), operator, taken.place);
      countInto(runtime, dictOf(taken), taken.get('kwargs'), operator, taken.place);
    });
  return table([
    [
      'most_common',
      'n=None',
      (taken) => {
        const pairs = [...dictOf(taken).entries.values()].map((entry) => tuple(entry));
        const key = native('amount', 'pair', ({ get }) => {
          const pair = get('pair');
          return pair !== null && typeof pair === 'object' && pair.kind === 'tuple' ? (pair.items[1] ?? null) : null;
        });
        const sorted = sortValues(runtime, pairs, key, true, taken.place);
        const n = indexOf(taken.get('n'));
        return list(n === null ? sorted : sorted.slice(0, Math.max(0, Number(n))));
      },
    ],
    [
      'elements',
      '',
      (taken) => {
        const next = runtime.cursor({ kind: 'view', part: 'items', mapping: dictOf(taken) }, taken.place);
        let key: Value = null;
        let left = 0n;
        return lazyIterator('itertools.chain', () => {
          while (left <= 0n) {
            const item = next();
            if (item === undefined) return undefined;
            if (item === null || typeof item !== 'object' || item.kind !== 'tuple') return undefined;
            key = item.items[0] ?? null;
            left = indexOf(item.items[1] ?? null) ?? 0n;
          }
          runtime.meter.step();
          left--;
          return key;
        });
      },
    ],
    ['update', 'iterable=None, /, **kwargs', counting('+')],
    ['subtract', 'iterable=None, /, **kwargs', counting('-')],
    [
      'total',
      '',
      (taken) =>
        [...dictOf(taken).entries.values()].reduce<Value>(
          (total, [, amount]) => binary(runtime, '+', total, amount, taken.place),
          0n,
        ),
    ],
  ]);
}

/** `dict.fromkeys`. */
export function fromKeys(runtime: Runtime): Value {
  return {
    kind: 'classmethod',
    callee: native('fromkeys', 'cls, iterable, value=None', (taken) => {
      const type = taken.get('cls');
      const kind = type !== null && typeof type === 'object' && type.kind === 'class' && type.name === 'OrderedDict';
      const keys = runtime.iterate(taken.get('iterable'), taken.place);
      runtime.meter.items(keys.length);
      return dict(
        keys.map((key) => [key, taken.get('value')]),
        kind ? 'OrderedDict' : 'dict',
      );
    }),
  };
}
