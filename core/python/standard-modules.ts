/** The standard modules that programs import: math, collections, functools, typing and the like. */
import { pairsOf } from './builtins.ts';
import { hostModule } from './evaluator.ts';
import { truncate } from './integers.ts';
import { type Place, refuse } from './reason.ts';
import type { Evaluator } from './runtime.ts';
import { native } from './signature.ts';
import { dict, hashKey, type ModuleValue, makeClass, type NativeFunction, typeName, type Value } from './values.ts';

function number(value: Value, place: Place): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  return refuse('type', `must be real number, not ${typeName(value)}`, place);
}

function finite(value: number, place: Place): number {
  return Number.isNaN(value) ? refuse('value', 'math domain error', place) : value;
}

function mathModule(): ModuleValue {
  const attributes: [string, Value][] = [
    ['pi', Math.PI],
    ['e', Math.E],
    ['inf', Infinity],
    ['nan', Number.NaN],
    ['tau', 2 * Math.PI],
  ];
  const plain = {
    sqrt: Math.sqrt,
    exp: Math.exp,
    sin: Math.sin,
    cos: Math.cos,
    tan: Math.tan,
    tanh: Math.tanh,
    log2: Math.log2,
    log10: Math.log10,
    fabs: Math.abs,
  };
  for (const [name, run] of Object.entries(plain)) {
    attributes.push([name, native(name, 'x', ({ get, place }) => finite(run(number(get('x'), place)), place))]);
  }
  const whole = { floor: Math.floor, ceil: Math.ceil, trunc: Math.trunc };
  for (const [name, run] of Object.entries(whole)) {
    attributes.push([
      name,
      native(name, 'x', ({ get, place }) => {
        const x = get('x');
        return typeof x === 'bigint' ? x : truncate(run(number(x, place)));
      }),
    ]);
  }
  attributes.push(
    [
      'log',
      native('log', 'x, base=None', ({ get, place }) => {
        const x = number(get('x'), place);
        if (x <= 0) refuse('value', 'math domain error', place);
        return get('base') === null ? Math.log(x) : Math.log(x) / Math.log(number(get('base'), place));
      }),
    ],
    [
      'pow',
      native('pow', 'x, y', ({ get, place }) => finite(number(get('x'), place) ** number(get('y'), place), place)),
    ],
    [
      'gcd',
      native('gcd', 'a, b', ({ get, place }) => {
        let [a, b] = [get('a'), get('b')];
        if (typeof a !== 'bigint' || typeof b !== 'bigint') return refuse('type', 'gcd() needs ints', place);
        while (b !== 0n) [a, b] = [b, a % b];
        return a < 0n ? -a : a;
      }),
    ],
    [
      'prod',
      native('prod', 'iterable', ({ get, place }) => {
        const items = get('iterable');
        const values =
          items !== null && typeof items === 'object' && (items.kind === 'list' || items.kind === 'tuple')
            ? items.items
            : [];
        if (values.every((value) => typeof value === 'bigint')) {
          let product = 1n;
          for (const value of values) {
            product *= value;
            if (product > 2n ** 64n || product < -(2n ** 64n)) refuse('budget', 'math.prod is too large', place);
          }
          return product;
        }
        return values.reduce<number>((product, value) => product * number(value, place), 1);
      }),
    ],
    ['isnan', native('isnan', 'x', ({ get, place }) => Number.isNaN(number(get('x'), place)))],
  );
  return hostModule('math', attributes);
}

function orderedDict(evaluator: Evaluator): Value {
  const callee = native('OrderedDict', 'items=None, /, **kwargs', (taken) => {
    const result = dict(taken.has('items') ? pairsOf(evaluator, taken.get('items'), taken.place) : [], 'OrderedDict');
    for (const [key, value] of pairsOf(evaluator, taken.get('kwargs'), taken.place)) {
      result.entries.set(hashKey(key), [key, value]);
    }
    evaluator.meter.items(result.entries.size);
    return result;
  });
  return makeClass('OrderedDict', [evaluator.object], new Map(), {
    construct: (given, place) => callee.run(given, place),
  });
}

function defaultDict(): NativeFunction {
  return native('defaultdict', 'factory=None', ({ get }) => ({
    kind: 'dict',
    typeName: 'defaultdict',
    entries: new Map(),
    fallback: get('factory'),
  }));
}

function partial(evaluator: Evaluator): NativeFunction {
  return native('partial', 'callee, *args, **kwargs', (taken) => {
    const callee = taken.get('callee');
    const args = evaluator.iterate(taken.get('args'), taken.place);
    const kwargs = pairsOf(evaluator, taken.get('kwargs'), taken.place).map(
      ([key, value]) => [String(key), value] as const,
    );
    return {
      kind: 'native',
      name: 'partial',
      method: false,
      run: (given, place) =>
        evaluator.call(
          callee,
          { positional: [...args, ...given.positional], keywords: new Map([...kwargs, ...given.keywords]) },
          place,
        ),
    };
  });
}

/** A module whose names are only hints: typing, abc, dataclasses and the like. `hint` makes the value of a name. */
function hints(name: string, hint: Value, special: readonly (readonly [string, Value])[] = []): ModuleValue {
  return hostModule(name, special, () => hint);
}

/** Modules by dotted name. `hint` stands for types that only annotations use. */
export function standardModules(evaluator: Evaluator, hint: Value): Map<string, ModuleValue> {
  const identity = native('decorator', 'value', ({ get }) => get('value'));
  const reduce = native('reduce', 'callee, iterable, initial=None', (taken) => {
    const items = [...evaluator.iterate(taken.get('iterable'), taken.place)];
    let total = taken.has('initial') ? taken.get('initial') : items.shift();
    if (total === undefined) return refuse('type', 'reduce() of empty iterable with no initial value', taken.place);
    for (const item of items) {
      total = evaluator.call(taken.get('callee'), { positional: [total, item], keywords: new Map() }, taken.place);
    }
    return total;
  });
  const castValue = native('cast', 'type, value', ({ get }) => get('value'));
  return new Map([
    ['math', mathModule()],
    [
      'collections',
      hostModule('collections', [
        ['OrderedDict', orderedDict(evaluator)],
        ['defaultdict', defaultDict()],
      ]),
    ],
    [
      'functools',
      hostModule('functools', [
        ['partial', partial(evaluator)],
        ['reduce', reduce],
        ['wraps', native('wraps', 'callee', () => identity)],
      ]),
    ],
    [
      'typing',
      hints('typing', hint, [
        ['TYPE_CHECKING', false],
        ['cast', castValue],
      ]),
    ],
    ['collections.abc', hints('collections.abc', hint)],
    ['abc', hints('abc', hint, [['abstractmethod', identity]])],
    ['warnings', hostModule('warnings', [['warn', native('warn', '*args, **kwargs', () => null)]])],
    ['__future__', hints('__future__', hint)],
  ]);
}
