/** The statements of a generator function: those that hold a yield run step by step, all others as ever. */
import { FailureError } from '../../failure.ts';
import { placed, refuse } from '../reason.ts';
import type { Expression, Statement } from '../syntax/syntax.ts';
import type { Value } from '../types/values.ts';
import { catchable, caughtException } from './exceptions.ts';
import { discard, type Frame, ownGenerator, type Steps } from './generators.ts';
import type { Cursor } from './iteration.ts';
import { matchCase } from './matching.ts';
import { augmented } from './operators.ts';
import type { Completion } from './runtime.ts';
import { assignName, deleteName } from './scopes.ts';
import { enterContext, handlerOf, type StatementOf } from './statements.ts';
import { evaluateSteps, withoutYields, yields } from './yielding-expressions.ts';

/** The body of a generator function; ends with what it returns. */
export function* generatorBody(frame: Frame, body: readonly Statement[]): Steps {
  const completion = yield* blockSteps(frame, body);
  return typeof completion === 'object' ? completion.value : null;
}

function* blockSteps(frame: Frame, statements: readonly Statement[]): Steps<Completion> {
  const { evaluator, scope } = frame;
  for (const statement of statements) {
    let completion: Completion;
    if (!yields(statement)) completion = evaluator.execute([statement], scope);
    else {
      evaluator.meter.step();
      try {
        completion = yield* statementSteps(frame, statement);
      } catch (error) {
        throw placed(error, statement.place);
      }
    }
    if (completion !== 'end') return completion;
  }
  return 'end';
}

function* statementSteps(frame: Frame, statement: Statement): Steps<Completion> {
  const { evaluator, scope } = frame;
  switch (statement.type) {
    case 'expression':
      yield* evaluateSteps(frame, statement.value);
      return 'end';
    case 'return':
      return { value: statement.value === null ? null : yield* evaluateSteps(frame, statement.value) };
    case 'assign': {
      const value = yield* evaluateSteps(frame, statement.value);
      for (const target of statement.targets) yield* assignSteps(frame, target, value);
      return 'end';
    }
    case 'annotated':
      if (statement.value !== null) {
        yield* assignSteps(frame, statement.target, yield* evaluateSteps(frame, statement.value));
      }
      return 'end';
    case 'augmented':
      return yield* augmentedSteps(frame, statement);
    case 'if': {
      const test = evaluator.truth(yield* evaluateSteps(frame, statement.test), statement.test.place);
      return yield* blockSteps(frame, test ? statement.body : statement.otherwise);
    }
    case 'for':
      return yield* forSteps(frame, statement);
    case 'while':
      while (evaluator.truth(yield* evaluateSteps(frame, statement.test), statement.test.place)) {
        const completion = yield* blockSteps(frame, statement.body);
        if (completion === 'break') return 'end';
        if (typeof completion === 'object') return completion;
      }
      return yield* blockSteps(frame, statement.otherwise);
    case 'with':
      return yield* withSteps(frame, statement, 0);
    case 'try':
      return yield* trySteps(frame, statement);
    case 'match':
      return yield* matchSteps(frame, statement);
    case 'assert': {
      if (evaluator.truth(yield* evaluateSteps(frame, statement.test), statement.place)) return 'end';
      const failed: Expression = { type: 'constant', value: false, place: statement.test.place };
      if (statement.message === null) return evaluator.execute([{ ...statement, test: failed }], scope);
      return yield* withoutYields(
        frame,
        { type: 'tuple', items: [statement.message], place: statement.place },
        (rest) => evaluator.execute([{ ...statement, test: failed, message: first(rest) }], scope),
      );
    }
    case 'raise': {
      const { value, cause, place } = statement;
      const items = [value, cause].filter((each) => each !== null);
      return yield* withoutYields(frame, { type: 'tuple', items, place }, (rest) => {
        const [raised = null, from = null] = rest.type === 'tuple' ? rest.items : [];
        return evaluator.execute([{ ...statement, value: raised, cause: from }], scope);
      });
    }
    case 'delete':
      for (const target of statement.targets) {
        yield* withoutYields(frame, target, (rest) => evaluator.execute([{ ...statement, targets: [rest] }], scope));
      }
      return 'end';
    default:
      return refuse('unsupported', `yield inside ${describe(statement)} is not read`, statement.place);
  }
}

