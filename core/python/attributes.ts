/** Attribute access as Python's data model defines it: instances, classes, super(), modules, built-in values. */
import { type Place, refuse } from './reason.ts';
import { type Evaluator, positional } from './runtime.ts';
import { type ClassValue, dict, findInClass, type NativeFunction, tuple, typeName, type Value } from './values.ts';

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
      case 'instance':
        return instanceAttribute(evaluator, object, name, place);
      case 'class': {
        if (name === '__name__' || name === '__qualname__') return object.name;
        const found = findInClass(object, name);
        if (found === undefined || found === null || typeof found !== 'object') return found;
        if (found.kind === 'staticmethod') return found.callee;
        return found.kind === 'classmethod' ? bind(found.callee, object) : found;
      }
      case 'super': {
        const self = object.self;
        const type = self !== null && typeof self === 'object' && self.kind === 'class' ? self : evaluator.typeOf(self);
        const after = type.order.slice(type.order.indexOf(object.start) + 1);
        for (const each of after) {
          const found = each.attributes.get(name);
          if (found !== undefined) return bindTo(evaluator, found, self, type, place);
        }
        return undefined;
      }
      case 'module': {
        if (name === '__name__') return object.name;
        return object.attributes.get(name);
      }
      case 'host':
        return object.attribute(name, place);
      case 'function':
      case 'native':
        return name === '__name__' || name === '__qualname__' ? object.name : undefined;
      case 'property':
        return propertyMethod(object, name);
      case 'exception':
        return name === 'args' ? tuple([object.text]) : undefined;
      default:
        break;
    }
  }
  const method = methods[kindOf(object)]?.get(name);
  return method === undefined ? undefined : { kind: 'bound', self: object, callee: method };
}

function kindOf(value: Value): string {
  if (value !== null && typeof value === 'object') return value.kind;
  return typeName(value);
}

function propertyMethod(object: Extract<Value, { kind: 'property' }>, name: string): Value | undefined {
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
  if (name === '__dict__') return dict([...object.attributes].map(([key, value]) => [key, value]));
  const fallback = findInClass(object.type, '__getattr__');
  if (fallback === undefined) return undefined;
  if (fallback !== null && typeof fallback === 'object' && fallback.kind === 'native') {
    // Native fallbacks look up what is registered and give `ellipsis` for what is not there.
    const found = fallback.run(positional(object, name), place);
    return found !== null && typeof found === 'object' && found.kind === 'ellipsis' ? undefined : found;
  }
  return evaluator.call(fallback, positional(object, name), place);
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
    if (object.kind === 'super') return refuse('attribute', `'super' object has no attribute '${name}'`, place);
  }
  return refuse('attribute', `'${typeName(object)}' object has no attribute '${name}'`, place);
}

/** `object.name = value`. @throws a reason of kind attribute */
export function assignAttribute(evaluator: Evaluator, object: Value, name: string, value: Value, place: Place): void {
  if (object !== null && typeof object === 'object') {
    if (object.kind === 'instance') {
      const onClass = findInClass(object.type, name);
      if (onClass !== null && typeof onClass === 'object' && onClass.kind === 'property') {
        if (onClass.setter === null) {
          refuse('attribute', `property '${name}' of '${object.type.name}' object has no setter`, place);
        }
        evaluator.call(onClass.setter, positional(object, value), place);
        return;
      }
      const custom = findInClass(object.type, '__setattr__');
      if (custom !== undefined) evaluator.call(custom, positional(object, name, value), place);
      else object.attributes.set(name, value);
      return;
    }
    if (object.kind === 'class' && object.place !== null) {
      object.attributes.set(name, value);
      return;
    }
    if (object.kind === 'host' && object.setAttribute?.(name, value, place) === true) return;
  }
  refuse('attribute', `cannot set attribute '${name}' of '${typeName(object)}' object`, place);
}

/** `del object.name`. @throws a reason of kind attribute */
export function removeAttribute(evaluator: Evaluator, object: Value, name: string, place: Place): void {
  if (object !== null && typeof object === 'object' && object.kind === 'instance') {
    const custom = findInClass(object.type, '__delattr__');
    if (custom !== undefined) {
      evaluator.call(custom, positional(object, name), place);
      return;
    }
    if (object.attributes.delete(name)) return;
  }
  refuse('attribute', `'${typeName(object)}' object has no attribute '${name}'`, place);
}
