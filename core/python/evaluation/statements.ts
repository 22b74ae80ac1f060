/** Running statements: control flow, exceptions, with blocks. */
import { FailureError } from '../../failure.ts';
import { placed, refuse } from '../reason.ts';
import type { ExceptClause, Statement } from '../syntax/syntax.ts';
import { typeName } from '../types/type-name.ts';
import type { ExceptionValue, Scope, Value } from '../types/values.ts';
import { annotate, deleteTarget } from './assignments.ts';
import { decorated, defineClass, makeFunction } from './definitions.ts';
import { catchable, catches, caughtException, raise, thrownBy } from './exceptions.ts';
import { assignAugmented } from './expressions.ts';
import { discard, ownGenerator } from './generators.ts';
import { importNames } from './imports.ts';
import type { Cursor } from './iteration.ts';
import { matchCase } from './matching.ts';
import { type Completion, type Evaluator, positional } from './runtime.ts';
import { assignName, deleteName } from './scopes.ts';
import { branchOf } from './telling.ts';

export type StatementOf<T extends Statement['type']> = Extract<Statement, { readonly type: T }>;

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
    case 'annotated':
      annotate(evaluator, statement, scope);
      return 'end';
    case 'augmented':
      assignAugmented(evaluator, statement, scope);
      return 'end';
    case 'return':
      return { value: statement.value === null ? null : evaluator.evaluate(statement.value, scope) };
    case 'if': {
      const branch = branchOf(evaluator, statement, scope);
      return branch === null ? 'end' : evaluator.execute(branch, scope);
    }
    case 'for':
      return forLoop(evaluator, statement, scope);
    case 'while':
      return whileLoop(evaluator, statement, scope);
    case 'function': {
      const made = decorated(evaluator, makeFunction(evaluator, statement, scope), statement, scope);
      assignName(scope, statement.name, made);
      return 'end';
    }
    case 'class': {
      const made = decorated(evaluator, defineClass(evaluator, statement, scope), statement, scope);
      assignName(scope, statement.name, made);
      return 'end';
    }
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
      return withBlock(evaluator, statement, scope, 0);
    case 'try':
      return tryBlock(evaluator, statement, scope);
    case 'match': {
      const body = matchCase(evaluator, statement, scope);
      return body === null ? 'end' : evaluator.execute(body, scope);
    }
    case 'pass':
    case 'future':
      return 'end';
    case 'break':
    case 'continue':
      return statement.type;
    default:
      return refuse('unsupported', `${statement.word} is not supported`, statement.place);
  }
}

function forLoop(evaluator: Evaluator, statement: StatementOf<'for'>, scope: Scope): Completion {
  const { place } = statement.iterable;
  const iterable = evaluator.evaluate(statement.iterable, scope);
  const next = evaluator.cursor(iterable, place);
  const own = ownGenerator(iterable, place);
  if (own === null) return loop(evaluator, statement, scope, next);
  const depth = evaluator.meter.depth();
  let completion: Completion;
  try {
    completion = loop(evaluator, statement, scope, next);
  } catch (error) {
    if (catchable(evaluator, error)) {
      evaluator.meter.caught(depth, 0);
      discard(evaluator, own, place);
    }
    throw error;
  }
  discard(evaluator, own, place);
  return completion;
}

function loop(evaluator: Evaluator, statement: StatementOf<'for'>, scope: Scope, next: Cursor): Completion {
  for (let item = next(); item !== undefined; item = next()) {
    evaluator.assign(statement.target, item, scope);
    const completion = evaluator.execute(statement.body, scope);
    if (completion === 'break') return 'end';
    if (typeof completion === 'object') return completion;
  }
  return evaluator.execute(statement.otherwise, scope);
}

function whileLoop(evaluator: Evaluator, statement: StatementOf<'while'>, scope: Scope): Completion {
  while (evaluator.truth(evaluator.evaluate(statement.test, scope), statement.test.place)) {
    const completion = evaluator.execute(statement.body, scope);
    if (completion === 'break') return 'end';
    if (typeof completion === 'object') return completion;
  }
  return evaluator.execute(statement.otherwise, scope);
}

function raiseStatement(evaluator: Evaluator, statement: StatementOf<'raise'>, scope: Scope): never {
  const { place } = statement;
  if (statement.value === null) {
    const current = evaluator.handling.at(-1);
    if (current !== undefined) throw current;
    return raise(evaluator, 'RuntimeError', 'No active exception to reraise', place);
  }
  const value = evaluator.evaluate(statement.value, scope);
  if (statement.cause !== null) evaluator.evaluate(statement.cause, scope);
  throw thrownBy(evaluator, value, place);
}

