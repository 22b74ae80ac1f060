/** Assigning: names, attributes, items, slices, unpacking, annotations; and `del`. */
import { FailureError } from '../../failure.ts';
import { type Place, refuse } from '../reason.ts';
import type { Expression, Statement } from '../syntax/syntax.ts';
import { list } from '../types/containers.ts';
import { typeName } from '../types/type-name.ts';
import type { Scope, Value } from '../types/values.ts';
import type { Evaluator } from './runtime.ts';
import { assignName, deleteName } from './scopes.ts';
import { assignSubscript, deleteSubscript } from './subscripts.ts';

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
    case 'starred':
      refuse('syntax', 'starred assignment target must be in a list or tuple', target.place);
      break;
    default:
      refuse('syntax', 'cannot assign to this expression', target.place);
  }
}

/** At most `limit` items of a value, without running an endless iterator. */
function firstItems(evaluator: Evaluator, value: Value, limit: number, place: Place): readonly Value[] {
  const whole = value === null || typeof value !== 'object' || (value.kind !== 'iterator' && value.kind !== 'instance');
  if (whole) return evaluator.iterate(value, place);
  const items: Value[] = [];
  const next = evaluator.cursor(value, place);
  while (items.length < limit) {
    const item = next();
    if (item === undefined) break;
    items.push(item);
  }
  return items;
}

function unpack(evaluator: Evaluator, targets: readonly Expression[], value: Value, place: Place, scope: Scope): void {
  if (value === null || typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') {
    refuse('type', `cannot unpack non-iterable ${typeName(value)} object`, place);
  }
  const star = targets.findIndex((target) => target.type === 'starred');
  const needed = star < 0 ? targets.length : targets.length - 1;
  const items = star < 0 ? firstItems(evaluator, value, needed + 1, place) : evaluator.iterate(value, place);
  if (items.length < needed) {
    const least = star < 0 ? '' : 'at least ';
    refuse('value', `not enough values to unpack (expected ${least}${needed}, got ${items.length})`, place);
  }
  if (star < 0 && items.length > needed) refuse('value', `too many values to unpack (expected ${needed})`, place);
  targets.forEach((target, index) => {
    if (target.type === 'starred') {
      const rest = items.slice(index, items.length - (targets.length - index - 1));
      evaluator.meter.items(rest.length);
      evaluator.assign(target.value, list(rest), scope);
      return;
    }
    const position = star >= 0 && index > star ? items.length - (targets.length - index) : index;
    evaluator.assign(target, items[position] ?? null, scope);
  });
}

/** `target: annotation = value`. Annotations of a function's own variables are not evaluated, as in Python. */
export function annotate(
  evaluator: Evaluator,
  statement: Extract<Statement, { readonly type: 'annotated' }>,
  scope: Scope,
): void {
  const { target, annotation, value } = statement;
  if (value !== null) evaluator.assign(target, evaluator.evaluate(value, scope), scope);
  if (scope.kind === 'function') return;
  const hint = evaluateAnnotation(evaluator, annotation, scope);
  if (target.type === 'name') scope.annotations?.set(target.name, hint);
}

/**
 * The value of an annotation; null where it cannot be read, as it changes nothing.
 * @throws what Python would: reasons of kind name and attribute, and bounds that are passed
 */
export function evaluateAnnotation(evaluator: Evaluator, annotation: Expression, scope: Scope): Value {
  if ((scope.module ?? scope).postponed) return null;
  const depth = evaluator.meter.depth();
  try {
    return evaluator.evaluate(annotation, scope);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    if (['name', 'attribute', 'budget'].includes(error.failure.kind)) throw error;
    evaluator.meter.caught(depth);
    return null;
  }
}

/** `del target`. @throws a reason */
export function deleteTarget(evaluator: Evaluator, target: Expression, scope: Scope): void {
  switch (target.type) {
    case 'name':
      if (!deleteName(scope, target.name)) refuse('name', `name '${target.name}' is not defined`, target.place);
      return;
    case 'attribute':
      evaluator.deleteAttribute(evaluator.evaluate(target.object, scope), target.name, target.place);
      return;
    case 'subscript': {
      const object = evaluator.evaluate(target.object, scope);
      deleteSubscript(evaluator, object, evaluator.evaluate(target.index, scope), target.place);
      return;
    }
    case 'tuple':
    case 'list':
      for (const item of target.items) deleteTarget(evaluator, item, scope);
      return;
    default:
      refuse('syntax', 'cannot delete this expression', target.place);
  }
}
