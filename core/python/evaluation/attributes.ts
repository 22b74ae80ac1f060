/** Finding attributes as Python's data model defines it: instances, classes, super(), modules, built-in values. */

import { type Place, refuse } from '../reason.ts';
import { dict, tuple } from '../types/containers.ts';
import { liveAttributes } from '../types/live-attributes.ts';
import { objectMethod } from '../types/object-methods.ts';
import { typeName } from '../types/type-name.ts';
import type { ClassValue, FunctionValue, NativeFunction, SuperValue, Value } from '../types/values.ts';
import { findInClass, refuseUnread } from './classes.ts';
import { type Evaluator, positional } from './runtime.ts';

/** Methods of built-in values by type and name. */
export type MethodTable = Readonly<Record<string, ReadonlyMap<string, NativeFunction>>>;

/** `object.name`, or undefined. */
export function findAttribute(
  evaluator: Evaluator,
  methods: MethodTable,
  object: Value,
  name: string,
  place: Place,
): Value | undefined {
  if (name === '__class__') return evaluator.typeOf(object);
  if (object !== null && typeof object === 'object') {
    switch (object.kind) {
      case 'instance': {
        const found = instanceAttribute(evaluator, object, name, place);
        if (found !== undefined || object.payload === undefined) return found;
        return evaluator.findAttribute(object.payload, name, place);
      }
      case 'class':
        return classAttribute(evaluator, methods, object, name);
      case 'super':
        return superAttribute(evaluator, methods, object, name, place);
      case 'module':
        return name === '__name__' ? object.name : object.attributes.get(name);
      case 'host':
        return object.attribute(name, place);
      case 'function':
        return functionAttribute(object, name);
      case 'native':
        return name === '__name__' || name === '__qualname__' ? object.name : undefined;
      case 'bound':
        if (name === '__self__') return object.self;
        return name === '__func__' ? object.callee : evaluator.findAttribute(object.callee, name, place);
      case 'property':
        return propertyMethod(object, name);
      case 'exception':
        return exceptionAttribute(evaluator, object, name, place);
      case 'range':
        if (name === 'start' || name === 'stop' || name === 'step') return object[name];
        break;
      case 'slice':
        if (name === 'start' || name === 'stop' || name === 'step') return object[name];
        break;
      case 'list':
      case 'dict':
      case 'tuple':
        if (object.type !== undefined) {
          const found = extendedAttribute(evaluator, object, object.type, name, place);
          if (found !== undefined) return found;
        }
        break;
      default:
        break;
    }
  }
  const method = methods[kindOf(object)]?.get(name);
  return method === undefined ? numberPart(object, name) : { kind: 'bound', self: object, callee: method };
}

/** `real`, `imag` and their kin of numbers. */
function numberPart(value: Value, name: string): Value | undefined {
  if (typeof value !== 'bigint' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const plain = typeof value === 'boolean' ? BigInt(value) : value;
  if (name === 'real' || (name === 'numerator' && typeof plain === 'bigint')) return plain;
  if (name === 'imag') return typeof plain === 'bigint' ? 0n : 0;
  return name === 'denominator' && typeof plain === 'bigint' ? 1n : undefined;
}

/** Whose methods a value has. */
function kindOf(value: Value): string {
  if (typeof value === 'boolean') return 'int';
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'dict' && value.typeName === 'Counter') return 'Counter';
    if (value.kind === 'iterator' && value.generator !== undefined) return 'generator';
    return value.kind === 'view' ? `dict_${value.part}` : value.kind;
  }
  return typeName(value);
}

function classAttribute(
  evaluator: Evaluator,
  methods: MethodTable,
  object: ClassValue,
  name: string,
): Value | undefined {
  switch (name) {
    case '__name__':
    case '__qualname__':
      return object.name;
    case '__module__':
      return object.module ?? (object.place === null ? 'builtins' : 'network');
    case '__mro__':
      return tuple(object.order);
    case '__bases__':
      return tuple(object.bases);
    case '__doc__':
      return null;
    case '__members__':
      if (object.members !== undefined) {
        evaluator.meter.items(object.members.size);
        return dict(object.members, 'mappingproxy');
      }
      break;
    case '__dict__':
      return { kind: 'dict', typeName: 'mappingproxy', entries: liveAttributes(object.attributes), fallback: null };
    default:
      break;
  }
  const own = findInClass(object, name);
  const found = own !== undefined ? own : (methodOfType(methods, object, name) ?? objectMethod(evaluator, name));
  if (found === undefined || found === null || typeof found !== 'object') return found;
  if (found.kind === 'staticmethod') return found.callee;
  return found.kind === 'classmethod' ? bind(found.callee, object) : found;
}

