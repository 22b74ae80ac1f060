/** Evaluating expressions: one function per kind of expression. */

import { prices } from '../budget.ts';
import { type Place, placed, refuse } from '../reason.ts';
import type { ComprehensionClause, Expression, FormatPart } from '../syntax/syntax.ts';
import { dict, list, makeSet, tuple } from '../types/containers.ts';
import { formatIn } from '../types/formatting.ts';
import { chargeWide, isPlainArithmetic, wideSteps } from '../types/integers.ts';
import { typeName } from '../types/type-name.ts';
import { type Arguments, ellipsis, type Scope, type Value } from '../types/values.ts';
import { compare } from './comparisons.ts';
import { makeLambda } from './definitions.ts';
import { makeGenerator, type Steps } from './generators.ts';
import type { Cursor } from './iteration.ts';
import { augmented, binary, unary } from './operators.ts';
import { type Evaluator, positional } from './runtime.ts';
import { assignNamed, comprehensionScope, lookUp } from './scopes.ts';
import { assignSubscript, evaluateSubscript } from './subscripts.ts';

type Of<T extends Expression['type']> = Extract<Expression, { readonly type: T }>;

/** The value of an expression. @throws a reason with the place of the smallest part that failed */
export function evaluateExpression(evaluator: Evaluator, expression: Expression, scope: Scope): Value {
  const { meter } = evaluator;
  switch (expression.type) {
    case 'constant':
      meter.steps(prices.constant);
      return expression.value;
    case 'name':
      meter.steps(prices.name);
      return lookUp(evaluator, scope, expression.name, expression.place);
    case 'binary':
      meter.steps(prices.arithmetic);
      break;
    default:
      meter.step();
      break;
  }
  evaluator.meter.enter();
  try {
    return compound(evaluator, expression, scope);
  } catch (error) {
    throw placed(error, expression.place);
  } finally {
    evaluator.meter.leave();
  }
}

function compound(evaluator: Evaluator, expression: Expression, scope: Scope): Value {
  const { place } = expression;
  switch (expression.type) {
    case 'attribute':
      return evaluator.attribute(evaluator.evaluate(expression.object, scope), expression.name, place);
    case 'call':
      return evaluateCall(evaluator, expression, scope);
    case 'binary': {
      const { operator } = expression;
      const left = evaluator.evaluate(expression.left, scope);
      const right = evaluator.evaluate(expression.right, scope);
      if (!isPlainArithmetic(operator, left, right)) evaluator.meter.steps(1 - prices.arithmetic);
      return binary(evaluator, operator, left, right, place);
    }
    case 'subscript': {
      const object = evaluator.evaluate(expression.object, scope);
      return evaluateSubscript(evaluator, object, evaluator.evaluate(expression.index, scope), place);
    }
    case 'tuple':
      return tuple(items(evaluator, expression.items, scope));
    case 'list':
      return list(items(evaluator, expression.items, scope));
    case 'unary':
      return unary(evaluator, expression.operator, evaluator.evaluate(expression.operand, scope), place);
    case 'boolean': {
      const left = evaluator.evaluate(expression.left, scope);
      const decided = evaluator.truth(left, place) === (expression.operator === 'or');
      return decided ? left : evaluator.evaluate(expression.right, scope);
    }
    case 'compare':
      return chain(evaluator, expression, scope);
    case 'conditional': {
      const test = evaluator.truth(evaluator.evaluate(expression.test, scope), place);
      return evaluator.evaluate(test ? expression.body : expression.otherwise, scope);
    }
    case 'slice': {
      const bound = (part: Expression | null) => (part === null ? null : evaluator.evaluate(part, scope));
      return {
        kind: 'slice',
        start: bound(expression.start),
        stop: bound(expression.stop),
        step: bound(expression.step),
      };
    }
    case 'set':
      return makeSet(chargedKeys(evaluator, items(evaluator, expression.items, scope)));
    case 'dict':
      return dictionary(evaluator, expression, scope);
    case 'lambda':
      return makeLambda(evaluator, expression, scope);
    case 'comprehension':
      return comprehension(evaluator, expression, scope);
    case 'format': {
      const text = formatted(evaluator, expression.parts, scope, place);
      evaluator.meter.characters(text.length);
      return text;
    }
    case 'named': {
      const value = evaluator.evaluate(expression.value, scope);
      assignNamed(scope, expression.name, value);
      return value;
    }
    case 'ellipsis':
      return ellipsis;
    case 'starred':
      return refuse('syntax', "can't use starred expression here", place);
    case 'yield':
      return refuse('syntax', "'yield' outside function", place);
    case 'refused':
      return refuse('unsupported', `${expression.word} is not supported`, place);
    default:
      return refuse('unsupported', 'this expression is not supported', place);
  }
}

