/** Fresh values of classes, before `__init__` runs. */

import { type Place, refuse } from '../reason.ts';
import type { Arguments, ClassValue, Value } from '../types/values.ts';
import { override } from './classes.ts';
import { exceptionValue } from './exceptions.ts';
import type { Evaluator } from './runtime.ts';

const noArguments: Arguments = { positional: [], keywords: new Map() };

function isContainer(type: ClassValue): boolean {
  return ['list', 'dict', 'OrderedDict', 'defaultdict', 'Counter'].includes(type.name);
}

/** An instance without anything: `object.__new__(cls)`. */
export function allocateBare(type: Value, place: Place): Value {
  if (type === null || typeof type !== 'object' || type.kind !== 'class') {
    return refuse('type', 'object.__new__(X): X is not a type object', place);
  }
  if (type.order.some((each) => each.construct !== null || each.name === 'BaseException')) {
    return refuse('unsupported', `object.__new__(${type.name}) is not supported`, place);
  }
  return { kind: 'instance', type, attributes: new Map() };
}

/** An instance, an exception, or a value of the built-in type that a class extends. */
export function allocate(evaluator: Evaluator, type: ClassValue, given: Arguments, place: Place): Value {
  evaluator.meter.items(1);
  const base = type.order.find((each) => each.construct !== null || each.name === 'BaseException');
  if (base === undefined) return { kind: 'instance', type, attributes: new Map() };
  if (base.construct === null) {
    const [only] = given.positional;
    const text =
      given.positional.length === 1 && only !== undefined
        ? type.order.some((each) => each.name === 'KeyError')
          ? evaluator.repr(only, place)
          : evaluator.text(only, place)
        : given.positional.length === 0
          ? ''
          : evaluator.repr({ kind: 'tuple', items: given.positional, typeName: 'tuple' }, place);
    return exceptionValue(type, text, given.positional);
  }
  if (base.place !== null) return base.construct(given, place, type);
  const custom = override({ type }, '__init__') !== undefined;
  const value = base.construct(custom && isContainer(base) ? noArguments : given, place, base);
  if (value === null || typeof value !== 'object') {
    return { kind: 'instance', type, attributes: new Map(), payload: value };
  }
  switch (value.kind) {
    case 'list':
    case 'dict':
      return { ...value, type, attributes: new Map() };
    case 'tuple':
      return { ...value, type };
    default:
      return refuse('unsupported', `inheriting from ${base.name} is not supported`, place);
  }
}
