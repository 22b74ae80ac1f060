/** Running statements: assignment, control flow, definitions, imports, exceptions. */
import { FailureError } from '../failure.ts';
import { catches, RaisedError, raise } from './exceptions.ts';
import { assignAugmented } from './expressions.ts';
import { type Place, placed, refuse } from './reason.ts';
import { type Completion, type Evaluator, positional } from './runtime.ts';
import { assignSubscript } from './subscripts.ts';
import type { ClassDefinition, Expression, FunctionDefinition, Statement } from './syntax.ts';
import { type ClassValue, type FunctionValue, makeClass, type Scope, typeName, type Value } from './values.ts';

type Of<T extends Statement['type']> = Extract<Statement, { readonly type: T }>;

/** Runs a block; what ended it early comes back. @throws a reason */
export function executeBlock(evaluator: Evaluator, statements: readonly Statement[], scope: Scope): Completion {
  if (statements.length === 0) return 'end';
  evaluator.meter.enter();
  const completion = executeAll(evaluator, statements, scope);
  evaluator.meter.leave();
  return completion;
}

function executeAll(evaluator: Evaluator, statements: readonly Statement[], scope: Scope): Completion {
  for (const statement of statements) {
    evaluator.meter.step();
    let completion: Completion;
    try {
      completion = execute(evaluator, statement, scope);
    } catch (error) {
      throw placed(error, statement.place);
    }
    if (completion !== 'end') return completion;
  }
  return 'end';
}

function execute(evaluator: Evaluator, statement: Statement, scope: Scope): Completion {
  switch (statement.type) {
    case 'expression':
      evaluator.evaluate(statement.value, scope);
      return 'end';
    case 'assign': {
      const value = evaluator.evaluate(statement.value, scope);
      for (const target of statement.targets) evaluator.assign(target, value, scope);
      return 'end';
    }
    case 'augmented':
      assignAugmented(evaluator, statement, scope);
      return 'end';
    case 'return':
      return { value: statement.value === null ? null : evaluator.evaluate(statement.value, scope) };
    case 'if': {
      const test = evaluator.truth(evaluator.evaluate(statement.test, scope), statement.test.place);
      return evaluator.execute(test ? statement.body : statement.otherwise, scope);
    }
    case 'for':
      return forLoop(evaluator, statement, scope);
    case 'while':
      return whileLoop(evaluator, statement, scope);
    case 'function':
      assignName(
        scope,
        statement.name,
        decorated(evaluator, makeFunction(evaluator, statement, scope), statement, scope),
      );
      return 'end';
    case 'class':
      assignName(
        scope,
        statement.name,
        decorated(evaluator, defineClass(evaluator, statement, scope), statement, scope),
      );
      return 'end';
    case 'import':
      importNames(evaluator, statement, scope);
      return 'end';
    case 'assert': {
      if (evaluator.truth(evaluator.evaluate(statement.test, scope), statement.place)) return 'end';
      const message =
        statement.message === null ? '' : evaluator.text(evaluator.evaluate(statement.message, scope), statement.place);
      return raise(evaluator, 'AssertionError', message, statement.place);
    }
    case 'raise':
      return raiseStatement(evaluator, statement, scope);
    case 'delete':
      for (const target of statement.targets) deleteTarget(evaluator, target, scope);
      return 'end';
    case 'scope': {
      scope.outer ??= new Map();
      for (const name of statement.names) scope.outer.set(name, statement.word);
      return 'end';
    }
    case 'with':
      return withBlock(evaluator, statement, scope);
    case 'try':
      return tryBlock(evaluator, statement, scope);
    case 'pass':
      return 'end';
    case 'break':
    case 'continue':
      return statement.type;
    default:
      return refuse('unsupported', `${statement.word} is not supported`, statement.place);
  }
}

function forLoop(evaluator: Evaluator, statement: Of<'for'>, scope: Scope): Completion {
  const iterable = evaluator.evaluate(statement.iterable, scope);
  for (const item of evaluator.iterate(iterable, statement.iterable.place)) {
    evaluator.assign(statement.target, item, scope);
    const completion = evaluator.execute(statement.body, scope);
    if (completion === 'break') return 'end';
    if (typeof completion === 'object') return completion;
  }
  return evaluator.execute(statement.otherwise, scope);
}

function whileLoop(evaluator: Evaluator, statement: Of<'while'>, scope: Scope): Completion {
  while (evaluator.truth(evaluator.evaluate(statement.test, scope), statement.test.place)) {
    const completion = evaluator.execute(statement.body, scope);
    if (completion === 'break') return 'end';
    if (typeof completion === 'object') return completion;
  }
  return evaluator.execute(statement.otherwise, scope);
}

