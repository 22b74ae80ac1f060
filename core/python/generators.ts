/**
 * Generators: functions that yield. Their control flow runs as a JavaScript generator, step by step as items are asked
 * for; everything between two yields runs in the ordinary evaluator.
 */
import { FailureError } from '../failure.ts';
import { catchable, caughtException } from './exceptions.ts';
import { placed, refuse } from './reason.ts';
import type { Completion, Evaluator } from './runtime.ts';
import { assignName, deleteName } from './scopes.ts';
import { enterContext, handlerOf, type StatementOf } from './statements.ts';
import type { Expression, Statement } from './syntax.ts';
import type { IteratorValue, Scope, Value } from './values.ts';

type Steps = Generator<Value, Completion, void>;

/** What a call of a generator function gives. */
export function makeGenerator(evaluator: Evaluator, body: readonly Statement[], scope: Scope): IteratorValue {
  const steps = runBlock(evaluator, body, scope);
  let ended = false;
  return {
    kind: 'iterator',
    typeName: 'generator',
    next() {
      if (ended) return undefined;
      const { meter } = evaluator;
      meter.enter();
      const depth = meter.depth();
      let given: IteratorResult<Value, Completion>;
      try {
        given = steps.next();
      } catch (error) {
        ended = true;
        throw error;
      }
      meter.caught(depth, 0);
      meter.leave();
      if (given.done !== true) return given.value;
      ended = true;
      return undefined;
    },
  };
}

/** Whether a statement yields in a place that this executor reaches. */
function yieldsIn(statement: Statement): boolean {
  switch (statement.type) {
    case 'expression':
    case 'return':
      return statement.value !== null && statement.value.type === 'yield';
    case 'assign':
    case 'annotated':
      return statement.value !== null && statement.value.type === 'yield';
    case 'if':
    case 'for':
    case 'while':
      return statement.body.some(yieldsIn) || statement.otherwise.some(yieldsIn);
    case 'with':
      return statement.body.some(yieldsIn);
    case 'match':
      return statement.cases.some((each) => each.body.some(yieldsIn));
    case 'try':
      return (
        statement.body.some(yieldsIn) ||
        statement.otherwise.some(yieldsIn) ||
        statement.cleanup.some(yieldsIn) ||
        statement.handlers.some((each) => each.body.some(yieldsIn))
      );
    default:
      return false;
  }
}

function* runBlock(evaluator: Evaluator, statements: readonly Statement[], scope: Scope): Steps {
  for (const statement of statements) {
    let completion: Completion;
    if (!yieldsIn(statement)) completion = evaluator.execute([statement], scope);
    else {
      evaluator.meter.step();
      try {
        completion = yield* runStatement(evaluator, statement, scope);
      } catch (error) {
        throw placed(error, statement.place);
      }
    }
    if (completion !== 'end') return completion;
  }
  return 'end';
}

function* yieldValue(
  evaluator: Evaluator,
  expression: Extract<Expression, { readonly type: 'yield' }>,
  scope: Scope,
): Generator<Value, Value, void> {
  const value = expression.value === null ? null : evaluator.evaluate(expression.value, scope);
  if (!expression.from) {
    yield value;
    return null;
  }
  const next = evaluator.cursor(value, expression.place);
  for (let item = next(); item !== undefined; item = next()) yield item;
  return null;
}

function* runStatement(evaluator: Evaluator, statement: Statement, scope: Scope): Steps {
  switch (statement.type) {
    case 'expression':
    case 'return': {
      if (statement.value?.type === 'yield') yield* yieldValue(evaluator, statement.value, scope);
      return statement.type === 'return' ? { value: null } : 'end';
    }
    case 'assign': {
      if (statement.value.type !== 'yield') return evaluator.execute([statement], scope);
      const value = yield* yieldValue(evaluator, statement.value, scope);
      for (const target of statement.targets) evaluator.assign(target, value, scope);
      return 'end';
    }
    case 'annotated':
      if (statement.value?.type === 'yield') {
        evaluator.assign(statement.target, yield* yieldValue(evaluator, statement.value, scope), scope);
      }
      return 'end';
    case 'if': {
      const test = evaluator.truth(evaluator.evaluate(statement.test, scope), statement.test.place);
      return yield* runBlock(evaluator, test ? statement.body : statement.otherwise, scope);
    }
    case 'for': {
      const next = evaluator.cursor(evaluator.evaluate(statement.iterable, scope), statement.iterable.place);
      for (let item = next(); item !== undefined; item = next()) {
        evaluator.assign(statement.target, item, scope);
        const completion = yield* runBlock(evaluator, statement.body, scope);
        if (completion === 'break') return 'end';
        if (typeof completion === 'object') return completion;
      }
      return yield* runBlock(evaluator, statement.otherwise, scope);
    }
    case 'while':
      while (evaluator.truth(evaluator.evaluate(statement.test, scope), statement.test.place)) {
        const completion = yield* runBlock(evaluator, statement.body, scope);
        if (completion === 'break') return 'end';
        if (typeof completion === 'object') return completion;
      }
      return yield* runBlock(evaluator, statement.otherwise, scope);
    case 'with':
      return yield* runWith(evaluator, statement, scope, 0);
    case 'try':
      return yield* runTry(evaluator, statement, scope);
    default:
      return refuse('unsupported', `yield inside ${statement.type} is not supported`, statement.place);
  }
}

function* runWith(evaluator: Evaluator, statement: StatementOf<'with'>, scope: Scope, index: number): Steps {
  if (index >= statement.items.length) return yield* runBlock(evaluator, statement.body, scope);
  const leave = enterContext(evaluator, statement, scope, index);
  let completion: Completion;
  try {
    completion = yield* runWith(evaluator, statement, scope, index + 1);
  } catch (error) {
    if (!catchable(evaluator, error)) throw error;
    if (leave(caughtException(evaluator, error))) return 'end';
    throw error;
  }
  leave(null);
  return completion;
}

function* runTry(evaluator: Evaluator, statement: StatementOf<'try'>, scope: Scope): Steps {
  let completion: Completion;
  try {
    completion = yield* runGuarded(evaluator, statement, scope);
  } catch (error) {
    if (!catchable(evaluator, error)) throw error;
    const early = yield* runBlock(evaluator, statement.cleanup, scope);
    if (early !== 'end') return early;
    throw error;
  }
  const ended = yield* runBlock(evaluator, statement.cleanup, scope);
  return ended === 'end' ? completion : ended;
}

function* runGuarded(evaluator: Evaluator, statement: StatementOf<'try'>, scope: Scope): Steps {
  let completion: Completion;
  try {
    completion = yield* runBlock(evaluator, statement.body, scope);
  } catch (error) {
    const handler = handlerOf(evaluator, statement.handlers, error, scope);
    if (handler === undefined || !(error instanceof FailureError)) throw error;
    evaluator.meter.caught(evaluator.meter.depth());
    if (handler.name !== null) assignName(scope, handler.name, caughtException(evaluator, error));
    const ended = yield* runBlock(evaluator, handler.body, scope);
    if (handler.name !== null) deleteName(scope, handler.name);
    return ended;
  }
  return completion === 'end' ? yield* runBlock(evaluator, statement.otherwise, scope) : completion;
}
