import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNpy, writeNpy } from '../../../core/tensors/npy.ts';
import { elementCount, type Tensor } from '../../../core/tensors/tensor.ts';

// Oracle: files that numpy wrote (test/golden/training/make-tensors.py); values are 0 - 3, 1 - 3, 2 - 3, ...
const golden = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../golden/training/array-${name}.npy`, import.meta.url)));

const counted = (count: number) => Array.from({ length: count }, (_, i) => i - 3);

describe('npy', () => {
  test.each([
    ['f4', 'float32', [2, 3]],
    ['f8', 'float64', [4]],
    ['i8', 'int64', []],
    ['i4', 'int32', [1, 2, 2]],
    ['u1', 'uint8', [5]],
    ['i1', 'int8', [2, 2]],
    ['empty', 'float32', [0, 3]],
    ['version2', 'float32', [2, 3]],
  ])('reads the array that numpy saved as %s', (name, type, shape) => {
    const tensor = readNpy(golden(name));
    expect(tensor.type).toBe(type);
    expect(tensor.shape).toEqual(shape);
    const values = counted(elementCount(shape));
    expect([...tensor.data].map(Number)).toEqual(type === 'uint8' ? values.map((v) => (v + 256) % 256) : values);
  });

  test("reads Node's buffers, which may lie inside larger ones", () => {
    const inside = Buffer.concat([Buffer.alloc(3), golden('f4'), Buffer.alloc(9)]).subarray(3, -9);
    expect([...readNpy(inside).data]).toEqual(counted(6));
  });

  test('brings Fortran order into row-major order', () => {
    const tensor = readNpy(golden('fortran'));
    expect(tensor.shape).toEqual([2, 3, 4]);
    expect([...tensor.data]).toEqual(counted(24));
  });

  test.each(['f4', 'f8', 'i8', 'i4', 'u1', 'i1', 'empty'])(
    'writes byte for byte what numpy.save writes: %s',
    (name) => {
      expect(writeNpy(readNpy(golden(name)))).toEqual(golden(name));
    },
  );

  test.each([
    ['big-endian', /'>f4'.*astype/],
    ['f2', /'<f2'/],
    ['records', /named fields/],
  ])('refuses %s and says what to do', (name, message) => {
    expect(() => readNpy(golden(name))).toThrow(message);
  });

  test('refuses every truncation of a file', () => {
    const whole = golden('f4');
    for (let length = 0; length < whole.byteLength; length++) {
      expect(() => readNpy(whole.subarray(0, length)), `${length} bytes`).toThrow(/not a sound \.npy file/i);
    }
    const longer = new Uint8Array(whole.byteLength + 1);
    longer.set(whole);
    expect(() => readNpy(longer)).toThrow(/takes 24 bytes, but 25 follow/);
  });

  test('never fails otherwise than with a reason on damaged bytes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const bytes = golden('f4');
        bytes[at % bytes.byteLength] = byte;
        try {
          readNpy(bytes);
        } catch (error) {
          expect(error).toHaveProperty('failure.kind');
        }
      }),
    );
  });

  test('gives back any float32 array, read at any alignment', () => {
    fc.assert(
      fc.property(fc.float32Array({ maxLength: 40 }), fc.integer({ min: 0, max: 7 }), (data, shift) => {
        const tensor: Tensor = { type: 'float32', shape: [data.length, 1], data };
        const bytes = writeNpy(tensor);
        const moved = new Uint8Array(bytes.byteLength + shift);
        moved.set(bytes, shift);
        expect(readNpy(moved.subarray(shift))).toEqual(tensor);
      }),
    );
  });
});