/** The scope that a name is written to: its own block, or the one named by global or nonlocal. */
function assignName(scope: Scope, name: string, value: Value): void {
  const declared = scope.outer?.get(name);
  if (declared === 'global') {
    (scope.module ?? scope).variables.set(name, value);
    return;
  }
  if (declared === 'nonlocal') {
    for (let at = scope.enclosing; at !== null; at = at.enclosing) {
      if (at.variables.has(name)) {
        at.variables.set(name, value);
        return;
      }
    }
  }
  scope.variables.set(name, value);
}

/** Assigns to a name, an attribute, an item, or unpacks into several targets. @throws a reason */
export function assignTarget(evaluator: Evaluator, target: Expression, value: Value, scope: Scope): void {
  switch (target.type) {
    case 'name':
      assignName(scope, target.name, value);
      return;
    case 'attribute':
      evaluator.setAttribute(evaluator.evaluate(target.object, scope), target.name, value, target.place);
      return;
    case 'subscript': {
      const object = evaluator.evaluate(target.object, scope);
      assignSubscript(evaluator, object, evaluator.evaluate(target.index, scope), value, target.place);
      return;
    }
    case 'tuple':
    case 'list':
      unpack(evaluator, target.items, value, target.place, scope);
      return;
    default:
      refuse('syntax', 'cannot assign to this expression', target.place);
  }
}

function unpack(evaluator: Evaluator, targets: readonly Expression[], value: Value, place: Place, scope: Scope): void {
  const items = evaluator.iterate(value, place);
  const star = targets.findIndex((target) => target.type === 'starred');
  const needed = star < 0 ? targets.length : targets.length - 1;
  if (items.length < needed) {
    const least = star < 0 ? '' : 'at least ';
    refuse('value', `not enough values to unpack (expected ${least}${needed}, got ${items.length})`, place);
  }
  if (star < 0 && items.length > needed) refuse('value', `too many values to unpack (expected ${needed})`, place);
  targets.forEach((target, index) => {
    if (target.type === 'starred') {
      const rest = items.slice(index, items.length - (targets.length - index - 1));
      evaluator.assign(target.value, { kind: 'list', items: [...rest] }, scope);
      return;
    }
    const position = star >= 0 && index > star ? items.length - (targets.length - index) : index;
    evaluator.assign(target, items[position] ?? null, scope);
  });
}

function makeFunction(evaluator: Evaluator, definition: FunctionDefinition, scope: Scope): FunctionValue {
  const defaults = new Map<string, Value>();
  for (const { name, fallback } of definition.parameters) {
    if (fallback !== null) defaults.set(name, evaluator.evaluate(fallback, scope));
  }
  return {
    kind: 'function',
    name: definition.name,
    parameters: definition.parameters,
    defaults,
    body: definition.body,
    locals: definition.locals,
    closure: scope,
    owner: null,
    place: definition.place,
    definition,
  };
}

function decorated(
  evaluator: Evaluator,
  value: Value,
  definition: FunctionDefinition | ClassDefinition,
  scope: Scope,
): Value {
  let result = value;
  for (const decorator of [...definition.decorators].reverse()) {
    // `@width.setter` extends the property of the same name that the class body already holds.
    result = evaluator.call(evaluator.evaluate(decorator, scope), positional(result), decorator.place);
  }
  return result;
}

function defineClass(evaluator: Evaluator, definition: ClassDefinition, scope: Scope): ClassValue {
  const bases: ClassValue[] = [];
  for (const expression of definition.bases) {
    const base = evaluator.evaluate(expression, scope);
    if (base !== null && typeof base === 'object' && base.kind === 'class') bases.push(base);
    else if (base === null || typeof base !== 'object' || base.kind !== 'host' || base.typeName !== 'typing') {
      refuse(
        'type',
        `the base ${evaluator.repr(base, expression.place)} of class ${definition.name} is not a class`,
        expression.place,
      );
    }
  }
  if (bases.length === 0) bases.push(evaluator.object);
  const body: Scope = {
    kind: 'class',
    variables: new Map(),
    enclosing: scope.kind === 'function' ? scope : scope.enclosing,
    module: scope.kind === 'module' ? scope : scope.module,
    locals: null,
    outer: null,
    owner: null,
    self: null,
  };
  evaluator.execute(definition.body, body);
  const builtin = bases.find((base) => base.construct !== null);
  if (builtin !== undefined) {
    refuse('unsupported', `inheriting from ${builtin.name} is not supported`, definition.place);
  }
  let made: ClassValue;
  try {
    made = makeClass(definition.name, bases, body.variables, { place: definition.place });
  } catch (error) {
    if (error instanceof RangeError) return refuse('type', error.message, definition.place);
    throw error;
  }
  for (const value of body.variables.values()) own(value, made);
  return made;
}

