/**
 * PyTorch's form from before version 1.6, which old checkpoints have: pickles of a magic number, a version, the sizes of
 * types, the object and the storages' keys, then each storage as its number of elements and its bytes.
 * Source: torch/serialization.py (`_legacy_save`, `_legacy_load`).
 */
import { readPickleAt } from '../../core/checkpoint/pickle.ts';
import type { PickleValue } from '../../core/checkpoint/pickle-values.ts';
import { isCheckpointName, storageOf, torchTensorsOf } from '../../core/checkpoint/torch-tensors.ts';
import { fail } from '../../core/failure.ts';
import type { OpenFile } from '../llm/file-bytes.ts';
import type { StoredTensor } from './stored-tensor.ts';

/** A pickle of tensors' names and places; the largest of a network is about 100 kB, an optimizer's beside it too. */
export const largestPickle = 4_000_000;

/** The number 0x1950a86a20f9469cfc6c as a pickle of any protocol from 2 on, after the protocol itself. */
const magic = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** Whether a file begins as a pickle that PyTorch or Python wrote. @param start its first 16 bytes */
export function isLegacyTorchFile(start: Uint8Array): boolean {
  return start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 0) <= 5;
}

function magicEnd(bytes: Uint8Array): number | null {
  // Protocol 4 and later put the length of the frame before it.
  for (const at of [2, 11]) if (magic.every((byte, index) => bytes[at + index] === byte)) return at + magic.length;
  return null;
}

interface Storage {
  readonly offset: number;
  readonly bytes: number;
}

/** Where each storage lies: one after the other in the order of the keys. */
async function placesOf(
  file: OpenFile,
  keys: readonly PickleValue[],
  widths: ReadonlyMap<string, number>,
  begin: number,
): Promise<ReadonlyMap<string, Storage>> {
  const places = new Map<string, Storage>();
  let at = begin;
  for (const key of keys) {
    const width = typeof key === 'string' ? widths.get(key) : undefined;
    if (typeof key !== 'string' || width === undefined) {
      return fail('checkpoint', `${file.name} is damaged: it keeps a storage that nothing in it refers to.`);
    }
    const count = await file.read(at, 8);
    const elements = count.length < 8 ? null : new DataView(count.buffer, count.byteOffset, 8).getBigInt64(0, true);
    const bytes = elements === null ? 0 : Number(elements) * width;
    if (elements === null || elements < 0n || at + 8 + bytes > file.size) {
      return fail(
        'checkpoint',
        `${file.name} is truncated: storage ${key} ends after the file, at byte ${file.size}. Copy or download it again.`,
      );
    }
    places.set(key, { offset: at + 8, bytes });
    at += 8 + bytes;
  }
  return places;
}

/**
 * The tensors of a file in the old form. It keeps no checksums.
 * @throws FailureError `checkpoint` for damage, and for a pickle that is not PyTorch's or more than a state dict
 */
export async function legacyTensorsIn(file: OpenFile): Promise<readonly StoredTensor[]> {
  const { name } = file;
  const bytes = await file.read(0, Math.min(file.size, largestPickle));
  const begin = magicEnd(bytes);
  if (begin === null) {
    return fail(
      'checkpoint',
      `${name} is a pickle, but not one of torch.save: it was refused and nothing in it was executed. Save the weights with torch.save(model.state_dict(), ...).`,
    );
  }
  const widths = new Map<string, number>();
  const rules = {
    file: name,
    allowed: isCheckpointName,
    onPersistent(id: PickleValue) {
      const storage = storageOf(id);
      if (storage !== null) widths.set(storage.key, storage.width);
    },
  };
  const version = readPickleAt(bytes, begin, rules);
  if (version.value !== 1001) {
    return fail('checkpoint', `${name} has the version ${JSON.stringify(version.value)} of PyTorch's form, not 1001.`);
  }
  const machine = readPickleAt(bytes, version.end, rules);
  const little = typeof machine.value === 'object' && machine.value?.kind === 'dict' && machine.value.entries;
  if (little && little.get('little_endian') === false) {
    return fail('checkpoint', `${name} has the byte order big; save it on a little-endian machine.`);
  }
  const object = readPickleAt(bytes, machine.end, rules);
  const tensors = torchTensorsOf(name, object.value);
  const keys = readPickleAt(bytes, object.end, rules);
  if (typeof keys.value !== 'object' || keys.value?.kind !== 'list') {
    return fail('checkpoint', `${name} is damaged: it does not list its storages. Copy or download it again.`);
  }
  const places = await placesOf(file, keys.value.items, widths, keys.end);
  return tensors.map(({ name: key, dtype, shape, strides, storage, begin: first, bytes: length }) => {
    const place = places.get(storage);
    if (place === undefined || first + length > place.bytes) {
      return fail('checkpoint', `${name} is damaged: tensor ${key} takes more bytes than are kept for it.`);
    }
    return { name: key, dtype, shape, strides, file, offset: place.offset + first, bytes: length, check: null };
  });
}
