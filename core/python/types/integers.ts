/** Python's integer and float arithmetic: floor division, modulo with the divisor's sign, exact powers with a bound. */
import type { Meter } from '../budget.ts';
import { refuse } from '../reason.ts';
import type { BinaryOperator } from '../syntax/syntax.ts';
import { divideIntegers } from './decimals.ts';

/** Integers of at least so many bits are wide: what is done with them takes more than a step. */
const widest = 2n ** 64n;

/** Whether an integer is too wide for one machine word. */
export function isWide(value: bigint): boolean {
  return value >= widest || value <= -widest;
}

/** Whether an operation between two numbers is done in one machine instruction or a few: no wide result comes of it. */
export function isPlainArithmetic(operator: BinaryOperator, left: unknown, right: unknown): boolean {
  if (typeof left === 'number') return typeof right === 'number' || (typeof right === 'bigint' && !isWide(right));
  if (typeof left !== 'bigint' || isWide(left)) return false;
  if (typeof right === 'number') return true;
  return typeof right === 'bigint' && !isWide(right) && operator !== '**' && operator !== '<<';
}

/** Steps of one product or division of wide integers, and of writing one in decimal. */
export const wideSteps = { sum: 1, product: 8, text: 48 } as const;

/** Charges for an operation on integers that may be wide. */
export function chargeWide(meter: Meter, steps: number, ...values: readonly bigint[]): void {
  for (const value of values) if (isWide(value)) meter.steps(steps);
}

/** Floor division of integers. */
function floorDivide(left: bigint, right: bigint): bigint {
  if (right === 0n) refuse('value', 'ZeroDivisionError: integer division or modulo by zero');
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

/** Remainder with the sign of the divisor. */
export function modulo(left: bigint, right: bigint): bigint {
  if (right === 0n) refuse('value', 'ZeroDivisionError: integer division or modulo by zero');
  const rest = left % right;
  return rest !== 0n && rest < 0n !== right < 0n ? rest + right : rest;
}

function bitLength(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

function integerPower(meter: Meter, base: bigint, exponent: bigint): bigint | number {
  if (exponent < 0n) {
    if (base === 0n) refuse('value', 'ZeroDivisionError: 0.0 cannot be raised to a negative power');
    return floatPower(Number(base), Number(exponent));
  }
  const size = base < 0n ? -base : base;
  if (size > 1n && Number(exponent) * Math.max(1, bitLength(base) - 4) > meter.budget.bits) {
    refuse('budget', `an integer has more than ${meter.budget.bits} bits`);
  }
  if (size <= 1n) return base === -1n && exponent % 2n === 0n ? 1n : exponent === 0n ? 1n : base;
  const power = base ** exponent;
  chargeWide(meter, wideSteps.product, power);
  return power;
}

/** Arithmetic on two ints; null where Python has none (`@`). @throws a reason of kind value or budget */
export function integerArithmetic(
  meter: Meter,
  operator: BinaryOperator,
  left: bigint,
  right: bigint,
): bigint | number | null {
  if (isWide(left) || isWide(right)) {
    meter.steps('*/%'.includes(operator.charAt(0)) ? wideSteps.product : wideSteps.sum);
  }
  switch (operator) {
    case '+':
      return meter.integer(left + right);
    case '-':
      return meter.integer(left - right);
    case '*':
      return meter.integer(left * right);
    case '/': {
      if (right === 0n) refuse('value', 'ZeroDivisionError: division by zero');
      const quotient = divideIntegers(left, right);
      return quotient ?? refuse('value', 'OverflowError: integer division result too large for a float');
    }
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
      return floatFloor(left, right);
    case '%':
      if (right === 0) refuse('value', 'ZeroDivisionError: float modulo');
      return floatModulo(left, right);
    case '**':
      return floatPower(left, right);
    default:
      return null;
  }
}

function floatModulo(left: number, right: number): number {
  const rest = left % right;
  if (rest === 0) return right < 0 ? -0 : 0;
  return rest < 0 !== right < 0 ? rest + right : rest;
}

/** `left // right`: from the remainder, as dividing first may round up to the next whole number. */
function floatFloor(left: number, right: number): number {
  const quotient = (left - floatModulo(left, right)) / right;
  if (quotient === 0) return left / right < 0 || Object.is(left / right, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** @throws a reason of kind value for 0 to a negative power and for overflow, unsupported for complex results */
function floatPower(base: number, exponent: number): number {
  if (base === 1 || exponent === 0) return 1;
  if (base === 0 && exponent < 0) {
    refuse('value', 'ZeroDivisionError: 0.0 cannot be raised to a negative power');
  }
  const infinite = !Number.isFinite(base) || !Number.isFinite(exponent);
  if (base === -1 && infinite && !Number.isNaN(exponent)) return 1;
  if (base < 0 && Number.isFinite(base) && Number.isFinite(exponent) && !Number.isInteger(exponent)) {
    refuse('unsupported', 'complex numbers are not supported');
  }
  const power = base ** exponent;
  if (!infinite && !Number.isFinite(power) && !Number.isNaN(power)) {
    refuse('value', "OverflowError: (34, 'Numerical result out of range')");
  }
  return power;
}

/** An int as a float. @throws a reason of kind value when it is too large */
export function asFloat(value: bigint | number): number {
  const number = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(number)) {
    refuse('value', 'OverflowError: int too large to convert to float');
  }
  return number;
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