/** Tells functions of a class body which class they belong to: what `super()` needs. */
function own(value: Value, owner: ClassValue): void {
  if (value === null || typeof value !== 'object') return;
  if (value.kind === 'function') value.owner ??= owner;
  else if (value.kind === 'staticmethod' || value.kind === 'classmethod') own(value.callee, owner);
  else if (value.kind === 'property') {
    own(value.getter, owner);
    own(value.setter, owner);
  }
}

function importNames(evaluator: Evaluator, statement: Of<'import'>, scope: Scope): void {
  for (const { module, name, alias } of statement.names) {
    if (name === null) {
      const whole = alias === '' ? (module.split('.')[0] ?? module) : module;
      evaluator.importModule(module, statement.place);
      assignName(scope, alias === '' ? whole : alias, evaluator.importModule(whole, statement.place));
    } else if (name === '*') {
      const found = evaluator.importModule(module, statement.place);
      if (found === null || typeof found !== 'object' || found.kind !== 'module') {
        refuse('unsupported', `from ${module} import * is not supported`, statement.place);
      }
      for (const [key, value] of found.attributes) if (!key.startsWith('_')) assignName(scope, key, value);
    } else assignName(scope, alias, evaluator.importName(module, name, statement.place));
  }
}

function raiseStatement(evaluator: Evaluator, statement: Of<'raise'>, scope: Scope): never {
  if (statement.value === null)
    return raise(evaluator, 'RuntimeError', 'No active exception to reraise', statement.place);
  let value = evaluator.evaluate(statement.value, scope);
  if (value !== null && typeof value === 'object' && value.kind === 'class') {
    value = evaluator.call(value, positional(), statement.place);
  }
  if (value === null || typeof value !== 'object' || value.kind !== 'exception') {
    return refuse('type', 'exceptions must derive from BaseException', statement.place);
  }
  throw new RaisedError(value, statement.place);
}

function deleteTarget(evaluator: Evaluator, target: Expression, scope: Scope): void {
  if (target.type === 'name') {
    if (!scope.variables.delete(target.name)) refuse('name', `name '${target.name}' is not defined`, target.place);
    return;
  }
  if (target.type === 'attribute') {
    evaluator.deleteAttribute(evaluator.evaluate(target.object, scope), target.name, target.place);
    return;
  }
  refuse('unsupported', 'this del is not supported', target.place);
}

function withBlock(evaluator: Evaluator, statement: Of<'with'>, scope: Scope): Completion {
  for (const item of statement.items) {
    const value = evaluator.evaluate(item.value, scope);
    const enter = evaluator.findAttribute(value, '__enter__', statement.place);
    if (enter === undefined) {
      refuse('type', `'${typeName(value)}' object does not support the context manager protocol`, statement.place);
    }
    const entered = evaluator.call(enter, positional(), statement.place);
    if (item.target !== null) evaluator.assign(item.target, entered, scope);
  }
  return evaluator.execute(statement.body, scope);
}

function tryBlock(evaluator: Evaluator, statement: Of<'try'>, scope: Scope): Completion {
  let completion: Completion;
  const depth = evaluator.meter.depth();
  try {
    completion = evaluator.execute(statement.body, scope);
    if (completion === 'end') completion = evaluator.execute(statement.otherwise, scope);
  } catch (error) {
    const handler =
      error instanceof FailureError
        ? statement.handlers.find((each) => {
            const filter = each.filter === null ? null : evaluator.evaluate(each.filter, scope);
            return catches(evaluator, filter, error);
          })
        : undefined;
    if (handler === undefined || !(error instanceof FailureError)) throw error;
    evaluator.meter.caught(depth);
    if (handler.name !== null) {
      const caught = error instanceof RaisedError ? error.exception : error.failure.message;
      assignName(scope, handler.name, caught);
    }
    completion = evaluator.execute(handler.body, scope);
  }
  const cleanup = evaluator.execute(statement.cleanup, scope);
  return cleanup === 'end' ? completion : cleanup;
}
