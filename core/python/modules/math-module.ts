/** The module math. */

import type { Meter } from '../budget.ts';
import { integerArgument } from '../evaluation/argument-values.ts';
import { findInClass } from '../evaluation/classes.ts';
import { binary } from '../evaluation/operators.ts';
import { positional, type Runtime } from '../evaluation/runtime.ts';
import { native, type Taken } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import { tuple } from '../types/containers.ts';
import { asFloat, chargeWide, isWide, truncate, wideSteps } from '../types/integers.ts';
import { typeName } from '../types/type-name.ts';
import { unknownOf } from '../types/unknown-value.ts';
import type { ModuleValue, Value } from '../types/values.ts';
import { hostModule } from './host-module.ts';
import { erf, erfc, gamma, logGamma } from './special-functions.ts';

function number(value: Value, place: Place): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return asFloat(value);
  if (typeof value === 'boolean') return Number(value);
  if (value !== null && typeof value === 'object' && value.kind === 'instance' && value.payload !== undefined) {
    return number(value.payload, place);
  }
  unknownOf(value)?.(place);
  return refuse('type', `must be real number, not ${typeName(value)}`, place);
}

/** A result that math gives; what is not a number any more was out of the domain. */
function checked(result: number, given: readonly number[], place: Place): number {
  if (Number.isNaN(result) && !given.some(Number.isNaN)) return refuse('value', 'math domain error', place);
  if (!Number.isFinite(result) && !Number.isNaN(result) && given.every(Number.isFinite)) {
    return refuse('value', 'OverflowError: math range error', place);
  }
  return result;
}

const plain: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  cbrt: Math.cbrt,
  erf,
  erfc,
  gamma,
  lgamma: logGamma,
  exp2: (x) => 2 ** x,
  fabs: Math.abs,
  degrees: (x) => x * (180 / Math.PI),
  radians: (x) => x * (Math.PI / 180),
};

const rounded: readonly (readonly [name: string, method: string, run: (x: number) => number])[] = [
  ['floor', '__floor__', Math.floor],
  ['ceil', '__ceil__', Math.ceil],
  ['trunc', '__trunc__', Math.trunc],
];

/** log2 and log10 of whole powers are exact; of ints beyond floats, by their digits. */
function logarithm(runtime: Runtime, value: Value, base: 2 | 10 | null, place: Place): number {
  if (typeof value === 'bigint' && value > 2n ** 1000n) {
    runtime.meter.steps(wideSteps.text);
    const shift = value.toString(2).length - 60;
    const rest = Number(value >> BigInt(shift));
    const natural = Math.log(rest) + shift * Math.LN2;
    if (base === 2) return Math.log2(rest) + shift;
    return base === 10 ? natural / Math.LN10 : natural;
  }
  const x = number(value, place);
  if (x <= 0) refuse('value', 'math domain error', place);
  return base === 2 ? Math.log2(x) : base === 10 ? Math.log10(x) : Math.log(x);
}

function greatestDivisor(meter: Meter, a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) {
    if (isWide(y)) meter.step();
    [x, y] = [y, x % y];
  }
  return x < 0n ? -x : x;
}

