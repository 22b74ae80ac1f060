/**
 * The evaluator of the Python subset: wires expressions, statements, calls and built-ins together. It runs nothing but
 * its own functions on its own values, within computed bounds.
 */
import { assignAttribute, attributeOf, findAttribute, type MethodTable, removeAttribute } from './attributes.ts';
import type { Meter } from './budget.ts';
import { builtinFunctions, builtinTypes } from './builtins.ts';
import { callValue } from './calls.ts';
import { exceptionClasses } from './exceptions.ts';
import { evaluateExpression } from './expressions.ts';
import { reprOf, textOfValue } from './formatting.ts';
import { iterateValue } from './iteration.ts';
import { builtinMethods } from './methods.ts';
import { equals, truth } from './operators.ts';
import { type Place, refuse } from './reason.ts';
import { type Evaluator, positional } from './runtime.ts';
import { assignTarget, executeBlock } from './statements.ts';
import { type ClassValue, findInClass, type ModuleValue, makeClass, type Scope, type Value } from './values.ts';

/** The modules that a program may import, by dotted name; made for one evaluation. */
export type ModuleFinder = (name: string, place: Place) => ModuleValue;

export function createEvaluator(meter: Meter, findModule: (evaluator: Evaluator) => ModuleFinder): Evaluator {
  const object: ClassValue = makeClass('object', [], new Map());
  const types = builtinTypes(object, () => evaluator);
  const builtins = new Map<string, Value>([...types, ...exceptionClasses(object)]);
  let methods: MethodTable = {};
  const evaluator: Evaluator = {
    meter,
    builtins,
    object,
    call: (callee, given, place) => callValue(evaluator, callee, given, place),
    attribute: (value, name, place) => attributeOf(evaluator, value, name, place),
    findAttribute: (value, name, place) => findAttribute(evaluator, methods, value, name, place),
    setAttribute: (value, name, assigned, place) => assignAttribute(evaluator, value, name, assigned, place),
    deleteAttribute: (value, name, place) => removeAttribute(evaluator, value, name, place),
    iterate: (value, place) => iterateValue(evaluator, value, place),
    truth: (value, place) => truth(evaluator, value, place),
    equals: (left, right, place) => equals(evaluator, left, right, place),
    text: (value, place) => customText(value, '__str__', place) ?? textOfValue(value),
    repr: (value, place) => customText(value, '__repr__', place) ?? reprOf(value),
    typeOf: (value) => typeOf(value),
    evaluate: (expression, scope) => evaluateExpression(evaluator, expression, scope),
    execute: (statements, scope) => executeBlock(evaluator, statements, scope),
    assign: (target, value, scope) => assignTarget(evaluator, target, value, scope),
    importModule: (name, place) => finder(name, place),
    importName(module, name, place) {
      const found = finder(module, place);
      return found.attributes.get(name) ?? found.missing(name);
    },
  };
  for (const [name, value] of builtinFunctions(evaluator)) builtins.set(name, value);
  for (const hidden of ['function', 'module', 'NoneType', 'iterator', 'ellipsis']) builtins.delete(hidden);
  methods = builtinMethods(evaluator);
  const finder = findModule(evaluator);

  function customText(value: Value, name: string, place: Place): string | null {
    if (value === null || typeof value !== 'object' || value.kind !== 'instance') return null;
    const method = findInClass(value.type, name);
    const result = method === undefined ? null : evaluator.call(method, positional(value), place);
    return typeof result === 'string' ? result : null;
  }

  function typeOf(value: Value): ClassValue {
    const known = (name: string) => types.get(name) ?? object;
    if (value === null) return known('NoneType');
    if (typeof value === 'bigint') return known('int');
    if (typeof value === 'boolean') return known('bool');
    if (typeof value === 'number') return known('float');
    if (typeof value === 'string') return known('str');
    switch (value.kind) {
      case 'instance':
      case 'exception':
        return value.type;
      case 'class':
        return known('type');
      case 'native':
      case 'bound':
      case 'function':
        return known('function');
      case 'host':
        return value.type ?? known(value.typeName);
      default:
        return known(value.kind);
    }
  }
  return evaluator;
}

/** The outermost scope of a program. */
export function moduleScope(variables: Iterable<readonly [string, Value]> = []): Scope {
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
  };
}

/** A module of the host. Attributes that it lacks are refused by `missing`, or as Python does. */
export function hostModule(
  name: string,
  attributes: Iterable<readonly [string, Value]>,
  missing?: (name: string) => Value,
): ModuleValue {
  return {
    kind: 'module',
    name,
    attributes: new Map(attributes),
    missing: missing ?? ((attribute) => refuse('attribute', `module '${name}' has no attribute '${attribute}'`)),
  };
}
