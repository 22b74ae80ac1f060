/** `match`: which case fits a value, and what its pattern captures (Python reference, section 8.6). */
import { isInstance } from '../modules/builtins/instances.ts';
import { refuse } from '../reason.ts';
import type { Pattern, Statement } from '../syntax/syntax.ts';
import { dict, list } from '../types/containers.ts';
import { hashKey } from '../types/hash-key.ts';
import type { Scope, Value } from '../types/values.ts';
import { findInClass } from './classes.ts';
import type { Evaluator } from './runtime.ts';
import { assignName } from './scopes.ts';

/** The body of the first case that fits, null when none does. @throws a reason */
export function matchCase(
  evaluator: Evaluator,
  statement: Extract<Statement, { readonly type: 'match' }>,
  scope: Scope,
): readonly Statement[] | null {
  const subject = evaluator.evaluate(statement.subject, scope);
  for (const { pattern, guard, body } of statement.cases) {
    if (!fits(evaluator, pattern, subject, scope)) continue;
    if (guard !== null && !evaluator.truth(evaluator.evaluate(guard, scope), guard.place)) continue;
    return body;
  }
  return null;
}

function fits(evaluator: Evaluator, pattern: Pattern, subject: Value, scope: Scope): boolean {
  evaluator.meter.step();
  switch (pattern.type) {
    case 'wildcard':
      return true;
    case 'capture':
      assignName(scope, pattern.name, subject);
      return true;
    case 'value': {
      const value = evaluator.evaluate(pattern.value, scope);
      if (value === null || typeof value === 'boolean') return value === subject;
      return evaluator.equals(subject, value, pattern.place);
    }
    case 'or':
      return pattern.options.some((each) => fits(evaluator, each, subject, scope));
    case 'as':
      if (!fits(evaluator, pattern.pattern, subject, scope)) return false;
      assignName(scope, pattern.name, subject);
      return true;
    case 'sequence':
      return sequenceFits(evaluator, pattern.items, subject, scope);
    case 'mapping':
      return mappingFits(evaluator, pattern, subject, scope);
    case 'class':
      return classFits(evaluator, pattern, subject, scope);
    case 'star':
      return refuse('syntax', "can't use starred pattern here", pattern.place);
  }
}

function sequenceFits(evaluator: Evaluator, patterns: readonly Pattern[], subject: Value, scope: Scope): boolean {
  if (subject === null || typeof subject !== 'object') return false;
  if (subject.kind !== 'list' && subject.kind !== 'tuple') return false;
  const { items } = subject;
  const star = patterns.findIndex((each) => each.type === 'star');
  if (star < 0 ? items.length !== patterns.length : items.length < patterns.length - 1) return false;
  return patterns.every((pattern, index) => {
    if (pattern.type === 'star') {
      const rest = items.slice(index, items.length - (patterns.length - index - 1));
      evaluator.meter.items(rest.length);
      if (pattern.name !== null) assignName(scope, pattern.name, list(rest));
      return true;
    }
    const position = star >= 0 && index > star ? items.length - (patterns.length - index) : index;
    return fits(evaluator, pattern, items[position] ?? null, scope);
  });
}

function mappingFits(
  evaluator: Evaluator,
  pattern: Extract<Pattern, { readonly type: 'mapping' }>,
  subject: Value,
  scope: Scope,
): boolean {
  if (subject === null || typeof subject !== 'object' || subject.kind !== 'dict') return false;
  const used = new Set<string | Value>();
  for (const each of pattern.entries) {
    const key = hashKey(evaluator.evaluate(each.key, scope));
    const entry = subject.entries.get(key);
    if (entry === undefined || !fits(evaluator, each.pattern, entry[1], scope)) return false;
    used.add(key);
  }
  if (pattern.rest !== null) {
    const rest = [...subject.entries].filter(([key]) => !used.has(key)).map(([, entry]) => entry);
    evaluator.meter.items(rest.length);
    assignName(scope, pattern.rest, dict(rest));
  }
  return true;
}

/** Built-in types that take the whole value as their only positional pattern. */
const wholes = ['bool', 'float', 'int', 'str', 'list', 'tuple', 'dict', 'set', 'frozenset'];

function classFits(
  evaluator: Evaluator,
  pattern: Extract<Pattern, { readonly type: 'class' }>,
  subject: Value,
  scope: Scope,
): boolean {
  const { place } = pattern;
  const type = evaluator.evaluate(pattern.callee, scope);
  if (type === null || typeof type !== 'object' || type.kind !== 'class') {
    return refuse('type', 'called match pattern must be a class', place);
  }
  if (!isInstance(evaluator, subject, type, place)) return false;
  const [first] = pattern.positional;
  if (first !== undefined && type.place === null && wholes.includes(type.name)) {
    return pattern.positional.length === 1 && fits(evaluator, first, subject, scope);
  }
  const listed = findInClass(type, '__match_args__') ?? null;
  const names: readonly Value[] =
    type.fields?.map((field) => field.name) ??
    (listed !== null && typeof listed === 'object' && (listed.kind === 'tuple' || listed.kind === 'list')
      ? listed.items
      : fieldNames(type));
  if (pattern.positional.length > names.length) {
    const plural = names.length === 1 ? '' : 's';
    refuse(
      'type',
      `${type.name}() accepts ${names.length} positional sub-pattern${plural} (${pattern.positional.length} given)`,
      place,
    );
  }
  const parts = [
    ...pattern.positional.map((each, index) => ({ name: String(names[index] ?? ''), pattern: each })),
    ...pattern.keywords,
  ];
  return parts.every((part) => {
    const held = evaluator.findAttribute(subject, part.name, place);
    return held !== undefined && fits(evaluator, part.pattern, held, scope);
  });
}

function fieldNames(type: Extract<Value, { kind: 'class' }>): readonly Value[] {
  const fields = findInClass(type, '_fields') ?? null;
  return fields !== null && typeof fields === 'object' && fields.kind === 'tuple' ? fields.items : [];
}
