/** Built-in functions over what can be iterated. */
import { integerArgument } from '../argument-values.ts';
import { findInClass } from '../classes.ts';
import { compare } from '../comparisons.ts';
import { list, tuple } from '../containers.ts';
import { isException } from '../exceptions.ts';
import { iteratorOver, lazyIterator, sideBySide } from '../iteration.ts';
import { binary } from '../operators.ts';
import { refuse } from '../reason.ts';
import { positional, type Runtime } from '../runtime.ts';
import { native } from '../signature.ts';
import { typeName } from '../type-name.ts';
import type { Value } from '../values.ts';
import { definer } from './define.ts';
import { lengthOf } from './length.ts';
import { sortValues } from './sorting.ts';

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

/** `len`, `zip`, `sorted`, `map`, `next` and their kin. */
export function defineSequenceFunctions(functions: Map<string, Value>, runtime: Runtime): void {
  const define = definer(functions);
  define('len', 'value', (taken) => lengthOf(runtime, taken.get('value'), taken.place));
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
}
