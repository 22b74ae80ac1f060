/**
 * Reads the header of a GGUF file: metadata and the table of tensors, each value checked against the file's bounds.
 * Source: the GGUF specification of ggml (docs/gguf.md), versions 2 and 3, little-endian.
 */
import { fail } from '../failure.ts';
import { type ByteSource, type Cursor, cursorOf } from './cursor.ts';
import { tensorTypes } from './tensor-types.ts';

type MetadataItem = number | boolean | string;

/** An array of the metadata; only its first items are kept, a vocabulary can have 250,000. */
interface MetadataArray {
  readonly length: number;
  readonly first: readonly MetadataItem[];
}

type MetadataValue = MetadataItem | MetadataArray;

export interface GgufTensor {
  readonly name: string;
  /** As ggml orders them: the row length first. */
  readonly dimensions: readonly number[];
  /** `F32`, `Q8_0`, ... */
  readonly type: string;
  /** From the start of the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface GgufHeader {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: readonly GgufTensor[];
  /** Where the tensor data starts, from the start of the file. */
  readonly dataOffset: number;
}

const itemsKept = 256;
const mostKeys = 65_536;
const mostTensors = 1_000_000;
const mostTextBytes = 1 << 24;
const mostNameBytes = 65_535;
const mostAlignment = 1 << 20;

const booleanType = 7;
const textType = 8;
const arrayType = 9;
/** Bytes of the fixed-size value types by their number. */
const valueBytes: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [booleanType, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);

/** One value of a fixed-size type; 64-bit integers become the nearest number. */
function fixedValue(view: DataView, at: number, type: number): number | boolean {
  switch (type) {
    case 0:
      return view.getUint8(at);
    case 1:
      return view.getInt8(at);
    case 2:
      return view.getUint16(at, true);
    case 3:
      return view.getInt16(at, true);
    case 4:
      return view.getUint32(at, true);
    case 5:
      return view.getInt32(at, true);
    case 6:
      return view.getFloat32(at, true);
    case booleanType:
      return view.getUint8(at) !== 0;
    case 10:
      return Number(view.getBigUint64(at, true));
    case 11:
      return Number(view.getBigInt64(at, true));
    default:
      return view.getFloat64(at, true);
  }
}

async function readArray(cursor: Cursor, source: ByteSource, key: string): Promise<MetadataArray> {
  const type = (await cursor.take(4, `the type of ${key}`)).getUint32(0, true);
  const size = valueBytes.get(type);
  if (size === undefined && type !== textType) {
    fail(
      'model-file',
      `${source.name}: ${key} is an array of values of type ${type}, which GGUF does not define here.`,
    );
  }
  const length = await cursor.count(Math.floor(cursor.left / (size ?? 8)), `the length of ${key}`);
  const first: MetadataItem[] = [];
  if (size === undefined) {
    for (let index = 0; index < length; index++) {
      const item = await cursor.text(mostTextBytes, `item ${index} of ${key}`);
      if (index < itemsKept) first.push(item);
    }
    return { length, first };
  }
  const kept = Math.min(length, itemsKept);
  const view = await cursor.take(kept * size, key);
  for (let index = 0; index < kept; index++) first.push(fixedValue(view, index * size, type));
  cursor.skip((length - kept) * size, key);
  return { length, first };
}

async function readValue(cursor: Cursor, source: ByteSource, key: string): Promise<MetadataValue> {
  const type = (await cursor.take(4, `the type of ${key}`)).getUint32(0, true);
  if (type === textType) return cursor.text(mostTextBytes, key);
  if (type === arrayType) return readArray(cursor, source, key);
  const size = valueBytes.get(type);
  if (size === undefined) {
    fail('model-file', `${source.name} is damaged: ${key} has a value of type ${type}, which GGUF does not define.`);
  }
  return fixedValue(await cursor.take(size, key), 0, type);
}

interface TensorEntry {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly type: string;
  readonly bytes: number;
  /** From the start of the tensor data. */
  readonly offset: number;
}

