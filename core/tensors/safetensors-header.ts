/**
 * The header of a safetensors file (huggingface/safetensors, README "Format"): which tensors it holds and where, each
 * checked against the file's size. Reads no tensor, so that a large file can be read piece by piece.
 */
import * as z from 'zod';
import { fail } from '../failure.ts';
import { parseJsonText } from '../json-text.ts';
import { elementCount, showShape } from './tensor.ts';
import { decodeUtf8 } from './utf8.ts';

export interface SafetensorsEntry {
  readonly name: string;
  /** As the format names it: `F32`, `BF16`, ... */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte, from the start of the tensors' data. */
  readonly begin: number;
  readonly bytes: number;
}

export interface SafetensorsHeader {
  /** In the header's order. */
  readonly entries: readonly SafetensorsEntry[];
  /** Where the tensors' data starts in the file. */
  readonly dataStart: number;
}

/** The Python package refuses larger headers too. */
const largestHeader = 100_000_000;
/** A tensor has about ten values and names: a hundred thousand tensors. */
const headerBounds = { characters: largestHeader, depth: 8, values: 1_000_000 };

const elementWidths: Readonly<Record<string, number>> = {
  F32: 4,
  F64: 8,
  F16: 2,
  BF16: 2,
  I8: 1,
  I16: 2,
  I32: 4,
  I64: 8,
  U8: 1,
  U16: 2,
  U32: 4,
  U64: 8,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
};

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const metadataSchema = z.record(z.string(), z.string());

function damaged(what: string): never {
  fail('file', `Not a sound safetensors file: ${what}. Save it again, for example with safetensors.torch.save_file.`);
}

/**
 * Bytes of header and length prefix together, from a file's first eight bytes.
 * @throws FailureError `file` where no file of `fileBytes` can have such a header.
 */
export function safetensorsDataStart(prefix: Uint8Array, fileBytes: number): number {
  if (prefix.byteLength < 8) damaged(`it has ${prefix.byteLength} bytes, fewer than the 8 of the header's length`);
  const length = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength).getBigUint64(0, true);
  if (length > BigInt(largestHeader)) damaged(`its header would be ${length} bytes long (at most ${largestHeader})`);
  const dataStart = 8 + Number(length);
  if (dataStart > fileBytes) {
    damaged(`its header should end at byte ${dataStart}, but the file ends at ${fileBytes}`);
  }
  return dataStart;
}

function parseHeader(bytes: Uint8Array): object {
  let header: unknown;
  try {
    header = parseJsonText(decodeUtf8(bytes), 'it', headerBounds);
  } catch {
    damaged('its header is not JSON in UTF-8, or too large');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    damaged('its header is not a JSON object');
  return header;
}

function readEntry(name: string, value: unknown): SafetensorsEntry {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) damaged(`the header's entry "${name}" needs dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets } = parsed.data;
  const [begin, end] = data_offsets;
  const width = elementWidths[dtype];
  if (width === undefined) {
    const known = Object.keys(elementWidths).join(', ');
    fail(
      'unsupported',
      `Tensor "${name}" has elements of type ${dtype}; known are ${known}. Convert it, for example to F32.`,
    );
  }
  const bytes = elementCount(shape) * width;
  if (end - begin !== bytes) {
    damaged(`tensor "${name}" ${showShape(shape)} of ${dtype} takes ${bytes} bytes, its offsets hold ${end - begin}`);
  }
  return { name, dtype, shape, begin, bytes };
}

/**
 * Reads the header from the file's beginning: `bytes` has at least {@link safetensorsDataStart} bytes of the file.
 * @throws FailureError `file` when header, offsets or sizes do not agree; `unsupported` for an unknown element type.
 */
export function readSafetensorsHeader(bytes: Uint8Array, fileBytes: number): SafetensorsHeader {
  const dataStart = safetensorsDataStart(bytes, fileBytes);
  const entries: SafetensorsEntry[] = [];
  for (const [name, value] of Object.entries(parseHeader(bytes.subarray(8, dataStart)))) {
    if (name !== '__metadata__') entries.push(readEntry(name, value));
    else if (!metadataSchema.safeParse(value).success) damaged('"__metadata__" must map text to text');
  }
  let end = 0;
  for (const { name, begin, bytes: length } of [...entries].sort((a, b) => a.begin - b.begin || a.bytes - b.bytes)) {
    if (begin < end) damaged(`tensor "${name}" begins at byte ${begin}, inside the one before it`);
    if (begin > end) damaged(`bytes ${end} to ${begin} before tensor "${name}" belong to no tensor`);
    end = begin + length;
  }
  if (end !== fileBytes - dataStart) {
    damaged(`the tensors take ${end} bytes, but ${fileBytes - dataStart} follow the header`);
  }
  return { entries, dataStart };
}
