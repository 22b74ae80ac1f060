/**
 * The evaluator of the Python subset: wires expressions, statements, calls and built-ins together. It runs nothing but
 * its own functions on its own values, within computed bounds.
 */
import { FailureError } from '../../failure.ts';
import type { Meter } from '../budget.ts';
import { builtinFunctions } from '../modules/builtins/builtins.ts';
import { type Place, refuse } from '../reason.ts';
import { builtinTypes, unnamedTypes } from '../types/builtin-types.ts';
import { addClassMethods, builtinMethods } from '../types/methods/methods.ts';
import { reprOf, textOfValue } from '../types/representation.ts';
import type { ClassValue, HostValue, ModuleValue, Value } from '../types/values.ts';
import { assignTarget } from './assignments.ts';
import { assignAttribute, removeAttribute } from './attribute-assignment.ts';
import { attributeOf, builtinMethod, findAttribute, type MethodTable } from './attributes.ts';
import { callValue } from './calls.ts';
import { findInClass, makeClass } from './classes.ts';
import { equals, truth } from './comparisons.ts';
import { exceptionClasses } from './exceptions.ts';
import { evaluateExpression } from './expressions.ts';
import { cursorOver, iterateValue, iteratorOf } from './iteration.ts';
import { type Evaluator, positional } from './runtime.ts';
import { executeBlock } from './statements.ts';

export { hostModule } from '../modules/host-module.ts';

/** The modules that a program may import, by dotted name. */
export interface ModuleFinder {
  /** The module, read from the program's files when it is not there yet. @throws a reason of kind import */
  find(name: string, place: Place): ModuleValue;
  /** A module of a package, if there is one. */
  submodule(name: string, place: Place): ModuleValue | undefined;
  /** What a module has besides its own attributes: modules below it, names that others add. */
  extension(module: ModuleValue, name: string): Value | undefined;
}

