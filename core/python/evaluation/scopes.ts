/** Scopes: how names are written and looked up (Python reference, section 4.2). */
import { type Place, refuse } from '../reason.ts';
import type { ClassValue, ModuleOrigin, Scope, Value } from '../types/values.ts';
import type { Evaluator } from './runtime.ts';

/** The outermost scope of a program or of a module. */
export function moduleScope(variables: Iterable<readonly [string, Value]> = [], origin?: ModuleOrigin): Scope {
  return {
    kind: 'module',
    variables: new Map(variables),
    enclosing: null,
    module: null,
    locals: null,
    outer: null,
    owner: null,
    self: null,
    unread: new Map(),
    ...(origin === undefined ? {} : { origin }),
  };
}

/** The scope of a class body. */
export function classScope(scope: Scope): Scope {
  return {
    kind: 'class',
    variables: new Map(),
    enclosing: scope.kind === 'function' ? scope : scope.enclosing,
    module: scope.kind === 'module' ? scope : scope.module,
    locals: null,
    outer: null,
    owner: null,
    self: null,
    annotations: new Map(),
  };
}

/** The scope of one call of a function that was defined in `closure`. */
export function callScope(
  closure: Scope,
  variables: Map<string, Value>,
  locals: ReadonlySet<string>,
  owner: ClassValue | null,
  self: Value,
): Scope {
  return {
    kind: 'function',
    variables,
    enclosing: closure.kind === 'function' ? closure : closure.enclosing,
    module: closure.kind === 'module' ? closure : closure.module,
    locals,
    outer: null,
    owner,
    self,
  };
}

/** The scope of a comprehension: its own variables, everything else from around it. */
export function comprehensionScope(scope: Scope): Scope {
  return {
    kind: 'function',
    variables: new Map(),
    enclosing: scope.kind === 'module' ? null : scope.kind === 'class' ? scope.enclosing : scope,
    module: scope.kind === 'module' ? scope : scope.module,
    locals: null,
    outer: null,
    owner: null,
    self: null,
    around: scope,
  };
}

/** The block that a name declared nonlocal belongs to. */
function nonlocalScope(scope: Scope, name: string): Scope {
  for (let at = scope.enclosing; at !== null; at = at.enclosing) {
    if (at.variables.has(name) || at.locals?.has(name)) return at;
  }
  return refuse('syntax', `no binding for nonlocal '${name}' found`);
}

/** The scope that a name is written to: its own block, or the one that global or nonlocal names. */
function scopeOf(scope: Scope, name: string): Scope {
  const declared = scope.outer?.get(name);
  if (declared === undefined) return scope;
  return declared === 'global' ? (scope.module ?? scope) : nonlocalScope(scope, name);
}

export function assignName(scope: Scope, name: string, value: Value): void {
  if (scope.outer === null) scope.variables.set(name, value);
  else scopeOf(scope, name).variables.set(name, value);
}

/** Binds `name := value`: in the block around a comprehension. */
export function assignNamed(scope: Scope, name: string, value: Value): void {
  let at = scope;
  while (at.around !== undefined) at = at.around;
  assignName(at, name, value);
}

/** Whether there was such a name. */
export function deleteName(scope: Scope, name: string): boolean {
  return scopeOf(scope, name).variables.delete(name);
}

/** The value of a name. @throws a reason of kind name */
export function lookUp(evaluator: Evaluator, scope: Scope, name: string, place: Place): Value {
  const own = scope.variables.get(name);
  if (own !== undefined) return own;
  const declared = scope.outer?.get(name);
  if (declared === undefined && scope.locals?.has(name)) {
    const message = `UnboundLocalError: cannot access local variable '${name}' where it is not associated with a value`;
    return refuse('name', message, place);
  }
  let blocks = 0;
  for (let at = declared === 'global' ? null : scope.enclosing; at !== null; at = at.enclosing) {
    // Blocks in blocks are looked through one by one.
    if (++blocks % 4 === 0) evaluator.meter.step();
    const found = at.variables.get(name);
    if (found !== undefined) return found;
    if (at.locals?.has(name) && !at.outer?.has(name)) {
      const message = `cannot access free variable '${name}' where it is not associated with a value in enclosing scope`;
      return refuse('name', message, place);
    }
  }
  const global = scope.module?.variables.get(name);
  if (global !== undefined) return global;
  const builtin = evaluator.builtins.get(name);
  if (builtin !== undefined) return builtin;
  const unread = (scope.module ?? scope).unread?.get(name);
  if (unread !== undefined) throw unread;
  return refuse('name', `name '${name}' is not defined`, place);
}
