import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../core/tensors/safetensors.ts';
import type { Tensor } from '../../../core/tensors/tensor.ts';

// Oracle: files that the Python package wrote (test/golden/training/make-tensors.py).
const golden = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../golden/training/${name}.safetensors`, import.meta.url)));

/** A file with this header and so many data bytes. */
function file(header: unknown, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.byteLength + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.byteLength), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (shape: number[], from: number, to: number, dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

describe('safetensors', () => {
  test('reads what the Python package saved', () => {
    const tensors = readSafetensors(golden('plain'));
    expect(tensors.get('conv1.weight')).toEqual({
      type: 'float32',
      shape: [2, 1, 2, 2],
      data: Float32Array.of(-3, -2, -1, 0, 1, 2, 3, 4),
    });
    expect(tensors.get('bn.num_batches_tracked')).toEqual({ type: 'int64', shape: [], data: BigInt64Array.of(-3n) });
    expect(tensors.get('double')).toEqual({ type: 'float64', shape: [3], data: Float64Array.of(-3, -2, -1) });
    expect(tensors.get('bytes')?.data).toEqual(Uint8Array.of(253, 254, 255));
    expect(tensors.get('int8')?.data).toEqual(Int8Array.of(-3, -2));
    expect(tensors.get('int32')?.data).toEqual(Int32Array.of(-3, -2));
    expect(tensors.get('weiß')?.data).toEqual(Float32Array.of(-3));
    expect(tensors.get('nothing')).toEqual({ type: 'float32', shape: [0, 4], data: new Float32Array() });
    expect(tensors.size).toBe(10);
  });

  test('writes byte for byte what the Python package writes, whatever the order of the map', () => {
    const tensors = [...readSafetensors(golden('plain'))];
    expect(writeSafetensors(new Map(tensors))).toEqual(golden('plain'));
    expect(writeSafetensors(new Map(tensors.toReversed()))).toEqual(golden('plain'));
    expect(writeSafetensors(new Map(tensors), { format: 'pt' })).toEqual(golden('with-metadata'));
  });

  test('widens half precision exactly', () => {
    expect(readSafetensors(golden('half')).get('half')?.data).toEqual(
      Float32Array.of(1.5, -0, 65504, 2 ** -24, Infinity),
    );
    const words = file({ w: entry([2], 0, 4, 'BF16') }, 4);
    words.set([0x80, 0x3f, 0x49, 0xc0], words.byteLength - 4);
    expect(readSafetensors(words).get('w')?.data).toEqual(Float32Array.of(1, -3.140625));
  });

  test.each([
    ['overlapping tensors', file({ a: entry([2], 0, 8), b: entry([2], 4, 12) }, 12), /"b" begins at byte 4/],
    ['a gap', file({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12), /bytes 4 to 8 before tensor "b"/],
    ['bytes after the last tensor', file({ a: entry([1], 0, 4) }, 5), /take 4 bytes, but 5 follow/],
    ['missing data', file({ a: entry([2], 0, 8) }, 4), /take 8 bytes, but 4 follow/],
    ['offsets that do not fit the shape', file({ a: entry([3], 0, 8) }, 8), /takes 12 bytes, its offsets hold 8/],
    ['offsets that run backwards', file({ a: entry([1], 4, 0) }, 4), /takes 4 bytes, its offsets hold -4/],
    ['a size that overflows', file({ a: entry([2 ** 40, 2 ** 40], 0, 4) }, 4), /its offsets hold 4/],
    ['a negative size', file({ a: entry([-1], 0, 4) }, 4), /"a" needs dtype, shape and data_offsets/],
    ['an unknown element type', file({ a: entry([1], 0, 4, 'F99') }, 4), /type F99; known are F32/],
    ['a header that is no object', file('[1]', 0), /not a JSON object/],
    ['a header that is no JSON', file('{"a"', 0), /not JSON/],
    ['metadata that is no text', file({ __metadata__: { a: 1 } }, 0), /must map text to text/],
    ['a header longer than the file', golden('plain').subarray(0, 40), /but the file ends at 40/],
    ['an empty file', new Uint8Array(), /0 bytes/],
    ['a giant header', Uint8Array.of(255, 255, 255, 255, 255, 255, 0, 0), /at most 100000000/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  test('never fails otherwise than with a reason on damaged bytes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const bytes = golden('plain');
        bytes[at % bytes.byteLength] = byte;
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect(error).toHaveProperty('failure.kind');
        }
      }),
      { numRuns: 500 },
    );
  });

  test('gives back any tensors under any names, deterministically', () => {
    const name = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => text !== '__metadata__');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.float32Array({ maxLength: 9 })), { maxLength: 6 }), (pairs) => {
        const tensors = new Map<string, Tensor>(
          pairs.map(([key, data]) => [key, { type: 'float32', shape: [data.length], data }]),
        );
        const bytes = writeSafetensors(tensors);
        expect(new Map([...readSafetensors(bytes)].sort())).toEqual(new Map([...tensors].sort()));
        expect(writeSafetensors(readSafetensors(bytes))).toEqual(bytes);
      }),
    );
  });
});