function items(evaluator: Evaluator, expressions: readonly Expression[], scope: Scope): Value[] {
  const values: Value[] = [];
  for (const each of expressions) {
    if (each.type === 'starred') {
      for (const item of evaluator.iterate(evaluator.evaluate(each.value, scope), each.place)) values.push(item);
    } else values.push(evaluator.evaluate(each, scope));
  }
  evaluator.meter.items(values.length);
  return values;
}

function evaluateCall(evaluator: Evaluator, expression: Of<'call'>, scope: Scope): Value {
  const { callee, place } = expression;
  const target = evaluator.evaluate(callee, scope);
  // Calls without arguments may look at where they stand: `super()`, `locals()`.
  if (expression.positional.length === 0 && expression.keywords.length === 0) {
    const special = contextual(evaluator, target, scope, place);
    if (special !== undefined) return special;
  }
  const given: Value[] = [];
  for (const each of expression.positional) {
    if (each.type === 'starred') {
      const values = evaluator.iterate(evaluator.evaluate(each.value, scope), each.place);
      evaluator.meter.items(values.length);
      for (const value of values) given.push(value);
    } else given.push(evaluator.evaluate(each, scope));
  }
  const named = namedBy(evaluator, target, given, scope, place);
  if (named !== undefined) return named;
  return evaluator.call(target, { positional: given, keywords: keywordsOf(evaluator, expression, scope) }, place);
}

