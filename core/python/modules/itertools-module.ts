/** The modules itertools and operator. */
import { integerArgument } from '../evaluation/argument-values.ts';
import { compare } from '../evaluation/comparisons.ts';
import { callingIterator, lazyIterator, sideBySide } from '../evaluation/iteration.ts';
import { binary, unary } from '../evaluation/operators.ts';
import { positional, type Runtime } from '../evaluation/runtime.ts';
import { native, type Taken } from '../evaluation/signature.ts';
import { evaluateSubscript } from '../evaluation/subscripts.ts';
import { type Place, refuse } from '../reason.ts';
import { tuple } from '../types/containers.ts';
import type { ModuleValue, Value } from '../types/values.ts';
import { hostModule } from './host-module.ts';

/** Items of several iterables one after the other. */
function chained(runtime: Runtime, iterables: () => Value | undefined, place: Place): Value {
  let current: (() => Value | undefined) | undefined;
  return lazyIterator('itertools.chain', () => {
    for (;;) {
      const item = current?.();
      if (item !== undefined) return item;
      const following = iterables();
      if (following === undefined) return undefined;
      current = runtime.cursor(following, place);
    }
  });
}

/** Tuples of a generator, lazily; each takes at most `work` items to find. */
function tuplesOf(runtime: Runtime, name: string, work: number, steps: Generator<readonly Value[]>): Value {
  return lazyIterator(name, () => {
    runtime.meter.work(work);
    const given = steps.next();
    if (given.done === true) return undefined;
    runtime.meter.items(given.value.length + 1);
    return tuple(given.value);
  });
}

/** One of each pool, the last changing fastest. */
function* product(pools: readonly (readonly Value[])[]): Generator<readonly Value[]> {
  if (pools.some((pool) => pool.length === 0)) return;
  const at = pools.map(() => 0);
  for (;;) {
    yield at.map((index, i) => pools[i]?.[index] ?? null);
    let turned = pools.length - 1;
    while (turned >= 0 && (at[turned] ?? 0) + 1 === pools[turned]?.length) at[turned--] = 0;
    if (turned < 0) return;
    at[turned] = (at[turned] ?? 0) + 1;
  }
}

type Rule = 'permutations' | 'combinations' | 'combinations_with_replacement';

/** Index lists in lexicographic order: each differs from the one before from some place on. */
function* arrangements(pool: readonly Value[], length: number, rule: Rule): Generator<readonly Value[]> {
  const chosen: number[] = [];
  const used = new Set<number>();
  /** The first index from `from` on that may stand in a place; -1 without one. */
  const next = (from: number): number => {
    if (rule !== 'permutations') return from < pool.length ? from : -1;
    for (let index = from; index < pool.length; index++) if (!used.has(index)) return index;
    return -1;
  };
  const take = (index: number) => {
    chosen.push(index);
    used.add(index);
  };
  /** Fills the places that are open with the smallest indices; whether there are enough. */
  const fill = (): boolean => {
    while (chosen.length < length) {
      const last = chosen.at(-1);
      const from = rule === 'permutations' || last === undefined ? 0 : rule === 'combinations' ? last + 1 : last;
      const index = next(from);
      if (index < 0) return false;
      take(index);
    }
    return true;
  };
  let full = fill();
  for (;;) {
    if (full) yield chosen.map((index) => pool[index] ?? null);
    let moved = false;
    while (!moved) {
      const last = chosen.pop();
      if (last === undefined) return;
      used.delete(last);
      const index = next(last + 1);
      if (index < 0) continue;
      take(index);
      moved = true;
    }
    full = fill();
  }
}

