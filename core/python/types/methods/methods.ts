/** Methods of list, tuple, dict, set, range and numbers. */
import type { MethodTable } from '../../evaluation/attributes.ts';
import { reverseIterator, setOfItems } from '../../evaluation/iteration.ts';
import type { Runtime } from '../../evaluation/runtime.ts';
import type { Taken } from '../../evaluation/signature.ts';
import { indexOf } from '../../evaluation/subscripts.ts';
import { lengthOf } from '../../modules/builtins/length.ts';
import { hashKey } from '../hash-key.ts';
import { integerArithmetic } from '../integers.ts';
import { stringMethods } from '../string-methods.ts';
import type { ClassValue, NativeFunction, Value } from '../values.ts';
import { counters, dicts, fromKeys } from './dicts.ts';
import { iteratorMethods } from './iterators.ts';
import { lists, sequence } from './lists.ts';
import { sets } from './sets.ts';
import { type Definition, table } from './table.ts';

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

/** Gives classes what is reached through them: `dict.fromkeys`. */
export function addClassMethods(runtime: Runtime, types: ReadonlyMap<string, ClassValue>): void {
  types.get('dict')?.attributes.set('fromkeys', fromKeys(runtime));
}

/** Methods of built-in values, by type. */
export function builtinMethods(runtime: Runtime): MethodTable {
  const mapping = dicts(runtime);
  const numeric = numbers();
  const iterators = iteratorMethods(runtime);
  const size: Definition = [
    'numel',
    '',
    (taken) =>
      runtime
        .iterate(taken.get('self'), taken.place)
        .reduce<Value>(
          (product, item) =>
            typeof product === 'bigint' && typeof item === 'bigint'
              ? integerArithmetic(runtime.meter, '*', product, item)
              : null,
          1n,
        ),
  ];
  const views = table([
    ['__len__', '', (taken) => lengthOf(runtime, taken.get('self'), taken.place)],
    ['__iter__', '', (taken) => runtime.iterator(taken.get('self'), taken.place)],
    ['__reversed__', '', (taken) => reverseIterator(runtime, taken.get('self'), taken.place)],
    [
      'isdisjoint',
      'other',
      (taken) => {
        const given = setOfItems(runtime, taken.get('other'), taken.place);
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
    iterator: iterators.iterator,
    generator: iterators.generator,
    dict_keys: views,
    dict_values: views,
    dict_items: views,
    int: numeric,
    float: numeric,
  };
}
