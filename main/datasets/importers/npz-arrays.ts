/** The arrays of a NumPy .npz: a zip archive of .npy files, stored or deflated (numpy.savez, numpy.savez_compressed). */
import { crc32, inflateRawSync } from 'node:zlib';
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
import { FailureError, fail } from '../../../core/failure.ts';
import { readNpy } from '../../../core/tensors/npy.ts';
import type { Tensor } from '../../../core/tensors/tensor.ts';

/** Bytes of one unpacked array: more than 300,000 images of 3 x 32 x 32, or 60,000 of 3 x 64 x 64. */
const mostBytes = 2 ** 30;

function entriesOf(name: string, bytes: Uint8Array): ReadonlyMap<string, ZipEntry> {
  let place = findZipDirectory(name, bytes.subarray(Math.max(0, bytes.length - zipTailBytes)));
  if (place.kind === 'end64') place = readZipEnd64(name, bytes.subarray(place.offset, place.offset + zipEnd64Bytes));
  if (place.kind !== 'directory' || place.offset + place.bytes > bytes.length) {
    return fail(
      'dataset',
      `${name} is truncated or damaged: its zip directory lies outside. Copy or download it again.`,
    );
  }
  return readZipDirectory(name, bytes.subarray(place.offset, place.offset + place.bytes), place.entries);
}

function unpack(name: string, bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  const damaged = `${name} is damaged at ${entry.name}. Copy or download it again.`;
  const header = bytes.subarray(entry.headerOffset, entry.headerOffset + zipEntryHeaderBytes);
  const start = zipDataOffset(name, entry, header);
  const packed = bytes.subarray(start, start + entry.packedBytes);
  if (packed.length < entry.packedBytes) fail('dataset', damaged);
  if (entry.bytes > mostBytes) {
    fail(
      'dataset',
      `${name} has ${entry.bytes} bytes in ${entry.name}, more than the ${mostBytes} that are read. Save fewer or smaller images.`,
    );
  }
  if (entry.method !== 0 && entry.method !== 8) {
    fail(
      'dataset',
      `${name} has ${entry.name} packed in a way that NumPy does not use. Save it again with numpy.savez.`,
    );
  }
  let whole: Uint8Array;
  try {
    whole = entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.bytes) });
  } catch {
    return fail('dataset', damaged);
  }
  if (whole.length !== entry.bytes || crc32(whole) !== entry.crc) fail('dataset', damaged);
  return whole;
}

export interface NpzArrays {
  readonly names: readonly string[];
  /** @throws FailureError `dataset` where the archive is damaged or the array of a type that is not known */
  array(name: string): Tensor;
}

/** @throws FailureError `dataset` for what is no .npz, or a damaged one */
export function openNpz(name: string, bytes: Uint8Array): NpzArrays {
  const asDataset = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      const { message } = error.failure;
      return fail('dataset', message.startsWith(name) ? message : `${name}: ${message}`);
    }
  };
  const entries = asDataset(() => entriesOf(name, bytes));
  const names = [...entries.keys()].filter((each) => each.endsWith('.npy')).map((each) => each.slice(0, -4));
  return {
    names,
    array(key) {
      const entry = entries.get(`${key}.npy`);
      if (entry === undefined) return fail('dataset', `${name} has no array ${key}; it has ${names.join(', ')}.`);
      return asDataset(() => {
        const npy = unpack(name, bytes, entry);
        try {
          return readNpy(npy);
        } catch (error) {
          if (!(error instanceof FailureError)) throw error;
          return fail('dataset', `${name}, array ${key}: ${error.failure.message}`);
        }
      });
    },
  };
}
