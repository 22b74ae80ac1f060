/** Python's built-in types: callable, what isinstance asks for, and what classes may extend. */

import { chargeArguments } from '../evaluation/argument-sizes.ts';
import { integerArgument, pairsOf, special } from '../evaluation/argument-values.ts';
import { chargeOrder, makeClass } from '../evaluation/classes.ts';
import { newItems } from '../evaluation/iteration.ts';
import type { Runtime } from '../evaluation/runtime.ts';
import { type Taken, takingBy } from '../evaluation/signature.ts';
import { countInto } from '../modules/counting.ts';
import { type Place, refuse } from '../reason.ts';
import { dict, list, makeSet, setEntry, tuple } from './containers.ts';
import { truncate } from './integers.ts';
import { typeName } from './type-name.ts';
import { unknownOf } from './unknown-value.ts';
import type { Arguments, ClassValue, DictValue, Value } from './values.ts';

const digitsOfBase = (base: number) => '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, base);

/** `int(text, base)`. @throws a reason of kind value */
function parseWhole(runtime: Runtime, text: string, base: number, place: Place): bigint {
  const invalid = (): never =>
    refuse('value', `invalid literal for int() with base ${base}: ${runtime.repr(text, place)}`, place);
  if (text.length > 1000) return invalid();
  const match = /^\s*([+-]?)(0[xXoObB])?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)\s*$/.exec(text);
  if (match === null) return invalid();
  const [, sign, prefix = '', written = ''] = match;
  const prefixed: Readonly<Record<string, number>> = { '0x': 16, '0o': 8, '0b': 2 };
  const named = prefixed[prefix.toLowerCase()];
  let digits = written.replaceAll('_', '').toLowerCase();
  let radix = base;
  if (named !== undefined && (base === 0 || base === named)) radix = named;
  else digits = prefix.toLowerCase() + digits;
  if (radix === 0) radix = 10;
  const allowed = digitsOfBase(radix);
  for (const digit of digits) if (!allowed.includes(digit)) return invalid();
  const head: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };
  let value = 0n;
  if (head[radix] !== undefined) value = BigInt(head[radix] + digits);
  else {
    runtime.meter.steps(digits.length >> 2);
    for (const digit of digits) value = value * BigInt(radix) + BigInt(allowed.indexOf(digit));
  }
  return runtime.meter.integer(sign === '-' ? -value : value);
}

function toInteger(runtime: Runtime, taken: Taken): Value {
  const { place } = taken;
  const value = taken.get('value');
  if (typeof value === 'string') {
    const base = Number(integerArgument(runtime, taken.get('base'), place));
    if (base !== 0 && (base < 2 || base > 36)) refuse('value', 'int() base must be >= 2 and <= 36, or 0', place);
    return parseWhole(runtime, value, base, place);
  }
  if (taken.has('base')) refuse('type', "int() can't convert non-string with explicit base", place);
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'number') return truncate(value);
  // A size that is a multiple of the batch stays one.
  if (value !== null && typeof value === 'object' && value.kind === 'host' && value.typeName === 'int') return value;
  if (unknownOf(value) !== undefined) return value;
  const own =
    special(runtime, value, '__int__', place) ??
    special(runtime, value, '__index__', place) ??
    special(runtime, value, '__trunc__', place);
  if (own !== undefined) return own;
  const wanted = 'a string, a bytes-like object or a real number';
  return refuse('type', `int() argument must be ${wanted}, not '${typeName(value)}'`, place);
}

function toFloat(runtime: Runtime, taken: Taken): Value {
  const { place } = taken;
  const value = taken.get('value');
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') {
    const number = Number(value);
    if (!Number.isFinite(number)) refuse('value', 'OverflowError: int too large to convert to float', place);
    return number;
  }
  if (typeof value === 'string') {
    const text = value.trim().toLowerCase();
    if (text.length > 1000) refuse('value', 'could not convert string to float: the text is too long', place);
    if (/^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?$/.test(text)) {
      return Number(text.replaceAll('_', ''));
    }
    if (/^[+-]?(inf|infinity)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
    if (/^[+-]?nan$/.test(text)) return Number.NaN;
    return refuse('value', `could not convert string to float: ${runtime.repr(value, place)}`, place);
  }
  if (unknownOf(value) !== undefined) return value;
  const own = special(runtime, value, '__float__', place) ?? special(runtime, value, '__index__', place);
  if (own !== undefined) return typeof own === 'bigint' ? Number(own) : own;
  return refuse('type', `float() argument must be a string or a real number, not '${typeName(value)}'`, place);
}

function toDict(runtime: Runtime, taken: Taken, kind: DictValue['typeName']): DictValue {
  const { place } = taken;
  const merged = dict(taken.has('mapping') ? pairsOf(runtime, taken.get('mapping'), place) : [], kind);
  for (const [key, value] of pairsOf(runtime, taken.get('kwargs'), place)) setEntry(merged, key, value);
  runtime.meter.items(merged.entries.size);
  return merged;
}

/** Types that values have and programs cannot name. */
export const unnamedTypes = [
  'function',
  'builtin_function_or_method',
  'method',
  'module',
  'NoneType',
  'iterator',
  'generator',
  'ellipsis',
  'dict_keys',
  'dict_values',
  'dict_items',
  'mappingproxy',
] as const;

