/** `import` statements: which names they bind (Python reference, section 7.11). */
import { type Place, refuse } from '../reason.ts';
import type { ImportedName, Statement } from '../syntax/syntax.ts';
import type { ModuleValue, Scope, Value } from '../types/values.ts';
import type { Evaluator } from './runtime.ts';
import { assignName } from './scopes.ts';

/** A dotted name with its leading dots resolved from the module that imports. @throws a reason of kind import */
export function absoluteName(name: string, scope: Scope): string {
  const dots = /^\.*/.exec(name)?.[0].length ?? 0;
  if (dots === 0) return name;
  const from = (scope.module ?? scope).origin?.package ?? '';
  if (from === '') refuse('import', 'ImportError: attempted relative import with no known parent package');
  const parts = from.split('.');
  if (dots > parts.length) refuse('import', 'ImportError: attempted relative import beyond top-level package');
  const base = parts.slice(0, parts.length - dots + 1);
  const rest = name.slice(dots);
  return rest === '' ? base.join('.') : [...base, rest].join('.');
}

/** Runs an import statement. @throws a reason of kind import */
export function importNames(
  evaluator: Evaluator,
  statement: Extract<Statement, { readonly type: 'import' }>,
  scope: Scope,
): void {
  for (const each of statement.names) importOne(evaluator, each, statement, scope);
}

function importOne(
  evaluator: Evaluator,
  { module, name, alias }: ImportedName,
  { place }: Statement,
  scope: Scope,
): void {
  if (name === null) {
    const whole = evaluator.importModule(module, place);
    if (alias !== '') assignName(scope, alias, lastOf(evaluator, module, whole, place));
    else {
      const first = module.split('.')[0] ?? module;
      assignName(scope, first, evaluator.importModule(first, place));
    }
    return;
  }
  const from = absoluteName(module, scope);
  if (name === '*') {
    const found = evaluator.importModule(from, place);
    for (const key of publicNames(evaluator, found)) assignName(scope, key, evaluator.importName(from, key, place));
    return;
  }
  assignName(scope, alias, evaluator.importName(from, name, place));
}

/** What `import a.b.c as name` binds: the attribute c of b of a, which need not be the module; where it has none, that. */
function lastOf(evaluator: Evaluator, module: string, whole: ModuleValue, place: Place): Value {
  const [first = module, ...below] = module.split('.');
  let at: Value | undefined = below.length === 0 ? whole : evaluator.importModule(first, place);
  for (const part of below) at = at === undefined ? undefined : evaluator.findAttribute(at, part, place);
  return at ?? whole;
}

/** What `from module import *` binds: `__all__`, else every name without a leading underscore. */
function publicNames(evaluator: Evaluator, module: ModuleValue): string[] {
  const listed = module.attributes.get('__all__');
  if (listed !== undefined && listed !== null && typeof listed === 'object') {
    if (listed.kind === 'list' || listed.kind === 'tuple') {
      evaluator.meter.items(listed.items.length);
      return listed.items.flatMap((each) => (typeof each === 'string' ? [each] : []));
    }
  }
  const names = [...module.attributes.keys()].filter((key) => !key.startsWith('_'));
  evaluator.meter.items(names.length);
  return names;
}
