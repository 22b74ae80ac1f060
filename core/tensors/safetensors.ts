/**
 * The safetensors file format (huggingface/safetensors, README "Format"): eight bytes of header length, a JSON header,
 * then the tensors' bytes without gaps. What is written here is byte for byte what the Python package writes.
 */
import * as z from 'zod';
import { fail } from '../failure.ts';
import {
  bytesOfTensor,
  elementBytes,
  elementCount,
  showShape,
  type Tensor,
  type TensorType,
  tensorOfBytes,
} from './tensor.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** The Python package refuses larger headers too. */
const largestHeader = 100_000_000;

const typeOfName: Readonly<Record<string, TensorType>> = {
  F32: 'float32',
  F64: 'float64',
  I8: 'int8',
  I32: 'int32',
  I64: 'int64',
  U8: 'uint8',
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

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const metadataSchema = z.record(z.string(), z.string());

type Entry = z.infer<typeof entrySchema> & { readonly name: string; readonly bytes: number };

function damaged(what: string): never {
  fail('file', `Not a sound safetensors file: ${what}. Save it again, for example with safetensors.torch.save_file.`);
}

function readHeader(bytes: Uint8Array): { readonly header: object; readonly dataStart: number } {
  if (bytes.byteLength < 8) damaged(`it has ${bytes.byteLength} bytes, fewer than the 8 of the header's length`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  if (length > BigInt(largestHeader)) damaged(`its header would be ${length} bytes long (at most ${largestHeader})`);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.byteLength) {
    damaged(`its header should end at byte ${dataStart}, but the file ends at ${bytes.byteLength}`);
  }
  let header: unknown;
  try {
    header = JSON.parse(decodeUtf8(bytes.subarray(8, dataStart)));
  } catch {
    damaged('its header is not JSON in UTF-8');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    damaged('its header is not a JSON object');
  return { header, dataStart };
}

function readEntry(name: string, value: unknown): Entry {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) damaged(`the header's entry "${name}" needs dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets } = parsed.data;
  const type = typeOfName[dtype];
  const width = type === undefined ? halfWidths[dtype] : elementBytes[type];
  if (width === undefined) {
    const known = [...Object.keys(typeOfName), ...Object.keys(halfWidths)].join(', ');
    fail(
      'unsupported',
      `Tensor "${name}" has elements of type ${dtype}; known are ${known}. Convert it, for example to F32.`,
    );
  }
  const bytes = elementCount(shape) * width;
  const held = data_offsets[1] - data_offsets[0];
  if (held !== bytes) {
    damaged(`tensor "${name}" ${showShape(shape)} of ${dtype} takes ${bytes} bytes, its offsets hold ${held}`);
  }
  return { name, dtype, shape, data_offsets, bytes };
}

const halfWidths: Readonly<Record<string, number>> = { F16: 2, BF16: 2 };

/** IEEE half precision to single: exact. */
function widenHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function widen(entry: Entry, bytes: Uint8Array): Tensor {
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
  const { header, dataStart } = readHeader(bytes);
  const data = bytes.subarray(dataStart);
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') entries.push(readEntry(name, value));
    else if (!metadataSchema.safeParse(value).success) damaged('"__metadata__" must map text to text');
  }
  const byOffset = [...entries].sort(
    (a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  let end = 0;
  for (const { name, data_offsets } of byOffset) {
    if (data_offsets[0] < end) damaged(`tensor "${name}" begins at byte ${data_offsets[0]}, inside the one before it`);
    if (data_offsets[0] > end)
      damaged(`bytes ${end} to ${data_offsets[0]} before tensor "${name}" belong to no tensor`);
    end = data_offsets[1];
  }
  if (end !== data.byteLength) {
    damaged(`the tensors take ${end} bytes, but ${data.byteLength} follow the header`);
  }
  const tensors = new Map<string, Tensor>();
  for (const entry of entries) {
    const slice = data.subarray(entry.data_offsets[0], entry.data_offsets[1]);
    const type = typeOfName[entry.dtype];
    tensors.set(entry.name, type === undefined ? widen(entry, slice) : tensorOfBytes(type, entry.shape, slice));
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