/** `groupby`: a group reads on in the shared iterable; it is over once the next group was asked for. */
function grouped(runtime: Runtime, iterable: Value, key: Value, place: Place): Value {
  const next = runtime.cursor(iterable, place);
  const keyOf = (item: Value) => (key === null ? item : runtime.call(key, positional(item), place));
  let item: Value | undefined;
  let current: Value | undefined;
  let wanted: Value | undefined;
  let group = 0;
  const advance = () => {
    item = next();
    current = item === undefined ? undefined : keyOf(item);
    return item !== undefined;
  };
  return callingIterator(runtime, 'itertools.groupby', () => {
    group++;
    while (current === undefined || (wanted !== undefined && runtime.equals(wanted, current, place))) {
      if (!advance()) return undefined;
    }
    const own = current;
    wanted = own;
    const id = group;
    const members = callingIterator(runtime, 'itertools._grouper', () => {
      if (id !== group) return undefined;
      if (item === undefined && !advance()) return undefined;
      if (current === undefined || !runtime.equals(own, current, place)) return undefined;
      const given = item;
      item = undefined;
      current = undefined;
      return given;
    });
    return tuple([own, members]);
  });
}

export function itertoolsModule(runtime: Runtime): ModuleValue {
  const attributes: [string, Value][] = [];
  const define = (name: string, signature: string, run: (taken: Taken) => Value) => {
    attributes.push([name, native(name, signature, run)]);
  };
  const small = (value: Value, place: Place) => Number(integerArgument(runtime, value, place));
  const fromIterable = native('from_iterable', 'iterable', ({ get, place }) =>
    chained(runtime, runtime.cursor(get('iterable'), place), place),
  );
  const chain = native('chain', '*iterables', ({ get, place }) =>
    chained(runtime, runtime.cursor(get('iterables'), place), place),
  );
  attributes.push([
    'chain',
    {
      kind: 'host',
      typeName: 'type',
      attribute: (name) => (name === 'from_iterable' ? fromIterable : undefined),
      call: (given, place) => chain.run(given, place),
    },
  ]);
  define('count', 'start=0, step=1', ({ get, place }) => {
    let at: Value | undefined;
    return lazyIterator('itertools.count', () => {
      runtime.meter.step();
      at = at === undefined ? get('start') : binary(runtime, '+', at, get('step'), place);
      return at;
    });
  });
  define('cycle', 'iterable, /', ({ get, place }) => {
    const next = runtime.cursor(get('iterable'), place);
    const items: Value[] = [];
    let first = true;
    let at = 0;
    return lazyIterator('itertools.cycle', () => {
      runtime.meter.step();
      if (first) {
        const item = next();
        if (item !== undefined) {
          runtime.meter.items(1);
          items.push(item);
          return item;
        }
        first = false;
      }
      return items.length === 0 ? undefined : items[at++ % items.length];
    });
  });
  define('repeat', 'object, times=None', ({ get, place }) => {
    let left = get('times') === null ? Infinity : small(get('times'), place);
    return lazyIterator('itertools.repeat', () => {
      runtime.meter.step();
      return left-- > 0 ? get('object') : undefined;
    });
  });
  define('islice', 'iterable, a, b=None, step=None', (taken) => {
    const { get, place } = taken;
    const [start, stop] = taken.has('b') ? [get('a'), get('b')] : [null, get('a')];
    const from = start === null ? 0 : small(start, place);
    const end = stop === null ? Infinity : small(stop, place);
    const stride = get('step') === null ? 1 : small(get('step'), place);
    if (from < 0 || end < 0 || stride < 1) {
      return refuse('value', 'Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.', place);
    }
    const next = runtime.cursor(get('iterable'), place);
    let at = 0;
    let wanted = from;
    let over = false;
    return lazyIterator('itertools.islice', () => {
      // What is left out is read all the same, up to the end of the slice.
      while (!over && at < wanted) {
        at++;
        over = next() === undefined;
      }
      over ||= at >= end;
      const item = over ? undefined : next();
      over = item === undefined;
      at++;
      wanted = Math.min(wanted + stride, end);
      return item;
    });
  });
  define('accumulate', 'iterable, func=None, *, initial=None', (taken) => {
    const { get, place } = taken;
    const next = runtime.cursor(get('iterable'), place);
    let total: Value | undefined;
    let started = false;
    return callingIterator(runtime, 'itertools.accumulate', () => {
      if (!started) {
        started = true;
        total = taken.has('initial') && get('initial') !== null ? get('initial') : next();
        return total;
      }
      const item = next();
      if (item === undefined || total === undefined) return undefined;
      const func = get('func');
      total =
        func === null ? binary(runtime, '+', total, item, place) : runtime.call(func, positional(total, item), place);
      return total;
    });
  });
  define('product', '*iterables, repeat=1', ({ get, place }) => {
    const pools = runtime.iterate(get('iterables'), place).map((each) => runtime.iterate(each, place));
    const times = small(get('repeat'), place);
    if (pools.length * times > 100) return refuse('budget', 'a product of more than 100 iterables', place);
    const repeated = Array.from({ length: Math.max(0, pools.length === 0 ? 0 : times) }, () => pools).flat();
    return tuplesOf(runtime, 'itertools.product', repeated.length, product(repeated));
  });
  for (const rule of ['permutations', 'combinations', 'combinations_with_replacement'] as const) {
    define(rule, rule === 'permutations' ? 'iterable, r=None' : 'iterable, r', ({ get, place }) => {
      const pool = runtime.iterate(get('iterable'), place);
      const length = get('r') === null ? pool.length : small(get('r'), place);
      if (length > 100) return refuse('budget', `${rule} of more than 100 items`, place);
      const possible =
        rule === 'combinations_with_replacement' ? pool.length > 0 || length === 0 : length <= pool.length;
      // The next permutation may be found only behind all that stand in the places before.
      const work = length * (rule === 'permutations' ? length : 1) + (rule === 'combinations' ? length * length : 0);
      const steps = possible ? arrangements(pool, length, rule) : product([[]]);
      return tuplesOf(runtime, `itertools.${rule}`, work, steps);
    });
  }
  define('pairwise', 'iterable, /', ({ get, place }) => {
    const next = runtime.cursor(get('iterable'), place);
    let before: Value | undefined;
    return lazyIterator('itertools.pairwise', () => {
      before ??= next();
      const item = before === undefined ? undefined : next();
      if (before === undefined || item === undefined) return undefined;
      const pair = tuple([before, item]);
      runtime.meter.items(2);
      before = item;
      return pair;
    });
  });
  define('zip_longest', '*iterables, fillvalue=None', ({ get, place }) => {
    const cursors = runtime
      .iterate(get('iterables'), place)
      .map((each): (() => Value | undefined) | null => runtime.cursor(each, place));
    let open = cursors.length;
    return lazyIterator('itertools.zip_longest', () => {
      if (open === 0) return undefined;
      const row: Value[] = [];
      for (const [at, next] of cursors.entries()) {
        const item = next?.();
        if (item === undefined && next !== null) {
          cursors[at] = null;
          if (--open === 0) return undefined;
        }
        row.push(item === undefined ? get('fillvalue') : item);
      }
      runtime.meter.items(row.length);
      return tuple(row);
    });
  });
  define('starmap', 'function, iterable', ({ get, place }) => {
    const next = runtime.cursor(get('iterable'), place);
    return callingIterator(runtime, 'itertools.starmap', () => {
      const item = next();
      if (item === undefined) return undefined;
      return runtime.call(get('function'), { positional: runtime.iterate(item, place), keywords: new Map() }, place);
    });
  });
  const passing = (
    name: string,
    run: (next: () => Value | undefined, test: (item: Value) => boolean) => () => Value | undefined,
  ) =>
    define(name, 'predicate, iterable', ({ get, place }) => {
      const predicate = get('predicate');
      const test = (item: Value) =>
        runtime.truth(predicate === null ? item : runtime.call(predicate, positional(item), place), place);
      return callingIterator(runtime, `itertools.${name}`, run(runtime.cursor(get('iterable'), place), test));
    });
  passing('takewhile', (next, test) => {
    let ended = false;
    return () => {
      const item = ended ? undefined : next();
      ended ||= item === undefined || !test(item);
      return ended ? undefined : item;
    };
  });
  passing('dropwhile', (next, test) => {
    let dropping = true;
    return () => {
      let item = next();
      while (dropping && item !== undefined && test(item)) item = next();
      dropping = false;
      return item;
    };
  });
  passing('filterfalse', (next, test) => () => {
    let item = next();
    while (item !== undefined && test(item)) item = next();
    return item;
  });
  define('compress', 'data, selectors', ({ get, place }) => {
    const rows = sideBySide(runtime, [get('data'), get('selectors')], place);
    return lazyIterator('itertools.compress', () => {
      for (let row = rows(); row !== undefined; row = rows()) {
        if (runtime.truth(row[1] ?? null, place)) return row[0];
      }
      return undefined;
    });
  });
  define('groupby', 'iterable, key=None', ({ get, place }) => grouped(runtime, get('iterable'), get('key'), place));
  define('tee', 'iterable, n=2, /', ({ get, place }) => {
    const next = runtime.cursor(get('iterable'), place);
    const copies = small(get('n'), place);
    if (copies < 0) return refuse('value', 'n must be >= 0', place);
    if (copies > 1000) return refuse('budget', `tee() of ${copies} copies`, place);
    const items: Value[] = [];
    return tuple(
      Array.from({ length: copies }, () => {
        let at = 0;
        return lazyIterator('itertools._tee', () => {
          runtime.meter.step();
          if (at === items.length) {
            const item = next();
            if (item === undefined) return undefined;
            runtime.meter.items(1);
            items.push(item);
          }
          return items[at++];
        });
      }),
    );
  });
  return hostModule('itertools', attributes);
}

