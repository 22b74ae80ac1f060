/** What networks compute with numpy before they are built: numbers and rows of numbers. Everything else is a stand-in. */
import { integerArgument } from '../evaluation/argument-values.ts';
import { binary } from '../evaluation/operators.ts';
import type { Runtime } from '../evaluation/runtime.ts';
import { native, type Taken } from '../evaluation/signature.ts';
import { evaluateSubscript } from '../evaluation/subscripts.ts';
import { type Place, refuse } from '../reason.ts';
import { list } from '../types/containers.ts';
import { typeName } from '../types/type-name.ts';
import type { HostValue, Value } from '../types/values.ts';

function number(value: Value, place: Place): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  return refuse('type', `a number was expected, not ${typeName(value)}`, place);
}

/** A row of numbers, read like a list. */
function row(runtime: Runtime, items: readonly Value[]): HostValue {
  runtime.meter.items(items.length);
  const held = list([...items]);
  const self: HostValue = {
    kind: 'host',
    typeName: 'numpy.ndarray',
    attribute(name) {
      switch (name) {
        case 'tolist':
          return native('tolist', '', () => {
            runtime.meter.items(items.length);
            return list([...items]);
          });
        case 'astype':
          return native('astype', 'dtype', ({ get, place }) =>
            row(
              runtime,
              items.map((item) => runtime.call(get('dtype'), { positional: [item], keywords: new Map() }, place)),
            ),
          );
        case 'size':
          return BigInt(items.length);
        case 'shape':
          return { kind: 'tuple', items: [BigInt(items.length)], typeName: 'tuple' };
        default:
          return undefined;
      }
    },
    length: () => BigInt(items.length),
    iterate: () => items,
    item(index, place) {
      const found = evaluateSubscript(runtime, held, index, place);
      return found !== null && typeof found === 'object' && found.kind === 'list' ? row(runtime, found.items) : found;
    },
    binary(operator, other, reflected, place) {
      if (other !== null && typeof other === 'object') return undefined;
      return row(
        runtime,
        items.map((item) =>
          reflected ? binary(runtime, operator, other, item, place) : binary(runtime, operator, item, other, place),
        ),
      );
    },
  };
  return self;
}

/** Functions of numbers, and of each number of a row. */
const elementwise: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  expm1: Math.expm1,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  tanh: Math.tanh,
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  fabs: Math.abs,
  square: (x) => x * x,
};

/** To the nearest whole number, halves to the even one, as numpy and Python round. */
function toEven(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

/** Names of numpy that are read. */
export function numpyNames(runtime: Runtime): readonly (readonly [string, Value])[] {
  const names: [string, Value][] = [
    ['pi', Math.PI],
    ['e', Math.E],
    ['inf', Infinity],
    ['nan', Number.NaN],
  ];
  const define = (name: string, signature: string, run: (taken: Taken) => Value) => {
    names.push([name, native(name, signature, run)]);
  };
  for (const [name, run] of Object.entries(elementwise)) {
    define(name, 'x', ({ get, place }) => {
      const x = get('x');
      const single = x === null || typeof x !== 'object';
      if (single) return run(number(x, place));
      const items = runtime.iterate(x, place).map((item) => run(number(item, place)));
      return row(runtime, items);
    });
  }
  for (const name of ['round', 'around', 'round_']) {
    define(name, 'a, decimals=0', ({ get, place }) => {
      const [a, factor] = [get('a'), 10 ** number(get('decimals'), place)];
      const one = (item: Value): Value =>
        typeof item === 'bigint' && factor >= 1 ? item : toEven(number(item, place) * factor) / factor;
      return a === null || typeof a !== 'object' ? one(a) : row(runtime, runtime.iterate(a, place).map(one));
    });
  }
  for (const [name, operator] of [
    ['prod', '*'],
    ['sum', '+'],
  ] as const) {
    define(name, 'a', ({ get, place }) => {
      const start: Value = operator === '*' ? 1n : 0n;
      return runtime
        .iterate(get('a'), place)
        .reduce<Value>((total, item) => binary(runtime, operator, total, item, place), start);
    });
  }
  define('power', 'x1, x2', ({ get, place }) => binary(runtime, '**', get('x1'), get('x2'), place));
  define('cumsum', 'a', ({ get, place }) => {
    let total: Value = 0n;
    const sums = runtime.iterate(get('a'), place).map((item) => {
      total = binary(runtime, '+', total, item, place);
      return total;
    });
    return row(runtime, sums);
  });
  define('linspace', 'start, stop, num=50, endpoint=True', ({ get, place }) => {
    const [start, stop] = [number(get('start'), place), number(get('stop'), place)];
    const count = Number(integerArgument(runtime, get('num'), place));
    if (count < 0) return refuse('value', `Number of samples, ${count}, must be non-negative.`, place);
    runtime.meter.items(count);
    const whole = runtime.truth(get('endpoint'), place);
    const step = (stop - start) / (whole ? count - 1 : count);
    return row(
      runtime,
      Array.from({ length: count }, (_, i) =>
        whole && i === count - 1 && count > 1 ? stop : count === 1 ? start : i * step + start,
      ),
    );
  });
  define('arange', 'start, stop=None, step=1', (taken) => {
    const { get, place } = taken;
    const [first, last] = taken.has('stop') ? [get('start'), get('stop')] : [0n, get('start')];
    const step = get('step');
    const count = Math.max(0, Math.ceil((number(last, place) - number(first, place)) / number(step, place)));
    runtime.meter.items(count);
    return row(
      runtime,
      Array.from({ length: count }, (_, i) =>
        binary(runtime, '+', first, binary(runtime, '*', BigInt(i), step, place), place),
      ),
    );
  });
  return names;
}
