/** Masks that ask whether numbers are none: what `~`, `&` and `|` make of them (finite-functions.ts). */
import type { TensorValue } from './values.ts';

/** What a guard is where another is its opposite, or two are joined. */
export function guardOf(operator: '~' | '&' | '|', a: TensorValue, b: TensorValue | null = null): boolean | undefined {
  const [left, right] = [a.tensor.whenFinite, b?.tensor.whenFinite];
  if (operator === '~') return left === undefined ? undefined : !left;
  if (left === undefined || right === undefined) return undefined;
  return operator === '&' ? left && right : left || right;
}