/** The module operator. */
export function operatorModule(runtime: Runtime): ModuleValue {
  const attributes: [string, Value][] = [];
  const binaries = {
    add: '+',
    sub: '-',
    mul: '*',
    truediv: '/',
    floordiv: '//',
    mod: '%',
    pow: '**',
    matmul: '@',
    and_: '&',
    or_: '|',
    xor: '^',
  } as const;
  for (const [name, operator] of Object.entries(binaries)) {
    const run = native(name, 'a, b, /', ({ get, place }) => binary(runtime, operator, get('a'), get('b'), place));
    attributes.push([name, run], [`__${name.replace('_', '')}__`, run]);
  }
  const comparisons = {
    eq: '==',
    ne: '!=',
    lt: '<',
    le: '<=',
    gt: '>',
    ge: '>=',
    is_: 'is',
    is_not: 'is not',
  } as const;
  for (const [name, operator] of Object.entries(comparisons)) {
    attributes.push([
      name,
      native(name, 'a, b, /', ({ get, place }) => compare(runtime, operator, get('a'), get('b'), place)),
    ]);
  }
  const define = (name: string, signature: string, run: (taken: Taken) => Value) => {
    attributes.push([name, native(name, signature, run)]);
  };
  define('neg', 'a, /', ({ get, place }) => unary(runtime, '-', get('a'), place));
  define('not_', 'a, /', ({ get, place }) => !runtime.truth(get('a'), place));
  define('truth', 'a, /', ({ get, place }) => runtime.truth(get('a'), place));
  define('contains', 'a, b, /', ({ get, place }) => compare(runtime, 'in', get('b'), get('a'), place));
  define('getitem', 'a, b, /', ({ get, place }) => evaluateSubscript(runtime, get('a'), get('b'), place));
  define('index', 'a, /', ({ get, place }) => integerArgument(runtime, get('a'), place));
  const several = (name: string, one: (object: Value, key: Value, place: Place) => Value) =>
    define(name, '*keys', ({ get, place }) => {
      const keys = runtime.iterate(get('keys'), place);
      return native(name, 'object, /', (taken) => {
        runtime.meter.steps(keys.length);
        const found = keys.map((key) => one(taken.get('object'), key, taken.place));
        return found.length === 1 ? (found[0] ?? null) : tuple(found);
      });
    });
  several('itemgetter', (object, key, place) => evaluateSubscript(runtime, object, key, place));
  several('attrgetter', (object, key, place) => {
    if (typeof key !== 'string') return refuse('type', 'attribute name must be a string', place);
    const parts = key.split('.');
    runtime.meter.steps(parts.length);
    return parts.reduce<Value>((at, part) => runtime.attribute(at, part, place), object);
  });
  define('methodcaller', 'name, /, *args, **kwargs', ({ get, place }) => {
    const args = runtime.iterate(get('args'), place);
    return native('methodcaller', 'object, /', (taken) =>
      runtime.call(
        runtime.attribute(taken.get('object'), String(get('name')), taken.place),
        { positional: args, keywords: new Map() },
        place,
      ),
    );
  });
  return hostModule('operator', attributes);
}
