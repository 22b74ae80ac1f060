/** What a value is an instance of, and what a class is a subclass of. */
import { findInClass, isSubclass } from '../classes.ts';
import { type Place, refuse } from '../reason.ts';
import type { Runtime } from '../runtime.ts';
import { isUnion } from '../type-hints.ts';
import type { ClassValue, Value } from '../values.ts';

/** Whether a value is an instance of a class, of one of a tuple of classes, or of a union. @throws a reason of kind type */
export function isInstance(runtime: Runtime, value: Value, type: Value, place: Place): boolean {
  if (type === null) return value === null;
  if (typeof type === 'object') {
    if (type.kind === 'tuple') return type.items.some((item) => isInstance(runtime, value, item, place));
    if (type.kind === 'class') {
      return type.check === undefined
        ? isSubclass(runtime.typeOf(value), type)
        : type.check(value) || isSubclass(runtime.typeOf(value), type);
    }
    // These are classes in Python.
    if (type.kind === 'native' && ['zip', 'map', 'filter', 'enumerate', 'reversed'].includes(type.name)) {
      return value !== null && typeof value === 'object' && value.kind === 'iterator' && value.typeName === type.name;
    }
    if (isUnion(type)) return type.members.some((item) => isInstance(runtime, value, item, place));
    if (type.kind === 'host' && (type.typeName === 'typing' || type.typeName === 'stand-in')) return false;
  }
  return refuse('type', 'isinstance() arg 2 must be a type, a tuple of types, or a union', place);
}

/** `callable(value)`. */
export function isCallable(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (value.kind === 'instance') return findInClass(value.type, '__call__') !== undefined;
  if (value.kind === 'host') return value.call !== undefined;
  return ['function', 'native', 'bound', 'class', 'staticmethod'].includes(value.kind);
}

export function isSubclassOf(type: ClassValue, base: Value, place: Place): boolean {
  if (base !== null && typeof base === 'object') {
    if (base.kind === 'tuple') return base.items.some((each) => isSubclassOf(type, each, place));
    if (base.kind === 'class') return isSubclass(type, base);
    if (isUnion(base)) return base.members.some((each) => isSubclassOf(type, each, place));
    if (base.kind === 'host' && base.typeName === 'typing') return false;
  }
  return refuse('type', 'issubclass() arg 2 must be a class, a tuple of classes, or a union', place);
}
