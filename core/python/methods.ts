/** Methods of str, list, tuple, dict, set and numbers. */
import type { MethodTable } from './attributes.ts';
import { pairsOf, sortValues } from './builtins.ts';
import { formatValue } from './formatting.ts';
import { type Place, refuse } from './reason.ts';
import type { Runtime } from './runtime.ts';
import { native, type Taken } from './signature.ts';
import { indexOf } from './subscripts.ts';
import {
  type DictValue,
  hashKey,
  type ListValue,
  list,
  type NativeFunction,
  type SetValue,
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

function text(taken: Taken, name = 'self'): string {
  const value = taken.get(name);
  return typeof value === 'string' ? value : refuse('type', `must be str, not ${typeName(value)}`, taken.place);
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

function position(value: Value, length: number, place: Place): number {
  const index = indexOf(value);
  if (index === null) return refuse('type', `'${typeName(value)}' object cannot be interpreted as an integer`, place);
  return Number(index < 0n ? index + BigInt(length) : index);
}

function strings(runtime: Runtime): Map<string, NativeFunction> {
  const counted = (value: string) => {
    runtime.meter.characters(value.length);
    return value;
  };
  const affix = (name: 'startsWith' | 'endsWith') => (taken: Taken) => {
    const prefix = taken.get('prefix');
    const all = prefix !== null && typeof prefix === 'object' && prefix.kind === 'tuple' ? prefix.items : [prefix];
    return all.some((each) => typeof each === 'string' && text(taken)[name](each));
  };
  return table([
    ['lower', '', (taken) => text(taken).toLowerCase()],
    ['upper', '', (taken) => text(taken).toUpperCase()],
    ['strip', '', (taken) => text(taken).trim()],
    ['lstrip', '', (taken) => text(taken).trimStart()],
    ['rstrip', '', (taken) => text(taken).trimEnd()],
    ['startswith', 'prefix', affix('startsWith')],
    ['endswith', 'prefix', affix('endsWith')],
    ['isdigit', '', (taken) => /^\d+$/.test(text(taken))],
    [
      'split',
      'separator=None',
      (taken) => {
        const separator = taken.get('separator');
        const parts =
          separator === null ? text(taken).trim().split(/\s+/) : text(taken).split(text(taken, 'separator'));
        runtime.meter.items(parts.length);
        return list(separator === null && parts[0] === '' ? [] : parts);
      },
    ],
    [
      'join',
      'iterable',
      (taken) => {
        const parts = runtime.iterate(taken.get('iterable'), taken.place).map((item) => {
          if (typeof item === 'string') return item;
          return refuse('type', `sequence item: expected str instance, ${typeName(item)} found`, taken.place);
        });
        const separator = text(taken);
        runtime.meter.characters(parts.reduce((sum, part) => sum + part.length + separator.length, 0));
        return parts.join(separator);
      },
    ],
    [
      'replace',
      'old, new',
      (taken) => {
        const parts = text(taken).split(text(taken, 'old'));
        runtime.meter.characters(text(taken).length + parts.length * text(taken, 'new').length);
        return parts.join(text(taken, 'new'));
      },
    ],
    ['count', 'part', (taken) => BigInt(text(taken).split(text(taken, 'part')).length - 1)],
    ['find', 'part', (taken) => BigInt(text(taken).indexOf(text(taken, 'part')))],
    [
      'format',
      '*args, **kwargs',
      (taken) => {
        const args = runtime.iterate(taken.get('args'), taken.place);
        const named = new Map(
          pairsOf(runtime, taken.get('kwargs'), taken.place).map(([key, value]) => [String(key), value]),
        );
        let at = 0;
        const result = text(taken).replace(
          /\{\{|\}\}|\{(\w*)(?::([^{}]*))?\}/g,
          (whole: string, name?: string, format?: string) => {
            if (name === undefined) return whole.slice(0, 1);
            const value = name === '' ? args[at++] : /^\d+$/.test(name) ? args[Number(name)] : named.get(name);
            if (value === undefined)
              return refuse('index', 'Replacement index out of range for positional args tuple', taken.place);
            return formatValue(value, format ?? '');
          },
        );
        return counted(result);
      },
    ],
  ]);
}

function lists(runtime: Runtime): Map<string, NativeFunction> {
  return table([
    [
      'append',
      'item',
      (taken) => {
        runtime.meter.items(1);
        listOf(taken).items.push(taken.get('item'));
        return null;
      },
    ],
    [
      'extend',
      'iterable',
      (taken) => {
        for (const item of runtime.iterate(taken.get('iterable'), taken.place)) listOf(taken).items.push(item);
        return null;
      },
    ],
    [
      'insert',
      'index, item',
      (taken) => {
        runtime.meter.items(1);
        const { items } = listOf(taken);
        items.splice(Math.max(0, position(taken.get('index'), items.length, taken.place)), 0, taken.get('item'));
        return null;
      },
    ],
    [
      'pop',
      'index=-1',
      (taken) => {
        const { items } = listOf(taken);
        const at = position(taken.get('index'), items.length, taken.place);
        const [item] = at >= 0 ? items.splice(at, 1) : [];
        return item === undefined ? refuse('index', 'pop index out of range', taken.place) : item;
      },
    ],
    [
      'clear',
      '',
      (taken) => {
        listOf(taken).items.length = 0;
        return null;
      },
    ],
    [
      'reverse',
      '',
      (taken) => {
        listOf(taken).items.reverse();
        return null;
      },
    ],
    [
      'sort',
      '*, key=None, reverse=False',
      (taken) => {
        const { items } = listOf(taken);
        const sorted = sortValues(
          runtime,
          items,
          taken.get('key'),
          runtime.truth(taken.get('reverse'), taken.place),
          taken.place,
        );
        items.splice(0, items.length, ...sorted);
        return null;
      },
    ],
    [
      'copy',
      '',
      (taken) => {
        runtime.meter.items(listOf(taken).items.length);
        return list([...listOf(taken).items]);
      },
    ],
    ...searches(runtime),
  ]);
}

function searches(runtime: Runtime): Definition[] {
  return [
    [
      'index',
      'item',
      (taken) => {
        const items = runtime.iterate(taken.get('self'), taken.place);
        const at = items.findIndex((item) => runtime.equals(item, taken.get('item'), taken.place));
        return at < 0 ? refuse('value', 'the item is not in the list', taken.place) : BigInt(at);
      },
    ],
    [
      'count',
      'item',
      (taken) =>
        BigInt(
          runtime
            .iterate(taken.get('self'), taken.place)
            .filter((item) => runtime.equals(item, taken.get('item'), taken.place)).length,
        ),
    ],
  ];
}

function dicts(runtime: Runtime): Map<string, NativeFunction> {
  const values = (taken: Taken) => [...dictOf(taken).entries.values()];
  return table([
    ['keys', '', (taken) => list(values(taken).map(([key]) => key))],
    ['values', '', (taken) => list(values(taken).map(([, value]) => value))],
    ['items', '', (taken) => list(values(taken).map(([key, value]) => tuple([key, value])))],
    [
      'get',
      'key, default=None',
      (taken) => dictOf(taken).entries.get(hashKey(taken.get('key')))?.[1] ?? taken.get('default'),
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
    [
      'update',
      'mapping=None, /, **kwargs',
      (taken) => {
        const pairs = taken.has('mapping') ? pairsOf(runtime, taken.get('mapping'), taken.place) : [];
        for (const [key, value] of [...pairs, ...pairsOf(runtime, taken.get('kwargs'), taken.place)]) {
          runtime.meter.items(1);
          dictOf(taken).entries.set(hashKey(key), [key, value]);
        }
        return null;
      },
    ],
    ['copy', '', (taken) => ({ ...dictOf(taken), entries: new Map(dictOf(taken).entries) })],
  ]);
}

function sets(runtime: Runtime): Map<string, NativeFunction> {
  return table([
    [
      'add',
      'item',
      (taken) => {
        runtime.meter.items(1);
        setOf(taken).entries.set(hashKey(taken.get('item')), taken.get('item'));
        return null;
      },
    ],
    [
      'discard',
      'item',
      (taken) => {
        setOf(taken).entries.delete(hashKey(taken.get('item')));
        return null;
      },
    ],
    [
      'union',
      'iterable',
      (taken) => {
        const items = runtime.iterate(taken.get('iterable'), taken.place);
        return {
          kind: 'set',
          entries: new Map([...setOf(taken).entries, ...items.map((item) => [hashKey(item), item] as const)]),
        };
      },
    ],
  ]);
}

/** Methods of built-in values, by type. */
export function builtinMethods(runtime: Runtime): MethodTable {
  const numbers = table([
    ['is_integer', '', (taken) => Number.isInteger(Number(taken.get('self')))],
    ['bit_length', '', (taken) => BigInt((indexOf(taken.get('self')) ?? 0n).toString(2).replace('-', '').length)],
  ]);
  return {
    str: strings(runtime),
    list: lists(runtime),
    tuple: table([
      ...searches(runtime),
      [
        'numel',
        '',
        (taken) =>
          runtime
            .iterate(taken.get('self'), taken.place)
            .reduce<Value>(
              (product, item) => (typeof product === 'bigint' && typeof item === 'bigint' ? product * item : null),
              1n,
            ),
      ],
    ]),
    dict: dicts(runtime),
    set: sets(runtime),
    int: numbers,
    float: numbers,
  };
}
