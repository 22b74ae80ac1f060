/** Defining functions and classes. */

import { finishEnumeration } from '../modules/enumerations.ts';
import { namedTupleClass } from '../modules/named-tuples.ts';
import { refuse } from '../reason.ts';
import type { ClassDefinition, Expression, FunctionDefinition } from '../syntax/syntax.ts';
import { dict } from '../types/containers.ts';
import { unknownOf } from '../types/unknown-value.ts';
import type { ClassValue, FunctionValue, Scope, Unknown, Value } from '../types/values.ts';
import { evaluateAnnotation } from './assignments.ts';
import { chargeOrder, findInClass, makeClass } from './classes.ts';
import { type Evaluator, positional } from './runtime.ts';
import { classScope } from './scopes.ts';
import { native } from './signature.ts';

/** A function with its defaults evaluated; annotations too, for the errors that Python would raise. */
export function makeFunction(evaluator: Evaluator, definition: FunctionDefinition, scope: Scope): FunctionValue {
  const defaults = new Map<string, Value>();
  evaluator.meter.work(definition.parameters.length);
  for (const { name, fallback, annotation } of definition.parameters) {
    if (fallback !== null) defaults.set(name, evaluator.evaluate(fallback, scope));
    if (annotation !== null) evaluateAnnotation(evaluator, annotation, scope);
  }
  if (definition.returns !== null) evaluateAnnotation(evaluator, definition.returns, scope);
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
    generator: definition.generator,
  };
}

/** A function without a name. */
export function makeLambda(
  evaluator: Evaluator,
  expression: Extract<Expression, { readonly type: 'lambda' }>,
  scope: Scope,
): FunctionValue {
  const defaults = new Map<string, Value>();
  evaluator.meter.work(4 * expression.parameters.length);
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
    generator: expression.generator,
  };
}

/** What the decorators make of a definition, the innermost first. */
export function decorated(
  evaluator: Evaluator,
  value: Value,
  definition: FunctionDefinition | ClassDefinition,
  scope: Scope,
): Value {
  if (definition.decorators.length === 0) return value;
  const decorators = definition.decorators.map((each) => ({ callee: evaluator.evaluate(each, scope), each }));
  return decorators.reduceRight<Value>(
    (result, { callee, each }) => evaluator.call(callee, positional(result), each.place),
    value,
  );
}

function basesOf(evaluator: Evaluator, definition: ClassDefinition, scope: Scope): ClassValue[] {
  const bases: ClassValue[] = [];
  for (const expression of definition.bases) {
    const base = evaluator.evaluate(expression, scope);
    if (base !== null && typeof base === 'object') {
      if (base.kind === 'class') {
        bases.push(base);
        continue;
      }
      // Generic[T] and Protocol mean nothing at run time, nor does what only a stand-in defines.
      if (base.kind === 'host' && base.typeName === 'typing') continue;
      const unread = unknownOf(base);
      if (unread !== undefined) {
        bases.push(setAsideBase(evaluator, unread));
        continue;
      }
    }
    const shown = evaluator.repr(base, expression.place);
    refuse('type', `the base ${shown} of class ${definition.name} is not a class`, expression.place);
  }
  const repeated = bases.find((base, index) => bases.indexOf(base) !== index);
  if (repeated !== undefined) refuse('type', `duplicate base class ${repeated.name}`, definition.place);
  return bases.length === 0 ? [evaluator.object] : bases;
}

/** In place of a class that is not read: takes any arguments. */
function setAsideBase(evaluator: Evaluator, unread: Unknown): ClassValue {
  const initialise = native('__init__', 'self, *args, **kwargs', () => null, { method: true });
  const made = makeClass('object', [evaluator.object], new Map([['__init__', initialise]]));
  made.unread = unread;
  return made;
}

/** Runs a class statement. @throws a reason */
export function defineClass(evaluator: Evaluator, definition: ClassDefinition, scope: Scope): Value {
  const { place, name } = definition;
  const bases = basesOf(evaluator, definition, scope);
  const keywords = new Map<string, Value>();
  let abstractBase = bases.some((base) => base.name === 'ABC' || base.abstract !== undefined);
  for (const keyword of definition.keywords) {
    const value = evaluator.evaluate(keyword.value, scope);
    if (keyword.name === null) refuse('unsupported', '** in the bases of a class is not supported', keyword.place);
    if (keyword.name === 'metaclass') {
      checkMetaclass(value, definition);
      abstractBase ||=
        value !== null && typeof value === 'object' && value.kind === 'class' && value.name === 'ABCMeta';
    } else keywords.set(keyword.name, value);
  }
  const body = classScope(scope);
  evaluator.execute(definition.body, body);
  const { variables } = body;
  if (bases.some((base) => base.name === 'NamedTuple' && base.place === null)) {
    return namedTupleClass(evaluator, name, body, place);
  }
  const sealed = bases.find((base) => ['bool', 'range', 'slice', 'NoneType', 'function'].includes(base.name));
  if (sealed !== undefined && sealed.place === null) {
    refuse('type', `type '${sealed.name}' is not an acceptable base type`, place);
  }
  chargeOrder(evaluator.meter, bases);
  const made = makeClass(name, bases, variables, { place });
  const module = (scope.module ?? scope).origin?.name;
  if (module !== undefined) made.module = module;
  for (const value of variables.values()) own(value, made);
  if (body.annotations !== undefined && body.annotations.size > 0) {
    variables.set('__annotations__', dict(body.annotations));
  }
  if (abstractBase) made.abstract = abstractMethods(made);
  if (bases.some((base) => base.members !== undefined)) finishEnumeration(evaluator, made, place);
  const hook = made.order.slice(1).find((each) => each.attributes.has('__init_subclass__'));
  const subclassed = hook?.attributes.get('__init_subclass__');
  if (hook !== undefined && hook.place !== null && subclassed !== undefined) {
    const callee =
      subclassed !== null && typeof subclassed === 'object' && subclassed.kind === 'classmethod'
        ? subclassed.callee
        : subclassed;
    evaluator.call(callee, { positional: [made], keywords }, place);
  } else if (keywords.size > 0) {
    refuse('type', `${name}.__init_subclass__() takes no keyword arguments`, place);
  }
  return made;
}

/** Metaclasses that change nothing here; others would, and are refused. */
function checkMetaclass(value: Value, definition: ClassDefinition): void {
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'class' && ['ABCMeta', 'type', 'EnumMeta', 'EnumType'].includes(value.name)) return;
    if (value.kind === 'host') return;
  }
  refuse('unsupported', `the metaclass of class ${definition.name} is not supported`, definition.place);
}

/** Methods that `abstractmethod` marks and no class of the order defines; only below ABC. */
function abstractMethods(type: ClassValue): readonly string[] {
  const names = new Set(type.order.flatMap((each) => each.abstract ?? []));
  for (const [name, value] of type.attributes) if (isAbstract(value)) names.add(name);
  return [...names].filter((name) => isAbstract(findInClass(type, name)));
}

function isAbstract(value: Value | undefined): boolean {
  if (value === null || value === undefined || typeof value !== 'object') return false;
  if (value.kind === 'function') return value.abstract === true;
  if (value.kind === 'property') return isAbstract(value.getter);
  return (value.kind === 'staticmethod' || value.kind === 'classmethod') && isAbstract(value.callee);
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
