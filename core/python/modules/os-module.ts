/**
 * os and os.path as far as they only say something: joined names, an environment with nothing in it. Nothing outside the
 * program is reached, so no file is there; what would act or look around is a stand-in or refused (stand-ins.ts).
 */

import type { Runtime } from '../evaluation/runtime.ts';
import { native, type Taken } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import { typeName } from '../types/type-name.ts';
import type { DictValue, ModuleValue, Value } from '../types/values.ts';
import { hostModule } from './host-module.ts';

function text(value: Value, place: Place): string {
  if (typeof value === 'string') return value;
  return refuse('type', `expected str, bytes or os.PathLike object, not ${typeName(value)}`, place);
}

/** os.path.join of POSIX: an absolute part begins anew. */
function joined(parts: readonly string[]): string {
  return parts.reduce((path, part) => {
    if (part.startsWith('/') || path === '') return part;
    return path.endsWith('/') ? `${path}${part}` : `${path}/${part}`;
  });
}

/** What stands before and after the last slash. */
function split(path: string): readonly [string, string] {
  const at = path.lastIndexOf('/') + 1;
  const head = path.slice(0, at);
  return [/^\/+$/.test(head) ? head : head.replace(/\/+$/, ''), path.slice(at)];
}

/** The ending with its dot; leading dots of a name are no ending. */
function splitEnding(path: string): readonly [string, string] {
  const [, name] = split(path);
  const at = name.replace(/^\.+/, (dots) => ' '.repeat(dots.length)).lastIndexOf('.');
  if (at < 0) return [path, ''];
  const start = path.length - name.length + at;
  return [path.slice(0, start), path.slice(start)];
}

/** `a//b/./c/..` -> `a/b`. */
function normal(path: string): string {
  const absolute = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (part !== '..' || !absolute) kept.push(part);
  }
  const rest = kept.join('/');
  if (absolute) return `/${rest}`;
  return rest === '' ? '.' : rest;
}

function pathNames(runtime: Runtime): [string, Value][] {
  const names: [string, Value][] = [
    ['sep', '/'],
    ['curdir', '.'],
    ['pardir', '..'],
    ['extsep', '.'],
  ];
  const define = (name: string, signature: string, run: (taken: Taken) => Value) => {
    names.push([name, native(name, signature, run)]);
  };
  const counted = (result: string) => {
    runtime.meter.characters(result.length);
    return result;
  };
  const pair = (items: readonly [string, string]): Value => ({
    kind: 'tuple',
    items: items.map(counted),
    typeName: 'tuple',
  });
  define('join', 'a, *p', ({ get, place }) => {
    const rest = runtime.iterate(get('p'), place).map((each) => text(each, place));
    return counted(joined([text(get('a'), place), ...rest]));
  });
  define('split', 'p', ({ get, place }) => pair(split(text(get('p'), place))));
  define('splitext', 'p', ({ get, place }) => pair(splitEnding(text(get('p'), place))));
  define('dirname', 'p', ({ get, place }) => counted(split(text(get('p'), place))[0]));
  define('basename', 'p', ({ get, place }) => counted(split(text(get('p'), place))[1]));
  define('normpath', 'path', ({ get, place }) => counted(normal(text(get('path'), place))));
  define('isabs', 's', ({ get, place }) => text(get('s'), place).startsWith('/'));
  // Where the program lies is not its business: a path stays as it is written.
  for (const name of ['abspath', 'realpath', 'expanduser', 'expandvars']) {
    define(name, 'path', ({ get, place }) => text(get('path'), place));
  }
  for (const name of ['exists', 'isfile', 'isdir', 'islink', 'lexists']) {
    define(name, 'path', () => false);
  }
  return names;
}

/**
 * The modules os and os.path.
 * @param environ os.environ; @param missing gives what else is asked of os
 */
export function osModules(
  runtime: Runtime,
  environ: DictValue,
  missing: (name: string) => Value,
): readonly (readonly [string, ModuleValue])[] {
  const path = hostModule('os.path', pathNames(runtime), (name) => missing(`path.${name}`));
  const quiet = ['makedirs', 'mkdir', 'putenv', 'unsetenv', 'umask'].map((name): [string, Value] => [
    name,
    native(name, '*args, **kwargs', () => null),
  ]);
  const os = hostModule(
    'os',
    [
      ['path', path],
      ['environ', environ],
      [
        'getenv',
        native('getenv', 'key, default=None', ({ get }) => {
          const found = environ.entries.get(`s${String(get('key'))}`);
          return found === undefined ? get('default') : found[1];
        }),
      ],
      ['sep', '/'],
      ['linesep', '\n'],
      ['pathsep', ':'],
      ['name', 'posix'],
      ['curdir', '.'],
      ['pardir', '..'],
      ...quiet,
    ],
    missing,
  );
  return [
    ['os', os],
    ['os.path', path],
    ['posixpath', path],
  ];
}