/** `eval('nn.ReLU')`: what a name stands for where the call stands; undefined for any other call. */
function namedBy(
  evaluator: Evaluator,
  target: Value,
  [text]: readonly Value[],
  scope: Scope,
  place: Place,
): Value | undefined {
  const evaluates =
    target !== null && typeof target === 'object' && target.kind === 'native' && target.contextual === 'eval';
  if (!evaluates || typeof text !== 'string' || !/^\s*[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\s*$/.test(text)) return undefined;
  const constants: Readonly<Record<string, Value>> = { None: null, True: true, False: false };
  const [first = '', ...rest] = text.trim().split('.');
  const start = Object.hasOwn(constants, first) ? (constants[first] ?? null) : lookUp(evaluator, scope, first, place);
  return rest.reduce((value, name) => evaluator.attribute(value, name, place), start);
}

const noKeywords: ReadonlyMap<string, Value> = new Map();

function keywordsOf(evaluator: Evaluator, expression: Of<'call'>, scope: Scope): Arguments['keywords'] {
  if (expression.keywords.length === 0) return noKeywords;
  const keywords = new Map<string, Value>();
  for (const keyword of expression.keywords) {
    const value = evaluator.evaluate(keyword.value, scope);
    if (keyword.name !== null) {
      if (keywords.has(keyword.name)) {
        return refuse('type', `got multiple values for keyword argument '${keyword.name}'`, keyword.place);
      }
      keywords.set(keyword.name, value);
      continue;
    }
    const entries = mappingEntries(evaluator, value, keyword.place);
    if (entries === null) {
      return refuse('type', `argument after ** must be a mapping, not ${typeName(value)}`, keyword.place);
    }
    for (const [key, item] of entries) {
      if (typeof key !== 'string') return refuse('type', 'keywords must be strings', keyword.place);
      if (keywords.has(key)) {
        return refuse('type', `got multiple values for keyword argument '${key}'`, keyword.place);
      }
      keywords.set(key, item);
    }
  }
  return keywords;
}

/** What `super()`, `locals()`, `globals()` and `vars()` give here; undefined for any other call. */
function contextual(evaluator: Evaluator, target: Value, scope: Scope, place: Place): Value | undefined {
  if (target === null || typeof target !== 'object' || target.kind !== 'native' || target.contextual === undefined) {
    return undefined;
  }
  if (target.contextual === 'eval') return undefined;
  if (target.contextual === 'super') return currentSuper(scope, place);
  let at = target.contextual === 'globals' ? (scope.module ?? scope) : scope;
  while (at.around !== undefined) at = at.around;
  evaluator.meter.items(at.variables.size);
  return dict(at.variables);
}

/** `super()` inside a method: the next class after the one whose body holds the method. */
function currentSuper(scope: Scope, place: Place): Value {
  for (let at: Scope | null = scope; at !== null; at = at.enclosing) {
    if (at.owner !== null && at.self !== null) return { kind: 'super', start: at.owner, self: at.self };
  }
  return refuse('raised', 'RuntimeError: super(): no arguments', place);
}

/** Keys of wide integers are written out: that takes as long as a product of them. */
function chargedKeys(evaluator: Evaluator, values: readonly Value[]): readonly Value[] {
  for (const value of values) if (typeof value === 'bigint') chargeWide(evaluator.meter, wideSteps.product, value);
  return values;
}

function chain(evaluator: Evaluator, expression: Of<'compare'>, scope: Scope): Value {
  let left = evaluator.evaluate(expression.left, scope);
  let result: Value = true;
  for (const { operator, right } of expression.rest) {
    const value = evaluator.evaluate(right, scope);
    result = compare(evaluator, operator, left, value, expression.place);
    if (expression.rest.length > 1 && !evaluator.truth(result, expression.place)) return result;
    left = value;
  }
  return result;
}

/** Entries of a dict, or of an object with `keys()` and items; null for what is no mapping. */
function mappingEntries(evaluator: Evaluator, value: Value, place: Place): Iterable<readonly [Value, Value]> | null {
  if (value === null || typeof value !== 'object') return null;
  if (value.kind === 'dict') {
    evaluator.meter.items(value.entries.size);
    return value.entries.values();
  }
  if (value.kind !== 'instance') return null;
  const keys = evaluator.findAttribute(value, 'keys', place);
  if (keys === undefined) return null;
  return evaluator
    .iterate(evaluator.call(keys, positional(), place), place)
    .map((key) => [key, evaluateSubscript(evaluator, value, key, place)] as const);
}

function dictionary(evaluator: Evaluator, expression: Of<'dict'>, scope: Scope): Value {
  const entries: [Value, Value][] = [];
  for (const entry of expression.entries) {
    if (entry.key !== null) {
      entries.push([evaluator.evaluate(entry.key, scope), evaluator.evaluate(entry.value, scope)]);
      continue;
    }
    const merged = evaluator.evaluate(entry.value, scope);
    const added = mappingEntries(evaluator, merged, expression.place);
    if (added === null) return refuse('type', `'${typeName(merged)}' object is not a mapping`, expression.place);
    for (const [key, value] of added) entries.push([key, value]);
  }
  evaluator.meter.items(entries.length);
  return dict(entries);
}

function comprehension(evaluator: Evaluator, expression: Of<'comprehension'>, scope: Scope): Value {
  const inner = comprehensionScope(scope);
  const [first] = expression.clauses;
  if (first === undefined) return null;
  // The outermost iterable is evaluated at once, also by a generator.
  const start = evaluator.cursor(evaluator.evaluate(first.iterable, scope), first.iterable.place);
  if (expression.kind === 'generator') {
    const steps = elements(evaluator, expression, inner, 0, start);
    return makeGenerator({ evaluator, depth: 0, guards: 0 }, expression.place, steps);
  }
  const values: Value[] = [];
  const pairs: [Value, Value][] = [];
  const collect = () => {
    evaluator.meter.items(1);
    const element = evaluator.evaluate(expression.element, inner);
    if (expression.value === null) values.push(element);
    else pairs.push([element, evaluator.evaluate(expression.value, inner)]);
  };
  loop(evaluator, expression.clauses, inner, 0, start, collect);
  if (expression.kind === 'list') return list(values);
  if (expression.kind === 'dict') return dict(pairs);
  return makeSet(chargedKeys(evaluator, values));
}

/** Runs the clauses of a comprehension from `index` on, and `each` for what they let through. */
function loop(
  evaluator: Evaluator,
  clauses: readonly ComprehensionClause[],
  inner: Scope,
  index: number,
  next: Cursor,
  each: () => void,
): void {
  const clause = clauses[index];
  if (clause === undefined) return;
  const following = clauses[index + 1];
  for (let item = next(); item !== undefined; item = next()) {
    evaluator.assign(clause.target, item, inner);
    if (!keeps(evaluator, clause, inner)) continue;
    if (following === undefined) each();
    else {
      const below = evaluator.cursor(evaluator.evaluate(following.iterable, inner), following.iterable.place);
      loop(evaluator, clauses, inner, index + 1, below, each);
    }
  }
}

function keeps(evaluator: Evaluator, clause: ComprehensionClause, inner: Scope): boolean {
  return clause.conditions.every((condition) => evaluator.truth(evaluator.evaluate(condition, inner), condition.place));
}

/** The same as {@link loop}, item by item. */
function* elements(
  evaluator: Evaluator,
  expression: Of<'comprehension'>,
  inner: Scope,
  index: number,
  next: Cursor,
): Steps {
  const clause = expression.clauses[index];
  if (clause === undefined) return null;
  const following = expression.clauses[index + 1];
  for (let item = next(); item !== undefined; item = next()) {
    evaluator.assign(clause.target, item, inner);
    if (!keeps(evaluator, clause, inner)) continue;
    if (following === undefined) yield evaluator.evaluate(expression.element, inner);
    else {
      const below = evaluator.cursor(evaluator.evaluate(following.iterable, inner), following.iterable.place);
      yield* elements(evaluator, expression, inner, index + 1, below);
    }
  }
  return null;
}

function formatted(evaluator: Evaluator, parts: readonly FormatPart[], scope: Scope, place: Place): string {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = evaluator.evaluate(part.value, scope);
    const shown =
      part.conversion === 'r' || part.conversion === 'a'
        ? evaluator.repr(value, place)
        : part.conversion === ''
          ? value
          : evaluator.text(value, place);
    text += formatIn(evaluator, shown, formatted(evaluator, part.format, scope, place), place);
  }
  return text;
}

/** `target operator= value`, evaluating the target's own parts once. */
export function assignAugmented(
  evaluator: Evaluator,
  statement: { readonly target: Expression; readonly operator: Of<'binary'>['operator']; readonly value: Expression },
  scope: Scope,
): void {
  const { target, operator } = statement;
  const { place } = target;
  if (target.type === 'attribute') {
    const object = evaluator.evaluate(target.object, scope);
    const current = evaluator.attribute(object, target.name, place);
    const value = evaluator.evaluate(statement.value, scope);
    evaluator.setAttribute(object, target.name, augmented(evaluator, operator, current, value, place), place);
    return;
  }
  if (target.type === 'subscript') {
    const object = evaluator.evaluate(target.object, scope);
    const index = evaluator.evaluate(target.index, scope);
    const current = evaluateSubscript(evaluator, object, index, place);
    const value = evaluator.evaluate(statement.value, scope);
    assignSubscript(evaluator, object, index, augmented(evaluator, operator, current, value, place), place);
    return;
  }
  const current = evaluator.evaluate(target, scope);
  const value = evaluator.evaluate(statement.value, scope);
  evaluator.assign(target, augmented(evaluator, operator, current, value, place), scope);
}
