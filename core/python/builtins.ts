/** Python's built-in functions and types, as far as programs that define networks use them. */

import { roundHalfEven, truncate } from './integers.ts';
import { iteratorOver, rangeLength } from './iteration.ts';
import { binary, compare, orderOf } from './operators.ts';
import { type Place, refuse } from './reason.ts';
import { positional, type Runtime } from './runtime.ts';
import { native, type Taken } from './signature.ts';
import { indexOf } from './subscripts.ts';
import {
  type Arguments,
  type ClassValue,
  dict,
  ellipsis,
  findInClass,
  hashKey,
  isSubclass,
  list,
  makeClass,
  tuple,
  typeName,
  type Value,
} from './values.ts';

function integerArgument(value: Value, place: Place): bigint {
  const index = indexOf(value);
  if (index !== null) return index;
  return refuse('type', `'${typeName(value)}' object cannot be interpreted as an integer`, place);
}

/** The built-in types: callable, and what isinstance asks for. */
export function builtinTypes(object: ClassValue, runtime: () => Runtime): Map<string, ClassValue> {
  const types = new Map<string, ClassValue>([['object', object]]);
  const define = (name: string, signature: string, construct: (taken: Taken) => Value, base = object) => {
    const callee = native(name, signature, construct);
    types.set(
      name,
      makeClass(name, [base], new Map(), { construct: (given: Arguments, place: Place) => callee.run(given, place) }),
    );
  };
  define('int', 'value=0, base=10', (taken) => {
    const value = taken.get('value');
    if (typeof value === 'bigint') return value;
    if (typeof value === 'boolean') return BigInt(value);
    if (typeof value === 'number') return truncate(value);
    if (typeof value === 'string') {
      if (!/^\s*[+-]?\d[\d_]*\s*$/.test(value) || value.length > 1000) {
        return refuse(
          'value',
          `invalid literal for int() with base 10: ${runtime().repr(value, taken.place)}`,
          taken.place,
        );
      }
      return runtime().meter.integer(BigInt(value.trim().replaceAll('_', '').replace(/^\+/, '')));
    }
    // A size that is a multiple of the batch stays one.
    if (value !== null && typeof value === 'object' && value.kind === 'host' && value.typeName === 'int') return value;
    return refuse(
      'type',
      `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
      taken.place,
    );
  });
  define('bool', 'value=False', (taken) => runtime().truth(taken.get('value'), taken.place), types.get('int'));
  define('float', 'value=0.0', (taken) => {
    const value = taken.get('value');
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
    if (typeof value === 'string' && /^\s*[+-]?(\d[\d_]*\.?\d*(e[+-]?\d+)?|\.\d+|inf|nan)\s*$/i.test(value)) {
      const text = value.trim().toLowerCase().replaceAll('_', '');
      return Number(text.replace('inf', 'Infinity').replace('nan', 'NaN'));
    }
    return refuse('type', `float() argument must be a string or a real number, not '${typeName(value)}'`, taken.place);
  });
  define('str', "value=''", (taken) => {
    const text = runtime().text(taken.get('value'), taken.place);
    runtime().meter.characters(text.length);
    return text;
  });
  define('list', 'iterable=None', (taken) => {
    return list(taken.has('iterable') ? [...runtime().iterate(taken.get('iterable'), taken.place)] : []);
  });
  define('tuple', 'iterable=None', (taken) => {
    return tuple(taken.has('iterable') ? runtime().iterate(taken.get('iterable'), taken.place) : []);
  });
  define('set', 'iterable=None', (taken) => {
    const items = taken.has('iterable') ? runtime().iterate(taken.get('iterable'), taken.place) : [];
    return { kind: 'set', entries: new Map(items.map((item) => [hashKey(item), item])) };
  });
  define('dict', 'mapping=None, /, **kwargs', (taken) => {
    const merged = dict(taken.has('mapping') ? pairsOf(runtime(), taken.get('mapping'), taken.place) : []);
    for (const [key, value] of pairsOf(runtime(), taken.get('kwargs'), taken.place)) {
      merged.entries.set(hashKey(key), [key, value]);
    }
    return merged;
  });
  define('range', 'a, b=None, step=1', (taken) => {
    const first = integerArgument(taken.get('a'), taken.place);
    const step = integerArgument(taken.get('step'), taken.place);
    if (step === 0n) refuse('value', 'range() arg 3 must not be zero', taken.place);
    if (!taken.has('b')) return { kind: 'range', start: 0n, stop: first, step };
    return { kind: 'range', start: first, stop: integerArgument(taken.get('b'), taken.place), step };
  });
  define('type', 'value', (taken) => runtime().typeOf(taken.get('value')));
  for (const name of ['function', 'module', 'NoneType', 'slice', 'iterator', 'property', 'super', 'ellipsis']) {
    define(name, '*args', (taken) => refuse('unsupported', `${name}() is not supported`, taken.place));
  }
  return types;
}

/** Key and value pairs of a dict or of an iterable of pairs. */
export function pairsOf(runtime: Runtime, value: Value, place: Place): (readonly [Value, Value])[] {
  if (value !== null && typeof value === 'object' && value.kind === 'dict') return [...value.entries.values()];
  return runtime.iterate(value, place).map((item) => {
    const pair = runtime.iterate(item, place);
    const [key, entry] = pair;
    if (pair.length !== 2 || key === undefined || entry === undefined) {
      return refuse('value', `dictionary update sequence element has length ${pair.length}; 2 is required`, place);
    }
    return [key, entry] as const;
  });
}

/** Whether a value is an instance of a class or of one of a tuple of classes. */
export function isInstance(runtime: Runtime, value: Value, type: Value, place: Place): boolean {
  if (type !== null && typeof type === 'object') {
    if (type.kind === 'tuple') return type.items.some((item) => isInstance(runtime, value, item, place));
    if (type.kind === 'class') return isSubclass(runtime.typeOf(value), type);
    if (type.kind === 'host' && type.typeName === 'typing') return false;
  }
  return refuse('type', 'isinstance() arg 2 must be a type, a tuple of types, or a union', place);
}

function extreme(runtime: Runtime, name: 'min' | 'max') {
  return native(name, '*args, key=None, default=None', (taken) => {
    const { place } = taken;
    const given = runtime.iterate(taken.get('args'), place);
    const items = given.length === 1 ? runtime.iterate(given[0] ?? null, place) : given;
    const key = taken.get('key');
    let best: Value | undefined;
    let bestKey: Value = null;
    for (const item of items) {
      const itemKey = key === null ? item : runtime.call(key, positional(item), place);
      if (
        best === undefined ||
        runtime.truth(compare(runtime, name === 'min' ? '<' : '>', itemKey, bestKey, place), place)
      ) {
        best = item;
        bestKey = itemKey;
      }
    }
    if (best !== undefined) return best;
    if (taken.has('default')) return taken.get('default');
    return refuse('value', `${name}() iterable argument is empty`, place);
  });
}

/** The built-in functions by name. */
export function builtinFunctions(runtime: Runtime): Map<string, Value> {
  const functions = new Map<string, Value>();
  const define = (name: string, signature: string, run: (taken: Taken) => Value) => {
    functions.set(name, native(name, signature, run));
  };
  define('len', 'value', (taken) => lengthOf(runtime, taken.get('value'), taken.place));
  define('abs', 'value', (taken) => {
    const value = taken.get('value');
    const index = indexOf(value);
    if (index !== null) return index < 0n ? -index : index;
    if (typeof value === 'number') return Math.abs(value);
    return refuse('type', `bad operand type for abs(): '${typeName(value)}'`, taken.place);
  });
  functions.set('min', extreme(runtime, 'min'));
  functions.set('max', extreme(runtime, 'max'));
  define('sum', 'iterable, start=0', (taken) =>
    runtime
      .iterate(taken.get('iterable'), taken.place)
      .reduce<Value>((total, item) => binary(runtime, '+', total, item, taken.place), taken.get('start')),
  );
  define('zip', '*iterables, strict=False', (taken) => {
    const columns = runtime
      .iterate(taken.get('iterables'), taken.place)
      .map((each) => runtime.iterate(each, taken.place));
    const length = columns.length === 0 ? 0 : Math.min(...columns.map((column) => column.length));
    runtime.meter.items(length * columns.length);
    const rows = Array.from({ length }, (_, row) => tuple(columns.map((column) => column[row] ?? null)));
    return iteratorOver(rows, 'zip');
  });
  define('enumerate', 'iterable, start=0', (taken) => {
    const start = integerArgument(taken.get('start'), taken.place);
    const items = runtime.iterate(taken.get('iterable'), taken.place);
    return iteratorOver(
      items.map((item, index) => tuple([start + BigInt(index), item])),
      'enumerate',
    );
  });
  define('reversed', 'sequence', (taken) => {
    return iteratorOver([...runtime.iterate(taken.get('sequence'), taken.place)].reverse(), 'reversed');
  });
  define('sorted', 'iterable, *, key=None, reverse=False', (taken) => {
    const items = [...runtime.iterate(taken.get('iterable'), taken.place)];
    return list(
      sortValues(runtime, items, taken.get('key'), runtime.truth(taken.get('reverse'), taken.place), taken.place),
    );
  });
  define('map', 'function, *iterables', (taken) => {
    const columns = runtime
      .iterate(taken.get('iterables'), taken.place)
      .map((each) => runtime.iterate(each, taken.place));
    const length = columns.length === 0 ? 0 : Math.min(...columns.map((column) => column.length));
    const rows = Array.from({ length }, (_, row) =>
      runtime.call(taken.get('function'), positional(...columns.map((column) => column[row] ?? null)), taken.place),
    );
    return iteratorOver(rows, 'map');
  });
  define('filter', 'function, iterable', (taken) => {
    const test = taken.get('function');
    const kept = runtime
      .iterate(taken.get('iterable'), taken.place)
      .filter((item) =>
        runtime.truth(test === null ? item : runtime.call(test, positional(item), taken.place), taken.place),
      );
    return iteratorOver(kept, 'filter');
  });
  define('any', 'iterable', (taken) =>
    runtime.iterate(taken.get('iterable'), taken.place).some((item) => runtime.truth(item, taken.place)),
  );
  define('all', 'iterable', (taken) =>
    runtime.iterate(taken.get('iterable'), taken.place).every((item) => runtime.truth(item, taken.place)),
  );
  define('iter', 'iterable', (taken) => iteratorOver(runtime.iterate(taken.get('iterable'), taken.place), 'iterator'));
  define('next', 'iterator, default=None', (taken) => {
    const iterator = taken.get('iterator');
    if (iterator === null || typeof iterator !== 'object' || iterator.kind !== 'iterator') {
      return refuse('type', `'${typeName(iterator)}' object is not an iterator`, taken.place);
    }
    const item = iterator.next();
    if (item !== undefined) return item;
    return taken.has('default') ? taken.get('default') : refuse('value', 'StopIteration', taken.place);
  });
  define('round', 'value, digits=None', (taken) => {
    const value = taken.get('value');
    const index = indexOf(value);
    if (index !== null) return index;
    if (typeof value !== 'number') {
      return refuse('type', `type ${typeName(value)} doesn't define __round__ method`, taken.place);
    }
    if (taken.get('digits') === null) return roundHalfEven(value);
    return Number(value.toFixed(Math.min(100, Math.max(0, Number(integerArgument(taken.get('digits'), taken.place))))));
  });
  define('pow', 'base, exponent', (taken) =>
    binary(runtime, '**', taken.get('base'), taken.get('exponent'), taken.place),
  );
  define('divmod', 'a, b', (taken) =>
    tuple([
      binary(runtime, '//', taken.get('a'), taken.get('b'), taken.place),
      binary(runtime, '%', taken.get('a'), taken.get('b'), taken.place),
    ]),
  );
  define('print', '*args, sep=None, end=None, file=None, flush=False', () => null);
  define('repr', 'value', (taken) => runtime.repr(taken.get('value'), taken.place));
  define('isinstance', 'value, type', (taken) =>
    isInstance(runtime, taken.get('value'), taken.get('type'), taken.place),
  );
  define('issubclass', 'type, base', (taken) => {
    const [type, base] = [taken.get('type'), taken.get('base')];
    if (type === null || typeof type !== 'object' || type.kind !== 'class') {
      return refuse('type', 'issubclass() arg 1 must be a class', taken.place);
    }
    const bases = base !== null && typeof base === 'object' && base.kind === 'tuple' ? base.items : [base];
    return bases.some(
      (each) => each !== null && typeof each === 'object' && each.kind === 'class' && isSubclass(type, each),
    );
  });
  define('callable', 'value', (taken) => {
    const value = taken.get('value');
    if (value === null || typeof value !== 'object') return false;
    if (value.kind === 'instance') return findInClass(value.type, '__call__') !== undefined;
    return ['function', 'native', 'bound', 'class'].includes(value.kind);
  });
  define('hasattr', 'object, name', (taken) => {
    return runtime.findAttribute(taken.get('object'), nameArgument(taken), taken.place) !== undefined;
  });
  define('getattr', 'object, name, default=None', (taken) => {
    const found = runtime.findAttribute(taken.get('object'), nameArgument(taken), taken.place);
    if (found !== undefined) return found;
    if (taken.has('default')) return taken.get('default');
    return runtime.attribute(taken.get('object'), nameArgument(taken), taken.place);
  });
  define('setattr', 'object, name, value', (taken) => {
    runtime.setAttribute(taken.get('object'), nameArgument(taken), taken.get('value'), taken.place);
    return null;
  });
  define('super', 'type, self', (taken) => {
    const type = taken.get('type');
    if (type === null || typeof type !== 'object' || type.kind !== 'class') {
      return refuse('type', 'super() argument 1 must be a type', taken.place);
    }
    const self = taken.get('self');
    if (!isSubclass(runtime.typeOf(self), type)) {
      return refuse('type', 'super(type, obj): obj must be an instance or subtype of type', taken.place);
    }
    return { kind: 'super', start: type, self };
  });
  define('property', 'getter=None, setter=None', (taken) => ({
    kind: 'property',
    getter: taken.get('getter'),
    setter: taken.get('setter'),
  }));
  define('staticmethod', 'function', (taken) => ({ kind: 'staticmethod', callee: taken.get('function') }));
  define('classmethod', 'function', (taken) => ({ kind: 'classmethod', callee: taken.get('function') }));
  define('id', 'value', (taken) => refuse('unsupported', 'id() is not supported', taken.place));
  for (const name of ['eval', 'exec', 'compile', 'open', 'input', '__import__', 'globals', 'locals', 'vars', 'dir']) {
    define(name, '*args, **kwargs', (taken) => refuse('unsupported', `${name}() is not supported`, taken.place));
  }
  functions.set('Ellipsis', ellipsis);
  functions.set('__name__', 'network');
  return functions;
}

