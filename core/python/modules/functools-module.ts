/** The modules functools, contextlib and copy. */
import { findInClass, isSubclass, makeClass } from '../evaluation/classes.ts';
import { catchable, caughtException, thrownBy } from '../evaluation/exceptions.ts';
import { type Evaluator, positional } from '../evaluation/runtime.ts';
import { native } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import { dict, tuple } from '../types/containers.ts';
import { hashKey } from '../types/hash-key.ts';
import type {
  Arguments,
  ClassValue,
  GeneratorControl,
  HostValue,
  ModuleValue,
  NativeFunction,
  Value,
} from '../types/values.ts';
import { hostModule } from './host-module.ts';

/** What a partial was made of. */
interface Held {
  readonly callee: Value;
  readonly args: readonly Value[];
  readonly keywords: Arguments['keywords'];
}

/** functools.partial: a class whose values are called with the arguments they hold. */
function partialClass(evaluator: Evaluator): ClassValue {
  /** For a copy of what is held: a table entry costs as much as sixteen items. */
  const pay = ({ args, keywords }: Pick<Held, 'args' | 'keywords'>) =>
    evaluator.meter.work(args.length + 16 * keywords.size);
  const type = makeClass('functools.partial', [evaluator.object], new Map(), {
    construct(given, place) {
      const [callee, ...args] = given.positional;
      if (callee === undefined) return refuse('type', "type 'partial' takes at least one argument", place);
      // A partial of a partial is one of the function inside.
      const inner = callee !== null && typeof callee === 'object' ? held.get(callee) : undefined;
      if (inner === undefined) return makePartial(callee, args, given.keywords);
      pay(inner);
      const keywords = new Map([...inner.keywords, ...given.keywords]);
      return makePartial(inner.callee, [...inner.args, ...args], keywords);
    },
  });
  const held = new WeakMap<object, Held>();
  const makePartial = (callee: Value, args: readonly Value[], keywords: Arguments['keywords']): HostValue => {
    const made = partialOf(callee, args, keywords);
    held.set(made, { callee, args, keywords });
    return made;
  };
  const partialOf = (callee: Value, args: readonly Value[], keywords: Arguments['keywords']): HostValue => ({
    kind: 'host',
    typeName: 'functools.partial',
    type,
    attribute(name) {
      if (name === 'func') return callee;
      if (name === 'args') return tuple(args);
      return name === 'keywords' ? dict(keywords) : undefined;
    },
    call(given, place) {
      pay({ args, keywords });
      const positional = [...args, ...given.positional];
      return evaluator.call(callee, { positional, keywords: new Map([...keywords, ...given.keywords]) }, place);
    },
  });
  return type;
}

/** A function that remembers what it gave for the same arguments. */
function cached(evaluator: Evaluator, callee: Value): Value {
  const results = new Map<string | Value, Value>();
  const wrapper: NativeFunction = {
    kind: 'native',
    name: 'cached',
    method: true,
    run(given, place) {
      const named = [...given.keywords].flat();
      const key = hashKey(tuple([...given.positional, null, ...named]));
      const known = results.get(key);
      if (known !== undefined) return known;
      const made = evaluator.call(callee, given, place);
      evaluator.meter.items(1);
      results.set(key, made);
      return made;
    },
  };
  return wrapper;
}

/** What `@wraps(original)` does to a wrapper: its name and text, and the original. */
function wrapped(evaluator: Evaluator, original: Value, wrapper: Value, place: Place): Value {
  if (wrapper === null || typeof wrapper !== 'object' || wrapper.kind !== 'function') return wrapper;
  wrapper.attributes ??= new Map();
  const { attributes } = wrapper;
  for (const name of ['__name__', '__qualname__', '__module__', '__doc__']) {
    const value = evaluator.findAttribute(original, name, place);
    if (value !== undefined) attributes.set(name, value);
  }
  attributes.set('__wrapped__', original);
  return wrapper;
}