function first(expression: Expression): Expression | null {
  return expression.type === 'tuple' ? (expression.items[0] ?? null) : null;
}

function describe(statement: Statement): string {
  return statement.type === 'function' || statement.type === 'class' ? `the head of ${statement.name}` : statement.type;
}

function* assignSteps(frame: Frame, target: Expression, value: Value): Steps<void> {
  const { evaluator, scope } = frame;
  if (!yields(target)) return evaluator.assign(target, value, scope);
  if (target.type !== 'attribute' && target.type !== 'subscript') {
    return refuse('unsupported', 'yield inside several targets is not read', target.place);
  }
  return yield* withoutYields(frame, target, (rest) => evaluator.assign(rest, value, scope));
}

function* augmentedSteps(frame: Frame, statement: StatementOf<'augmented'>): Steps<Completion> {
  const { evaluator, scope } = frame;
  const { target, operator, place } = statement;
  if (target.type === 'name') {
    const current = evaluator.evaluate(target, scope);
    const value = yield* evaluateSteps(frame, statement.value);
    evaluator.assign(target, augmented(evaluator, operator, current, value, place), scope);
    return 'end';
  }
  // The target's own parts once, then what is there, then the value.
  const parts: Expression[] = target.type === 'subscript' ? [target.object, target.index] : [];
  if (target.type === 'attribute') parts.push(target.object);
  const kept: string[] = [];
  try {
    for (const part of parts) {
      const name = `.augmented ${kept.length} of ${place.line}:${place.column}`;
      scope.variables.set(name, yield* evaluateSteps(frame, part));
      kept.push(name);
    }
    const [object, index] = kept.map((name): Expression => ({ type: 'name', name, place: target.place }));
    if (object === undefined) return refuse('syntax', 'cannot assign to this expression', target.place);
    const settled: Expression =
      target.type === 'subscript'
        ? { ...target, object, index: index ?? target.index }
        : target.type === 'attribute'
          ? { ...target, object }
          : target;
    const current = evaluator.evaluate(settled, scope);
    const value = yield* evaluateSteps(frame, statement.value);
    evaluator.assign(settled, augmented(evaluator, operator, current, value, place), scope);
  } finally {
    for (const name of kept) scope.variables.delete(name);
  }
  return 'end';
}

function* forSteps(frame: Frame, statement: StatementOf<'for'>): Steps<Completion> {
  const { evaluator } = frame;
  const { place } = statement.iterable;
  const iterable = yield* evaluateSteps(frame, statement.iterable);
  const next = evaluator.cursor(iterable, place);
  const own = ownGenerator(iterable, place);
  if (own === null) return yield* loopSteps(frame, statement, next);
  let completion: Completion;
  frame.guards++;
  try {
    completion = yield* loopSteps(frame, statement, next);
  } catch (error) {
    if (catchable(evaluator, error)) {
      evaluator.meter.caught(frame.depth);
      discard(evaluator, own, place);
    }
    throw error;
  } finally {
    frame.guards--;
  }
  discard(evaluator, own, place);
  return completion;
}

function* loopSteps(frame: Frame, statement: StatementOf<'for'>, next: Cursor): Steps<Completion> {
  for (let item = next(); item !== undefined; item = next()) {
    yield* assignSteps(frame, statement.target, item);
    const completion = yield* blockSteps(frame, statement.body);
    if (completion === 'break') return 'end';
    if (typeof completion === 'object') return completion;
  }
  return yield* blockSteps(frame, statement.otherwise);
}