/** A method of the built-in type that a class is, or extends. */
function methodOfType(methods: MethodTable, type: ClassValue, name: string): Value | undefined {
  for (const each of type.order) {
    const found = each.place === null ? methods[each.name]?.get(name) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function superAttribute(
  evaluator: Evaluator,
  methods: MethodTable,
  object: SuperValue,
  name: string,
  place: Place,
): Value | undefined {
  const { self } = object;
  const onClass = self !== null && typeof self === 'object' && self.kind === 'class';
  const type = onClass ? self : evaluator.typeOf(self);
  for (const each of type.order.slice(type.order.indexOf(object.start) + 1)) {
    let found = each.attributes.get(name);
    if (found === undefined && each.place === null) found = methods[each.name]?.get(name);
    if (found === undefined) continue;
    if (name === '__getattr__' && found !== null && typeof found === 'object' && found.kind === 'native') {
      return nativeFallback(found, self, type);
    }
    return bindTo(evaluator, found, self, type, place);
  }
  const found = objectMethod(evaluator, name);
  return found === undefined ? undefined : bindTo(evaluator, found, self, type, place);
}

/** `super().__getattr__`: the host's fallback says by an ellipsis that there is no such attribute. */
function nativeFallback(callee: NativeFunction, self: Value, type: ClassValue): NativeFunction {
  return {
    kind: 'native',
    name: '__getattr__',
    method: false,
    run(given, place) {
      const found = callee.run({ positional: [self, ...given.positional], keywords: given.keywords }, place);
      if (found === null || typeof found !== 'object' || found.kind !== 'ellipsis') return found;
      return refuse('attribute', `'${type.name}' object has no attribute '${String(given.positional[0])}'`, place);
    },
  };
}

function functionAttribute(object: FunctionValue, name: string): Value | undefined {
  const own = object.attributes?.get(name);
  if (own !== undefined) return own;
  switch (name) {
    case '__name__':
      return object.name;
    case '__qualname__':
      return object.owner === null ? object.name : `${object.owner.name}.${object.name}`;
    case '__module__':
      return (object.closure.module ?? object.closure).origin?.name ?? 'network';
    case '__doc__': {
      const first = Array.isArray(object.body) ? object.body[0] : undefined;
      if (first?.type !== 'expression' || first.value.type !== 'constant') return null;
      return typeof first.value.value === 'string' ? first.value.value : null;
    }
    case '__dict__':
      object.attributes ??= new Map();
      return { kind: 'dict', typeName: 'dict', entries: liveAttributes(object.attributes), fallback: null };
    default:
      return undefined;
  }
}

function propertyMethod(object: Extract<Value, { kind: 'property' }>, name: string): Value | undefined {
  if (name === 'fget') return object.getter;
  if (name !== 'setter' && name !== 'getter' && name !== 'deleter') return undefined;
  return {
    kind: 'native',
    name,
    method: false,
    run(given) {
      const replaced = given.positional[0] ?? null;
      if (name === 'setter') return { ...object, setter: replaced };
      return name === 'getter' ? { ...object, getter: replaced } : object;
    },
  };
}

function exceptionAttribute(
  evaluator: Evaluator,
  object: Extract<Value, { kind: 'exception' }>,
  name: string,
  place: Place,
): Value | undefined {
  const own = object.attributes.get(name);
  if (own !== undefined) return own;
  if (name === 'args') return tuple(object.args);
  if (name === 'value' && object.type.order.some((each) => each.name === 'StopIteration'))
    return object.args[0] ?? null;
  const found = findInClass(object.type, name);
  if (found !== undefined) return bindTo(evaluator, found, object, object.type, place);
  if (['__traceback__', '__cause__', '__context__'].includes(name)) return null;
  if (name === 'with_traceback' || name === 'add_note') {
    return { kind: 'native', name, method: false, run: () => object };
  }
  return undefined;
}

function bind(callee: Value, self: Value): Value {
  if (callee === null || typeof callee !== 'object') return callee;
  return callee.kind === 'function' || callee.kind === 'native' ? { kind: 'bound', self, callee } : callee;
}

/** What a class attribute becomes when it is reached through an instance. */
function bindTo(evaluator: Evaluator, found: Value, self: Value, type: ClassValue, place: Place): Value {
  if (found === null || typeof found !== 'object') return found;
  switch (found.kind) {
    case 'function':
      return { kind: 'bound', self, callee: found };
    case 'native':
      return found.method ? { kind: 'bound', self, callee: found } : found;
    case 'staticmethod':
      return found.callee;
    case 'classmethod':
      return bind(found.callee, type);
    case 'property':
      return evaluator.call(found.getter, positional(self), place);
    default:
      return found;
  }
}

function instanceAttribute(
  evaluator: Evaluator,
  object: Extract<Value, { kind: 'instance' }>,
  name: string,
  place: Place,
): Value | undefined {
  const onClass = findInClass(object.type, name);
  const isProperty = onClass !== null && typeof onClass === 'object' && onClass.kind === 'property';
  if (!isProperty) {
    const own = object.attributes.get(name);
    if (own !== undefined) return own;
  }
  if (onClass !== undefined) return bindTo(evaluator, onClass, object, object.type, place);
  if (name === '__dict__') {
    return { kind: 'dict', typeName: 'dict', entries: liveAttributes(object.attributes), fallback: null };
  }
  if (name === '__module__') return object.type.module ?? 'network';
  if (name === '__doc__') return null;
  const fallback = findInClass(object.type, '__getattr__');
  if (fallback === undefined) return undefined;
  if (fallback !== null && typeof fallback === 'object' && fallback.kind === 'native') {
    // Native fallbacks look up what is registered and give `ellipsis` for what is not there.
    const found = fallback.run(positional(object, name), place);
    return found !== null && typeof found === 'object' && found.kind === 'ellipsis' ? undefined : found;
  }
  return evaluator.call(fallback, positional(object, name), place);
}

/** An attribute of a list, dict or tuple whose class extends the built-in type. */
function extendedAttribute(
  evaluator: Evaluator,
  object: Extract<Value, { kind: 'list' | 'dict' | 'tuple' }>,
  type: ClassValue,
  name: string,
  place: Place,
): Value | undefined {
  const attributes = object.kind === 'tuple' ? undefined : object.attributes;
  const own = attributes?.get(name);
  if (own !== undefined) return own;
  for (const each of type.order) {
    const found = each.attributes.get(name);
    if (found !== undefined) return bindTo(evaluator, found, object, type, place);
  }
  if (name === '__dict__' && attributes !== undefined) {
    return { kind: 'dict', typeName: 'dict', entries: liveAttributes(attributes), fallback: null };
  }
  const fallback = findInClass(type, '__getattr__');
  if (fallback === undefined || methodExists(evaluator, object, name)) return undefined;
  return evaluator.call(fallback, positional(object, name), place);
}

function methodExists(evaluator: Evaluator, object: Value, name: string): boolean {
  return evaluator.builtinMethod(object, name) !== undefined;
}

/** A method of a built-in value by name. */
export function builtinMethod(methods: MethodTable, object: Value, name: string): NativeFunction | undefined {
  return methods[kindOf(object)]?.get(name);
}

/** `object.name`. @throws a reason of kind attribute, or what the module says about the name */
export function attributeOf(evaluator: Evaluator, object: Value, name: string, place: Place): Value {
  const found = evaluator.findAttribute(object, name, place);
  if (found !== undefined) return found;
  if (object !== null && typeof object === 'object') {
    if (object.kind === 'module') return object.missing(name);
    if (object.kind === 'class') {
      return refuse('attribute', `type object '${object.name}' has no attribute '${name}'`, place);
    }
    if (object.kind === 'instance') {
      refuseUnread(object.type, place);
      // PyTorch's own layers have private parts that are not read here; whether it has this one is not known.
      if (object.type.place === null && /^_(?!_)/.test(name)) {
        return refuse('unsupported', `${object.type.name}.${name} is not read: it is private to PyTorch`, place);
      }
    }
    if (object.kind === 'super') return refuse('attribute', `'super' object has no attribute '${name}'`, place);
  }
  return refuse('attribute', `'${typeName(object)}' object has no attribute '${name}'`, place);
}
