/** Binary and unary operators, comparison, truth and equality of values (Python reference, sections 3.3 and 6). */
import { percentFormat } from './formatting.ts';
import { floatArithmetic, integerArithmetic } from './integers.ts';
import { type Place, refuse } from './reason.ts';
import { positional, type Runtime } from './runtime.ts';
import type { BinaryOperator, ComparisonOperator, UnaryOperator } from './syntax.ts';
import { findInClass, hashKey, list, type SetValue, tuple, typeName, type Value } from './values.ts';

const dunders: Readonly<Record<BinaryOperator, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'lshift',
  '>>': 'rshift',
};

/** `left operator right`. @throws a reason, of kind type for operands that do not go together */
export function binary(runtime: Runtime, operator: BinaryOperator, left: Value, right: Value, place: Place): Value {
  const a = typeof left === 'boolean' ? BigInt(left) : left;
  const b = typeof right === 'boolean' ? BigInt(right) : right;
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    const both = typeof left === 'boolean' && typeof right === 'boolean' && '&|^'.includes(operator);
    const result = integerArithmetic(runtime.meter, operator, a, b);
    if (result !== null) return both ? result !== 0n : result;
  } else if ((typeof a === 'bigint' || typeof a === 'number') && (typeof b === 'bigint' || typeof b === 'number')) {
    const result = floatArithmetic(operator, Number(a), Number(b));
    if (result !== null) return result;
  }
  const special = sequences(runtime, operator, left, right, place) ?? custom(runtime, operator, left, right, place);
  if (special !== undefined) return special;
  return refuse(
    'type',
    `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`,
    place,
  );
}

function repeatCount(runtime: Runtime, count: bigint, length: number, what: 'items' | 'characters'): number {
  const times = count < 0n ? 0n : count;
  const total = times * BigInt(length);
  runtime.meter[what](total > 1_000_000_000_000n ? Infinity : Number(total));
  return length === 0 ? 0 : Number(times);
}

function sequences(
  runtime: Runtime,
  operator: BinaryOperator,
  left: Value,
  right: Value,
  place: Place,
): Value | undefined {
  if (operator === '%' && typeof left === 'string') {
    const text = percentFormat(left, right);
    runtime.meter.characters(text.length);
    return text;
  }
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') {
      runtime.meter.characters(left.length + right.length);
      return left + right;
    }
    if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return undefined;
    if (left.kind === 'list' && right.kind === 'list') {
      runtime.meter.items(left.items.length + right.items.length);
      return list([...left.items, ...right.items]);
    }
    if (left.kind === 'tuple' && right.kind === 'tuple') {
      runtime.meter.items(left.items.length + right.items.length);
      return tuple([...left.items, ...right.items]);
    }
    return undefined;
  }
  if (operator === '*') {
    const [sequence, count] = typeof left === 'bigint' ? [right, left] : [left, right];
    if (typeof count !== 'bigint') return undefined;
    if (typeof sequence === 'string') {
      return sequence.repeat(repeatCount(runtime, count, sequence.length, 'characters'));
    }
    if (sequence === null || typeof sequence !== 'object') return undefined;
    if (sequence.kind !== 'list' && sequence.kind !== 'tuple') return undefined;
    const times = repeatCount(runtime, count, sequence.items.length, 'items');
    const items: Value[] = [];
    for (let i = 0; i < times; i++) items.push(...sequence.items);
    return sequence.kind === 'list' ? list(items) : tuple(items);
  }
  if (isSet(left) && isSet(right)) return sets(operator, left, right);
  if (operator === '|' && isDict(left) && isDict(right)) {
    return { ...left, entries: new Map([...left.entries, ...right.entries]) };
  }
  void place;
  return undefined;
}

function isSet(value: Value): value is SetValue {
  return value !== null && typeof value === 'object' && value.kind === 'set';
}

function isDict(value: Value) {
  return value !== null && typeof value === 'object' && value.kind === 'dict';
}

function sets(operator: BinaryOperator, left: SetValue, right: SetValue): Value | undefined {
  const keep = (from: SetValue, test: (key: string | Value) => boolean) =>
    [...from.entries].filter(([key]) => test(key));
  switch (operator) {
    case '|':
      return { kind: 'set', entries: new Map([...left.entries, ...right.entries]) };
    case '&':
      return { kind: 'set', entries: new Map(keep(left, (key) => right.entries.has(key))) };
    case '-':
      return { kind: 'set', entries: new Map(keep(left, (key) => !right.entries.has(key))) };
    case '^':
      return {
        kind: 'set',
        entries: new Map([
          ...keep(left, (key) => !right.entries.has(key)),
          ...keep(right, (key) => !left.entries.has(key)),
        ]),
      };
    default:
      return undefined;
  }
}

function custom(
  runtime: Runtime,
  operator: BinaryOperator,
  left: Value,
  right: Value,
  place: Place,
): Value | undefined {
  if (left !== null && typeof left === 'object') {
    if (left.kind === 'host') {
      const result = left.binary?.(operator, right, false, place);
      if (result !== undefined) return result;
    }
    if (left.kind === 'instance') {
      const method = findInClass(left.type, `__${dunders[operator]}__`);
      if (method !== undefined) return runtime.call(method, positional(left, right), place);
    }
  }
  if (right !== null && typeof right === 'object') {
    if (right.kind === 'host') return right.binary?.(operator, left, true, place);
    if (right.kind === 'instance') {
      const method = findInClass(right.type, `__r${dunders[operator]}__`);
      if (method !== undefined) return runtime.call(method, positional(right, left), place);
    }
  }
  return undefined;
}

