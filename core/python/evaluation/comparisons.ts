import { type Place, refuse } from '../reason.ts';
import type { ComparisonOperator } from '../syntax/syntax.ts';
import { makeSet, viewItems } from '../types/containers.ts';
import { hashKey } from '../types/hash-key.ts';
import { isUnion } from '../types/type-hints.ts';
import { typeName } from '../types/type-name.ts';
import type { ListValue, SetValue, TupleValue, Value } from '../types/values.ts';
import { findInClass, override } from './classes.ts';
import { rangeLength } from './iteration.ts';
import { positional, type Runtime } from './runtime.ts';

/** A bool as an int; the number behind an instance that extends one. */
export function plainNumber(value: Value): Value {
  if (typeof value === 'boolean') return BigInt(value);
  if (value === null || typeof value !== 'object' || value.kind !== 'instance') return value;
  const { payload } = value;
  return typeof payload === 'bigint' || typeof payload === 'number' ? payload : value;
}

/** A set, or a view of keys or items as one, counted. */
export function asSet(runtime: Runtime, value: Value): SetValue | null {
  if (value === null || typeof value !== 'object') return null;
  if (value.kind === 'set') return value;
  if (value.kind !== 'view' || value.part === 'values') return null;
  runtime.meter.items(value.mapping.entries.size);
  return makeSet(viewItems(value));
}

/** A method such as `__add__` of an instance, or of a list, dict or tuple whose class extends it. */
export function method(value: Value, name: string): Value | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (value.kind === 'instance') return findInClass(value.type, name);
  return value.kind === 'list' || value.kind === 'dict' || value.kind === 'tuple' ? override(value, name) : undefined;
}

/** `bool(value)`. */
export function truth(runtime: Runtime, value: Value, place: Place): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'bigint':
      return value !== 0n;
    case 'number':
      return value !== 0;
    case 'string':
      return value !== '';
    default:
      break;
  }
  if (value === null) return false;
  switch (value.kind) {
    case 'tuple':
    case 'list':
    case 'dict': {
      const own = override(value, '__bool__') ?? override(value, '__len__');
      if (own !== undefined) return runtime.truth(runtime.call(own, positional(value), place), place);
      return value.kind === 'dict' ? value.entries.size > 0 : value.items.length > 0;
    }
    case 'set':
      return value.entries.size > 0;
    case 'view':
      return value.mapping.entries.size > 0;
    case 'range':
      return value.step > 0n ? value.start < value.stop : value.start > value.stop;
    case 'host':
      return value.truth === undefined ? true : value.truth(place);
    case 'instance': {
      const own = findInClass(value.type, '__bool__');
      if (own !== undefined) return runtime.truth(runtime.call(own, positional(value), place), place);
      const length = findInClass(value.type, '__len__');
      if (length === undefined && value.payload !== undefined && value.type.members === undefined) {
        return runtime.truth(value.payload, place);
      }
      return length === undefined || runtime.truth(runtime.call(length, positional(value), place), place);
    }
    default:
      return true;
  }
}

/** `left == right`. */
export function equals(runtime: Runtime, left: Value, right: Value, place: Place): boolean {
  runtime.meter.step();
  if (typeof left === 'string' && typeof right === 'string') {
    runtime.meter.work(Math.min(left.length, right.length) >> 4);
    return left === right;
  }
  if (left === right) return true;
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (one === null || typeof one !== 'object') continue;
    if (one.kind === 'host') {
      const result = one.compare?.('==', other, place);
      if (result !== undefined) return runtime.truth(result, place);
    }
    const own = method(one, '__eq__');
    if (own !== undefined) {
      const result = runtime.call(own, positional(one, other), place);
      if (result !== runtime.notImplemented) return runtime.truth(result, place);
    } else if (one.kind === 'instance' && one.payload !== undefined) {
      return runtime.equals(one.payload, other, place);
    }
  }
  if (left === null || right === null) return false;
  if (typeof left !== 'object' || typeof right !== 'object') {
    if (typeof left === 'object' || typeof right === 'object') return false;
    if (typeof left === 'string' || typeof right === 'string') return false;
    // Compared as numbers, exactly: neither is less.
    return !Number.isNaN(left) && !Number.isNaN(right) && !(left < right) && !(left > right);
  }
  runtime.meter.enter();
  const result = equalObjects(runtime, left, right, place);
  runtime.meter.leave();
  return result;
}

