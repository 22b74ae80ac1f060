/**
 * Expressions that hold a yield: what stands before it is evaluated and put aside under names that no program can
 * write (as CPython's stack holds it), the rest is evaluated by the ordinary evaluator once it goes on.
 */

import { placed } from '../reason.ts';
import type { Expression, Statement } from '../syntax/syntax.ts';
import type { Value } from '../types/values.ts';
import { compare } from './comparisons.ts';
import { catchable, isException } from './exceptions.ts';
import type { Frame, Steps } from './generators.ts';
import { positional } from './runtime.ts';

const known = new WeakMap<object, boolean>();

/** Whether a part of a function's body yields, functions and classes inside it not counted. */
export function yields(part: Expression | Statement): boolean {
  const found = known.get(part);
  if (found !== undefined) return found;
  const result = part.type === 'yield' || holdsYield(part);
  known.set(part, result);
  return result;
}

function holdsYield(part: object): boolean {
  return Object.entries(part).some(([key, each]: [string, unknown]) => {
    if (each === null || typeof each !== 'object') return false;
    if (isNode(each)) return each.type === 'lambda' ? false : yields(each);
    // The body of a definition is not part of the function around it.
    if (key === 'body' && 'type' in part && (part.type === 'function' || part.type === 'class')) return false;
    return holdsYield(each);
  });
}

function isNode(part: object): part is Expression | Statement {
  return 'type' in part && 'place' in part;
}

/** Evaluates an expression step by step. @throws a reason */
export function* evaluateSteps(frame: Frame, expression: Expression): Steps {
  const { evaluator, scope } = frame;
  if (!yields(expression)) return evaluator.evaluate(expression, scope);
  evaluator.meter.step();
  try {
    switch (expression.type) {
      case 'yield':
        return yield* yieldSteps(frame, expression);
      case 'boolean': {
        const left = yield* evaluateSteps(frame, expression.left);
        const decided = evaluator.truth(left, expression.place) === (expression.operator === 'or');
        return decided ? left : yield* evaluateSteps(frame, expression.right);
      }
      case 'conditional': {
        const test = evaluator.truth(yield* evaluateSteps(frame, expression.test), expression.place);
        return yield* evaluateSteps(frame, test ? expression.body : expression.otherwise);
      }
      case 'compare':
        return yield* compareSteps(frame, expression);
      default:
        return yield* withoutYields(frame, expression, (rest) => evaluator.evaluate(rest, scope));
    }
  } catch (error) {
    throw placed(error, expression.place);
  }
}

function* compareSteps(frame: Frame, expression: Extract<Expression, { readonly type: 'compare' }>): Steps {
  const { evaluator } = frame;
  let left = yield* evaluateSteps(frame, expression.left);
  let result: Value = true;
  for (const { operator, right } of expression.rest) {
    const value = yield* evaluateSteps(frame, right);
    result = compare(evaluator, operator, left, value, expression.place);
    if (expression.rest.length > 1 && !evaluator.truth(result, expression.place)) return result;
    left = value;
  }
  return result;
}

/** `yield value` gives what is sent; `yield from iterable` hands on items, what is sent, and exceptions. */
function* yieldSteps(frame: Frame, expression: Extract<Expression, { readonly type: 'yield' }>): Steps {
  const { evaluator } = frame;
  const { place } = expression;
  const value = expression.value === null ? null : yield* evaluateSteps(frame, expression.value);
  if (!expression.from) return yield value;
  const iterator = evaluator.iterator(value, place);
  const generator =
    iterator !== null && typeof iterator === 'object' && iterator.kind === 'iterator' ? iterator.generator : undefined;
  const next = generator === undefined ? evaluator.cursor(iterator, place) : () => generator.send(null, place);
  let item = next();
  while (item !== undefined) {
    let sent: Value;
    try {
      sent = yield item;
    } catch (error) {
      if (generator === undefined || !catchable(evaluator, error)) throw error;
      if (isException(evaluator, error, 'GeneratorExit')) {
        generator.close(place);
        throw error;
      }
      item = generator.raise(error, place);
      continue;
    }
    if (sent === null) item = next();
    else if (generator !== undefined) item = generator.send(sent, place);
    else item = evaluator.call(evaluator.attribute(iterator, 'send', place), positional(sent), place);
  }
  return generator?.returned ?? null;
}

let spare = 0;

/**
 * Evaluates the parts of an expression up to its last yield, one after the other, and hands the expression on with
 * names in their place.
 */
export function* withoutYields<T>(frame: Frame, expression: Expression, use: (rest: Expression) => T): Steps<T> {
  const { scope } = frame;
  const parts: Expression[] = [];
  mapParts(expression, (part) => {
    parts.push(part);
    return part;
  });
  const last = parts.findLastIndex(yields);
  const names: string[] = [];
  try {
    for (const part of parts.slice(0, last + 1)) {
      const value = yield* evaluateSteps(frame, part);
      const name = `.${++spare}`;
      scope.variables.set(name, value);
      names.push(name);
    }
    let at = 0;
    return use(
      mapParts(expression, (part) => {
        const name = names[at++];
        return name === undefined ? part : { type: 'name', name, place: part.place };
      }),
    );
  } finally {
    for (const name of names) scope.variables.delete(name);
  }
}

/** The expression with its direct parts changed, in the order in which Python evaluates them. */
function mapParts(expression: Expression, change: (part: Expression) => Expression): Expression {
  const maybe = (part: Expression | null) => (part === null ? null : change(part));
  const each = (part: Expression): Expression =>
    part.type === 'starred' ? { ...part, value: change(part.value) } : change(part);
  switch (expression.type) {
    case 'attribute':
      return { ...expression, object: change(expression.object) };
    case 'subscript':
      return { ...expression, object: change(expression.object), index: change(expression.index) };
    case 'slice':
      return {
        ...expression,
        start: maybe(expression.start),
        stop: maybe(expression.stop),
        step: maybe(expression.step),
      };
    case 'call': {
      const callee = change(expression.callee);
      const given = expression.positional.map(each);
      const keywords = expression.keywords.map((keyword) => ({ ...keyword, value: change(keyword.value) }));
      return { ...expression, callee, positional: given, keywords };
    }
    case 'binary':
      return { ...expression, left: change(expression.left), right: change(expression.right) };
    case 'unary':
      return { ...expression, operand: change(expression.operand) };
    case 'tuple':
    case 'list':
    case 'set':
      return { ...expression, items: expression.items.map(each) };
    case 'dict':
      return {
        ...expression,
        entries: expression.entries.map(({ key, value }) => ({ key: maybe(key), value: change(value) })),
      };
    case 'named':
      return { ...expression, value: change(expression.value) };
    case 'format':
      return {
        ...expression,
        parts: expression.parts.map((part) =>
          typeof part === 'string' ? part : { ...part, value: change(part.value) },
        ),
      };
    case 'comprehension': {
      const [first, ...rest] = expression.clauses;
      if (first === undefined) return expression;
      return { ...expression, clauses: [{ ...first, iterable: change(first.iterable) }, ...rest] };
    }
    default:
      return expression;
  }
}
