/** The modules collections and collections.abc. */

import { findInClass, makeClass } from '../evaluation/classes.ts';
import { type Evaluator, positional } from '../evaluation/runtime.ts';
import { native } from '../evaluation/signature.ts';
import { indexOf } from '../evaluation/subscripts.ts';
import { type Place, refuse } from '../reason.ts';
import { list } from '../types/containers.ts';
import type { ClassValue, ModuleValue, Value } from '../types/values.ts';
import { hostModule } from './host-module.ts';
import { namedTupleFunction } from './named-tuples.ts';

function has(value: Value, ...names: readonly string[]): boolean {
  if (value === null || typeof value !== 'object' || value.kind !== 'instance') return false;
  return names.every((name) => findInClass(value.type, name) !== undefined);
}

const kindOf = (value: Value): string => {
  if (value === null) return 'NoneType';
  if (typeof value === 'object') return value.kind === 'set' ? (value.typeName ?? 'set') : value.kind;
  return typeof value === 'string' ? 'str' : typeof value;
};

const oneOf =
  (...kinds: readonly string[]) =>
  (value: Value) =>
    kinds.includes(kindOf(value));

const iterables = ['str', 'list', 'tuple', 'dict', 'set', 'frozenset', 'range', 'iterator', 'view'];
const hostIterable = (value: Value) =>
  value !== null && typeof value === 'object' && value.kind === 'host' && value.iterate !== undefined;

export function isGenerator(value: Value): boolean {
  return value !== null && typeof value === 'object' && value.kind === 'iterator' && value.typeName === 'generator';
}

function isSetView(value: Value): boolean {
  return value !== null && typeof value === 'object' && value.kind === 'view' && value.part !== 'values';
}

/** Which values count as instances of the abstract classes (collections.abc, numbers, typing). */
const abstractChecks: Readonly<Record<string, (value: Value) => boolean>> = {
  Iterable: (value) => oneOf(...iterables)(value) || hostIterable(value) || has(value, '__iter__'),
  Iterator: (value) => oneOf('iterator')(value) || has(value, '__iter__', '__next__'),
  Generator: isGenerator,
  Reversible: oneOf('str', 'list', 'tuple', 'dict', 'range', 'view'),
  Sized: (value) => oneOf(...iterables.filter((each) => each !== 'iterator'))(value) || has(value, '__len__'),
  Container: (value) => oneOf(...iterables.filter((each) => each !== 'iterator'))(value) || has(value, '__contains__'),
  Collection: (value) =>
    oneOf(...iterables.filter((each) => each !== 'iterator'))(value) ||
    has(value, '__len__', '__iter__', '__contains__'),
  Sequence: oneOf('str', 'list', 'tuple', 'range'),
  MutableSequence: oneOf('list'),
  Mapping: oneOf('dict'),
  MutableMapping: oneOf('dict'),
  Set: (value) => oneOf('set', 'frozenset')(value) || isSetView(value),
  MutableSet: oneOf('set'),
  Hashable: (value) => !oneOf('list', 'dict', 'set')(value),
  Callable: (value) => {
    if (value === null || typeof value !== 'object') return false;
    if (value.kind === 'instance') return findInClass(value.type, '__call__') !== undefined;
    if (value.kind === 'host') return value.call !== undefined;
    return ['function', 'native', 'bound', 'class'].includes(value.kind);
  },
};

/** Classes that only isinstance asks, by name; a program may extend them, which adds nothing. */
export function abstractClasses(object: ClassValue): ReadonlyMap<string, ClassValue> {
  const classes = new Map<string, ClassValue>();
  for (const [name, check] of Object.entries(abstractChecks)) {
    const made = makeClass(name, [object], new Map());
    made.check = check;
    classes.set(name, made);
  }
  return classes;
}

/** collections.deque as a list with a left end. */
function dequeClass(evaluator: Evaluator): ClassValue {
  const listType = evaluator.types.get('list') ?? evaluator.object;
  const made = makeClass('deque', [listType], new Map(), {
    construct(given, place, type) {
      const callee = native('deque', 'iterable=None, maxlen=None', (taken) => {
        const items = taken.get('iterable') === null ? [] : [...evaluator.iterate(taken.get('iterable'), taken.place)];
        const most = indexOf(taken.get('maxlen'));
        const kept = most === null ? items : items.slice(Math.max(0, items.length - Number(most)));
        return { ...list(kept), type, attributes: new Map<string, Value>([['maxlen', taken.get('maxlen')]]) };
      });
      return callee.run(given, place);
    },
  });
  const method = (name: string, signature: string, run: (items: Value[], value: Value, place: Place) => Value) => {
    made.attributes.set(
      name,
      native(
        name,
        signature,
        (taken) => {
          const self = taken.get('self');
          if (self === null || typeof self !== 'object' || self.kind !== 'list') return null;
          const { items } = self;
          if (name !== 'popleft') evaluator.meter.items(1);
          // Every item moves when one comes or goes at the left end.
          if (name !== 'append') evaluator.meter.move(items.length);
          const result = run(items, signature === 'self' ? null : taken.get('item'), taken.place);
          const most = indexOf(self.attributes?.get('maxlen') ?? null);
          if (most !== null && items.length > Number(most)) {
            if (name === 'appendleft') items.pop();
            else {
              evaluator.meter.move(items.length);
              items.shift();
            }
          }
          return result;
        },
        { method: true },
      ),
    );
  };
  method('append', 'self, item', (items, value) => {
    items.push(value);
    return null;
  });
  method('appendleft', 'self, item', (items, value) => {
    items.unshift(value);
    return null;
  });
  for (const [name, one] of [
    ['extend', 'append'],
    ['extendleft', 'appendleft'],
    ['__iadd__', 'append'],
  ] as const) {
    const single = made.attributes.get(one) ?? null;
    const run = native(
      name,
      'self, iterable, /',
      ({ get, place }) => {
        const self = get('self');
        const given = get('iterable');
        const next = evaluator.cursor(given === self ? list([...evaluator.iterate(given, place)]) : given, place);
        for (let item = next(); item !== undefined; item = next()) {
          evaluator.call(single, positional(self, item), place);
        }
        return name === '__iadd__' ? self : null;
      },
      { method: true },
    );
    made.attributes.set(name, run);
  }
  method(
    'popleft',
    'self',
    (items, _value, place) => items.shift() ?? refuse('index', 'pop from an empty deque', place),
  );
  method('rotate', 'self, item=1', (items, value) => {
    const count = Number(indexOf(value) ?? 1n);
    const turn = items.length === 0 ? 0 : ((count % items.length) + items.length) % items.length;
    const turned = [...items.slice(items.length - turn), ...items.slice(0, items.length - turn)];
    turned.forEach((item, index) => {
      items[index] = item;
    });
    return null;
  });
  return made;
}

export function collectionsModules(evaluator: Evaluator, hint: Value): readonly (readonly [string, ModuleValue])[] {
  const named = (name: string): readonly [string, Value] => [name, evaluator.types.get(name) ?? null];
  const abc = hostModule('collections.abc', abstractClasses(evaluator.object), () => hint);
  const collections = hostModule('collections', [
    named('OrderedDict'),
    named('defaultdict'),
    named('Counter'),
    ['namedtuple', namedTupleFunction(evaluator)],
    ['deque', dequeClass(evaluator)],
    ['UserDict', evaluator.types.get('dict') ?? null],
    ['abc', abc],
  ]);
  return [
    ['collections', collections],
    ['collections.abc', abc],
  ];
}
