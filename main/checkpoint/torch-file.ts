/**
 * PyTorch's files, opened as tensors that can be read: the zip archive of torch.save, and the form from before version
 * 1.6. Nothing in them is executed.
 */
import { crc32 } from 'node:zlib';
import { readTorchTensors } from '../../core/checkpoint/torch-tensors.ts';
import {
  findZipDirectory,
  readZipDirectory,
  readZipEnd64,
  type ZipEntry,
  zipDataOffset,
  zipEnd64Bytes,
  zipEntryHeaderBytes,
  zipTailBytes,
} from '../../core/checkpoint/zip-directory.ts';
import { fail } from '../../core/failure.ts';
import type { OpenFile } from '../llm/file-bytes.ts';
import { isLegacyTorchFile, largestPickle, legacyTensorsIn } from './legacy-torch-file.ts';
import type { StoredTensor } from './stored-tensor.ts';

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

/** The pickle of the archive's object. @throws FailureError `checkpoint` where it has none: by what else it is */
function pickleOf(name: string, entries: ReadonlyMap<string, ZipEntry>): ZipEntry {
  const all = [...entries.values()];
  const pickle = all.find((entry) => entry.name.endsWith('/data.pkl') || entry.name === 'data.pkl');
  if (all.some((entry) => /(^|\/)constants\.pkl$/.test(entry.name))) {
    fail(
      'checkpoint',
      `${name} is a TorchScript archive: a program with its weights, not a state dict. Save its weights alone: torch.save(torch.jit.load("${name}").state_dict(), "weights.pt").`,
    );
  }
  if (pickle !== undefined) {
    if (pickle.bytes <= largestPickle) return pickle;
    fail('checkpoint', `${name} has a data.pkl of ${pickle.bytes} bytes; weights need at most ${largestPickle}.`);
  }
  if (all.some((entry) => entry.name.endsWith('.npy'))) {
    fail(
      'checkpoint',
      `${name} is an archive of NumPy arrays (.npz), not a PyTorch checkpoint. Save the arrays with safetensors.numpy.save_file, by the names of the network's state_dict.`,
    );
  }
  if (all.some((entry) => /(^|\/)(archive_format|serialized_exported_program\.json)$/.test(entry.name))) {
    fail(
      'checkpoint',
      `${name} is a program of torch.export, not a state dict. Save its weights alone: torch.save(torch.export.load("${name}").state_dict, "weights.pt").`,
    );
  }
  return fail('checkpoint', `${name} has no data.pkl: it is a zip archive, but not a PyTorch checkpoint.`);
}

async function zippedTensorsIn(file: OpenFile): Promise<StoredTensor[]> {
  const { name } = file;
  const entries = await zipEntriesOf(file);
  const pickle = pickleOf(name, entries);
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
    const { name: key, dtype, shape, strides, bytes: length } = tensor;
    const { check } = storage;
    tensors.push({
      name: key,
      dtype,
      shape,
      strides,
      file,
      offset: storage.offset + tensor.begin,
      bytes: length,
      check,
    });
  }
  return tensors;
}

/**
 * The tensors of a file that torch.save wrote, each at its place in it.
 * @throws FailureError `checkpoint` for anything else and for damage, with the remedy
 */
export async function torchTensorsIn(file: OpenFile): Promise<readonly StoredTensor[]> {
  const start = await file.read(0, 16);
  if (isLegacyTorchFile(start)) return legacyTensorsIn(file);
  if (start[0] === 0x50 && start[1] === 0x4b) return zippedTensorsIn(file);
  return fail(
    'checkpoint',
    `${file.name} is not a PyTorch checkpoint: it begins neither as a zip archive nor as a pickle. Copy or download it again.`,
  );
}