export function functoolsModule(evaluator: Evaluator): ModuleValue {
  const reduce = native('reduce', 'function, iterable, initial=None, /', (taken) => {
    const next = evaluator.cursor(taken.get('iterable'), taken.place);
    let total = taken.has('initial') ? taken.get('initial') : next();
    if (total === undefined) return refuse('type', 'reduce() of empty iterable with no initial value', taken.place);
    for (let item = next(); item !== undefined; item = next()) {
      total = evaluator.call(taken.get('function'), positional(total, item), taken.place);
    }
    return total;
  });
  const cache = native('cache', 'function', ({ get }) => cached(evaluator, get('function')));
  const lruCache = native('lru_cache', 'maxsize=128, typed=False', ({ get }) => {
    const given = get('maxsize');
    const isFunction = given !== null && typeof given === 'object' && given.kind === 'function';
    return isFunction ? cached(evaluator, given) : cache;
  });
  const totalOrdering = native('total_ordering', 'cls', ({ get, place }) => {
    const type = get('cls');
    if (type === null || typeof type !== 'object' || type.kind !== 'class') {
      return refuse('type', 'total_ordering() takes a class', place);
    }
    completeOrder(evaluator, type);
    return type;
  });
  return hostModule('functools', [
    ['partial', partialClass(evaluator)],
    ['reduce', reduce],
    [
      'wraps',
      native('wraps', 'wrapped, assigned=None, updated=None', ({ get }) => {
        const original = get('wrapped');
        return native('decorator', 'wrapper', (taken) =>
          wrapped(evaluator, original, taken.get('wrapper'), taken.place),
        );
      }),
    ],
    [
      'update_wrapper',
      native('update_wrapper', 'wrapper, wrapped, assigned=None, updated=None', ({ get, place }) =>
        wrapped(evaluator, get('wrapped'), get('wrapper'), place),
      ),
    ],
    ['cache', cache],
    ['lru_cache', lruCache],
    [
      'cached_property',
      native('cached_property', 'func', ({ get }) => ({ kind: 'property', getter: get('func'), setter: null })),
    ],
    ['total_ordering', totalOrdering],
  ]);
}

/** The comparisons that follow from `__lt__` and `__eq__`. */
function completeOrder(evaluator: Evaluator, type: ClassValue): void {
  const less = findInClass(type, '__lt__');
  if (less === undefined) return;
  const below = (a: Value, b: Value, place: Place) =>
    evaluator.truth(evaluator.call(less, positional(a, b), place), place);
  const define = (name: string, run: (a: Value, b: Value, place: Place) => boolean) => {
    if (type.attributes.has(name)) return;
    type.attributes.set(
      name,
      native(name, 'self, other', ({ get, place }) => run(get('self'), get('other'), place), { method: true }),
    );
  };
  define('__gt__', (a, b, place) => !below(a, b, place) && !evaluator.equals(a, b, place));
  define('__le__', (a, b, place) => below(a, b, place) || evaluator.equals(a, b, place));
  define('__ge__', (a, b, place) => !below(a, b, place));
}

/** A context manager of the host. */
function manager(
  entered: (given: Arguments, place: Place) => Value,
  leave: (given: Arguments, place: Place) => Value,
): HostValue {
  const enter: NativeFunction = { kind: 'native', name: '__enter__', method: false, run: entered };
  const exit: NativeFunction = { kind: 'native', name: '__exit__', method: false, run: leave };
  return {
    kind: 'host',
    typeName: 'context manager',
    attribute: (name) => (name === '__enter__' ? enter : name === '__exit__' ? exit : undefined),
  };
}

/** What `@contextmanager` makes of a call: the body runs up to its yield, and on from there when the block is left. */
function generatorManager(evaluator: Evaluator, make: () => Value, place: Place): HostValue {
  const start = (): GeneratorControl => {
    const made = make();
    const generator =
      made !== null && typeof made === 'object' && made.kind === 'iterator' ? made.generator : undefined;
    return generator ?? refuse('type', 'contextmanager() needs a generator function', place);
  };
  const managing = (generator: GeneratorControl): HostValue =>
    manager(
      (_given, at) => {
        const item = generator.send(null, at);
        return item === undefined ? refuse('value', "RuntimeError: generator didn't yield", at) : item;
      },
      (exit, at) => {
        const [, exception = null] = exit.positional;
        if (exception === null) {
          if (generator.send(null, at) === undefined) return false;
          return refuse('value', "RuntimeError: generator didn't stop", at);
        }
        const raised = thrownBy(evaluator, exception, at);
        const depth = evaluator.meter.depth();
        let item: Value | undefined;
        try {
          item = generator.raise(raised, at);
        } catch (error) {
          if (error !== raised) throw error;
          evaluator.meter.caught(depth);
          return false;
        }
        return item === undefined ? true : refuse('value', "RuntimeError: generator didn't stop after throw()", at);
      },
    );
  const generator = start();
  // As a decorator it starts anew with each call.
  const decorate = (callee: Value): NativeFunction => ({
    kind: 'native',
    name: 'contextmanager',
    method: true,
    run: (given, at) => within(evaluator, managing(start()), () => evaluator.call(callee, given, at), at),
  });
  return {
    ...managing(generator),
    typeName: '_GeneratorContextManager',
    call: ({ positional: [callee = null] }) => decorate(callee),
  };
}

/** Runs code inside a context manager. */
function within(evaluator: Evaluator, context: HostValue, run: () => Value, place: Place): Value {
  const leave = (...given: readonly Value[]) =>
    evaluator.call(evaluator.attribute(context, '__exit__', place), positional(...given), place);
  evaluator.call(evaluator.attribute(context, '__enter__', place), positional(), place);
  const depth = evaluator.meter.depth();
  let result: Value;
  try {
    result = run();
  } catch (error) {
    if (!catchable(evaluator, error)) throw error;
    evaluator.meter.caught(depth);
    const exception = caughtException(evaluator, error);
    if (evaluator.truth(leave(exception.type, exception, null), place)) return null;
    throw error;
  }
  leave(null, null, null);
  return result;
}

