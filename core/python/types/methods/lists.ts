/** Methods of list, and those that tuple and range share with it. */

import { appendAll, reverseIterator } from '../../evaluation/iteration.ts';
import type { Runtime } from '../../evaluation/runtime.ts';
import type { Taken } from '../../evaluation/signature.ts';
import { indexOf } from '../../evaluation/subscripts.ts';
import { sortValues } from '../../modules/builtins/sorting.ts';
import { type Place, refuse } from '../../reason.ts';
import { list } from '../containers.ts';
import { typeName } from '../type-name.ts';
import type { NativeFunction, Value } from '../values.ts';
import { changing, type Definition, listOf, table } from './table.ts';

function position(value: Value, length: number, place: Place): number {
  const index = indexOf(value);
  if (index === null) return refuse('type', `'${typeName(value)}' object cannot be interpreted as an integer`, place);
  return Number(index < 0n ? index + BigInt(length) : index);
}

export function lists(runtime: Runtime): Map<string, NativeFunction> {
  return table([
    [
      'append',
      'item',
      changing((taken) => {
        runtime.meter.items(1);
        listOf(taken).items.push(taken.get('item'));
      }),
      'counted',
    ],
    [
      'extend',
      'iterable',
      changing((taken) => {
        appendAll(runtime, listOf(taken).items, taken.get('iterable'), taken.place);
      }),
      'counted',
    ],
    [
      'insert',
      'index, item',
      changing((taken) => {
        runtime.meter.items(1);
        const { items } = listOf(taken);
        const at = Math.max(0, position(taken.get('index'), items.length, taken.place));
        runtime.meter.move(items.length - at);
        items.splice(at, 0, taken.get('item'));
      }),
      'counted',
    ],
    [
      'pop',
      'index=-1',
      (taken) => {
        const { items } = listOf(taken);
        if (items.length === 0) return refuse('index', 'pop from empty list', taken.place);
        const at = position(taken.get('index'), items.length, taken.place);
        runtime.meter.move(items.length - at);
        const [item] = at >= 0 ? items.splice(at, 1) : [];
        return item === undefined ? refuse('index', 'pop index out of range', taken.place) : item;
      },
      'counted',
    ],
    [
      'remove',
      'item',
      changing((taken) => {
        const { items } = listOf(taken);
        const at = items.findIndex((item) => runtime.equals(item, taken.get('item'), taken.place));
        if (at < 0) refuse('value', 'list.remove(x): x not in list', taken.place);
        runtime.meter.move(items.length - at);
        items.splice(at, 1);
      }),
      'counted',
    ],
    [
      'clear',
      '',
      changing((taken) => {
        listOf(taken).items.length = 0;
      }),
      'counted',
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
      'counted',
    ],
    [
      '__init__',
      'iterable=None',
      changing((taken) => {
        const { items } = listOf(taken);
        items.length = 0;
        if (taken.has('iterable')) appendAll(runtime, items, taken.get('iterable'), taken.place);
      }),
      'counted',
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
      'counted',
    ],
    ...sequence(runtime),
  ]);
}

/** What lists and tuples share. */
export function sequence(runtime: Runtime): Definition[] {
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
      'counted',
    ],
    [
      'count',
      'item',
      (taken) => BigInt(itemsOf(taken).filter((item) => runtime.equals(item, taken.get('item'), taken.place)).length),
      'counted',
    ],
    ['__len__', '', (taken) => BigInt(itemsOf(taken).length), 'counted'],
    ['__iter__', '', (taken) => runtime.iterator(taken.get('self'), taken.place), 'counted'],
    ['__reversed__', '', (taken) => reverseIterator(runtime, taken.get('self'), taken.place), 'counted'],
    [
      '__getitem__',
      'index',
      (taken) => {
        const items = itemsOf(taken);
        const item = items[position(taken.get('index'), items.length, taken.place)];
        return item === undefined ? refuse('index', 'list index out of range', taken.place) : item;
      },
      'counted',
    ],
    [
      '__contains__',
      'item',
      (taken) => itemsOf(taken).some((item) => runtime.equals(item, taken.get('item'), taken.place)),
      'counted',
    ],
  ];
}
