/** IEEE half precision and bfloat16 to and from single precision, rounding to the nearest, ties to even. */

/** IEEE half precision to single: exact. */
export function widenHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

let halves: Float32Array | null = null;

/** The single-precision value of each of the 65,536 halves: looking up is several times faster than computing. */
export function halfTable(): Float32Array {
  halves ??= Float32Array.from({ length: 1 << 16 }, (_, half) => widenHalf(half));
  return halves;
}

/** Bits of a single to bits of the nearest half; what is too large becomes infinity. */
export function narrowHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size >= 0x38800000) {
    if (size < 0x477ff000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
    return sign | (size > 0x7f800000 ? 0x7e00 : 0x7c00);
  }
  // Under 2^-14 halves are multiples of 2^-24.
  if (size <= 0x33000000) return sign;
  const shift = 126 - (size >>> 23);
  const fraction = (size & 0x7fffff) | 0x800000;
  const half = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (half + (rest > middle || (rest === middle && (half & 1) === 1) ? 1 : 0));
}

/** Bits of a single to bits of the nearest bfloat16; a NaN stays one. */
export function narrowBfloat(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return ((bits >>> 16) | 64) & 0xffff;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}