/** A context that does nothing and gives a value. */
export function emptyContext(given: Value): HostValue {
  return manager(
    () => given,
    () => false,
  );
}

export function contextlibModule(evaluator: Evaluator): ModuleValue {
  const fromGenerator = (callee: Value): NativeFunction => ({
    kind: 'native',
    name: 'contextmanager',
    method: true,
    run: (given, place) => generatorManager(evaluator, () => evaluator.call(callee, given, place), place),
  });
  return hostModule('contextlib', [
    ['contextmanager', native('contextmanager', 'func', ({ get }) => fromGenerator(get('func')))],
    ['nullcontext', native('nullcontext', 'enter_result=None', ({ get }) => emptyContext(get('enter_result')))],
    [
      'suppress',
      native('suppress', '*exceptions', ({ get, place }) => {
        const types = evaluator.iterate(get('exceptions'), place);
        return manager(
          () => null,
          (exit) => {
            const thrown = exit.positional[0] ?? null;
            return types.some(
              (each) =>
                thrown !== null &&
                typeof thrown === 'object' &&
                thrown.kind === 'class' &&
                each !== null &&
                typeof each === 'object' &&
                each.kind === 'class' &&
                isSubclass(thrown, each),
            );
          },
        );
      }),
    ],
  ]);
}

/** A copy; `deep` copies what is inside too, each object once. */
function copied(evaluator: Evaluator, value: Value, deep: boolean, seen: Map<Value, Value>, place: Place): Value {
  if (value === null || typeof value !== 'object') return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  evaluator.meter.enter();
  const made = copyOf(evaluator, value, deep, seen, place);
  evaluator.meter.leave();
  return made;
}

function copyOf(
  evaluator: Evaluator,
  value: Exclude<Value, null | string | bigint | number | boolean>,
  deep: boolean,
  seen: Map<Value, Value>,
  place: Place,
): Value {
  const inner = (each: Value) => (deep ? copied(evaluator, each, deep, seen, place) : each);
  const attributesOf = (from: ReadonlyMap<string, Value> | undefined, to: Map<string, Value>) => {
    evaluator.meter.items(from?.size ?? 0);
    for (const [name, each] of from ?? []) to.set(name, inner(each));
  };
  switch (value.kind) {
    case 'list': {
      evaluator.meter.items(value.items.length + 1);
      const items: Value[] = [];
      const attributes = value.attributes === undefined ? undefined : new Map<string, Value>();
      const made: Value = attributes === undefined ? { ...value, items } : { ...value, items, attributes };
      seen.set(value, made);
      for (const item of value.items) items.push(inner(item));
      if (attributes !== undefined) attributesOf(value.attributes, attributes);
      return made;
    }
    case 'tuple': {
      if (!deep) return value;
      evaluator.meter.items(value.items.length + 1);
      return { ...value, items: value.items.map(inner) };
    }
    case 'dict': {
      evaluator.meter.items(value.entries.size + 1);
      const entries: typeof value.entries = new Map();
      const attributes = value.attributes === undefined ? undefined : new Map<string, Value>();
      const made: Value = attributes === undefined ? { ...value, entries } : { ...value, entries, attributes };
      seen.set(value, made);
      for (const [key, [name, each]] of value.entries) entries.set(key, [name, inner(each)]);
      if (attributes !== undefined) attributesOf(value.attributes, attributes);
      return made;
    }
    case 'set':
      evaluator.meter.items(value.entries.size + 1);
      return { ...value, entries: new Map(value.entries) };
    case 'instance': {
      if (value.type.members !== undefined) return value;
      const custom = findInClass(value.type, deep ? '__deepcopy__' : '__copy__');
      if (custom !== undefined)
        return evaluator.call(custom, deep ? positional(value, dict()) : positional(value), place);
      evaluator.meter.items(1);
      if (value.attributes.has('_modules')) evaluator.meter.module();
      const attributes = new Map<string, Value>();
      const made: Value = { ...value, attributes };
      seen.set(value, made);
      attributesOf(value.attributes, attributes);
      return made;
    }
    case 'host': {
      if (!deep || value.copy === undefined) return value;
      const made = value.copy();
      seen.set(value, made);
      return made;
    }
    case 'bound': {
      const self = inner(value.self);
      return self === value.self ? value : { ...value, self };
    }
    default:
      return value;
  }
}

export function copyModule(evaluator: Evaluator): ModuleValue {
  return hostModule('copy', [
    ['copy', native('copy', 'x', ({ get, place }) => copied(evaluator, get('x'), false, new Map(), place))],
    [
      'deepcopy',
      native('deepcopy', 'x, memo=None', ({ get, place }) => copied(evaluator, get('x'), true, new Map(), place)),
    ],
  ]);
}
