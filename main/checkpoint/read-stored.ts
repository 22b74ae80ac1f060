/** One tensor of a checkpoint in memory, whatever its element type and strides. */
import { fail } from '../../core/failure.ts';
import { halfTable } from '../../core/tensors/half-precision.ts';
import { elementCount, type Tensor, type TensorType, tensorOfBytes } from '../../core/tensors/tensor.ts';
import type { StoredTensor } from './stored-tensor.ts';

/** Types that are kept as they are. */
const keptTypes: Readonly<Record<string, TensorType>> = {
  F32: 'float32',
  F64: 'float64',
  I8: 'int8',
  I32: 'int32',
  I64: 'int64',
  U8: 'uint8',
  // A byte each, 0 or 1.
  BOOL: 'uint8',
};

const widths: Readonly<Record<string, number>> = {
  F32: 4,
  F64: 8,
  F16: 2,
  BF16: 2,
  I8: 1,
  I16: 2,
  I32: 4,
  I64: 8,
  U8: 1,
  BOOL: 1,
};

/** The bytes of elements `strides` apart, one after another in row-major order. */
function gathered(bytes: Uint8Array, shape: readonly number[], strides: readonly number[], width: number): Uint8Array {
  const out = new Uint8Array(elementCount(shape) * width);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to += width) {
    for (let byte = 0; byte < width; byte++) out[to + byte] = bytes[from * width + byte] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      from += strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      from -= next * (strides[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return out;
}

/** Exactly, in the next wider type that tensors have. */
function widened(dtype: string, shape: readonly number[], bytes: Uint8Array): Tensor {
  const words = new Uint16Array(new Uint8Array(bytes).buffer);
  if (dtype === 'I16') return { type: 'int32', shape, data: Int32Array.from(new Int16Array(words.buffer)) };
  const data = new Float32Array(words.length);
  if (dtype === 'BF16') {
    const bits = new Uint32Array(data.buffer);
    for (let at = 0; at < words.length; at++) bits[at] = (words[at] ?? 0) << 16;
  } else {
    const table = halfTable();
    for (let at = 0; at < words.length; at++) data[at] = table[words[at] ?? 0] ?? 0;
  }
  return { type: 'float32', shape, data };
}

/**
 * The tensor's numbers: halves and bfloat16 widened to float32, int16 to int32, exactly.
 * @throws FailureError `checkpoint` where the bytes are not those that were written
 */
export async function readStored(tensor: StoredTensor): Promise<Tensor> {
  const { name, dtype, shape, strides, file, offset } = tensor;
  const width = widths[dtype];
  if (width === undefined) return fail('internal', `The tensor ${name} has the type ${dtype}, which nothing reads.`);
  await tensor.check?.();
  const stored = new Uint8Array(tensor.bytes);
  await file.fill(stored, offset);
  const bytes = strides === null ? stored : gathered(stored, shape, strides, width);
  const type = keptTypes[dtype];
  return type === undefined ? widened(dtype, shape, bytes) : tensorOfBytes(type, shape, bytes);
}
