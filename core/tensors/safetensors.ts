/**
 * The safetensors file format (huggingface/safetensors, README "Format"): eight bytes of header length, a JSON header,
 * then the tensors' bytes without gaps. What is written here is byte for byte what the Python package writes.
 */
import { fail } from '../failure.ts';
import { widenHalf } from './half-precision.ts';
import { readSafetensorsHeader, type SafetensorsEntry } from './safetensors-header.ts';
import { bytesOfTensor, elementCount, showShape, type Tensor, type TensorType, tensorOfBytes } from './tensor.ts';
import { encodeUtf8 } from './utf8.ts';

const typeOfName: Readonly<Record<string, TensorType>> = {
  F32: 'float32',
  F64: 'float64',
  I8: 'int8',
  I32: 'int32',
  I64: 'int64',
  U8: 'uint8',
  // A byte each, 0 or 1.
  BOOL: 'uint8',
};

/** Names in the header, and the package's order of types in a file: the widest alignment first. */
const nameOfType: { readonly [T in TensorType]: { readonly name: string; readonly rank: number } } = {
  int64: { name: 'I64', rank: 5 },
  float64: { name: 'F64', rank: 4 },
  float32: { name: 'F32', rank: 3 },
  int32: { name: 'I32', rank: 2 },
  int8: { name: 'I8', rank: 1 },
  uint8: { name: 'U8', rank: 0 },
};

function unknownType(entry: SafetensorsEntry): never {
  const known = [...Object.keys(typeOfName), 'F16', 'BF16'].join(', ');
  fail(
    'unsupported',
    `Tensor "${entry.name}" has elements of type ${entry.dtype}; known are ${known}. Convert it, for example to F32.`,
  );
}

function widen(entry: SafetensorsEntry, bytes: Uint8Array): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Float32Array(bytes.byteLength / 2);
  const words = new Uint32Array(data.buffer);
  for (let i = 0; i < data.length; i++) {
    const half = view.getUint16(2 * i, true);
    // A bfloat16 is the upper half of a float32.
    if (entry.dtype === 'BF16') words[i] = half << 16;
    else data[i] = widenHalf(half);
  }
  return { type: 'float32', shape: entry.shape, data };
}

/**
 * Reads a safetensors file; F16 and BF16 are widened to float32, exactly. Order as in the header.
 * @throws FailureError `file` when header, offsets or sizes do not agree; `unsupported` for another element type.
 */
export function readSafetensors(bytes: Uint8Array): Map<string, Tensor> {
  const { entries, dataStart } = readSafetensorsHeader(bytes, bytes.byteLength);
  const tensors = new Map<string, Tensor>();
  for (const entry of entries) {
    const slice = bytes.subarray(dataStart + entry.begin, dataStart + entry.begin + entry.bytes);
    const type = typeOfName[entry.dtype];
    if (type !== undefined) tensors.set(entry.name, tensorOfBytes(type, entry.shape, slice));
    else if (entry.dtype === 'F16' || entry.dtype === 'BF16') tensors.set(entry.name, widen(entry, slice));
    else unknownType(entry);
  }
  return tensors;
}

/** Order of Unicode code points, which is the order of UTF-8 bytes: what Rust sorts names by. */
function byCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/**
 * Writes a safetensors file: tensors by falling alignment, then by name, whatever the order of the map, so that equal
 * tensors give equal bytes. `metadata` goes to `__metadata__`, its keys sorted.
 * @throws FailureError `internal` for a tensor whose data does not fill its shape, or one named `__metadata__`.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const sorted = [...tensors].sort(
    ([nameA, a], [nameB, b]) => nameOfType[b.type].rank - nameOfType[a.type].rank || byCodePoints(nameA, nameB),
  );
  const fields: string[] = [];
  const keys = Object.keys(metadata).sort(byCodePoints);
  if (keys.length > 0) {
    const pairs = keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`);
    fields.push(`"__metadata__":{${pairs.join(',')}}`);
  }
  let offset = 0;
  for (const [name, tensor] of sorted) {
    if (name === '__metadata__') fail('internal', 'A tensor cannot be named "__metadata__" in a safetensors file.');
    if (tensor.data.length !== elementCount(tensor.shape)) {
      fail('internal', `Tensor "${name}" ${showShape(tensor.shape)} holds ${tensor.data.length} elements.`);
    }
    const end = offset + tensor.data.byteLength;
    const { name: dtype } = nameOfType[tensor.type];
    fields.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${tensor.shape.join(',')}],"data_offsets":[${offset},${end}]}`,
    );
    offset = end;
  }
  const text = encodeUtf8(`{${fields.join(',')}}`);
  // Padded with spaces so that the data begins at a multiple of eight bytes.
  const headerLength = Math.ceil(text.byteLength / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, 8);
  let position = 8 + headerLength;
  for (const [, tensor] of sorted) {
    bytes.set(bytesOfTensor(tensor), position);
    position += tensor.data.byteLength;
  }
  return bytes;
}
