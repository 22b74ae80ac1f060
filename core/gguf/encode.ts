/**
 * Single-precision numbers as bytes of a GGUF tensor. The quantized types are byte for byte those of ggml's reference
 * quantizers as the gguf Python package has them (gguf/quants.py): every step in single precision, in the same order.
 */
import { narrowBfloat, narrowHalf } from '../tensors/half-precision.ts';

/** What a checkpoint can be converted to; the type of its matrices. */
export const outputTypes = ['f32', 'f16', 'bf16', 'q8_0', 'q5_1', 'q5_0', 'q4_1', 'q4_0'] as const;
export type OutputType = (typeof outputTypes)[number];

const { fround } = Math;
const block = 32;
const halfBlock = 16;

/** One single, to look at its bits. */
const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** Writes a number as a half at `at`. Returns whether it fits. */
function putHalf(value: number, out: Uint8Array, at: number): boolean {
  single[0] = value;
  const half = narrowHalf(singleBits[0] ?? 0);
  out[at] = half & 0xff;
  out[at + 1] = half >>> 8;
  return (half & 0x7c00) !== 0x7c00;
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/**
 * Writes `values` (whole blocks, all finite) over `out`, which has exactly the room.
 * Returns whether they fit: false where the type's range is too small for one of them.
 */
export type Encoder = (values: Float32Array, out: Uint8Array) => boolean;

const encodeSingles: Encoder = (values, out) => {
  out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return true;
};

/** Halves and bfloats: 16 bits a value; infinite ones have all the bits of `exponent`. */
function encodeShorts(narrow: (bits: number) => number, exponent: number): Encoder {
  return (values, out) => {
    const bits = bitsOf(values);
    let fits = true;
    for (let index = 0; index < bits.length; index++) {
      const short = narrow(bits[index] ?? 0);
      if ((short & exponent) === exponent) fits = false;
      out[2 * index] = short & 0xff;
      out[2 * index + 1] = short >>> 8;
    }
    return fits;
  };
}

/** One block scaled to steps, and the same numbers' bits. */
const scaled = new Float32Array(block);
const scaledBits = new Int32Array(scaled.buffer);

const encodeQ8: Encoder = (values, out) => {
  let fits = true;
  for (let start = 0, at = 0; start < values.length; start += block, at += 34) {
    let most = 0;
    for (let index = start; index < start + block; index++) most = Math.max(most, Math.abs(values[index] ?? 0));
    const step = fround(most / 127);
    const inverse = inverseOf(step);
    if (!putHalf(step, out, at)) fits = false;
    for (let index = 0; index < block; index++) {
      scaled[index] = (values[start + index] ?? 0) * inverse;
      // Halves go away from zero. The sum is exact in double precision, and no branch has to be guessed.
      const size = (Math.abs(scaled[index] ?? 0) + 0.5) | 0;
      const sign = (scaledBits[index] ?? 0) >> 31;
      out[at + 2 + index] = (size ^ sign) - sign;
    }
  }
  return fits;
};

/** 1 / step in single precision; 0 where there is none. */
function inverseOf(step: number): number {
  const inverse = step === 0 ? 0 : fround(1 / step);
  return Number.isFinite(inverse) ? inverse : 0;
}

/** Packs one block of small integers: low four bits in pairs 16 apart, and where `high` >= 0 the fifth bits before. */
function pack(levels: Uint8Array, out: Uint8Array, high: number, low: number): void {
  for (let index = 0; index < halfBlock; index++) {
    out[low + index] = ((levels[index] ?? 0) & 15) | (((levels[index + halfBlock] ?? 0) & 15) << 4);
  }
  if (high < 0) return;
  for (let byte = 0; byte < 4; byte++) {
    let bits = 0;
    for (let bit = 0; bit < 8; bit++) bits |= ((levels[8 * byte + bit] ?? 0) >> 4) << bit;
    out[high + byte] = bits;
  }
}

/** Q4_0 and Q5_0: the value of largest size becomes the lowest level; levels are steps from the middle. */
function encodeSymmetric(levels: 16 | 32): Encoder {
  const middle = levels / 2;
  const wide = levels === 32;
  const bytes = wide ? 22 : 18;
  const chosen = new Uint8Array(block);
  return (values, out) => {
    let fits = true;
    for (let start = 0, at = 0; start < values.length; start += block, at += bytes) {
      let most = values[start] ?? 0;
      for (let index = start + 1; index < start + block; index++) {
        const value = values[index] ?? 0;
        if (Math.abs(value) > Math.abs(most)) most = value;
      }
      const step = fround(most / -middle);
      const inverse = inverseOf(step);
      if (!putHalf(step, out, at)) fits = false;
      for (let index = 0; index < block; index++) {
        const scaled = fround((values[start + index] ?? 0) * inverse);
        chosen[index] = Math.min(fround(scaled + (middle + 0.5)) | 0, levels - 1);
      }
      pack(chosen, out, wide ? at + 2 : -1, at + (wide ? 6 : 2));
    }
    return fits;
  };
}

/** Q4_1 and Q5_1: levels are steps from the smallest value, which is kept too. */
function encodeFromLeast(levels: 16 | 32): Encoder {
  const wide = levels === 32;
  const bytes = wide ? 24 : 20;
  const chosen = new Uint8Array(block);
  return (values, out) => {
    let fits = true;
    for (let start = 0, at = 0; start < values.length; start += block, at += bytes) {
      let least = values[start] ?? 0;
      let most = least;
      for (let index = start + 1; index < start + block; index++) {
        const value = values[index] ?? 0;
        if (value < least) least = value;
        if (value > most) most = value;
      }
      const step = fround(fround(most - least) / (levels - 1));
      const inverse = inverseOf(step);
      if (!putHalf(step, out, at) || !putHalf(least, out, at + 2)) fits = false;
      for (let index = 0; index < block; index++) {
        const scaled = fround(fround((values[start + index] ?? 0) - least) * inverse);
        chosen[index] = Math.min(fround(scaled + 0.5) | 0, levels - 1);
      }
      pack(chosen, out, wide ? at + 4 : -1, at + (wide ? 8 : 4));
    }
    return fits;
  };
}

export const encoders: { readonly [T in OutputType]: Encoder } = {
  f32: encodeSingles,
  f16: encodeShorts(narrowHalf, 0x7c00),
  bf16: encodeShorts(narrowBfloat, 0x7f80),
  q8_0: encodeQ8,
  q5_1: encodeFromLeast(32),
  q5_0: encodeSymmetric(32),
  q4_1: encodeFromLeast(16),
  q4_0: encodeSymmetric(16),
};