async function readTensorEntry(cursor: Cursor, source: ByteSource, index: number): Promise<TensorEntry> {
  const name = await cursor.text(mostNameBytes, `the name of tensor ${index}`);
  const rank = (await cursor.take(4, `the rank of ${name}`)).getUint32(0, true);
  if (rank < 1 || rank > 4) {
    fail('model-file', `${source.name} is damaged: tensor ${name} has ${rank} axes; ggml's have 1 to 4.`);
  }
  const dimensions: number[] = [];
  for (let axis = 0; axis < rank; axis++) dimensions.push(await cursor.count(2 ** 40, `a size of ${name}`));
  const typeNumber = (await cursor.take(4, `the type of ${name}`)).getUint32(0, true);
  const type = tensorTypes.get(typeNumber);
  if (type === undefined) {
    fail('model-file', `${source.name}: tensor ${name} has type ${typeNumber}, which this version does not know.`);
  }
  const elements = dimensions.reduce((product, size) => product * size, 1);
  const row = dimensions[0] ?? 0;
  if (elements === 0 || elements > 2 ** 48 || row % type.block !== 0) {
    fail(
      'model-file',
      `${source.name} is damaged: tensor ${name} has sizes ${dimensions.join(' x ')}, which ${type.name} (blocks of ${type.block}) cannot have.`,
    );
  }
  const offset = await cursor.count(2 ** 52, `the offset of ${name}`);
  return { name, dimensions, type: type.name, bytes: (elements / type.block) * type.bytes, offset };
}

/**
 * Reads a GGUF header and checks that every tensor it names lies inside the file.
 * @throws FailureError `model-file` naming the file, the byte or key, and what to do.
 */
export async function readGguf(source: ByteSource): Promise<GgufHeader> {
  const cursor = cursorOf(source);
  const magic = (await cursor.take(4, 'the magic bytes')).getUint32(0, false);
  if (magic !== 0x47475546) {
    fail('model-file', `${source.name} is not a GGUF file: it does not begin with the bytes GGUF. Give a .gguf file.`);
  }
  const version = (await cursor.take(4, 'the version')).getUint32(0, true);
  if (version !== 2 && version !== 3) {
    const why =
      version >= 2 ** 24
        ? 'a big-endian file, which is not read here'
        : `version ${version}; versions 2 and 3 are read`;
    fail('model-file', `${source.name} is a GGUF file of ${why}. Convert the model again with a current tool.`);
  }
  const tensorCount = await cursor.count(mostTensors, 'the number of tensors');
  const keyCount = await cursor.count(mostKeys, 'the number of metadata keys');

  const metadata = new Map<string, MetadataValue>();
  for (let index = 0; index < keyCount; index++) {
    const key = await cursor.text(mostNameBytes, `the name of metadata key ${index}`);
    if (metadata.has(key)) fail('model-file', `${source.name} is damaged: the metadata key ${key} is there twice.`);
    metadata.set(key, await readValue(cursor, source, key));
  }

  const entries: TensorEntry[] = [];
  const names = new Set<string>();
  for (let index = 0; index < tensorCount; index++) {
    const entry = await readTensorEntry(cursor, source, index);
    if (names.has(entry.name)) fail('model-file', `${source.name} is damaged: tensor ${entry.name} is there twice.`);
    names.add(entry.name);
    entries.push(entry);
  }

  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || alignment < 1 || alignment > mostAlignment || !Number.isInteger(alignment)) {
    fail('model-file', `${source.name} is damaged: general.alignment is not a size that tensors can be aligned to.`);
  }
  const dataOffset = Math.ceil(cursor.position / alignment) * alignment;
  // ggml takes tensors only in the order of the table and without gaps but for the alignment.
  let expected = 0;
  const tensors = entries.map((entry) => {
    const offset = dataOffset + entry.offset;
    if (entry.offset !== expected) {
      fail(
        'model-file',
        `${source.name} is damaged: tensor ${entry.name} lies at ${entry.offset} of the tensor data, not at ${expected} where the one before it ends.`,
      );
    }
    expected += Math.ceil(entry.bytes / alignment) * alignment;
    if (offset + entry.bytes > source.size) {
      fail(
        'model-file',
        `${source.name} is truncated: tensor ${entry.name} ends at byte ${offset + entry.bytes}, the file at byte ${source.size}. Copy or download it again.`,
      );
    }
    return { ...entry, offset };
  });
  return { version, metadata, tensors, dataOffset };
}