function* matchSteps(frame: Frame, statement: StatementOf<'match'>): Steps<Completion> {
  const { evaluator, scope } = frame;
  if (statement.cases.some(({ guard }) => guard !== null && yields(guard))) {
    return refuse('unsupported', 'yield inside a guard of match is not read', statement.place);
  }
  const subject: Expression = { type: 'tuple', items: [statement.subject], place: statement.subject.place };
  const body = yield* withoutYields(frame, subject, (rest) =>
    matchCase(evaluator, { ...statement, subject: first(rest) ?? statement.subject }, scope),
  );
  return body === null ? 'end' : yield* blockSteps(frame, body);
}

function* withSteps(frame: Frame, statement: StatementOf<'with'>, index: number): Steps<Completion> {
  const { evaluator, scope } = frame;
  const item = statement.items[index];
  if (item === undefined) return yield* blockSteps(frame, statement.body);
  const value: Expression = { type: 'tuple', items: [item.value], place: item.value.place };
  const leave = yield* withoutYields(frame, value, (rest) => {
    const settled = { ...item, value: first(rest) ?? item.value };
    return enterContext(evaluator, { ...statement, items: [settled] }, scope, 0);
  });
  let completion: Completion;
  frame.guards++;
  try {
    completion = yield* withSteps(frame, statement, index + 1);
  } catch (error) {
    if (!catchable(evaluator, error)) throw error;
    evaluator.meter.caught(frame.depth);
    if (leave(caughtException(evaluator, error))) return 'end';
    throw error;
  } finally {
    frame.guards--;
  }
  leave(null);
  return completion;
}

/** Whether Python runs code of a try statement when the generator is thrown away inside it. */
function cleansUp({ cleanup, handlers }: StatementOf<'try'>): boolean {
  const reaches = (filter: Expression | null): boolean => {
    if (filter === null) return true;
    if (filter.type === 'tuple') return filter.items.some(reaches);
    return filter.type !== 'name' || filter.name === 'BaseException' || filter.name === 'GeneratorExit';
  };
  return cleanup.length > 0 || handlers.some(({ filter }) => reaches(filter));
}

function* trySteps(frame: Frame, statement: StatementOf<'try'>): Steps<Completion> {
  const { evaluator } = frame;
  const guard = cleansUp(statement) ? 1 : 0;
  let completion: Completion;
  frame.guards += guard;
  try {
    completion = yield* guardedSteps(frame, statement);
  } catch (error) {
    if (!catchable(evaluator, error)) throw error;
    evaluator.meter.caught(frame.depth);
    frame.guards -= guard;
    const early = yield* handlingSteps(frame, error, statement.cleanup);
    frame.guards += guard;
    if (early !== 'end') return early;
    throw error;
  } finally {
    frame.guards -= guard;
  }
  const ended = yield* blockSteps(frame, statement.cleanup);
  return ended === 'end' ? completion : ended;
}

/** Runs a block that handles an exception: `raise` alone raises that again. */
function* handlingSteps(frame: Frame, error: unknown, block: readonly Statement[]): Steps<Completion> {
  const { handling } = frame.evaluator;
  handling.push(error);
  try {
    return yield* blockSteps(frame, block);
  } finally {
    handling.pop();
  }
}

function* guardedSteps(frame: Frame, statement: StatementOf<'try'>): Steps<Completion> {
  const { evaluator, scope } = frame;
  let completion: Completion;
  try {
    completion = yield* blockSteps(frame, statement.body);
  } catch (error) {
    const handler = handlerOf(evaluator, statement.handlers, error, scope);
    if (handler === undefined || !(error instanceof FailureError)) throw error;
    evaluator.meter.caught(frame.depth);
    if (handler.name !== null) assignName(scope, handler.name, caughtException(evaluator, error));
    try {
      return yield* handlingSteps(frame, error, handler.body);
    } finally {
      if (handler.name !== null) deleteName(scope, handler.name);
    }
  }
  return completion === 'end' ? yield* blockSteps(frame, statement.otherwise) : completion;
}
