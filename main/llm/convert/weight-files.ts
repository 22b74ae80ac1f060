/** Opens the weights of a checkpoint folder, whatever form they have, as tensors that can be read row by row. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { readTorchTensors } from '../../../core/checkpoint/torch-tensors.ts';
import {
  findZipDirectory,
  readZipDirectory,
  readZipEnd64,
  type ZipEntry,
  zipDataOffset,
  zipEnd64Bytes,
  zipEntryHeaderBytes,
  zipTailBytes,
} from '../../../core/checkpoint/zip-directory.ts';
import { parseJson } from '../../../core/codegen/config.ts';
import { FailureError, fail } from '../../../core/failure.ts';
import { readSafetensorsHeader, safetensorsDataStart } from '../../../core/tensors/safetensors-header.ts';
import { readTextFile } from '../../files/text-file.ts';
import { type OpenFile, openFile } from '../file-bytes.ts';

/** A tensor of a checkpoint: row-major, little-endian, without gaps. */
export interface StoredTensor {
  readonly name: string;
  /** `F32`, `F16`, `BF16`, `F64`, ... */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly file: OpenFile;
  /** From the start of the file. */
  readonly offset: number;
  readonly bytes: number;
  /**
   * Compares what its file says of its bytes as a whole, once for all tensors that share them; null where it says
   * nothing. @throws FailureError `checkpoint` where they are damaged
   */
  readonly check: (() => Promise<void>) | null;
}

export interface Weights {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Names of the files that hold them. */
  readonly files: readonly string[];
  close(): Promise<void>;
}

/** A pickle of tensors' names and places; the largest CodeGen's has about 100 kB. */
const largestPickle = 4_000_000;

const lfsPointer = 'version https://git-lfs';

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

async function safetensorsIn(file: OpenFile): Promise<StoredTensor[]> {
  try {
    const dataStart = safetensorsDataStart(await file.read(0, 8), file.size);
    const header = readSafetensorsHeader(await file.read(0, dataStart), file.size);
    return header.entries.map(({ name, dtype, shape, begin, bytes }) => ({
      name,
      dtype,
      shape,
      file,
      offset: dataStart + begin,
      bytes,
      check: null,
    }));
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return fail('checkpoint', `${file.name}: ${error.failure.message}`);
  }
}

async function zipEntriesOf(file: OpenFile): Promise<Map<string, ZipEntry>> {
  const { name, size } = file;
  const tailStart = Math.max(0, size - zipTailBytes);
  let place = findZipDirectory(name, await file.read(tailStart, size - tailStart));
  if (place.kind === 'end64') place = readZipEnd64(name, await file.read(place.offset, zipEnd64Bytes));
  if (place.kind !== 'directory' || place.offset + place.bytes > size) {
    return fail('checkpoint', `${name} is truncated or damaged: its zip directory lies outside. Copy it again.`);
  }
  return readZipDirectory(name, await file.read(place.offset, place.bytes), place.entries);
}

/** Where an entry's bytes lie in its archive. */
async function locate(file: OpenFile, entry: ZipEntry): Promise<number> {
  if (!entry.stored) {
    fail(
      'checkpoint',
      `${file.name} keeps ${entry.name} compressed, which PyTorch does not do. Save the weights again with torch.save.`,
    );
  }
  const offset = zipDataOffset(file.name, entry, await file.read(entry.headerOffset, zipEntryHeaderBytes));
  if (offset + entry.bytes > file.size) {
    fail('checkpoint', `${file.name} is truncated: ${entry.name} ends after the file. Copy or download it again.`);
  }
  return offset;
}

const checkedAtOnce = 1 << 20;

/** @throws FailureError `checkpoint` where the bytes are not those that were written */
async function checkEntry(file: OpenFile, entry: ZipEntry, offset: number): Promise<void> {
  // 0: torch.save was told to compute none.
  if (entry.crc === 0) return;
  const piece = new Uint8Array(Math.min(checkedAtOnce, entry.bytes));
  let crc = 0;
  for (let at = 0; at < entry.bytes; at += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, entry.bytes - at));
    await file.fill(part, offset + at);
    crc = crc32(part, crc);
  }
  if (crc === entry.crc) return;
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  fail(
    'checkpoint',
    `${file.name} is damaged: the bytes of ${entry.name} have the CRC-32 ${hex(crc)}, but ${hex(entry.crc)} was written. Copy or download it again.`,
  );
}

/** The same check however often it is asked for. */
function once(check: () => Promise<void>): () => Promise<void> {
  let checked: Promise<void> | null = null;
  return () => {
    checked ??= check();
    return checked;
  };
}

