/** Python's built-in functions. */
import { integerArgument } from './argument-values.ts';
import { findInClass, isSubclass, override } from './classes.ts';
import { compare, orderOf } from './comparisons.ts';
import { dict, list, tuple } from './containers.ts';
import { roundInteger, roundToDigits } from './decimals.ts';
import { membersOf } from './enumerations.ts';
import { isException } from './exceptions.ts';
import { formatIn } from './formatting.ts';
import { modulo, roundHalfEven } from './integers.ts';
import { iteratorOver, lazyIterator, rangeLength, sideBySide } from './iteration.ts';
import { binary } from './operators.ts';
import { type Place, refuse } from './reason.ts';
import { positional, type Runtime } from './runtime.ts';
import { native, type Taken } from './signature.ts';
import { characterCount, indexOf } from './subscripts.ts';
import { isUnion } from './type-hints.ts';
import { typeName } from './type-name.ts';
import { type ClassValue, ellipsis, type Value } from './values.ts';

/** Whether a value is an instance of a class, of one of a tuple of classes, or of a union. @throws a reason of kind type */
export function isInstance(runtime: Runtime, value: Value, type: Value, place: Place): boolean {
  if (type === null) return value === null;
  if (typeof type === 'object') {
    if (type.kind === 'tuple') return type.items.some((item) => isInstance(runtime, value, item, place));
    if (type.kind === 'class') {
      return type.check === undefined
        ? isSubclass(runtime.typeOf(value), type)
        : type.check(value) || isSubclass(runtime.typeOf(value), type);
    }
    if (isUnion(type)) return type.members.some((item) => isInstance(runtime, value, item, place));
    if (type.kind === 'host' && (type.typeName === 'typing' || type.typeName === 'stand-in')) return false;
  }
  return refuse('type', 'isinstance() arg 2 must be a type, a tuple of types, or a union', place);
}

