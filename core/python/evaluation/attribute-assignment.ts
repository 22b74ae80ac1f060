/** Setting and deleting attributes as Python's data model defines it: properties, __setattr__, __delattr__. */

import { type Place, refuse } from '../reason.ts';
import { typeName } from '../types/type-name.ts';
import type { Value } from '../types/values.ts';
import { findInClass } from './classes.ts';
import { type Evaluator, positional } from './runtime.ts';

/** `object.name = value`. @throws a reason of kind attribute */
export function assignAttribute(evaluator: Evaluator, object: Value, name: string, value: Value, place: Place): void {
  if (object !== null && typeof object === 'object') {
    switch (object.kind) {
      case 'instance':
        assignToInstance(evaluator, object, name, value, place);
        return;
      case 'class':
        if (object.place === null) break;
        evaluator.meter.items(1);
        object.attributes.set(name, value);
        return;
      case 'list':
      case 'dict': {
        if (object.type === undefined || object.attributes === undefined) break;
        const custom = findInClass(object.type, '__setattr__');
        if (custom !== undefined) evaluator.call(custom, positional(object, name, value), place);
        else object.attributes.set(name, value);
        return;
      }
      case 'exception':
        object.attributes.set(name, value);
        return;
      case 'function':
        object.attributes ??= new Map();
        object.attributes.set(name, value);
        return;
      case 'module':
        if (object.assign === undefined) break;
        object.assign(name, value);
        return;
      case 'host':
        if (object.setAttribute?.(name, value, place) === true) return;
        break;
      default:
        break;
    }
  }
  refuse('attribute', `cannot set attribute '${name}' of '${typeName(object)}' object`, place);
}

function assignToInstance(
  evaluator: Evaluator,
  object: Extract<Value, { kind: 'instance' }>,
  name: string,
  value: Value,
  place: Place,
): void {
  evaluator.meter.items(1);
  const onClass = findInClass(object.type, name);
  if (onClass !== null && typeof onClass === 'object' && onClass.kind === 'property') {
    if (onClass.setter === null) {
      refuse('attribute', `property '${name}' of '${object.type.name}' object has no setter`, place);
    }
    evaluator.call(onClass.setter, positional(object, value), place);
    return;
  }
  const custom = findInClass(object.type, '__setattr__');
  if (custom === undefined) {
    object.attributes.set(name, value);
    return;
  }
  // What registers modules and parameters looks through several tables.
  evaluator.meter.work(256);
  evaluator.call(custom, positional(object, name, value), place);
}

/** `del object.name`. @throws a reason of kind attribute */
export function removeAttribute(evaluator: Evaluator, object: Value, name: string, place: Place): void {
  if (object !== null && typeof object === 'object') {
    if (object.kind === 'instance') {
      const custom = findInClass(object.type, '__delattr__');
      if (custom !== undefined) {
        evaluator.call(custom, positional(object, name), place);
        return;
      }
      if (object.attributes.delete(name)) return;
    }
    if (object.kind === 'class' && object.place !== null && object.attributes.delete(name)) return;
    if ((object.kind === 'dict' || object.kind === 'list') && object.type !== undefined) {
      const custom = findInClass(object.type, '__delattr__');
      if (custom !== undefined) {
        evaluator.call(custom, positional(object, name), place);
        return;
      }
      if (object.attributes?.delete(name)) return;
    }
  }
  refuse('attribute', `'${typeName(object)}' object has no attribute '${name}'`, place);
}
