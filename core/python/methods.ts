/** Methods of list, tuple, dict, set, range and numbers. */

import { pairsOf } from './argument-values.ts';
import type { MethodTable } from './attributes.ts';
import { sortValues } from './builtins.ts';
import { iteratorOver } from './iteration.ts';
import { asSet } from './operators.ts';
import { type Place, refuse } from './reason.ts';
import type { Runtime } from './runtime.ts';
import { native, type Taken } from './signature.ts';
import { stringMethods } from './string-methods.ts';
import { dictItem, indexOf } from './subscripts.ts';
import {
  type ClassValue,
  type DictValue,
  dict,
  hashKey,
  type ListValue,
  list,
  makeSet,
  type NativeFunction,
  type SetValue,
  setEntry,
  tuple,
  typeName,
  type Value,
} from './values.ts';

type Definition = readonly [name: string, signature: string, run: (taken: Taken) => Value];

function table(definitions: readonly Definition[]): Map<string, NativeFunction> {
  return new Map(
    definitions.map(([name, signature, run]) => {
      const whole = signature === '' ? 'self, /' : `self, /, ${signature}`;
      return [name, native(name, whole, run, { method: true })];
    }),
  );
}

/** A method that changes its object and gives None. */
function changing(run: (taken: Taken) => void): (taken: Taken) => Value {
  return (taken) => {
    run(taken);
    return null;
  };
}

function listOf(taken: Taken): ListValue {
  const value = taken.get('self');
  if (value !== null && typeof value === 'object' && value.kind === 'list') return value;
  return refuse('type', `this method needs a list, not ${typeName(value)}`, taken.place);
}

function dictOf(taken: Taken): DictValue {
  const value = taken.get('self');
  if (value !== null && typeof value === 'object' && value.kind === 'dict') return value;
  return refuse('type', `this method needs a dict, not ${typeName(value)}`, taken.place);
}

function setOf(taken: Taken): SetValue {
  const value = taken.get('self');
  if (value !== null && typeof value === 'object' && value.kind === 'set') return value;
  return refuse('type', `this method needs a set, not ${typeName(value)}`, taken.place);
}

function walk(items: readonly Value[]): Value {
  return iteratorOver(items, 'iterator');
}

function position(value: Value, length: number, place: Place): number {
  const index = indexOf(value);
  if (index === null) return refuse('type', `'${typeName(value)}' object cannot be interpreted as an integer`, place);
  return Number(index < 0n ? index + BigInt(length) : index);
}

function lists(runtime: Runtime): Map<string, NativeFunction> {
  return table([
    [
      'append',
      'item',
      changing((taken) => {
        runtime.meter.items(1);
        listOf(taken).items.push(taken.get('item'));
      }),
    ],
    [
      'extend',
      'iterable',
      changing((taken) => {
        const { items } = listOf(taken);
        for (const item of runtime.iterate(taken.get('iterable'), taken.place)) items.push(item);
      }),
    ],
    [
      'insert',
      'index, item',
      changing((taken) => {
        runtime.meter.items(1);
        const { items } = listOf(taken);
        items.splice(Math.max(0, position(taken.get('index'), items.length, taken.place)), 0, taken.get('item'));
      }),
    ],
    [
      'pop',
      'index=-1',
      (taken) => {
        const { items } = listOf(taken);
        if (items.length === 0) return refuse('index', 'pop from empty list', taken.place);
        const at = position(taken.get('index'), items.length, taken.place);
        const [item] = at >= 0 ? items.splice(at, 1) : [];
        return item === undefined ? refuse('index', 'pop index out of range', taken.place) : item;
      },
    ],
    [
      'remove',
      'item',
      changing((taken) => {
        const { items } = listOf(taken);
        const at = items.findIndex((item) => runtime.equals(item, taken.get('item'), taken.place));
        if (at < 0) refuse('value', 'list.remove(x): x not in list', taken.place);
        items.splice(at, 1);
      }),
    ],
    [
      'clear',
      '',
      changing((taken) => {
        listOf(taken).items.length = 0;
      }),
    ],
    [
      'reverse',
      '',
      changing((taken) => {
        listOf(taken).items.reverse();
      }),
    ],
    [
      'sort',
      '*, key=None, reverse=False',
      changing((taken) => {
        const { items } = listOf(taken);
        const reverse = runtime.truth(taken.get('reverse'), taken.place);
        const sorted = sortValues(runtime, items, taken.get('key'), reverse, taken.place);
        items.length = 0;
        for (const item of sorted) items.push(item);
      }),
    ],
    [
      'copy',
      '',
      (taken) => {
        runtime.meter.items(listOf(taken).items.length);
        return list([...listOf(taken).items]);
      },
    ],
    [
      '__init__',
      'iterable=None',
      changing((taken) => {
        const { items } = listOf(taken);
        items.length = 0;
        if (taken.has('iterable')) {
          for (const item of runtime.iterate(taken.get('iterable'), taken.place)) items.push(item);
        }
      }),
    ],
    [
      '__setitem__',
      'index, item',
      changing((taken) => {
        const { items } = listOf(taken);
        const at = position(taken.get('index'), items.length, taken.place);
        if (at < 0 || at >= items.length) refuse('index', 'list assignment index out of range', taken.place);
        items[at] = taken.get('item');
      }),
    ],
    ...sequence(runtime),
  ]);
}

