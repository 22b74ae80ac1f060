/** Python's integer and float arithmetic: floor division, modulo with the divisor's sign, exact powers with a bound. */
import type { Meter } from './budget.ts';
import { refuse } from './reason.ts';
import type { BinaryOperator } from './syntax.ts';

/** Floor division of integers. */
export function floorDivide(left: bigint, right: bigint): bigint {
  if (right === 0n) refuse('value', 'ZeroDivisionError: integer division or modulo by zero');
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

/** Remainder with the sign of the divisor. */
export function modulo(left: bigint, right: bigint): bigint {
  return left - floorDivide(left, right) * right;
}

function bitLength(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

function integerPower(meter: Meter, base: bigint, exponent: bigint): bigint | number {
  if (exponent < 0n) {
    if (base === 0n) refuse('value', 'ZeroDivisionError: 0.0 cannot be raised to a negative power');
    return Number(base) ** Number(exponent);
  }
  const size = base < 0n ? -base : base;
  if (size > 1n && Number(exponent) * Math.max(1, bitLength(base) - 4) > meter.budget.bits) {
    refuse('budget', `an integer has more than ${meter.budget.bits} bits`);
  }
  if (size <= 1n) return base === -1n && exponent % 2n === 0n ? 1n : exponent === 0n ? 1n : base;
  return base ** exponent;
}

/** Arithmetic on two ints; null where Python has none (`@`). @throws a reason of kind value or budget */
export function integerArithmetic(
  meter: Meter,
  operator: BinaryOperator,
  left: bigint,
  right: bigint,
): bigint | number | null {
  switch (operator) {
    case '+':
      return meter.integer(left + right);
    case '-':
      return meter.integer(left - right);
    case '*':
      return meter.integer(left * right);
    case '/':
      if (right === 0n) refuse('value', 'ZeroDivisionError: division by zero');
      return Number(left) / Number(right);
    case '//':
      return floorDivide(left, right);
    case '%':
      return modulo(left, right);
    case '**': {
      const power = integerPower(meter, left, right);
      return typeof power === 'bigint' ? meter.integer(power) : power;
    }
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '<<':
      if (right < 0n) refuse('value', 'negative shift count');
      if (right > BigInt(meter.budget.bits)) refuse('budget', `an integer has more than ${meter.budget.bits} bits`);
      return meter.integer(left << right);
    case '>>':
      if (right < 0n) refuse('value', 'negative shift count');
      return right > BigInt(meter.budget.bits) ? (left < 0n ? -1n : 0n) : left >> right;
    default:
      return null;
  }
}

/** Arithmetic where at least one side is a float. */
export function floatArithmetic(operator: BinaryOperator, left: number, right: number): number | null {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0) refuse('value', 'ZeroDivisionError: float division by zero');
      return left / right;
    case '//':
      if (right === 0) refuse('value', 'ZeroDivisionError: float floor division by zero');
      return Math.floor(left / right);
    case '%': {
      if (right === 0) refuse('value', 'ZeroDivisionError: float modulo');
      const rest = left % right;
      return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
    }
    case '**':
      return left ** right;
    default:
      return null;
  }
}

/** `int(value)` of a float. @throws a reason of kind value on NaN and infinity */
export function truncate(value: number): bigint {
  if (Number.isNaN(value)) refuse('value', 'cannot convert float NaN to integer');
  if (!Number.isFinite(value)) refuse('value', 'OverflowError: cannot convert float infinity to integer');
  return BigInt(Math.trunc(value));
}

/** `round(value)`: to the nearest, ties to even. */
export function roundHalfEven(value: number): bigint {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return truncate(floor);
  if (rest > 0.5) return truncate(floor + 1);
  return truncate(floor % 2 === 0 ? floor : floor + 1);
}