/** The built-in types by name, those that programs cannot name included. */
export function builtinTypes(object: ClassValue, runtime: () => Runtime): Map<string, ClassValue> {
  const types = new Map<string, ClassValue>([['object', object]]);
  const define = (
    name: string,
    signature: string,
    construct: (taken: Taken, type: ClassValue) => Value,
    base = object,
    counted?: 'counted',
  ): ClassValue => {
    const take = takingBy(name, signature);
    const made: ClassValue = makeClass(name, [base], new Map(), {
      construct(given: Arguments, place: Place, type: ClassValue) {
        if (counted === undefined) chargeArguments(runtime().meter, given);
        return construct(take(given, place), type);
      },
    });
    types.set(name, made);
    return made;
  };
  const items = (taken: Taken) => (taken.has('iterable') ? runtime().iterate(taken.get('iterable'), taken.place) : []);
  const whole = define('int', 'value=0, base=10', (taken) => toInteger(runtime(), taken));
  define('bool', 'value=False', (taken) => runtime().truth(taken.get('value'), taken.place), whole, 'counted');
  define('float', 'value=0.0', (taken) => toFloat(runtime(), taken));
  define('str', "value='', encoding=None, errors=None", (taken) => {
    const text = runtime().text(taken.get('value'), taken.place);
    runtime().meter.characters(text.length);
    return text;
  });
  const fresh = (taken: Taken) =>
    taken.has('iterable') ? newItems(runtime(), taken.get('iterable'), taken.place) : [];
  define('list', 'iterable=None, /', (taken) => list([...fresh(taken)]));
  define('tuple', 'iterable=None, /', (taken) => tuple(items(taken)));
  define('set', 'iterable=None, /', (taken) => makeSet(fresh(taken)));
  define('frozenset', 'iterable=None, /', (taken) => makeSet(fresh(taken), true));
  const mapping = define('dict', 'mapping=None, /, **kwargs', (taken) => toDict(runtime(), taken, 'dict'));
  define('OrderedDict', 'mapping=None, /, **kwargs', (taken) => toDict(runtime(), taken, 'OrderedDict'), mapping);
  define(
    'defaultdict',
    'factory=None, mapping=None, /, **kwargs',
    (taken) => ({ ...toDict(runtime(), taken, 'defaultdict'), fallback: taken.get('factory') }),
    mapping,
  );
  define('Counter', 'iterable=None, /, **kwargs', (taken) => counted(runtime(), taken), mapping);
  define('range', 'a, b=None, step=1', (taken) => {
    const first = integerArgument(runtime(), taken.get('a'), taken.place);
    const step = integerArgument(runtime(), taken.get('step'), taken.place);
    if (step === 0n) refuse('value', 'range() arg 3 must not be zero', taken.place);
    if (!taken.has('b')) return { kind: 'range', start: 0n, stop: first, step };
    return { kind: 'range', start: first, stop: integerArgument(runtime(), taken.get('b'), taken.place), step };
  });
  define('slice', 'a, b=None, step=None', (taken) => {
    if (!taken.has('b')) return { kind: 'slice', start: null, stop: taken.get('a'), step: null };
    return { kind: 'slice', start: taken.get('a'), stop: taken.get('b'), step: taken.get('step') };
  });
  define(
    'type',
    'value, bases=None, namespace=None',
    (taken) => {
      if (!taken.has('bases')) return runtime().typeOf(taken.get('value'));
      return classFromParts(runtime(), taken);
    },
    object,
    'counted',
  );
  const size = types.get('tuple') ?? object;
  define('torch.Size', 'iterable=None', (taken) => tuple(items(taken), 'torch.Size'), size);
  for (const name of unnamedTypes) {
    define(name, '*args', (taken) => refuse('unsupported', `${name}() is not supported`, taken.place));
  }
  for (const name of ['bytes', 'bytearray', 'complex', 'memoryview']) {
    define(name, '*args, **kwargs', (taken) => refuse('unsupported', `${name}() is not supported`, taken.place));
  }
  return types;
}

/** `type(name, bases, namespace)`: a class without a class statement. */
function classFromParts(runtime: Runtime, taken: Taken): ClassValue {
  const { place } = taken;
  const name = taken.get('value');
  if (typeof name !== 'string') return refuse('type', 'type() argument 1 must be str', place);
  const bases = runtime.iterate(taken.get('bases'), place).map((base) => {
    if (base !== null && typeof base === 'object' && base.kind === 'class') return base;
    return refuse('type', `type() argument 2 must be a tuple of classes, not ${typeName(base)}`, place);
  });
  const attributes = new Map<string, Value>();
  for (const [key, value] of pairsOf(runtime, taken.get('namespace'), place)) attributes.set(String(key), value);
  chargeOrder(runtime.meter, bases);
  const made = makeClass(name, bases.length === 0 ? [runtime.object] : bases, attributes, { place });
  for (const value of attributes.values()) {
    if (value !== null && typeof value === 'object' && value.kind === 'function') value.owner ??= made;
  }
  return made;
}

function counted(runtime: Runtime, taken: Taken): DictValue {
  const result = dict([], 'Counter');
  countInto(runtime, result, taken.get('iterable'), '+', taken.place);
  countInto(runtime, result, taken.get('kwargs'), '+', taken.place);
  return result;
}