/** What lists and tuples share. */
function sequence(runtime: Runtime): Definition[] {
  const itemsOf = (taken: Taken): readonly Value[] => {
    const self = taken.get('self');
    if (self !== null && typeof self === 'object' && (self.kind === 'list' || self.kind === 'tuple')) return self.items;
    return runtime.iterate(self, taken.place);
  };
  return [
    [
      'index',
      'item, start=0, stop=None',
      (taken) => {
        const items = itemsOf(taken);
        const start = Math.max(0, position(taken.get('start'), items.length, taken.place));
        const stop = taken.get('stop');
        const end = stop === null ? items.length : position(stop, items.length, taken.place);
        for (let at = start; at < Math.min(end, items.length); at++) {
          if (runtime.equals(items[at] ?? null, taken.get('item'), taken.place)) return BigInt(at);
        }
        return refuse('value', `${runtime.repr(taken.get('item'), taken.place)} is not in the sequence`, taken.place);
      },
    ],
    [
      'count',
      'item',
      (taken) => BigInt(itemsOf(taken).filter((item) => runtime.equals(item, taken.get('item'), taken.place)).length),
    ],
    ['__len__', '', (taken) => BigInt(itemsOf(taken).length)],
    ['__iter__', '', (taken) => walk(itemsOf(taken))],
    [
      '__getitem__',
      'index',
      (taken) => {
        const items = itemsOf(taken);
        const item = items[position(taken.get('index'), items.length, taken.place)];
        return item === undefined ? refuse('index', 'list index out of range', taken.place) : item;
      },
    ],
    [
      '__contains__',
      'item',
      (taken) => itemsOf(taken).some((item) => runtime.equals(item, taken.get('item'), taken.place)),
    ],
  ];
}

function dicts(runtime: Runtime): Map<string, NativeFunction> {
  const view = (part: 'keys' | 'values' | 'items') => (taken: Taken) =>
    ({ kind: 'view', part, mapping: dictOf(taken) }) as const;
  const update = changing((taken) => {
    const pairs = taken.has('mapping') ? pairsOf(runtime, taken.get('mapping'), taken.place) : [];
    const self = dictOf(taken);
    for (const [key, value] of [...pairs, ...pairsOf(runtime, taken.get('kwargs'), taken.place)]) {
      runtime.meter.items(1);
      setEntry(self, key, value);
    }
  });
  return table([
    ['keys', '', view('keys')],
    ['values', '', view('values')],
    ['items', '', view('items')],
    [
      'get',
      'key, default=None',
      (taken) => {
        const entry = dictOf(taken).entries.get(hashKey(taken.get('key')));
        return entry === undefined ? taken.get('default') : entry[1];
      },
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
    ],
    [
      'popitem',
      'last=True',
      (taken) => {
        const { entries } = dictOf(taken);
        runtime.meter.work(entries.size);
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
    ],
    ['update', 'mapping=None, /, **kwargs', update],
    ['__init__', 'mapping=None, /, **kwargs', update],
    [
      'clear',
      '',
      changing((taken) => {
        dictOf(taken).entries.clear();
      }),
    ],
    [
      'copy',
      '',
      (taken) => {
        const self = dictOf(taken);
        runtime.meter.items(self.entries.size);
        return { ...self, entries: new Map(self.entries) };
      },
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
    ],
    ['__len__', '', (taken) => BigInt(dictOf(taken).entries.size)],
    ['__contains__', 'key', (taken) => dictOf(taken).entries.has(hashKey(taken.get('key')))],
    ['__iter__', '', (taken) => walk([...dictOf(taken).entries.values()].map(([key]) => key))],
    ['__getitem__', 'key', (taken) => dictItem(runtime, dictOf(taken), taken.get('key'), taken.place)],
    [
      '__setitem__',
      'key, value',
      changing((taken) => {
        runtime.meter.items(1);
        setEntry(dictOf(taken), taken.get('key'), taken.get('value'));
      }),
    ],
    [
      '__delitem__',
      'key',
      changing((taken) => {
        if (dictOf(taken).entries.delete(hashKey(taken.get('key')))) return;
        refuse('key', `KeyError: ${runtime.repr(taken.get('key'), taken.place)}`, taken.place);
      }),
    ],
  ]);
}

/** Methods of Counter, on top of those of dict. */
function counters(runtime: Runtime): Map<string, NativeFunction> {
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
        const items: Value[] = [];
        for (const [key, amount] of dictOf(taken).entries.values()) {
          const count = indexOf(amount) ?? 0n;
          runtime.meter.items(Number(count > 0n ? count : 0n));
          for (let i = 0n; i < count; i++) items.push(key);
        }
        return walk(items);
      },
    ],
  ]);
}