/** Enters the context managers from `index` on, runs the body, and leaves them again. */
function withBlock(evaluator: Evaluator, statement: StatementOf<'with'>, scope: Scope, index: number): Completion {
  const item = statement.items[index];
  if (item === undefined) return evaluator.execute(statement.body, scope);
  const leave = enterContext(evaluator, statement, scope, index);
  const depth = evaluator.meter.depth();
  let completion: Completion;
  try {
    completion = withBlock(evaluator, statement, scope, index + 1);
  } catch (error) {
    if (!catchable(evaluator, error)) throw error;
    evaluator.meter.caught(depth);
    if (leave(caughtException(evaluator, error))) return 'end';
    throw error;
  }
  leave(null);
  return completion;
}

/** Enters one context manager; gives what leaves it, which says whether it swallows the exception. */
export function enterContext(
  evaluator: Evaluator,
  statement: StatementOf<'with'>,
  scope: Scope,
  index: number,
): (exception: ExceptionValue | null) => boolean {
  const { place } = statement;
  const item = statement.items[index];
  if (item === undefined) return () => false;
  const value = evaluator.evaluate(item.value, scope);
  const enter = evaluator.findAttribute(value, '__enter__', place);
  if (enter === undefined) {
    return refuse('type', `'${typeName(value)}' object does not support the context manager protocol`, place);
  }
  const exit = evaluator.findAttribute(value, '__exit__', place);
  const entered = evaluator.call(enter, positional(), place);
  if (item.target !== null) evaluator.assign(item.target, entered, scope);
  return (exception) => {
    if (exit === undefined) return false;
    const given: readonly Value[] = exception === null ? [null, null, null] : [exception.type, exception, null];
    return evaluator.truth(evaluator.call(exit, positional(...given), place), place);
  };
}

/** The handler of a try statement that catches an error, if one does. */
export function handlerOf(
  evaluator: Evaluator,
  handlers: readonly ExceptClause[],
  error: unknown,
  scope: Scope,
): ExceptClause | undefined {
  if (!(error instanceof FailureError)) return undefined;
  return handlers.find((each) => {
    const filter = each.filter === null ? null : evaluator.evaluate(each.filter, scope);
    return catches(evaluator, filter, error);
  });
}

/** Runs a handler with its exception bound; the name is gone afterwards, as in Python. */
function handle(evaluator: Evaluator, handler: ExceptClause, error: FailureError, scope: Scope): Completion {
  if (handler.name !== null) assignName(scope, handler.name, caughtException(evaluator, error));
  try {
    return handling(evaluator, error, () => evaluator.execute(handler.body, scope));
  } finally {
    if (handler.name !== null) deleteName(scope, handler.name);
  }
}

/** Runs what handles an exception: `raise` alone raises that again. */
function handling(evaluator: Evaluator, error: unknown, run: () => Completion): Completion {
  const { handling: errors } = evaluator;
  const height = errors.length;
  errors.push(error);
  try {
    return run();
  } finally {
    errors.length = height;
  }
}

function tryBlock(evaluator: Evaluator, statement: StatementOf<'try'>, scope: Scope): Completion {
  const { cleanup } = statement;
  if (cleanup.length === 0) return guarded(evaluator, statement, scope);
  const depth = evaluator.meter.depth();
  let completion: Completion;
  try {
    completion = guarded(evaluator, statement, scope);
  } catch (error) {
    if (!catchable(evaluator, error)) throw error;
    evaluator.meter.caught(depth);
    const early = handling(evaluator, error, () => evaluator.execute(cleanup, scope));
    if (early !== 'end') return early;
    throw error;
  }
  const ended = evaluator.execute(cleanup, scope);
  return ended === 'end' ? completion : ended;
}

function guarded(evaluator: Evaluator, statement: StatementOf<'try'>, scope: Scope): Completion {
  const depth = evaluator.meter.depth();
  let completion: Completion;
  try {
    completion = evaluator.execute(statement.body, scope);
  } catch (error) {
    const handler = handlerOf(evaluator, statement.handlers, error, scope);
    if (handler === undefined || !(error instanceof FailureError)) throw error;
    evaluator.meter.caught(depth);
    return handle(evaluator, handler, error, scope);
  }
  return completion === 'end' ? evaluator.execute(statement.otherwise, scope) : completion;
}
