/** Decimal digits of floats as Python rounds them: from the exact binary value, ties to even. */

/** value = sign * mantissa * 2 ** exponent, exactly; of a finite float. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  if (exponent === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction | 0x10000000000000n, exponent: exponent - 1075 };
}

/** Division of natural numbers, rounded to the nearest, ties to even. */
function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

/** |value| * 10 ** power as a whole number, rounded. */
function scaled(value: number, power: number): bigint {
  const { mantissa, exponent } = parts(value);
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  return divideRounded(numerator, denominator);
}

function negative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

/** `'%.{digits}f' % value` of a finite float. */
export function fixedText(value: number, digits: number): string {
  const text = scaled(value, digits)
    .toString()
    .padStart(digits + 1, '0');
  const sign = negative(value) ? '-' : '';
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** The first `count` significant digits and the power of ten of the first. */
function significant(value: number, count: number): { readonly digits: string; readonly power: number } {
  if (value === 0) return { digits: '0'.repeat(count), power: 0 };
  let power = Math.floor(Math.log10(Math.abs(value)));
  for (;;) {
    const digits = scaled(value, count - 1 - power).toString();
    if (digits.length === count) return { digits, power };
    power += digits.length > count ? 1 : -1;
  }
}

/** `'%.{digits}e' % value` of a finite float. */
export function exponentText(value: number, digits: number): string {
  const found = significant(value, digits + 1);
  const fraction = digits === 0 ? '' : `.${found.digits.slice(1)}`;
  const sign = found.power < 0 ? '-' : '+';
  const size = String(Math.abs(found.power)).padStart(2, '0');
  return `${negative(value) ? '-' : ''}${found.digits.slice(0, 1)}${fraction}e${sign}${size}`;
}

/**
 * `'%.{precision}g' % value` of a finite float.
 * @param whole keeps `.0` and turns to an exponent one power earlier, as `format` without a type does
 */
export function generalText(value: number, precision: number, options: { alternate: boolean; whole: boolean }): string {
  const count = Math.max(1, precision);
  const { power } = significant(value, count);
  const strip = (text: string) => (options.alternate || !text.includes('.') ? text : text.replace(/\.?0+$/, ''));
  if (power < -4 || power >= count - (options.whole ? 1 : 0)) {
    const [digits = '', exponent = ''] = exponentText(value, count - 1).split('e');
    return `${strip(digits)}e${exponent}`;
  }
  const text = strip(fixedText(value, Math.max(0, count - 1 - power)));
  return options.whole && !text.includes('.') ? `${text}.0` : text;
}

/** `round(value, digits)` of a float. */
export function roundToDigits(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 330) return value;
  if (digits < -330) return negative(value) ? -0 : 0;
  if (digits >= 0) return Number(fixedText(value, digits));
  const whole = Number(scaled(value, digits) * 10n ** BigInt(-digits));
  return negative(value) ? -whole : whole;
}

/** `round(value, -digits)` of an int. */
export function roundInteger(value: bigint, digits: bigint): bigint {
  if (digits > 2000n) return 0n;
  const unit = 10n ** digits;
  const size = divideRounded(value < 0n ? -value : value, unit) * unit;
  return value < 0n ? -size : size;
}

/** left / right of ints, correctly rounded; null when it is too large for a float. */
export function divideIntegers(left: bigint, right: bigint): number | null {
  const direct = Number(left) / Number(right);
  const exact = 9007199254740992n;
  if (left < exact && left > -exact && right < exact && right > -exact) return direct;
  const [a, b] = [left < 0n ? -left : left, right < 0n ? -right : right];
  // 66 bits of the quotient, the last one set when something is cut off, round as the exact value does.
  const shift = a.toString(2).length - b.toString(2).length - 65;
  const numerator = shift < 0 ? a << BigInt(-shift) : a;
  const denominator = shift < 0 ? b : b << BigInt(shift);
  const quotient = (numerator / denominator) | (numerator % denominator === 0n ? 0n : 1n);
  const size = Number(quotient) * 2 ** shift;
  if (!Number.isFinite(size)) return null;
  return left < 0n !== right < 0n ? -size : size;
}
