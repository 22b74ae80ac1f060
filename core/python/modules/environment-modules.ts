/** Modules in which programs ask for Python and the machine: sys, importlib, keyword, platform; the same answers everywhere. */
import { FailureError } from '../../failure.ts';
import type { Evaluator } from '../evaluation/runtime.ts';
import { native } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import { list, tuple } from '../types/containers.ts';
import { typeName } from '../types/type-name.ts';
import type { HostValue, ModuleValue, Value } from '../types/values.ts';
import { hostModule } from './host-module.ts';

/** The Python that programs are read as. */
const version = [3, 11, 0] as const;

const keywords =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield';

/** `sys.version_info`: a tuple whose first items have names. */
function versionInfo(): Value {
  const items: readonly Value[] = [...version.map(BigInt), 'final', 0n];
  const names = ['major', 'minor', 'micro', 'releaselevel', 'serial'];
  const whole = tuple(items, 'sys.version_info');
  const self: HostValue = {
    kind: 'host',
    typeName: 'sys.version_info',
    attribute: (name) => items[names.indexOf(name)],
    length: () => BigInt(items.length),
    iterate: () => items,
    item(index, place) {
      if (typeof index === 'bigint')
        return items.at(Number(index)) ?? refuse('index', 'tuple index out of range', place);
      if (index === null || typeof index !== 'object' || index.kind !== 'slice') {
        return refuse('type', `tuple indices must be integers or slices, not ${typeName(index)}`, place);
      }
      const bound = (value: Value) => (typeof value === 'bigint' ? Number(value) : undefined);
      return tuple(items.slice(bound(index.start), bound(index.stop)));
    },
    compare(operator, other) {
      if (other === null || typeof other !== 'object' || other.kind !== 'tuple') return undefined;
      const numbers = other.items.map((each) => (typeof each === 'bigint' ? Number(each) : Number.NaN));
      const at = numbers.findIndex((each, i) => each !== version[i]);
      const order = at < 0 ? items.length - numbers.length : (version[at] ?? 0) - (numbers[at] ?? 0);
      const results: Readonly<Record<string, boolean>> = {
        '==': order === 0,
        '!=': order !== 0,
        '<': order < 0,
        '<=': order <= 0,
        '>': order > 0,
        '>=': order >= 0,
      };
      return results[operator];
    },
    text: () => `sys.version_info(${whole.items.join(', ')})`,
  };
  return self;
}

/** A stream that takes what is written to it. */
function stream(name: string): HostValue {
  const taken = native('write', '*args, **kwargs', () => null);
  return {
    kind: 'host',
    typeName: 'TextIOWrapper',
    attribute: (key) => (['write', 'flush', 'writelines'].includes(key) ? taken : key === 'name' ? name : undefined),
  };
}

export interface EnvironmentOptions {
  readonly evaluator: Evaluator;
  /** A module that may be imported by its name as a text. @throws a reason of kind import */
  readonly importable: (name: string, place: Place) => ModuleValue;
  /** A module that is loaded already. */
  readonly loaded: (name: string) => ModuleValue | undefined;
  /** What sys has besides. */
  readonly missing: (module: string) => (name: string) => Value;
}

/** Modules by dotted name. */
export function environmentModules({ evaluator, importable, loaded, missing }: EnvironmentOptions): ModuleValue[] {
  const text = (value: Value, place: Place) =>
    typeof value === 'string' ? value : refuse('type', `a str was expected, not ${typeName(value)}`, place);
  const modules: HostValue = {
    kind: 'host',
    typeName: 'dict',
    attribute: (name) =>
      name === 'get'
        ? native('get', 'key, default=None', ({ get, place }) => loaded(text(get('key'), place)) ?? get('default'))
        : undefined,
    item: (index, place) =>
      loaded(text(index, place)) ?? refuse('key', `KeyError: ${evaluator.repr(index, place)}`, place),
    contains: (item) => typeof item === 'string' && loaded(item) !== undefined,
  };
  const counted = () => null;
  const sys = hostModule(
    'sys',
    [
      ['version_info', versionInfo()],
      ['version', `${version.join('.')} (LLMatic)`],
      ['hexversion', 0x030b00f0n],
      ['maxsize', 2n ** 63n - 1n],
      ['platform', 'linux'],
      ['byteorder', 'little'],
      ['modules', modules],
      ['stdout', stream('<stdout>')],
      ['stderr', stream('<stderr>')],
      ['getrecursionlimit', native('getrecursionlimit', '', () => 1000n)],
      ['setrecursionlimit', native('setrecursionlimit', 'limit', counted)],
      ['getsizeof', native('getsizeof', 'object, default=None', () => 0n)],
    ],
    // Lists of their own for each that asks: programs change them.
    (name) => (name === 'path' || name === 'argv' ? list([]) : missing('sys')(name)),
  );
  const util = hostModule(
    'importlib.util',
    [
      [
        'find_spec',
        native('find_spec', 'name, package=None', ({ get, place }) => {
          try {
            return importable(text(get('name'), place), place);
          } catch (error) {
            if (error instanceof FailureError && error.failure.kind === 'import') return null;
            throw error;
          }
        }),
      ],
    ],
    missing('importlib.util'),
  );
  const importlib = hostModule(
    'importlib',
    [
      ['util', util],
      [
        'import_module',
        native('import_module', 'name, package=None', ({ get, place }) => importable(text(get('name'), place), place)),
      ],
      ['reload', native('reload', 'module', ({ get }) => get('module'))],
    ],
    missing('importlib'),
  );
  const words = keywords.split(' ');
  const isKeyword = (name: string, among: readonly string[]): readonly [string, Value] => [
    name,
    native(name, 's', ({ get }) => among.includes(String(get('s')))),
  ];
  const soft = ['_', 'case', 'match', 'type'];
  return [
    sys,
    importlib,
    util,
    hostModule('keyword', [
      ['kwlist', list(words)],
      ['softkwlist', list(soft)],
      isKeyword('iskeyword', words),
      isKeyword('issoftkeyword', soft),
    ]),
    hostModule(
      'platform',
      [
        ['system', native('system', '', () => 'Linux')],
        ['machine', native('machine', '', () => 'x86_64')],
        ['python_version', native('python_version', '', () => version.join('.'))],
        ['python_version_tuple', native('python_version_tuple', '', () => tuple(version.map(String)))],
      ],
      missing('platform'),
    ),
    hostModule(
      'gc',
      ['collect', 'enable', 'disable', 'freeze'].map((name) => [name, native(name, '*args', () => 0n)]),
      missing('gc'),
    ),
    hostModule(
      'string',
      [
        ['ascii_lowercase', 'abcdefghijklmnopqrstuvwxyz'],
        ['ascii_uppercase', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
        ['ascii_letters', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'],
        ['digits', '0123456789'],
        ['hexdigits', '0123456789abcdefABCDEF'],
        ['punctuation', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
      ],
      missing('string'),
    ),
  ];
}
