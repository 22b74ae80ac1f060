/** Evaluating expressions: one function per kind of expression. */
import { formatValue } from './formatting.ts';
import { augmented, binary, compare, unary } from './operators.ts';
import { type Place, placed, refuse } from './reason.ts';
import type { Evaluator } from './runtime.ts';
import { evaluateSubscript } from './subscripts.ts';
import type { ComprehensionClause, Expression, FormatPart } from './syntax.ts';
import {
  type Arguments,
  dict,
  ellipsis,
  type FunctionValue,
  hashKey,
  list,
  type Scope,
  tuple,
  typeName,
  type Value,
} from './values.ts';

type Of<T extends Expression['type']> = Extract<Expression, { readonly type: T }>;

/** The value of an expression. @throws a reason with the place of the smallest part that failed */
export function evaluateExpression(evaluator: Evaluator, expression: Expression, scope: Scope): Value {
  evaluator.meter.step();
  switch (expression.type) {
    case 'constant':
      return expression.value;
    case 'name':
      return lookUp(evaluator, scope, expression.name, expression.place);
    default:
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
      const left = evaluator.evaluate(expression.left, scope);
      return binary(evaluator, expression.operator, left, evaluator.evaluate(expression.right, scope), place);
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
    case 'set': {
      const values = items(evaluator, expression.items, scope);
      return { kind: 'set', entries: new Map(values.map((value) => [hashKey(value), value])) };
    }
    case 'dict':
      return dictionary(evaluator, expression, scope);
    case 'lambda':
      return lambda(evaluator, expression, scope);
    case 'comprehension':
      return comprehension(evaluator, expression, scope);
    case 'format': {
      const text = formatted(evaluator, expression.parts, scope, place);
      evaluator.meter.characters(text.length);
      return text;
    }
    case 'named': {
      const value = evaluator.evaluate(expression.value, scope);
      scope.variables.set(expression.name, value);
      return value;
    }
    case 'ellipsis':
      return ellipsis;
    case 'starred':
      return refuse('syntax', "can't use starred expression here", place);
    case 'await-or-yield':
      return refuse('unsupported', `${expression.word} is not supported`, place);
    default:
      return refuse('unsupported', 'this expression is not supported', place);
  }
}

/** The value of a name. @throws a reason of kind name */
export function lookUp(evaluator: Evaluator, scope: Scope, name: string, place: Place): Value {
  const own = scope.variables.get(name);
  if (own !== undefined) return own;
  const declared = scope.outer?.get(name);
  if (declared === undefined && scope.locals?.has(name)) {
    const message = `cannot access local variable '${name}' where it is not associated with a value`;
    return refuse('name', message, place);
  }
  for (let at = declared === 'global' ? null : scope.enclosing; at !== null; at = at.enclosing) {
    const found = at.variables.get(name);
    if (found !== undefined) return found;
  }
  const found = scope.module?.variables.get(name) ?? evaluator.builtins.get(name);
  if (found !== undefined) return found;
  const unread = (scope.module ?? scope).unread?.get(name);
  if (unread !== undefined) throw unread;
  return refuse('name', `name '${name}' is not defined`, place);
}

function items(evaluator: Evaluator, expressions: readonly Expression[], scope: Scope): Value[] {
  const values: Value[] = [];
  for (const each of expressions) {
    if (each.type === 'starred') {
      values.push(...evaluator.iterate(evaluator.evaluate(each.value, scope), each.place));
    } else values.push(evaluator.evaluate(each, scope));
  }
  evaluator.meter.items(values.length);
  return values;
}

function evaluateCall(evaluator: Evaluator, expression: Of<'call'>, scope: Scope): Value {
  const { callee, place } = expression;
  const target = evaluator.evaluate(callee, scope);
  // `super()` without arguments is the one call that looks at where it stands.
  if (expression.positional.length === 0 && target === evaluator.builtins.get('super')) {
    return currentSuper(scope, place);
  }
  const positional: Value[] = [];
  for (const each of expression.positional) {
    if (each.type === 'starred') {
      const values = evaluator.iterate(evaluator.evaluate(each.value, scope), each.place);
      for (const value of values) positional.push(value);
    } else positional.push(evaluator.evaluate(each, scope));
  }
  return evaluator.call(target, { positional, keywords: keywordsOf(evaluator, expression, scope) }, place);
}

const noKeywords: ReadonlyMap<string, Value> = new Map();

