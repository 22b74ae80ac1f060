/** Binary and unary operators on values (Python reference, sections 3.3 and 6). */

import { type Place, refuse } from '../reason.ts';
import type { BinaryOperator, UnaryOperator } from '../syntax/syntax.ts';
import { list, setEntry, tuple } from '../types/containers.ts';
import { percentFormat } from '../types/formatting.ts';
import { asFloat, chargeWide, floatArithmetic, integerArithmetic, wideSteps } from '../types/integers.ts';
import { unionOf } from '../types/type-hints.ts';
import { typeName } from '../types/type-name.ts';
import { refuseUnknown } from '../types/unknown-value.ts';
import type { DictValue, SetValue, Value } from '../types/values.ts';
import { asSet, method, orderOf, plainNumber } from './comparisons.ts';
import { appendAll } from './iteration.ts';
import { positional, type Runtime } from './runtime.ts';

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
  const a = plainNumber(left);
  const b = plainNumber(right);
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    const both = typeof left === 'boolean' && typeof right === 'boolean' && '&|^'.includes(operator);
    const result = integerArithmetic(runtime.meter, operator, a, b);
    if (result !== null) return both ? result !== 0n : result;
  } else if ((typeof a === 'bigint' || typeof a === 'number') && (typeof b === 'bigint' || typeof b === 'number')) {
    const result = floatArithmetic(operator, asFloat(a), asFloat(b));
    if (result !== null) return result;
  }
  const special = custom(runtime, operator, left, right, place) ?? sequences(runtime, operator, left, right, place);
  if (special !== undefined) return special;
  if (typeof left === 'string' && operator === '+') {
    return refuse('type', `can only concatenate str (not "${typeName(right)}") to str`, place);
  }
  for (const each of [left, right]) refuseUnknown(each, place);
  const names = `'${typeName(left)}' and '${typeName(right)}'`;
  return refuse('type', `unsupported operand type(s) for ${operator}: ${names}`, place);
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
    const text = percentFormat(runtime, left, right, place);
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
    const counting = isDict(left) && isDict(right) && left.typeName === 'Counter';
    return counting ? counters(runtime, operator, left, right, place) : undefined;
  }
  if (operator === '*') {
    const [a, b] = [plainNumber(left), plainNumber(right)];
    const [sequence, count] = typeof a === 'bigint' ? [right, a] : [left, b];
    if (typeof count !== 'bigint') return undefined;
    if (typeof sequence === 'string') {
      return sequence.repeat(repeatCount(runtime, count, sequence.length, 'characters'));
    }
    if (sequence === null || typeof sequence !== 'object') return undefined;
    if (sequence.kind !== 'list' && sequence.kind !== 'tuple') return undefined;
    const times = repeatCount(runtime, count, sequence.items.length, 'items');
    const items: Value[] = [];
    for (let i = 0; i < times; i++) for (const item of sequence.items) items.push(item);
    return sequence.kind === 'list' ? list(items) : tuple(items);
  }
  const [one, other] = [asSet(runtime, left), asSet(runtime, right)];
  if (one !== null && other !== null) {
    runtime.meter.items(one.entries.size + other.entries.size);
    return sets(operator, one, other);
  }
  if (isDict(left) && isDict(right)) {
    runtime.meter.items(left.entries.size + right.entries.size);
    if (operator === '|') return { ...left, entries: new Map([...left.entries, ...right.entries]) };
    if (left.typeName === 'Counter' && operator === '-') return counters(runtime, operator, left, right, place);
  }
  return operator === '|' ? unionOf(left, right, runtime) : undefined;
}

function isDict(value: Value): value is DictValue {
  return value !== null && typeof value === 'object' && value.kind === 'dict';
}

/** Sums or differences of Counters; only what stays positive. */
function counters(runtime: Runtime, operator: '+' | '-', left: DictValue, right: DictValue, place: Place): DictValue {
  runtime.meter.items(left.entries.size + right.entries.size);
  const result: DictValue = { ...left, entries: new Map() };
  for (const key of new Set([...left.entries.keys(), ...right.entries.keys()])) {
    const entry = left.entries.get(key) ?? right.entries.get(key);
    const [a, b] = [left.entries.get(key)?.[1] ?? 0n, right.entries.get(key)?.[1] ?? 0n];
    const total = binary(runtime, operator, a, b, place);
    if (entry !== undefined && (orderOf(runtime, total, 0n, place) ?? 0) > 0)
      result.entries.set(key, [entry[0], total]);
  }
  return result;
}