function sets(runtime: Runtime): Map<string, NativeFunction> {
  const others = (taken: Taken) =>
    runtime.iterate(taken.get('others'), taken.place).map((each) => {
      return asSet(each) ?? makeSet(runtime.iterate(each, taken.place));
    });
  const other = (taken: Taken) => {
    const given = taken.get('other');
    return asSet(given) ?? makeSet(runtime.iterate(given, taken.place));
  };
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
      return { ...self, entries: new Map(from.filter(([key]) => keep(key, rest))) };
    };
    const update = changing((taken) => {
      const { entries } = setOf(taken);
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
    ],
    [
      'discard',
      'item',
      changing((taken) => {
        setOf(taken).entries.delete(hashKey(taken.get('item')));
      }),
    ],
    [
      'remove',
      'item',
      changing((taken) => {
        if (setOf(taken).entries.delete(hashKey(taken.get('item')))) return;
        refuse('key', `KeyError: ${runtime.repr(taken.get('item'), taken.place)}`, taken.place);
      }),
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
    ],
    [
      'copy',
      '',
      (taken) => {
        const self = setOf(taken);
        runtime.meter.items(self.entries.size);
        return { ...self, entries: new Map(self.entries) };
      },
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
    ['__len__', '', (taken) => BigInt(setOf(taken).entries.size)],
    ['__contains__', 'item', (taken) => setOf(taken).entries.has(hashKey(taken.get('item')))],
    ['__iter__', '', (taken) => walk([...setOf(taken).entries.values()])],
  ]);
}

function numbers(): Map<string, NativeFunction> {
  const whole = (taken: Taken) => indexOf(taken.get('self')) ?? 0n;
  return table([
    ['is_integer', '', (taken) => Number.isInteger(Number(taken.get('self')))],
    [
      'bit_length',
      '',
      (taken) => {
        const value = whole(taken);
        return value === 0n ? 0n : BigInt(value.toString(2).replace('-', '').length);
      },
    ],
    ['bit_count', '', (taken) => BigInt(whole(taken).toString(2).replace(/[^1]/g, '').length)],
    ['conjugate', '', (taken) => taken.get('self')],
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

/** Gives classes what is reached through them: `dict.fromkeys`. */
export function addClassMethods(runtime: Runtime, types: ReadonlyMap<string, ClassValue>): void {
  types.get('dict')?.attributes.set('fromkeys', fromKeys(runtime));
}

/** Methods of built-in values, by type. */
export function builtinMethods(runtime: Runtime): MethodTable {
  const mapping = dicts(runtime);
  const numeric = numbers();
  const iterators = table([
    ['__iter__', '', (taken) => taken.get('self')],
    [
      '__next__',
      '',
      (taken) => {
        const self = taken.get('self');
        const item = self !== null && typeof self === 'object' && self.kind === 'iterator' ? self.next() : undefined;
        return item === undefined ? refuse('value', 'StopIteration: ', taken.place) : item;
      },
    ],
    ['close', '', () => null],
  ]);
  const size: Definition = [
    'numel',
    '',
    (taken) =>
      runtime
        .iterate(taken.get('self'), taken.place)
        .reduce<Value>(
          (product, item) => (typeof product === 'bigint' && typeof item === 'bigint' ? product * item : null),
          1n,
        ),
  ];
  const views = table([
    ['__len__', '', (taken) => BigInt(runtime.iterate(taken.get('self'), taken.place).length)],
    ['__iter__', '', (taken) => walk(runtime.iterate(taken.get('self'), taken.place))],
    ['__reversed__', '', (taken) => walk([...runtime.iterate(taken.get('self'), taken.place)].reverse())],
    [
      'isdisjoint',
      'other',
      (taken) => {
        const given = makeSet(runtime.iterate(taken.get('other'), taken.place));
        return !runtime.iterate(taken.get('self'), taken.place).some((each) => given.entries.has(hashKey(each)));
      },
    ],
  ]);
  return {
    str: stringMethods(runtime),
    list: lists(runtime),
    tuple: table([...sequence(runtime), size]),
    dict: mapping,
    OrderedDict: mapping,
    defaultdict: mapping,
    Counter: new Map([...mapping, ...counters(runtime)]),
    set: sets(runtime),
    range: table(sequence(runtime).filter(([name]) => name !== '__getitem__')),
    iterator: iterators,
    dict_keys: views,
    dict_values: views,
    dict_items: views,
    int: numeric,
    float: numeric,
  };
}
