/** The standard modules that programs import: what of them is plain computation. */
import { makeClass } from '../evaluation/classes.ts';
import type { Evaluator } from '../evaluation/runtime.ts';
import { native } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import { dict, list, tuple } from '../types/containers.ts';
import { isUnion, unionOf } from '../types/type-hints.ts';
import type { ClassValue, DictValue, HostValue, ModuleValue, Value } from '../types/values.ts';
import { isCallable } from './builtins/instances.ts';
import { abstractClasses, collectionsModules, isGenerator } from './collections-module.ts';
import { dataclassesModule } from './dataclasses.ts';
import { enumModule } from './enumerations.ts';
import { type EnvironmentOptions, environmentModules } from './environment-modules.ts';
import { contextlibModule, copyModule, emptyContext, functoolsModule } from './functools-module.ts';
import { hostModule } from './host-module.ts';
import { inspectModule } from './inspect-module.ts';
import { itertoolsModule, operatorModule } from './itertools-module.ts';
import { mathModule } from './math-module.ts';
import { namedTupleCall } from './named-tuples.ts';
import { osModules } from './os-module.ts';
import { randomModule } from './random-module.ts';
import { reModule } from './regular-expressions/re-module.ts';
import { versionModules } from './versions.ts';

/** A module whose names are only hints: typing, abc and the like. `hint` makes the value of a name. */
function hints(name: string, hint: Value, special: Iterable<readonly [string, Value]> = []): ModuleValue {
  return hostModule(name, special, () => hint);
}

/** `Optional[...]` and `Union[...]`: unions, which isinstance and get_args may ask. */
function unionFactory(evaluator: Evaluator, optional: boolean): HostValue {
  const self: HostValue = {
    kind: 'host',
    typeName: 'typing',
    attribute: () => undefined,
    item(index) {
      const items = index !== null && typeof index === 'object' && index.kind === 'tuple' ? index.items : [index];
      const all = optional ? [...items, null] : items;
      return all.reduce<Value>((union, each) => unionOf(union, each, evaluator) ?? union, all[0] ?? null) ?? self;
    },
    call: () => self,
    binary: (operator) => (operator === '|' ? self : undefined),
  };
  return self;
}

/** A protocol that isinstance may ask: what has all its names is an instance of it. */
function checkable(evaluator: Evaluator, given: Value, place: Place): Value {
  if (given === null || typeof given !== 'object' || given.kind !== 'class') return given;
  const isProtocol = (type: ClassValue) => type.bases.some((base) => base.name === 'Protocol' && base.place === null);
  if (!isProtocol(given)) {
    return refuse('type', `@runtime_checkable can be only applied to protocol classes, got ${given.name}`, place);
  }
  const hidden = new Set(['__annotations__', '__module__', '__doc__', '__init__', '__slots__', '__class_getitem__']);
  const names = given.order.filter(isProtocol).flatMap((type) => {
    const annotated = type.attributes.get('__annotations__') ?? null;
    const hints =
      annotated !== null && typeof annotated === 'object' && annotated.kind === 'dict' ? annotated : dict([]);
    return [...type.attributes.keys(), ...[...hints.entries.values()].map(([name]) => String(name))];
  });
  const asked = [...new Set(names)].filter((name) => !hidden.has(name));
  given.check = (value) => {
    evaluator.meter.steps(asked.length);
    return asked.every((name) =>
      name === '__call__' ? isCallable(value) : evaluator.findAttribute(value, name, place) !== undefined,
    );
  };
  return given;
}

function typingModule(evaluator: Evaluator, hint: Value): ModuleValue {
  const identity = native('decorator', 'value', ({ get }) => get('value'));
  const builtin = (name: string): readonly [string, Value] => [
    name.charAt(0).toUpperCase() + name.slice(1),
    evaluator.types.get(name) ?? null,
  ];
  const classVariable: HostValue = {
    kind: 'host',
    typeName: 'ClassVar',
    attribute: () => undefined,
    item: () => classVariable,
  };
  const named = makeClass('NamedTuple', [evaluator.object], new Map(), { construct: namedTupleCall(evaluator) });
  const protocol = makeClass('Protocol', [evaluator.object], new Map());
  return hints('typing', hint, [
    ...abstractClasses(evaluator.object),
    ['TYPE_CHECKING', false],
    ['cast', native('cast', 'typ, val', ({ get }) => get('val'))],
    ['overload', identity],
    ['final', identity],
    ['no_type_check', identity],
    ['Protocol', protocol],
    [
      'runtime_checkable',
      native('runtime_checkable', 'cls', ({ get, place }) => checkable(evaluator, get('cls'), place)),
    ],
    ['runtime', native('runtime', 'cls', ({ get, place }) => checkable(evaluator, get('cls'), place))],
    ['ClassVar', classVariable],
    ['Optional', unionFactory(evaluator, true)],
    ['Union', unionFactory(evaluator, false)],
    ['NamedTuple', named],
    ['OrderedDict', evaluator.types.get('OrderedDict') ?? null],
    ['DefaultDict', evaluator.types.get('defaultdict') ?? null],
    builtin('list'),
    builtin('tuple'),
    builtin('dict'),
    builtin('type'),
    ['FrozenSet', evaluator.types.get('frozenset') ?? null],
    [
      'get_args',
      native('get_args', 'tp', ({ get }) => {
        const given = get('tp');
        return tuple(isUnion(given) ? given.members : []);
      }),
    ],
    ['get_origin', native('get_origin', 'tp', () => null)],
    [
      'get_type_hints',
      native('get_type_hints', 'obj, *args, **kwargs', ({ get, place }) => {
        return evaluator.findAttribute(get('obj'), '__annotations__', place) ?? null;
      }),
    ],
  ]);
}

