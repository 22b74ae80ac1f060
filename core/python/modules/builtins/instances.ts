/** What a value is an instance of, and what a class is a subclass of. */
import { findInClass, isSubclass } from '../../evaluation/classes.ts';
import type { Runtime } from '../../evaluation/runtime.ts';
import { type Place, refuse } from '../../reason.ts';
import { isUnion } from '../../types/type-hints.ts';
import type { ClassValue, Value } from '../../types/values.ts';

/** Whether a value is an instance of a class, of one of a tuple of classes, or of a union. @throws a reason of kind type */
export function isInstance(runtime: Runtime, value: Value, type: Value, place: Place): boolean {
  runtime.meter.step();
  if (type === null) return value === null;
  if (typeof type === 'object') {
    if (type.kind === 'tuple') {
      return anyOf(runtime, type.items, (item) => isInstance(runtime, value, item, place));
    }
    if (type.kind === 'class') {
      return type.check === undefined
        ? isSubclass(runtime.typeOf(value), type)
        : type.check(value) || isSubclass(runtime.typeOf(value), type);
    }
    // These are classes in Python.
    if (type.kind === 'native' && ['zip', 'map', 'filter', 'enumerate', 'reversed'].includes(type.name)) {
      return value !== null && typeof value === 'object' && value.kind === 'iterator' && value.typeName === type.name;
    }
    if (isUnion(type)) return anyOf(runtime, type.members, (item) => isInstance(runtime, value, item, place));
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

/** Whether one of several fits; tuples may hold tuples, one of them in many places. */
function anyOf(runtime: Runtime, items: readonly Value[], fits: (item: Value) => boolean): boolean {
  runtime.meter.enter();
  const found = items.some(fits);
  runtime.meter.leave();
  return found;
}

export function isSubclassOf(runtime: Runtime, type: ClassValue, base: Value, place: Place): boolean {
  runtime.meter.step();
  if (base !== null && typeof base === 'object') {
    if (base.kind === 'tuple') {
      return anyOf(runtime, base.items, (each) => isSubclassOf(runtime, type, each, place));
    }
    if (base.kind === 'class') return isSubclass(type, base);
    if (isUnion(base)) return anyOf(runtime, base.members, (each) => isSubclassOf(runtime, type, each, place));
    if (base.kind === 'host' && base.typeName === 'typing') return false;
  }
  return refuse('type', 'issubclass() arg 2 must be a class, a tuple of classes, or a union', place);
}