function keywordsOf(evaluator: Evaluator, expression: Of<'call'>, scope: Scope): Arguments['keywords'] {
  if (expression.keywords.length === 0) return noKeywords;
  const keywords = new Map<string, Value>();
  for (const keyword of expression.keywords) {
    const value = evaluator.evaluate(keyword.value, scope);
    if (keyword.name !== null) {
      keywords.set(keyword.name, value);
      continue;
    }
    if (value === null || typeof value !== 'object' || value.kind !== 'dict') {
      return refuse('type', `argument after ** must be a mapping, not ${typeName(value)}`, keyword.place);
    }
    for (const [key, item] of value.entries.values()) {
      if (typeof key !== 'string') return refuse('type', 'keywords must be strings', keyword.place);
      if (keywords.has(key)) {
        return refuse('type', `got multiple values for keyword argument '${key}'`, keyword.place);
      }
      keywords.set(key, item);
    }
  }
  return keywords;
}

/** `super()` inside a method: the next class after the one whose body holds the method. */
function currentSuper(scope: Scope, place: Place): Value {
  for (let at: Scope | null = scope; at !== null; at = at.enclosing) {
    if (at.owner !== null && at.self !== null) return { kind: 'super', start: at.owner, self: at.self };
  }
  return refuse('raised', 'RuntimeError: super(): no arguments', place);
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

function dictionary(evaluator: Evaluator, expression: Of<'dict'>, scope: Scope): Value {
  const entries: [Value, Value][] = [];
  for (const entry of expression.entries) {
    if (entry.key !== null) {
      entries.push([evaluator.evaluate(entry.key, scope), evaluator.evaluate(entry.value, scope)]);
      continue;
    }
    const merged = evaluator.evaluate(entry.value, scope);
    if (merged === null || typeof merged !== 'object' || merged.kind !== 'dict') {
      return refuse('type', `'${typeName(merged)}' object is not a mapping`, expression.place);
    }
    for (const [key, value] of merged.entries.values()) entries.push([key, value]);
  }
  evaluator.meter.items(entries.length);
  return dict(entries);
}

function lambda(evaluator: Evaluator, expression: Of<'lambda'>, scope: Scope): FunctionValue {
  const defaults = new Map<string, Value>();
  for (const { name, fallback } of expression.parameters) {
    if (fallback !== null) defaults.set(name, evaluator.evaluate(fallback, scope));
  }
  return {
    kind: 'function',
    name: '<lambda>',
    parameters: expression.parameters,
    defaults,
    body: expression.body,
    locals: new Set(expression.parameters.map((parameter) => parameter.name)),
    closure: scope,
    owner: null,
    place: expression.place,
    definition: null,
  };
}

function comprehension(evaluator: Evaluator, expression: Of<'comprehension'>, scope: Scope): Value {
  const inner: Scope = {
    kind: 'function',
    variables: new Map(),
    enclosing: scope.kind === 'module' ? null : scope,
    module: scope.kind === 'module' ? scope : scope.module,
    locals: null,
    outer: null,
    owner: null,
    self: null,
  };
  const pairs: [Value, Value][] = [];
  const values: Value[] = [];
  const loop = (clauses: readonly ComprehensionClause[], outermost: boolean): void => {
    const [clause, ...rest] = clauses;
    if (clause === undefined) {
      evaluator.meter.items(1);
      const element = evaluator.evaluate(expression.element, inner);
      if (expression.value === null) values.push(element);
      else pairs.push([element, evaluator.evaluate(expression.value, inner)]);
      return;
    }
    const iterable = evaluator.evaluate(clause.iterable, outermost ? scope : inner);
    for (const item of evaluator.iterate(iterable, clause.iterable.place)) {
      evaluator.assign(clause.target, item, inner);
      const kept = clause.conditions.every((condition) =>
        evaluator.truth(evaluator.evaluate(condition, inner), condition.place),
      );
      if (kept) loop(rest, false);
    }
  };
  loop(expression.clauses, true);
  switch (expression.kind) {
    case 'list':
      return list(values);
    case 'set':
      return { kind: 'set', entries: new Map(values.map((value) => [hashKey(value), value])) };
    case 'dict':
      return dict(pairs);
    default: {
      let at = 0;
      return { kind: 'iterator', typeName: 'generator', next: () => values[at++] };
    }
  }
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
      part.conversion === 'r'
        ? evaluator.repr(value, place)
        : part.conversion !== '' || (value !== null && typeof value === 'object')
          ? evaluator.text(value, place)
          : value;
    text += formatValue(shown, formatted(evaluator, part.format, scope, place));
  }
  return text;
}

/** `target operator= value`, evaluating the target once. */
export function assignAugmented(
  evaluator: Evaluator,
  statement: { readonly target: Expression; readonly operator: Of<'binary'>['operator']; readonly value: Expression },
  scope: Scope,
): void {
  const { target, operator } = statement;
  const current = evaluator.evaluate(target, scope);
  const value = evaluator.evaluate(statement.value, scope);
  evaluator.assign(target, augmented(evaluator, operator, current, value, target.place), scope);
}
