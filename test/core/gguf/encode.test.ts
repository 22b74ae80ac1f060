import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encoders, type outputTypes } from '../../../core/gguf/encode.ts';
import { tensorTypes, typeNumber } from '../../../core/gguf/tensor-types.ts';
import { halfTable, narrowHalf, widenHalf } from '../../../core/tensors/half-precision.ts';
import { golden } from '../../main/llm/convert/golden.ts';

function numbersOf(hex: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(hex, 'hex')).buffer);
}

function encoded(type: (typeof outputTypes)[number], numbers: Float32Array): { bytes: Uint8Array; fits: boolean } {
  const { block, bytes } = tensorTypes.get(typeNumber(type.toUpperCase()))!;
  const out = new Uint8Array((numbers.length / block) * bytes);
  return { fits: encoders[type](numbers, out), bytes: out };
}

describe('numbers as bytes of a GGUF tensor', () => {
  it.each(['q8_0', 'q5_1', 'q5_0', 'q4_1', 'q4_0'] as const)('are those of the gguf package as %s', (type) => {
    const { bytes, fits } = encoded(type, numbersOf(golden.blocks.numbers));
    expect(Buffer.from(bytes).toString('hex')).toBe(golden.blocks.bytes[type]);
    expect(fits).toBe(true);
  });

  it('are those of numpy as f16', () => {
    const { bytes } = encoded('f16', numbersOf(golden.shorts.numbers));
    expect(Buffer.from(bytes).toString('hex')).toBe(golden.shorts.halves);
  });

  it('are those of PyTorch as bf16', () => {
    const { bytes } = encoded('bf16', numbersOf(golden.shorts.numbers));
    expect(Buffer.from(bytes).toString('hex')).toBe(golden.shorts.bfloats);
  });

  it('are told to be too large for the type where they are', () => {
    const large = new Float32Array(32).fill(70_000);
    expect(encoded('f16', large).fits).toBe(false);
    expect(encoded('bf16', large).fits).toBe(true);
    expect(encoded('q8_0', large).fits).toBe(true);
    expect(encoded('q8_0', large.fill(3e38)).fits).toBe(false);
    expect(encoded('q4_1', large.fill(-3e38)).fits).toBe(false);
  });
});

describe('half precision', () => {
  it('comes back from single precision for every half', () => {
    const single = new Float32Array(1);
    const bits = new Uint32Array(single.buffer);
    const table = halfTable();
    for (let half = 0; half < 1 << 16; half++) {
      single[0] = widenHalf(half);
      if (Number.isNaN(single[0])) {
        expect(table[half]).toBeNaN();
        continue;
      }
      if (narrowHalf(bits[0]!) !== half || table[half] !== single[0]) expect.fail(`half ${half} does not come back`);
    }
  });

  it('is never further away than half a step', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65000, max: 65000 }), (value) => {
        const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
        const half = narrowHalf(bits);
        const distance = Math.abs(widenHalf(half) - value);
        for (const other of [half - 1, half + 1]) {
          if ((other & 0x7c00) === 0x7c00) continue;
          expect(distance).toBeLessThanOrEqual(Math.abs(widenHalf(other & 0xffff) - value));
        }
      }),
    );
  });
});