function numbersModule(evaluator: Evaluator): ModuleValue {
  const define = (name: string, types: readonly string[]): readonly [string, Value] => {
    const made = makeClass(name, [evaluator.object], new Map());
    made.check = (value) => types.includes(typeof value);
    return [name, made];
  };
  return hostModule('numbers', [
    define('Number', ['bigint', 'number', 'boolean']),
    define('Complex', ['bigint', 'number', 'boolean']),
    define('Real', ['bigint', 'number', 'boolean']),
    define('Rational', ['bigint', 'boolean']),
    define('Integral', ['bigint', 'boolean']),
  ]);
}

function typesModule(evaluator: Evaluator, hint: Value): ModuleValue {
  const checked = (name: string, check: (value: Value) => boolean): readonly [string, Value] => {
    const made = makeClass(name, [evaluator.object], new Map());
    made.check = check;
    return [name, made];
  };
  const isKind =
    (...kinds: readonly string[]) =>
    (value: Value) =>
      value !== null && typeof value === 'object' && kinds.includes(value.kind);
  const namespace = makeClass('SimpleNamespace', [evaluator.object], new Map());
  namespace.attributes.set('__init__', {
    kind: 'native',
    name: '__init__',
    method: true,
    run(given) {
      const [self] = given.positional;
      if (self !== null && self !== undefined && typeof self === 'object' && self.kind === 'instance') {
        for (const [name, value] of given.keywords) self.attributes.set(name, value);
      }
      return null;
    },
  });
  return hints('types', hint, [
    checked('FunctionType', isKind('function')),
    checked('LambdaType', isKind('function')),
    checked('MethodType', isKind('bound')),
    checked('BuiltinFunctionType', isKind('native')),
    checked('ModuleType', isKind('module')),
    checked('GeneratorType', isGenerator),
    ['NoneType', evaluator.types.get('NoneType') ?? null],
    ['SimpleNamespace', namespace],
  ]);
}

/** Marks a method as abstract. */
function abstractMethod(value: Value): Value {
  if (value === null || typeof value !== 'object') return value;
  if (value.kind === 'function') return { ...value, abstract: true };
  if (value.kind === 'property') return { ...value, getter: abstractMethod(value.getter) };
  if (value.kind === 'staticmethod' || value.kind === 'classmethod') {
    return { ...value, callee: abstractMethod(value.callee) };
  }
  return value;
}

/** What is around the program. */
export interface Surroundings extends Omit<EnvironmentOptions, 'evaluator'> {
  /** os.environ. */
  readonly environment: DictValue;
}

/** A program alone: nothing around it. */
const alone: Omit<Surroundings, 'environment'> = {
  importable: (name, place) => refuse('import', `ModuleNotFoundError: No module named '${name}'`, place),
  loaded: () => undefined,
  missing: (module) => (name) => refuse('attribute', `module '${module}' has no attribute '${name}'`),
};

/** Modules by dotted name. `hint` stands for types that only annotations use. */
export function standardModules(
  evaluator: Evaluator,
  hint: Value,
  around: Surroundings = { ...alone, environment: dict([]) },
): Map<string, ModuleValue> {
  const warn = native('warn', '*args, **kwargs', () => null);
  const abstract = native('abstractmethod', 'funcobj', ({ get }) => abstractMethod(get('funcobj')));
  const typing = typingModule(evaluator, hint);
  const named = [...environmentModules({ evaluator, ...around }), ...versionModules(evaluator)];
  return new Map<string, ModuleValue>([
    ...named.map((each) => [each.name, each] as const),
    ...osModules(evaluator, around.environment, around.missing('os')),
    ['re', reModule(evaluator)],
    ['random', randomModule('random', around.missing('random'))],
    ['math', mathModule(evaluator)],
    ...collectionsModules(evaluator, hint),
    ['functools', functoolsModule(evaluator)],
    ['contextlib', contextlibModule(evaluator)],
    ['copy', copyModule(evaluator)],
    ['itertools', itertoolsModule(evaluator)],
    ['operator', operatorModule(evaluator)],
    ['dataclasses', dataclassesModule(evaluator)],
    ['enum', enumModule(evaluator)],
    ['inspect', inspectModule(evaluator)],
    ['numbers', numbersModule(evaluator)],
    ['types', typesModule(evaluator, hint)],
    ['typing', typing],
    ['typing_extensions', typing],
    [
      'abc',
      hints('abc', hint, [
        ['abstractmethod', abstract],
        [
          'abstractproperty',
          native('abstractproperty', 'fget', ({ get }) => ({ kind: 'property', getter: get('fget'), setter: null })),
        ],
        ['ABC', makeClass('ABC', [evaluator.object], new Map())],
        ['ABCMeta', makeClass('ABCMeta', [evaluator.object], new Map())],
      ]),
    ],
    [
      'warnings',
      hostModule('warnings', [
        ['warn', warn],
        ['warn_explicit', warn],
        ['filterwarnings', native('filterwarnings', '*args, **kwargs', () => null)],
        ['simplefilter', native('simplefilter', '*args, **kwargs', () => null)],
        ['resetwarnings', native('resetwarnings', '', () => null)],
        ['catch_warnings', native('catch_warnings', '*args, **kwargs', () => emptyContext(list([])))],
      ]),
    ],
    ['__future__', hints('__future__', hint)],
  ]);
}