export function createEvaluator(meter: Meter, findModule: (evaluator: Evaluator) => ModuleFinder): Evaluator {
  const object: ClassValue = makeClass('object', [], new Map());
  const types = builtinTypes(object, () => evaluator);
  const builtins = new Map<string, Value>([...types, ...exceptionClasses(object, () => evaluator)]);
  const notImplemented: HostValue = {
    kind: 'host',
    typeName: 'NotImplementedType',
    attribute: () => undefined,
    text: () => 'NotImplemented',
  };
  builtins.set('NotImplemented', notImplemented);
  let methods: MethodTable = {};
  const iteratorTypes = new Map<string, ClassValue>();
  const evaluator: Evaluator = {
    meter,
    builtins,
    types,
    object,
    notImplemented,
    handling: [],
    unfinished: new Set(),
    call: (callee, given, place) => callValue(evaluator, callee, given, place),
    attribute: (value, name, place) => attributeOf(evaluator, value, name, place),
    findAttribute(value, name, place) {
      const found = findAttribute(evaluator, methods, value, name, place);
      if (found !== undefined || value === null || typeof value !== 'object' || value.kind !== 'module') return found;
      return finder.extension(value, name);
    },
    builtinMethod: (value, name) => builtinMethod(methods, value, name),
    setAttribute: (value, name, assigned, place) => assignAttribute(evaluator, value, name, assigned, place),
    deleteAttribute: (value, name, place) => removeAttribute(evaluator, value, name, place),
    iterate: (value, place) => iterateValue(evaluator, value, place),
    iterator: (value, place) => iteratorOf(evaluator, value, place),
    cursor: (value, place) => cursorOver(evaluator, value, place),
    truth: (value, place) => truth(evaluator, value, place),
    equals: (left, right, place) => equals(evaluator, left, right, place),
    text: (value, place) =>
      customText(value, '__str__', place) ?? customText(value, '__repr__', place) ?? shown(value, place, true),
    repr: (value, place) => customText(value, '__repr__', place) ?? shown(value, place, false),
    typeOf: (value) => typeOf(value),
    evaluate: (expression, scope) => evaluateExpression(evaluator, expression, scope),
    execute: (statements, scope) => executeBlock(evaluator, statements, scope),
    assign: (target, value, scope) => assignTarget(evaluator, target, value, scope),
    importModule(name, place) {
      let parent: ModuleValue | undefined;
      let found: ModuleValue | undefined;
      const parts = name.split('.');
      evaluator.meter.steps(4 * parts.length);
      parts.forEach((part, index) => {
        found = finder.find(parts.slice(0, index + 1).join('.'), place);
        bindBelow(parent, part, found);
        parent = found;
      });
      return found ?? refuse('import', `the module '${name}' is not known`, place);
    },
    importName(module, name, place) {
      const found = evaluator.importModule(module, place);
      const attribute = evaluator.findAttribute(found, name, place);
      if (attribute !== undefined) return attribute;
      const below = finder.submodule(`${module}.${name}`, place);
      if (below === undefined) return missingName(found, name, place);
      bindBelow(found, name, below);
      return below;
    },
  };
  for (const [name, value] of builtinFunctions(evaluator)) builtins.set(name, value);
  for (const hidden of hiddenTypes) builtins.delete(hidden);
  methods = builtinMethods(evaluator);
  addClassMethods(evaluator, types);
  const finder = findModule(evaluator);

  /** Modules that their packages have under their names already. */
  const bound = new WeakSet<ModuleValue>();

  /** A package gets a module as an attribute when the module is loaded, once: a name that it binds later stays. */
  function bindBelow(parent: ModuleValue | undefined, name: string, module: ModuleValue): void {
    if (parent?.assign === undefined || bound.has(module)) return;
    bound.add(module);
    parent.assign(name, module);
  }

  /** `str()` and `repr()` with what the program's own classes say about the values inside. */
  function shown(value: Value, place: Place, text: boolean): string {
    const inner = (part: Value) => customText(part, '__repr__', place);
    const result = text ? textOfValue(value, evaluator.meter, inner) : reprOf(value, evaluator.meter, inner);
    if (typeof value !== 'string') evaluator.meter.characters(result.length);
    return result;
  }

  function customText(value: Value, name: string, place: Place): string | null {
    if (value === null || typeof value !== 'object') return null;
    const type =
      value.kind === 'instance' || value.kind === 'exception'
        ? value.type
        : value.kind === 'list' || value.kind === 'dict' || value.kind === 'tuple'
          ? value.type
          : undefined;
    const method = type === undefined ? undefined : findInClass(type, name);
    const result = method === undefined ? null : evaluator.call(method, positional(value), place);
    return typeof result === 'string' ? result : null;
  }

  /** The class of an iterator: its name is all that programs can see of it. */
  function iteratorType(full: string): ClassValue {
    const name = full.slice(full.lastIndexOf('.') + 1);
    const made = iteratorTypes.get(name) ?? makeClass(name, [object], new Map());
    iteratorTypes.set(name, made);
    return made;
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
        return known('builtin_function_or_method');
      case 'bound':
        return known('method');
      case 'function':
        return known('function');
      case 'view':
        return known(`dict_${value.part}`);
      case 'host':
        return value.type ?? known(value.typeName);
      case 'list':
      case 'tuple':
        return value.type ?? known(value.kind);
      case 'dict':
        return value.type ?? known(value.typeName);
      case 'set':
        return known(value.typeName ?? 'set');
      case 'iterator':
        return types.get(value.typeName) ?? iteratorType(value.typeName);
      default:
        return known(value.kind);
    }
  }
  return evaluator;
}

/** A name that a module lacks. @throws a reason of kind import where Python raises ImportError */
function missingName(module: ModuleValue, name: string, place: Place): Value {
  try {
    return module.missing(name);
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.kind !== 'attribute') throw error;
    return refuse('import', `ImportError: cannot import name '${name}' from '${module.name}'`, place);
  }
}

/** Types that values have and programs cannot name. */
const hiddenTypes: readonly string[] = [...unnamedTypes, 'OrderedDict', 'defaultdict', 'Counter', 'torch.Size'];
