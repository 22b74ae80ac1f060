/** Built-in functions over what can be iterated. */
import { integerArgument } from '../../evaluation/argument-values.ts';
import { findInClass } from '../../evaluation/classes.ts';
import { compare } from '../../evaluation/comparisons.ts';
import { isException, stop } from '../../evaluation/exceptions.ts';
import { callingIterator, lazyIterator, newItems, reverseIterator, sideBySide } from '../../evaluation/iteration.ts';
import { binary } from '../../evaluation/operators.ts';
import { positional, type Runtime } from '../../evaluation/runtime.ts';
import { native } from '../../evaluation/signature.ts';
import { type Place, refuse } from '../../reason.ts';
import { list, tuple } from '../../types/containers.ts';
import { typeName } from '../../types/type-name.ts';
import type { Value } from '../../types/values.ts';
import { definer } from './define.ts';
import { isCallable } from './instances.ts';
import { lengthOf } from './length.ts';
import { sortValues } from './sorting.ts';

function extreme(runtime: Runtime, name: 'min' | 'max') {
  return native(name, '*args, key=None, default=None', (taken) => {
    const { place } = taken;
    const given = runtime.iterate(taken.get('args'), place);
    if (given.length === 0) refuse('type', `${name} expected at least 1 argument, got 0`, place);
    const next = runtime.cursor(given.length === 1 ? (given[0] ?? null) : taken.get('args'), place);
    const key = taken.get('key');
    let best: Value | undefined;
    let bestKey: Value = null;
    for (let item = next(); item !== undefined; item = next()) {
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

/** Rows of `zip(strict=True)`: it says so when one column is at its end before another. */
function strictRows(runtime: Runtime, iterables: readonly Value[], place: Place): () => Value[] | undefined {
  const cursors = iterables.map((each) => runtime.cursor(each, place));
  return () => {
    const row: Value[] = [];
    for (const [at, next] of cursors.entries()) {
      const item = next();
      if (item === undefined && at === 0) {
        const longer = cursors.findIndex((each, index) => index > 0 && each() !== undefined);
        return longer < 0 ? undefined : unequal(longer, 'longer', place);
      }
      if (item === undefined) return unequal(at, 'shorter', place);
      row.push(item);
    }
    runtime.meter.items(row.length);
    return row.length === 0 ? undefined : row;
  };
}

function unequal(at: number, than: 'shorter' | 'longer', place: Place): never {
  const others = at === 1 ? ' 1' : `s 1-${at}`;
  return refuse('value', `zip() argument ${at + 1} is ${than} than argument${others}`, place);
}

/** `len`, `zip`, `sorted`, `map`, `next` and their kin. */
export function defineSequenceFunctions(functions: Map<string, Value>, runtime: Runtime): void {
  const define = definer(functions);
  define('len', 'value', (taken) => lengthOf(runtime, taken.get('value'), taken.place), 'counted');
  functions.set('min', extreme(runtime, 'min'));
  functions.set('max', extreme(runtime, 'max'));
  define('sum', 'iterable, /, start=0', (taken) => {
    const next = runtime.cursor(taken.get('iterable'), taken.place);
    let total = taken.get('start');
    if (typeof total === 'string') refuse('type', "sum() can't sum strings [use ''.join(seq) instead]", taken.place);
    for (let item = next(); item !== undefined; item = next()) total = binary(runtime, '+', total, item, taken.place);
    return total;
  });
  define('zip', '*iterables, strict=False', (taken) => {
    const { place } = taken;
    const iterables = runtime.iterate(taken.get('iterables'), place);
    const rows = runtime.truth(taken.get('strict'), place)
      ? strictRows(runtime, iterables, place)
      : sideBySide(runtime, iterables, place);
    return lazyIterator('zip', () => {
      const row = rows();
      return row === undefined ? undefined : tuple(row);
    });
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
  define('reversed', 'sequence, /', (taken) => {
    const sequence = taken.get('sequence');
    const own =
      sequence !== null && typeof sequence === 'object' && sequence.kind === 'instance'
        ? findInClass(sequence.type, '__reversed__')
        : undefined;
    if (own !== undefined) return runtime.call(own, positional(sequence), taken.place);
    return reverseIterator(runtime, sequence, taken.place);
  });
  define('sorted', 'iterable, /, *, key=None, reverse=False', (taken) => {
    const items = [...newItems(runtime, taken.get('iterable'), taken.place)];
    return list(
      sortValues(runtime, items, taken.get('key'), runtime.truth(taken.get('reverse'), taken.place), taken.place),
    );
  });
  define('map', 'function, /, *iterables', (taken) => {
    const iterables = runtime.iterate(taken.get('iterables'), taken.place);
    if (iterables.length === 0) refuse('type', 'map() must have at least two arguments.', taken.place);
    const rows = sideBySide(runtime, iterables, taken.place);
    return callingIterator(runtime, 'map', () => {
      const row = rows();
      if (row === undefined) return undefined;
      return runtime.call(taken.get('function'), { positional: row, keywords: new Map() }, taken.place);
    });
  });
  define('filter', 'function, iterable, /', (taken) => {
    const test = taken.get('function');
    const next = runtime.cursor(taken.get('iterable'), taken.place);
    return callingIterator(runtime, 'filter', () => {
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
      if (!isCallable(iterable)) refuse('type', 'iter(v, w): v must be callable', place);
      let over = false;
      return callingIterator(runtime, 'callable_iterator', () => {
        if (over) return undefined;
        const item = runtime.call(iterable, positional(), place);
        over = runtime.equals(item, end, place);
        return over ? undefined : item;
      });
    }
    return runtime.iterator(iterable, place);
  });
  define('next', 'iterator, default=None', (taken) => {
    const { place } = taken;
    const iterator = taken.get('iterator');
    if (iterator !== null && typeof iterator === 'object') {
      if (iterator.kind === 'iterator') {
        const item = iterator.next();
        if (item !== undefined) return item;
        return taken.has('default') ? taken.get('default') : stop(runtime, iterator, place);
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
}