function nameArgument(taken: Taken): string {
  const name = taken.get('name');
  return typeof name === 'string' ? name : refuse('type', 'attribute name must be string', taken.place);
}

/** `len(value)`. @throws a reason of kind type */
export function lengthOf(runtime: Runtime, value: Value, place: Place): Value {
  if (typeof value === 'string') return BigInt([...value].length);
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'list' || value.kind === 'tuple') return BigInt(value.items.length);
    if (value.kind === 'dict' || value.kind === 'set') return BigInt(value.entries.size);
    if (value.kind === 'range') return rangeLength(value.start, value.stop, value.step);
    if (value.kind === 'host' && value.length !== undefined) return value.length(place);
    if (value.kind === 'instance') {
      const method = findInClass(value.type, '__len__');
      if (method !== undefined) return runtime.call(method, positional(value), place);
    }
  }
  return refuse('type', `object of type '${typeName(value)}' has no len()`, place);
}

/** Values in order, by key, stable. @throws a reason of kind type for values without an order */
export function sortValues(
  runtime: Runtime,
  items: readonly Value[],
  key: Value,
  reverse: boolean,
  place: Place,
): Value[] {
  const keyed = items.map((item) => ({ item, key: key === null ? item : runtime.call(key, positional(item), place) }));
  keyed.sort((a, b) => {
    runtime.meter.step();
    const order = orderOf(runtime, a.key, b.key, place);
    if (order === null) {
      const names = `'${typeName(a.key)}' and '${typeName(b.key)}'`;
      return refuse('type', `'<' not supported between instances of ${names}`, place);
    }
    return reverse ? -order : order;
  });
  return keyed.map(({ item }) => item);
}