/** `target operator= value`: in place for lists and host values, else the binary operator. */
export function augmented(runtime: Runtime, operator: BinaryOperator, left: Value, right: Value, place: Place): Value {
  if (left !== null && typeof left === 'object') {
    if (left.kind === 'list' && operator === '+') {
      const items = runtime.iterate(right, place);
      left.items.push(...items);
      return left;
    }
    if (left.kind === 'host') {
      const result = left.augmented?.(operator, right, place);
      if (result !== undefined) return result;
    }
    if (left.kind === 'instance') {
      const method = findInClass(left.type, `__i${dunders[operator]}__`);
      if (method !== undefined) return runtime.call(method, positional(left, right), place);
    }
  }
  return binary(runtime, operator, left, right, place);
}

/** `-x`, `+x`, `~x`, `not x`. */
export function unary(runtime: Runtime, operator: UnaryOperator, operand: Value, place: Place): Value {
  if (operator === 'not') return !runtime.truth(operand, place);
  const value = typeof operand === 'boolean' ? BigInt(operand) : operand;
  if (typeof value === 'bigint') return operator === '-' ? -value : operator === '+' ? value : ~value;
  if (typeof value === 'number' && operator !== '~') return operator === '-' ? -value : value;
  if (value !== null && typeof value === 'object' && value.kind === 'host') {
    const result = value.unary?.(operator, place);
    if (result !== undefined) return result;
  }
  return refuse('type', `bad operand type for unary ${operator}: '${typeName(operand)}'`, place);
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
      return value.items.length > 0;
    case 'dict':
    case 'set':
      return value.entries.size > 0;
    case 'range':
      return value.step > 0n ? value.start < value.stop : value.start > value.stop;
    case 'host':
      return value.truth === undefined ? true : value.truth(place);
    case 'instance': {
      const own = findInClass(value.type, '__bool__');
      if (own !== undefined) return runtime.truth(runtime.call(own, positional(value), place), place);
      const length = findInClass(value.type, '__len__');
      return length === undefined || runtime.truth(runtime.call(length, positional(value), place), place);
    }
    default:
      return true;
  }
}

/** `left == right`. */
export function equals(runtime: Runtime, left: Value, right: Value, place: Place): boolean {
  runtime.meter.step();
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
    if (one.kind === 'instance') {
      const method = findInClass(one.type, '__eq__');
      if (method !== undefined) return runtime.truth(runtime.call(method, positional(one, other), place), place);
    }
  }
  if (left === null || right === null) return false;
  if (typeof left !== 'object' || typeof right !== 'object') {
    if (typeof left === 'object' || typeof right === 'object') return false;
    if (typeof left === 'string' || typeof right === 'string') return false;
    return Number(left) === Number(right) && hashKey(left) === hashKey(right);
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
  if (left.kind === 'set' && right.kind === 'set') {
    return left.entries.size === right.entries.size && [...left.entries.keys()].every((key) => right.entries.has(key));
  }
  if (left.kind === 'range' && right.kind === 'range') {
    return left.start === right.start && left.stop === right.stop && left.step === right.step;
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
    case '!=':
      return hostCompare(operator, left, right, place) ?? !runtime.equals(left, right, place);
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

function ordered(runtime: Runtime, operator: ComparisonOperator, left: Value, right: Value, place: Place): boolean {
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

/** Negative, zero, positive (NaN where floats do not compare); null for types without an order. */
export function orderOf(runtime: Runtime, left: Value, right: Value, place: Place): number | null {
  const a = typeof left === 'boolean' ? BigInt(left) : left;
  const b = typeof right === 'boolean' ? BigInt(right) : right;
  if ((typeof a === 'bigint' || typeof a === 'number') && (typeof b === 'bigint' || typeof b === 'number')) {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return null;
  if ((a.kind === 'tuple' && b.kind === 'tuple') || (a.kind === 'list' && b.kind === 'list')) {
    const shared = Math.min(a.items.length, b.items.length);
    for (let i = 0; i < shared; i++) {
      const [x = null, y = null] = [a.items[i], b.items[i]];
      if (!runtime.equals(x, y, place)) return orderOf(runtime, x, y, place);
    }
    return a.items.length - b.items.length;
  }
  return null;
}

function contains(runtime: Runtime, container: Value, item: Value, place: Place): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item);
    return refuse('type', `'in <string>' requires string as left operand, not ${typeName(item)}`, place);
  }
  if (container !== null && typeof container === 'object') {
    if (container.kind === 'dict' || container.kind === 'set') return container.entries.has(hashKey(item));
    if (container.kind === 'instance') {
      const method = findInClass(container.type, '__contains__');
      if (method !== undefined) return runtime.truth(runtime.call(method, positional(container, item), place), place);
    }
  }
  return runtime.iterate(container, place).some((each) => runtime.equals(each, item, place));
}