/** The largest whole number whose square is not above `value`. */
function integerRoot(meter: Meter, value: bigint): bigint {
  if (value < 2n) return value;
  let x = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    chargeWide(meter, wideSteps.product, value);
    const next = (x + value / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

export function mathModule(runtime: Runtime): ModuleValue {
  const attributes: [string, Value][] = [
    ['pi', Math.PI],
    ['e', Math.E],
    ['inf', Infinity],
    ['nan', Number.NaN],
    ['tau', 2 * Math.PI],
  ];
  const define = (name: string, signature: string, run: (taken: Taken) => Value) => {
    attributes.push([name, native(name, signature, run)]);
  };
  for (const [name, run] of Object.entries(plain)) {
    define(name, 'x, /', ({ get, place }) => {
      const x = number(get('x'), place);
      return checked(run(x), [x], place);
    });
  }
  for (const [name, method, run] of rounded) {
    define(name, 'x, /', ({ get, place }) => {
      const x = get('x');
      if (typeof x === 'bigint') return x;
      const own =
        x !== null && typeof x === 'object' && x.kind === 'instance' ? findInClass(x.type, method) : undefined;
      return own === undefined ? truncate(run(number(x, place))) : runtime.call(own, positional(x), place);
    });
  }
  define('log', 'x, base=None, /', ({ get, place }) => {
    if (get('base') === null) return logarithm(runtime, get('x'), null, place);
    const base = logarithm(runtime, get('base'), null, place);
    if (base === 0) return refuse('value', 'ZeroDivisionError: float division by zero', place);
    return logarithm(runtime, get('x'), null, place) / base;
  });
  define('log2', 'x, /', ({ get, place }) => logarithm(runtime, get('x'), 2, place));
  define('log10', 'x, /', ({ get, place }) => logarithm(runtime, get('x'), 10, place));
  const pair = (name: string, run: (x: number, y: number) => number) =>
    define(name, 'x, y, /', ({ get, place }) => {
      const [x, y] = [number(get('x'), place), number(get('y'), place)];
      return checked(run(x, y), [x, y], place);
    });
  pair('pow', (x, y) => (x === 1 || y === 0 ? 1 : x ** y));
  pair('fmod', (x, y) => x % y);
  pair('remainder', (x, y) => {
    // To the nearest multiple, halves to the even one.
    const rest = Math.abs(x) % Math.abs(y);
    const half = Math.abs(y) / 2;
    const odd = Math.floor(Math.abs(x) / Math.abs(y)) % 2 === 1;
    return Math.sign(x) * (rest > half || (rest === half && odd) ? rest - Math.abs(y) : rest);
  });
  define('dist', 'p, q, /', ({ get, place }) => {
    const [p, q] = [get('p'), get('q')].map((each) =>
      runtime.iterate(each, place).map((value) => number(value, place)),
    );
    return Math.hypot(...(p ?? []).map((value, i) => value - (q?.[i] ?? 0)));
  });
  pair('atan2', Math.atan2);
  pair('copysign', (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x)));
  define('hypot', '*coordinates', ({ get, place }) => {
    const values = runtime.iterate(get('coordinates'), place).map((each) => number(each, place));
    // Few at a time: the host takes no more arguments than fit its stack.
    let length = 0;
    for (let at = 0; at < values.length; at += 1000) length = Math.hypot(length, ...values.slice(at, at + 1000));
    return length;
  });
  const whole = (taken: Taken, name: string) => integerArgument(runtime, taken.get(name), taken.place);
  const folded = (name: string, start: bigint, run: (a: bigint, b: bigint) => bigint) =>
    define(name, '*integers', ({ get, place }) => {
      const values = runtime.iterate(get('integers'), place).map((each) => integerArgument(runtime, each, place));
      return values.reduce((total, each) => {
        chargeWide(runtime.meter, wideSteps.product, total, each);
        return runtime.meter.integer(run(total, each));
      }, start);
    });
  folded('gcd', 0n, (a, b) => greatestDivisor(runtime.meter, a, b));
  folded('lcm', 1n, (a, b) => {
    if (a === 0n || b === 0n) return 0n;
    const multiple = (a / greatestDivisor(runtime.meter, a, b)) * b;
    return multiple < 0n ? -multiple : multiple;
  });
  define('isqrt', 'n, /', (taken) => {
    const n = whole(taken, 'n');
    return n < 0n
      ? refuse('value', 'isqrt() argument must be nonnegative', taken.place)
      : integerRoot(runtime.meter, n);
  });
  define('factorial', 'x, /', (taken) => {
    const n = whole(taken, 'x');
    if (n < 0n) return refuse('value', 'factorial() not defined for negative values', taken.place);
    let product = 1n;
    for (let i = 2n; i <= n; i++) {
      runtime.meter.step();
      product = runtime.meter.integer(product * i);
    }
    return product;
  });
  const chosen = (name: string, ordered: boolean) =>
    define(name, ordered ? 'n, k=None, /' : 'n, k, /', (taken) => {
      const n = whole(taken, 'n');
      const k = taken.get('k') === null ? n : whole(taken, 'k');
      if (n < 0n || k < 0n) return refuse('value', `${name}() needs natural numbers`, taken.place);
      if (k > n) return 0n;
      let result = 1n;
      for (let i = 0n; i < k; i++) {
        runtime.meter.step();
        chargeWide(runtime.meter, wideSteps.product, result);
        result = runtime.meter.integer(result * (n - i));
        if (!ordered) result /= i + 1n;
      }
      return result;
    });
  chosen('comb', false);
  chosen('perm', true);
  define('prod', 'iterable, /, *, start=1', ({ get, place }) => {
    return runtime
      .iterate(get('iterable'), place)
      .reduce<Value>((product, value) => binary(runtime, '*', product, value, place), get('start'));
  });
  define('fsum', 'iterable, /', ({ get, place }) => {
    // Neumaier's sum: exact enough to round as the true sum does in all but contrived cases.
    let [total, rest] = [0, 0];
    for (const each of runtime.iterate(get('iterable'), place)) {
      const value = number(each, place);
      const next = total + value;
      rest += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
      total = next;
    }
    return total + rest;
  });
  define('isclose', 'a, b, *, rel_tol=1e-09, abs_tol=0.0', ({ get, place }) => {
    const [a, b] = [number(get('a'), place), number(get('b'), place)];
    if (a === b) return true;
    if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
    const relative = number(get('rel_tol'), place) * Math.max(Math.abs(a), Math.abs(b));
    return Math.abs(a - b) <= Math.max(relative, number(get('abs_tol'), place));
  });
  define('isnan', 'x, /', ({ get, place }) => Number.isNaN(number(get('x'), place)));
  define('isinf', 'x, /', ({ get, place }) => Math.abs(number(get('x'), place)) === Infinity);
  define('isfinite', 'x, /', ({ get, place }) => Number.isFinite(number(get('x'), place)));
  define('modf', 'x, /', ({ get, place }) => {
    const x = number(get('x'), place);
    const whole = Math.trunc(x);
    return tuple([x - whole, whole]);
  });
  return hostModule('math', attributes);
}