async function torchTensorsIn(file: OpenFile): Promise<StoredTensor[]> {
  const { name } = file;
  const start = await file.read(0, 4);
  if (start[0] !== 0x50 || start[1] !== 0x4b) {
    // A pickle of protocol 2 to 5 at the very beginning: PyTorch's form before 1.6.
    const legacy = start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 0) <= 5;
    fail(
      'checkpoint',
      legacy
        ? `${name} has PyTorch's form from before version 1.6, which is not read. Save it again with PyTorch: torch.save(torch.load("${name}", weights_only=True), "${name}").`
        : `${name} is not a PyTorch checkpoint: it begins neither as a zip archive nor as a pickle. Copy or download it again.`,
    );
  }
  const entries = await zipEntriesOf(file);
  const pickle = [...entries.values()].find((entry) => entry.name.endsWith('/data.pkl') || entry.name === 'data.pkl');
  if (pickle === undefined) {
    return fail('checkpoint', `${name} has no data.pkl: it is a zip archive, but not a PyTorch checkpoint.`);
  }
  if (pickle.bytes > largestPickle) {
    fail('checkpoint', `${name} has a data.pkl of ${pickle.bytes} bytes; weights need at most ${largestPickle}.`);
  }
  const folder = pickle.name.slice(0, pickle.name.length - 'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order !== undefined) {
    const text = new TextDecoder().decode(await file.read(await locate(file, order), Math.min(order.bytes, 16)));
    if (text !== 'little')
      fail('checkpoint', `${name} has the byte order ${text}; save it on a little-endian machine.`);
  }
  const bytes = new Uint8Array(pickle.bytes);
  const pickleOffset = await locate(file, pickle);
  await checkEntry(file, pickle, pickleOffset);
  await file.fill(bytes, pickleOffset);
  const located = new Map<string, Pick<StoredTensor, 'offset' | 'bytes' | 'check'>>();
  const tensors: StoredTensor[] = [];
  for (const tensor of readTorchTensors(name, bytes)) {
    let storage = located.get(tensor.storage);
    if (storage === undefined) {
      const entry = entries.get(`${folder}data/${tensor.storage}`);
      if (entry === undefined) {
        return fail('checkpoint', `${name} lacks the bytes of tensor ${tensor.name}. Copy or download it again.`);
      }
      const offset = await locate(file, entry);
      storage = { offset, bytes: entry.bytes, check: once(() => checkEntry(file, entry, offset)) };
      located.set(tensor.storage, storage);
    }
    if (tensor.begin + tensor.bytes > storage.bytes) {
      fail('checkpoint', `${name} is damaged: tensor ${tensor.name} takes more bytes than are kept for it.`);
    }
    const { name: key, dtype, shape } = tensor;
    const { check } = storage;
    tensors.push({ name: key, dtype, shape, file, offset: storage.offset + tensor.begin, bytes: tensor.bytes, check });
  }
  return tensors;
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Names of the files that an index gives, each once, and which tensors it expects. */
async function readIndex(path: string): Promise<ReadonlyMap<string, string>> {
  const name = basename(path);
  const parsed = indexSchema.safeParse(parseJson(name, readTextFile(path)));
  if (!parsed.success) {
    return fail('checkpoint', `${name} has no weight_map from tensors to files. Copy or download it again.`);
  }
  for (const file of Object.values(parsed.data.weight_map)) {
    if (file !== basename(file) || file.includes('\\') || file === '..') {
      fail('checkpoint', `${name} names the file ${file}, which is not in the checkpoint's folder.`);
    }
  }
  return new Map(Object.entries(parsed.data.weight_map));
}

const forms = [
  { single: 'model.safetensors', index: 'model.safetensors.index.json', read: safetensorsIn },
  { single: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json', read: torchTensorsIn },
] as const;

const otherForms = /^(tf_model.*\.h5|flax_model.*\.msgpack|rust_model\.ot|.*\.onnx|.*\.ckpt)$/;

async function noWeights(folder: string): Promise<never> {
  const names = await readdir(folder);
  const other = names.find((name) => otherForms.test(name));
  const shard = names.find((name) => /\.(safetensors|bin)$/.test(name));
  const known = forms.flatMap(({ single, index }) => [single, index]).join(', ');
  const hint =
    shard !== undefined
      ? ` ${shard} is there, but without its index.`
      : other !== undefined
        ? ` ${other} is of another framework: load it with transformers and save_pretrained it.`
        : '';
  return fail('checkpoint', `${folder} has no weights: none of ${known}.${hint}`);
}

/**
 * Opens a checkpoint's weights: safetensors first, then PyTorch's, each as one file or as several with an index.
 * @throws FailureError `checkpoint` naming the file, the tensor and the remedy.
 */
export async function openWeights(folder: string): Promise<Weights> {
  const opened: OpenFile[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((file) => file.close()));
  };
  try {
    for (const { single, index, read } of forms) {
      const indexed = await exists(join(folder, index));
      if (!indexed && !(await exists(join(folder, single)))) continue;
      const placeOf = indexed ? await readIndex(join(folder, index)) : null;
      const names = placeOf === null ? [single] : [...new Set(placeOf.values())].sort();
      const tensors = new Map<string, StoredTensor>();
      for (const name of names) {
        if (!(await exists(join(folder, name)))) {
          fail('checkpoint', `${index} names ${name}, which is not in ${folder}. Copy or download it.`);
        }
        const file = await openFile(join(folder, name));
        opened.push(file);
        if (new TextDecoder('latin1').decode(await file.read(0, lfsPointer.length)) === lfsPointer) {
          fail('checkpoint', `${name} is a Git LFS pointer, not the weights. Run \`git lfs pull\` in ${folder}.`);
        }
        for (const tensor of await read(file)) {
          if (tensors.has(tensor.name)) fail('checkpoint', `${tensor.name} is in two files, ${name} the second.`);
          tensors.set(tensor.name, tensor);
        }
      }
      for (const [tensor, name] of placeOf ?? []) {
        if (tensors.has(tensor)) continue;
        fail('checkpoint', `${index} says that ${name} has ${tensor}, but it has not. Copy or download ${name} again.`);
      }
      return { tensors, files: names, close };
    }
    return await noWeights(folder);
  } catch (error) {
    await close();
    throw error;
  }
}