function isSubclassOf(type: ClassValue, base: Value, place: Place): boolean {
  if (base !== null && typeof base === 'object') {
    if (base.kind === 'tuple') return base.items.some((each) => isSubclassOf(type, each, place));
    if (base.kind === 'class') return isSubclass(type, base);
    if (isUnion(base)) return base.members.some((each) => isSubclassOf(type, each, place));
    if (base.kind === 'host' && base.typeName === 'typing') return false;
  }
  return refuse('type', 'issubclass() arg 2 must be a class, a tuple of classes, or a union', place);
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
    if (value !== null && typeof value === 'object' && (value.kind === 'instance' || value.kind === 'host')) {
      const own =
        runtime.findAttribute(value, '__abs__', taken.place) ?? runtime.findAttribute(value, 'abs', taken.place);
      if (own !== undefined) return runtime.call(own, positional(), taken.place);
    }
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
    const { place } = taken;
    const iterables = runtime.iterate(taken.get('iterables'), place);
    if (!runtime.truth(taken.get('strict'), place)) {
      const rows = sideBySide(runtime, iterables, place);
      return lazyIterator('zip', () => {
        const row = rows();
        return row === undefined ? undefined : tuple(row);
      });
    }
    const columns = iterables.map((each) => runtime.iterate(each, place));
    const length = columns[0]?.length ?? 0;
    const at = columns.findIndex((column) => column.length !== length);
    if (at > 0) {
      const than = (columns[at]?.length ?? 0) < length ? 'shorter' : 'longer';
      refuse('value', `zip() argument ${at + 1} is ${than} than argument${at === 1 ? ' 1' : `s 1-${at}`}`, place);
    }
    return iteratorOver(
      Array.from({ length }, (_, row) => tuple(columns.map((column) => column[row] ?? null))),
      'zip',
    );
  });
  define('enumerate', 'iterable, start=0', (taken) => {
    let index = integerArgument(runtime, taken.get('start'), taken.place) - 1n;
    const next = runtime.cursor(taken.get('iterable'), taken.place);
    return lazyIterator('enumerate', () => {
      const item = next();
      index++;
      return item === undefined ? undefined : tuple([index, item]);
    });
  });
  define('reversed', 'sequence', (taken) => {
    const sequence = taken.get('sequence');
    if (sequence !== null && typeof sequence === 'object') {
      if (sequence.kind === 'set' || sequence.kind === 'iterator') {
        refuse('type', `'${typeName(sequence)}' object is not reversible`, taken.place);
      }
      if (sequence.kind === 'instance') {
        const own = findInClass(sequence.type, '__reversed__');
        if (own !== undefined) return runtime.call(own, positional(sequence), taken.place);
      }
    }
    return iteratorOver([...runtime.iterate(sequence, taken.place)].reverse(), 'reversed');
  });
  define('sorted', 'iterable, /, *, key=None, reverse=False', (taken) => {
    const items = [...runtime.iterate(taken.get('iterable'), taken.place)];
    return list(
      sortValues(runtime, items, taken.get('key'), runtime.truth(taken.get('reverse'), taken.place), taken.place),
    );
  });
  define('map', 'function, *iterables', (taken) => {
    const rows = sideBySide(runtime, runtime.iterate(taken.get('iterables'), taken.place), taken.place);
    return lazyIterator('map', () => {
      const row = rows();
      return row === undefined ? undefined : runtime.call(taken.get('function'), positional(...row), taken.place);
    });
  });
  define('filter', 'function, iterable', (taken) => {
    const test = taken.get('function');
    const next = runtime.cursor(taken.get('iterable'), taken.place);
    return lazyIterator('filter', () => {
      for (let item = next(); item !== undefined; item = next()) {
        const kept = test === null ? item : runtime.call(test, positional(item), taken.place);
        if (runtime.truth(kept, taken.place)) return item;
      }
      return undefined;
    });
  });
  const search = (name: 'any' | 'all', found: boolean) =>
    define(name, 'iterable', (taken) => {
      const next = runtime.cursor(taken.get('iterable'), taken.place);
      for (let item = next(); item !== undefined; item = next()) {
        if (runtime.truth(item, taken.place) === found) return found;
      }
      return !found;
    });
  search('any', true);
  search('all', false);
  define('iter', 'iterable, sentinel=None', (taken) => {
    const { place } = taken;
    const iterable = taken.get('iterable');
    if (taken.has('sentinel')) {
      const end = taken.get('sentinel');
      return lazyIterator('callable_iterator', () => {
        const item = runtime.call(iterable, positional(), place);
        return runtime.equals(item, end, place) ? undefined : item;
      });
    }
    if (iterable !== null && typeof iterable === 'object') {
      if (iterable.kind === 'iterator') return iterable;
      if (iterable.kind === 'instance') {
        const own = findInClass(iterable.type, '__iter__');
        if (own !== undefined) return runtime.call(own, positional(iterable), place);
      }
    }
    return lazyIterator('iterator', runtime.cursor(iterable, place));
  });
  define('next', 'iterator, default=None', (taken) => {
    const { place } = taken;
    const iterator = taken.get('iterator');
    if (iterator !== null && typeof iterator === 'object') {
      if (iterator.kind === 'iterator') {
        const item = iterator.next();
        if (item !== undefined) return item;
        return taken.has('default') ? taken.get('default') : refuse('value', 'StopIteration: ', place);
      }
      const method = iterator.kind === 'instance' ? findInClass(iterator.type, '__next__') : undefined;
      if (method !== undefined) {
        const depth = runtime.meter.depth();
        try {
          return runtime.call(method, positional(iterator), place);
        } catch (error) {
          if (!taken.has('default') || !isException(runtime, error, 'StopIteration')) throw error;
          runtime.meter.caught(depth);
          return taken.get('default');
        }
      }
    }
    return refuse('type', `'${typeName(iterator)}' object is not an iterator`, place);
  });
  define('round', 'value, digits=None', (taken) => {
    const value = taken.get('value');
    const index = indexOf(value);
    if (index !== null) {
      const digits = taken.get('digits') === null ? 0n : integerArgument(runtime, taken.get('digits'), taken.place);
      return digits < 0n ? roundInteger(index, -digits) : index;
    }
    if (value !== null && typeof value === 'object' && value.kind === 'instance') {
      const own = findInClass(value.type, '__round__');
      const digits = taken.get('digits');
      if (own !== undefined)
        return runtime.call(own, digits === null ? positional(value) : positional(value, digits), taken.place);
    }
    if (typeof value !== 'number') {
      return refuse('type', `type ${typeName(value)} doesn't define __round__ method`, taken.place);
    }
    if (taken.get('digits') === null) return roundHalfEven(value);
    return roundToDigits(value, Number(integerArgument(runtime, taken.get('digits'), taken.place)));
  });
  define('pow', 'base, exp, mod=None', (taken) => {
    const power = taken.get('mod') === null ? null : indexOf(taken.get('mod'));
    if (power === null) return binary(runtime, '**', taken.get('base'), taken.get('exp'), taken.place);
    const [base, exponent] = [indexOf(taken.get('base')), indexOf(taken.get('exp'))];
    if (base === null || exponent === null || exponent < 0n || power === 0n) {
      return refuse('unsupported', 'this pow() with a modulus is not supported', taken.place);
    }
    let result = 1n;
    let square = modulo(base, power);
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = modulo(result * square, power);
      square = modulo(square * square, power);
    }
    return modulo(result, power);
  });
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
    const type = taken.get('type');
    if (type === null || typeof type !== 'object' || type.kind !== 'class') {
      return refuse('type', 'issubclass() arg 1 must be a class', taken.place);
    }
    return isSubclassOf(type, taken.get('base'), taken.place);
  });
  define('callable', 'value', (taken) => {
    const value = taken.get('value');
    if (value === null || typeof value !== 'object') return false;
    if (value.kind === 'instance') return findInClass(value.type, '__call__') !== undefined;
    if (value.kind === 'host') return value.call !== undefined;
    return ['function', 'native', 'bound', 'class', 'staticmethod'].includes(value.kind);
  });
  define('hasattr', 'object, name', (taken) => softAttribute(runtime, taken) !== undefined);
  define('getattr', 'object, name, default=None', (taken) => {
    if (!taken.has('default')) return runtime.attribute(taken.get('object'), nameArgument(taken), taken.place);
    const found = softAttribute(runtime, taken);
    return found === undefined ? taken.get('default') : found;
  });
  define('delattr', 'object, name', (taken) => {
    runtime.deleteAttribute(taken.get('object'), nameArgument(taken), taken.place);
    return null;
  });
  define('setattr', 'object, name, value', (taken) => {
    runtime.setAttribute(taken.get('object'), nameArgument(taken), taken.get('value'), taken.place);
    return null;
  });
  const superFunction = native('super', 'type, self', (taken) => {
    const type = taken.get('type');
    if (type === null || typeof type !== 'object' || type.kind !== 'class') {
      return refuse('type', 'super() argument 1 must be a type', taken.place);
    }
    const self = taken.get('self');
    const own = self !== null && typeof self === 'object' && self.kind === 'class' ? self : runtime.typeOf(self);
    if (!isSubclass(own, type)) {
      return refuse('type', 'super(type, obj): obj must be an instance or subtype of type', taken.place);
    }
    return { kind: 'super', start: type, self };
  });
  functions.set('super', { ...superFunction, contextual: 'super' });
  for (const contextual of ['locals', 'globals'] as const) {
    functions.set(contextual, { ...native(contextual, '', () => dict()), contextual });
  }
  const variables = native('vars', 'object', (taken) =>
    runtime.attribute(taken.get('object'), '__dict__', taken.place),
  );
  functions.set('vars', { ...variables, contextual: 'locals' });
  define('property', 'fget=None, fset=None, fdel=None, doc=None', (taken) => ({
    kind: 'property',
    getter: taken.get('fget'),
    setter: taken.get('fset'),
  }));
  define('staticmethod', 'function', (taken) => ({ kind: 'staticmethod', callee: taken.get('function') }));
  define('classmethod', 'function', (taken) => ({ kind: 'classmethod', callee: taken.get('function') }));
  define('ord', 'c', (taken) => {
    const text = taken.get('c');
    const points = typeof text === 'string' ? [...text] : [];
    const [only] = points;
    if (only === undefined || points.length !== 1) {
      return refuse('type', 'ord() expected a character', taken.place);
    }
    return BigInt(only.codePointAt(0) ?? 0);
  });
  define('chr', 'i', (taken) => {
    const point = integerArgument(runtime, taken.get('i'), taken.place);
    if (point < 0n || point > 0x10ffffn) return refuse('value', 'chr() arg not in range(0x110000)', taken.place);
    return String.fromCodePoint(Number(point));
  });
  for (const [name, radix, prefix] of [
    ['hex', 16, '0x'],
    ['bin', 2, '0b'],
    ['oct', 8, '0o'],
  ] as const) {
    define(name, 'number', (taken) => {
      const value = integerArgument(runtime, taken.get('number'), taken.place);
      const text = `${value < 0n ? '-' : ''}${prefix}${(value < 0n ? -value : value).toString(radix)}`;
      runtime.meter.characters(text.length);
      return text;
    });
  }
  define('format', "value, format_spec=''", (taken) => {
    const specification = taken.get('format_spec');
    const text = formatIn(
      runtime,
      taken.get('value'),
      typeof specification === 'string' ? specification : '',
      taken.place,
    );
    runtime.meter.characters(text.length);
    return text;
  });
  define('id', 'value', (taken) => refuse('unsupported', 'id() is not supported', taken.place));
  define('hash', 'value', (taken) => refuse('unsupported', 'hash() is not supported', taken.place));
  for (const name of ['eval', 'exec', 'compile', 'open', 'input', '__import__', 'dir', 'breakpoint', 'help', 'exit']) {
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

/** An attribute, or undefined where Python raises AttributeError, also from inside a property. */
function softAttribute(runtime: Runtime, taken: Taken): Value | undefined {
  const depth = runtime.meter.depth();
  try {
    return runtime.findAttribute(taken.get('object'), nameArgument(taken), taken.place);
  } catch (error) {
    if (!isException(runtime, error, 'AttributeError')) throw error;
    runtime.meter.caught(depth);
    return undefined;
  }
}

/** `len(value)`. @throws a reason of kind type */
export function lengthOf(runtime: Runtime, value: Value, place: Place): Value {
  if (typeof value === 'string') {
    runtime.meter.work(value.length >> 4);
    return BigInt(characterCount(value));
  }
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'list' || value.kind === 'tuple' || value.kind === 'dict') {
      const own = override(value, '__len__');
      if (own !== undefined) return runtime.call(own, positional(value), place);
      return BigInt(value.kind === 'dict' ? value.entries.size : value.items.length);
    }
    if (value.kind === 'set') return BigInt(value.entries.size);
    if (value.kind === 'view') return BigInt(value.mapping.entries.size);
    if (value.kind === 'class' && value.members !== undefined) return BigInt(membersOf(value).length);
    if (value.kind === 'range') return rangeLength(value.start, value.stop, value.step);
    if (value.kind === 'host' && value.length !== undefined) return value.length(place);
    if (value.kind === 'instance') {
      if (typeof value.payload === 'string') return lengthOf(runtime, value.payload, place);
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
