/** A tensor as plain data: element type, sizes and a typed array in row-major order. */

export type Tensor =
  | { readonly type: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'float64'; readonly shape: readonly number[]; readonly data: Float64Array }
  | { readonly type: 'int8'; readonly shape: readonly number[]; readonly data: Int8Array }
  | { readonly type: 'int32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly type: 'int64'; readonly shape: readonly number[]; readonly data: BigInt64Array }
  | { readonly type: 'uint8'; readonly shape: readonly number[]; readonly data: Uint8Array };

export type TensorType = Tensor['type'];

/** Bytes of one element. */
export const elementBytes: { readonly [T in TensorType]: number } = {
  float32: 4,
  float64: 8,
  int8: 1,
  int32: 4,
  int64: 8,
  uint8: 1,
};

/** Elements of a tensor of these sizes; 1 for a scalar (`[]`). */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `[3, 32, 32]`, or `[]` for a scalar: how messages show sizes. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/**
 * A tensor over a copy of little-endian bytes, whatever their alignment.
 * `bytes` must hold exactly the elements of `shape`. Every platform that this runs on is little-endian.
 */
export function tensorOfBytes(type: TensorType, shape: readonly number[], bytes: Uint8Array): Tensor {
  // Not slice(): on Node's Buffer, which is a Uint8Array too, that is a view into a larger buffer.
  const { buffer } = new Uint8Array(bytes);
  switch (type) {
    case 'float32':
      return { type, shape, data: new Float32Array(buffer) };
    case 'float64':
      return { type, shape, data: new Float64Array(buffer) };
    case 'int8':
      return { type, shape, data: new Int8Array(buffer) };
    case 'int32':
      return { type, shape, data: new Int32Array(buffer) };
    case 'int64':
      return { type, shape, data: new BigInt64Array(buffer) };
    case 'uint8':
      return { type, shape, data: new Uint8Array(buffer) };
  }
}

/** The little-endian bytes of a tensor's elements: a view, not a copy. */
export function bytesOfTensor(tensor: Tensor): Uint8Array {
  return new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
}