type ObjectValue = Exclude<Value, null | string | bigint | number | boolean>;

function equalObjects(runtime: Runtime, left: ObjectValue, right: ObjectValue, place: Place): boolean {
  if ((left.kind === 'list' && right.kind === 'list') || (left.kind === 'tuple' && right.kind === 'tuple')) {
    if (left.items.length !== right.items.length) return false;
    return left.items.every((item, index) => runtime.equals(item, right.items[index] ?? null, place));
  }
  if (left.kind === 'dict' && right.kind === 'dict') {
    if (left.entries.size !== right.entries.size) return false;
    for (const [key, [, value]] of left.entries) {
      const other = right.entries.get(key);
      if (other === undefined || !runtime.equals(value, other[1], place)) return false;
    }
    return true;
  }
  const [one, other] = [asSet(runtime, left), asSet(runtime, right)];
  if (one !== null && other !== null) {
    runtime.meter.work(4 * one.entries.size);
    return one.entries.size === other.entries.size && [...one.entries.keys()].every((key) => other.entries.has(key));
  }
  if (left.kind === 'range' && right.kind === 'range') {
    const length = rangeLength(left.start, left.stop, left.step);
    if (length !== rangeLength(right.start, right.stop, right.step)) return false;
    return length === 0n || (left.start === right.start && (length === 1n || left.step === right.step));
  }
  if (left.kind === 'bound' && right.kind === 'bound') return left.self === right.self && left.callee === right.callee;
  if (isUnion(left) && isUnion(right)) {
    runtime.meter.work(16 + left.members.length * right.members.length);
    return left.members.length === right.members.length && left.members.every((each) => right.members.includes(each));
  }
  if (left.kind === 'slice' && right.kind === 'slice') {
    return (['start', 'stop', 'step'] as const).every((part) => runtime.equals(left[part], right[part], place));
  }
  return false;
}

/** One comparison of a chain. */
export function compare(
  runtime: Runtime,
  operator: ComparisonOperator,
  left: Value,
  right: Value,
  place: Place,
): Value {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    switch (operator) {
      case '<':
        return left < right;
      case '<=':
        return left <= right;
      case '>':
        return left > right;
      case '>=':
        return left >= right;
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      default:
        break;
    }
  }
  switch (operator) {
    case 'is':
      return left === right;
    case 'is not':
      return left !== right;
    case 'in':
      return contains(runtime, right, left, place);
    case 'not in':
      return !contains(runtime, right, left, place);
    case '==':
      return hostCompare(operator, left, right, place) ?? runtime.equals(left, right, place);
    case '!=': {
      const own = method(left, '__ne__');
      if (own !== undefined) return runtime.call(own, positional(left, right), place);
      return hostCompare(operator, left, right, place) ?? !runtime.equals(left, right, place);
    }
    default:
      return hostCompare(operator, left, right, place) ?? ordered(runtime, operator, left, right, place);
  }
}

function hostCompare(operator: string, left: Value, right: Value, place: Place): Value | undefined {
  if (left !== null && typeof left === 'object' && left.kind === 'host') return left.compare?.(operator, right, place);
  if (right !== null && typeof right === 'object' && right.kind === 'host') {
    const mirrored: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };
    return right.compare?.(mirrored[operator] ?? operator, left, place);
  }
  return undefined;
}

const orderMethods: Readonly<Record<string, readonly [own: string, mirrored: string]>> = {
  '<': ['__lt__', '__gt__'],
  '<=': ['__le__', '__ge__'],
  '>': ['__gt__', '__lt__'],
  '>=': ['__ge__', '__le__'],
};

/** What classes of the program say about the order of two values. */
function customOrder(runtime: Runtime, operator: string, left: Value, right: Value, place: Place): Value | undefined {
  const names = orderMethods[operator];
  if (names === undefined) return undefined;
  const own = method(left, names[0]);
  const first = own === undefined ? runtime.notImplemented : runtime.call(own, positional(left, right), place);
  if (first !== runtime.notImplemented) return first;
  const mirrored = method(right, names[1]);
  const second =
    mirrored === undefined ? runtime.notImplemented : runtime.call(mirrored, positional(right, left), place);
  return second === runtime.notImplemented ? undefined : second;
}