function sets(operator: BinaryOperator, left: SetValue, right: SetValue): SetValue | undefined {
  const keep = (from: SetValue, test: (key: string | Value) => boolean) =>
    [...from.entries].filter(([key]) => test(key));
  switch (operator) {
    case '|':
      return { ...left, entries: new Map([...left.entries, ...keep(right, (key) => !left.entries.has(key))]) };
    case '&':
      return { ...left, entries: new Map(keep(left, (key) => right.entries.has(key))) };
    case '-':
      return { ...left, entries: new Map(keep(left, (key) => !right.entries.has(key))) };
    case '^':
      return {
        ...left,
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
  const known = (result: Value | undefined) => (result === runtime.notImplemented ? undefined : result);
  if (left !== null && typeof left === 'object') {
    if (left.kind === 'host') {
      const result = left.binary?.(operator, right, false, place);
      if (result !== undefined) return result;
    }
    const own = method(left, `__${dunders[operator]}__`);
    if (own !== undefined) {
      const result = known(runtime.call(own, positional(left, right), place));
      if (result !== undefined) return result;
    }
  }
  if (right !== null && typeof right === 'object') {
    if (right.kind === 'host') return right.binary?.(operator, left, true, place);
    const own = method(right, `__r${dunders[operator]}__`);
    if (own !== undefined) return known(runtime.call(own, positional(right, left), place));
  }
  return undefined;
}

/** `target operator= value`: in place for lists, sets, dicts and host values, else the binary operator. */
export function augmented(runtime: Runtime, operator: BinaryOperator, left: Value, right: Value, place: Place): Value {
  if (left !== null && typeof left === 'object') {
    const own = method(left, `__i${dunders[operator]}__`);
    if (own !== undefined) {
      const result = runtime.call(own, positional(left, right), place);
      if (result !== runtime.notImplemented) return result;
    }
    switch (left.kind) {
      case 'list':
        if (operator === '+') {
          appendAll(runtime, left.items, right, place);
          return left;
        }
        if (operator === '*' && typeof right === 'bigint') {
          const repeated = binary(runtime, '*', left, right, place);
          if (repeated !== null && typeof repeated === 'object' && repeated.kind === 'list') {
            left.items.length = 0;
            for (const item of repeated.items) left.items.push(item);
          }
          return left;
        }
        break;
      case 'set': {
        const other = left.typeName === 'frozenset' ? null : asSet(runtime, right);
        const result = other === null ? undefined : sets(operator, left, other);
        if (result === undefined) break;
        runtime.meter.items(left.entries.size + (other?.entries.size ?? 0) + result.entries.size);
        const entries = [...result.entries];
        left.entries.clear();
        for (const [key, value] of entries) left.entries.set(key, value);
        return left;
      }
      case 'dict':
        if (operator === '|' && isDict(right)) {
          runtime.meter.items(right.entries.size);
          for (const [key, value] of right.entries.values()) setEntry(left, key, value);
          return left;
        }
        break;
      case 'host': {
        const result = left.augmented?.(operator, right, place);
        if (result !== undefined) return result;
        break;
      }
      default:
        break;
    }
  }
  return binary(runtime, operator, left, right, place);
}

const unaryMethods = { '-': '__neg__', '+': '__pos__', '~': '__invert__' } as const;

/** `-x`, `+x`, `~x`, `not x`. */
export function unary(runtime: Runtime, operator: UnaryOperator, operand: Value, place: Place): Value {
  if (operator === 'not') return !runtime.truth(operand, place);
  const value = plainNumber(operand);
  if (typeof value === 'bigint') chargeWide(runtime.meter, wideSteps.sum, value);
  if (typeof value === 'bigint') return operator === '-' ? -value : operator === '+' ? value : ~value;
  if (typeof value === 'number' && operator !== '~') return operator === '-' ? -value : value;
  if (value !== null && typeof value === 'object' && value.kind === 'host') {
    const result = value.unary?.(operator, place);
    if (result !== undefined) return result;
  }
  const own = method(value, unaryMethods[operator]);
  if (own !== undefined) return runtime.call(own, positional(value), place);
  refuseUnknown(operand, place);
  return refuse('type', `bad operand type for unary ${operator}: '${typeName(operand)}'`, place);
}
