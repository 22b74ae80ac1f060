/**
 * Writes what a GGUF file has before its tensors: metadata and the table of tensors.
 * Source: the GGUF specification of ggml (docs/gguf.md), version 3, little-endian.
 */
import { fail } from '../failure.ts';
import { putUtf8, utf8Length } from '../tensors/utf8.ts';
import { tensorTypes, typeNumber } from './tensor-types.ts';

export type MetadataValue =
  | { readonly type: 'u32'; readonly value: number }
  | { readonly type: 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'texts'; readonly value: readonly string[] }
  | { readonly type: 'i32s'; readonly value: readonly number[] };

export interface TensorEntry {
  readonly name: string;
  /** As ggml orders them: the row length first. */
  readonly dimensions: readonly number[];
  /** `F32`, `Q8_0`, ... */
  readonly type: string;
}

interface PlacedTensor extends TensorEntry {
  /** From the start of the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface GgufLayout {
  /** Everything before the first tensor's bytes, with its padding. */
  readonly header: Uint8Array;
  readonly tensors: readonly PlacedTensor[];
  /** Bytes of the whole file. */
  readonly size: number;
}

/** Tensors begin at multiples of it: GGUF's default. */
export const alignment = 32;

const typeOf = { u32: 4, i32: 5, f32: 6, bool: 7, text: 8, array: 9 } as const;

function aligned(position: number): number {
  return Math.ceil(position / alignment) * alignment;
}

/** Bytes that grow as values are appended. */
function growing() {
  let bytes = new Uint8Array(1 << 16);
  let view = new DataView(bytes.buffer);
  let length = 0;
  function room(more: number): number {
    if (length + more > bytes.length) {
      const larger = new Uint8Array(Math.max(2 * bytes.length, length + more));
      larger.set(bytes);
      bytes = larger;
      view = new DataView(bytes.buffer);
    }
    length += more;
    return length - more;
  }
  /** Makes room first: `bytes` and `view` may be others afterwards. */
  function put(size: number, write: (at: number) => void): void {
    write(room(size));
  }
  const u64 = (value: number): void =>
    put(8, (at) => {
      view.setUint32(at, value % 2 ** 32, true);
      view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
    });
  return {
    u64,
    u32: (value: number): void => put(4, (at) => view.setUint32(at, value, true)),
    i32: (value: number): void => put(4, (at) => view.setInt32(at, value, true)),
    f32: (value: number): void => put(4, (at) => view.setFloat32(at, value, true)),
    byte: (value: number): void => put(1, (at) => view.setUint8(at, value)),
    text(value: string): void {
      const size = utf8Length(value);
      u64(size);
      put(size, (at) => putUtf8(value, bytes, at));
    },
    padded(): Uint8Array {
      room(aligned(length) - length);
      return bytes.subarray(0, length);
    },
  };
}

type Growing = ReturnType<typeof growing>;

function putValue(out: Growing, value: MetadataValue): void {
  switch (value.type) {
    case 'u32':
      out.u32(typeOf.u32);
      out.u32(value.value);
      return;
    case 'f32':
      out.u32(typeOf.f32);
      out.f32(value.value);
      return;
    case 'bool':
      out.u32(typeOf.bool);
      out.byte(value.value ? 1 : 0);
      return;
    case 'text':
      out.u32(typeOf.text);
      out.text(value.value);
      return;
    case 'texts':
      out.u32(typeOf.array);
      out.u32(typeOf.text);
      out.u64(value.value.length);
      for (const text of value.value) out.text(text);
      return;
    case 'i32s':
      out.u32(typeOf.array);
      out.u32(typeOf.i32);
      out.u64(value.value.length);
      for (const item of value.value) out.i32(item);
  }
}

/** Bytes of a tensor. @throws FailureError `internal` where its rows are not whole blocks of its type. */
function tensorBytes({ name, dimensions, type }: TensorEntry): number {
  const format = tensorTypes.get(typeNumber(type));
  const [row = 0] = dimensions;
  if (format === undefined || row % format.block !== 0) {
    return fail('internal', `Tensor ${name} has rows of ${row}, which ${type} cannot hold.`);
  }
  return (dimensions.reduce((product, size) => product * size, 1) / format.block) * format.bytes;
}

/**
 * The header of a file with this metadata and these tensors, in this order, and where each tensor's bytes go.
 * @throws URIError for a text with half a surrogate pair, which UTF-8 cannot hold.
 */
export function layGguf(metadata: ReadonlyMap<string, MetadataValue>, tensors: readonly TensorEntry[]): GgufLayout {
  const out = growing();
  out.u32(0x46554747);
  out.u32(3);
  out.u64(tensors.length);
  out.u64(metadata.size);
  for (const [key, value] of metadata) {
    out.text(key);
    putValue(out, value);
  }
  const offsets: number[] = [];
  let end = 0;
  for (const tensor of tensors) {
    out.text(tensor.name);
    out.u32(tensor.dimensions.length);
    for (const size of tensor.dimensions) out.u64(size);
    out.u32(typeNumber(tensor.type));
    out.u64(end);
    offsets.push(end);
    end = aligned(end + tensorBytes(tensor));
  }
  const header = out.padded();
  const placed = tensors.map((tensor, index) => ({
    ...tensor,
    offset: header.length + (offsets[index] ?? 0),
    bytes: tensorBytes(tensor),
  }));
  return { header, tensors: placed, size: header.length + end };
}