function ordered(runtime: Runtime, operator: ComparisonOperator, left: Value, right: Value, place: Place): Value {
  const said = customOrder(runtime, operator, left, right, place);
  if (said !== undefined) return said;
  const [one, other] = [asSet(runtime, left), asSet(runtime, right)];
  if (one !== null && other !== null) {
    runtime.meter.work(4 * (one.entries.size + other.entries.size));
    return subsets(operator, one, other);
  }
  const order = orderOf(runtime, left, right, place);
  if (order === null) {
    const names = `'${typeName(left)}' and '${typeName(right)}'`;
    return refuse('type', `'${operator}' not supported between instances of ${names}`, place);
  }
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

/** Sets are ordered by what they contain. */
function subsets(operator: ComparisonOperator, left: SetValue, right: SetValue): boolean {
  const within = (a: SetValue, b: SetValue) => [...a.entries.keys()].every((key) => b.entries.has(key));
  const proper = left.entries.size !== right.entries.size;
  if (operator === '<' || operator === '<=') return within(left, right) && (operator === '<=' || proper);
  return within(right, left) && (operator === '>=' || proper);
}

/** Negative, zero, positive (NaN where floats do not compare); null for types without an order. */
export function orderOf(runtime: Runtime, left: Value, right: Value, place: Place): number | null {
  const a = plainNumber(left);
  const b = plainNumber(right);
  if ((typeof a === 'bigint' || typeof a === 'number') && (typeof b === 'bigint' || typeof b === 'number')) {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') {
    runtime.meter.work(Math.min(a.length, b.length) >> 4);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return null;
  const lower = customOrder(runtime, '<', a, b, place);
  if (lower !== undefined) {
    if (runtime.truth(lower, place)) return -1;
    const higher = customOrder(runtime, '<', b, a, place);
    return higher !== undefined && runtime.truth(higher, place) ? 1 : 0;
  }
  if ((a.kind === 'tuple' && b.kind === 'tuple') || (a.kind === 'list' && b.kind === 'list')) {
    const shared = Math.min(a.items.length, b.items.length);
    for (let i = 0; i < shared; i++) {
      const [x = null, y = null] = [a.items[i], b.items[i]];
      if (runtime.equals(x, y, place)) continue;
      runtime.meter.enter();
      const order = orderOf(runtime, x, y, place);
      runtime.meter.leave();
      return order;
    }
    return a.items.length - b.items.length;
  }
  return null;
}

/** Whether a class of the program says how its values are walked over. */
function hasOwnWalk(value: ListValue | TupleValue): boolean {
  return override(value, '__iter__') !== undefined;
}

/**
 * Characters that a search for a part may look at. The host's search moves on by at most 250 places at a time, however
 * long the part is, and may compare the whole part in each.
 */
export function searchWork(length: number, part: number): number {
  return length + part + Math.ceil((Math.max(0, length - part) * part) / 250);
}

function contains(runtime: Runtime, container: Value, item: Value, place: Place): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') {
      runtime.meter.work(searchWork(container.length, item.length));
      return container.includes(item);
    }
    return refuse('type', `'in <string>' requires string as left operand, not ${typeName(item)}`, place);
  }
  if (container !== null && typeof container === 'object') {
    if (container.kind === 'dict' || container.kind === 'list' || container.kind === 'tuple') {
      const own = override(container, '__contains__');
      if (own !== undefined) return runtime.truth(runtime.call(own, positional(container, item), place), place);
    }
    if ((container.kind === 'list' || container.kind === 'tuple') && !hasOwnWalk(container)) {
      return container.items.some((each) => runtime.equals(each, item, place));
    }
    if (container.kind === 'dict' || container.kind === 'set') return container.entries.has(hashKey(item));
    if (container.kind === 'view' && container.part === 'keys') return container.mapping.entries.has(hashKey(item));
    if (container.kind === 'range' && typeof item === 'bigint') {
      const { start, step } = container;
      const offset = item - start;
      return offset % step === 0n && offset / step >= 0n && offset / step < rangeLength(start, container.stop, step);
    }
    if (container.kind === 'class' && container.members !== undefined) {
      runtime.meter.work(container.members.size);
      return [...container.members.values()].some((each) => each === item);
    }
    if (container.kind === 'host' && container.contains !== undefined) return container.contains(item, place);
    if (container.kind === 'instance') {
      const method = findInClass(container.type, '__contains__');
      if (method !== undefined) return runtime.truth(runtime.call(method, positional(container, item), place), place);
    }
  }
  const next = runtime.cursor(container, place);
  for (let each = next(); each !== undefined; each = next()) {
    if (runtime.equals(each, item, place)) return true;
  }
  return false;
}
