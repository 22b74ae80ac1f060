/**
 * The list of files in a zip archive, with the 64-bit sizes of large archives. Source: APPNOTE.TXT of PKWARE, 4.3.
 * Reads only the directory; the files' bytes are read elsewhere, in place.
 */
import { fail } from '../failure.ts';

export interface ZipEntry {
  readonly name: string;
  /** Whether the bytes are kept as they are, which is how PyTorch writes them. */
  readonly stored: boolean;
  /** How the bytes are packed: 0 stored, 8 deflated. */
  readonly method: number;
  /** Of the unpacked bytes. */
  readonly bytes: number;
  readonly packedBytes: number;
  /** CRC-32 of the bytes; 0 where torch.save was told not to compute it. */
  readonly crc: number;
  /** Where the entry's own header begins in the file. */
  readonly headerOffset: number;
}

/** Bytes at a file's end in which the directory's place is told, but for an archive with a long comment. */
export const zipTailBytes = 66_000;
/** Bytes of an entry's own header before its name. */
export const zipEntryHeaderBytes = 30;

const endSignature = 0x06054b50;
const end64LocatorSignature = 0x07064b50;
const end64Signature = 0x06064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const full16 = 0xffff;
const full32 = 0xffffffff;
const mostEntries = 1_000_000;

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function damaged(file: string, what: string): never {
  fail('checkpoint', `${file} is truncated or damaged: ${what}. Copy or download it again.`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function safe(file: string, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) damaged(file, `its zip directory gives the size ${value}`);
  return Number(value);
}

/** Where the directory lies: `end64` is the place of the 64-bit end record that has to be read to know. */
export type DirectoryPlace =
  | { readonly kind: 'directory'; readonly offset: number; readonly bytes: number; readonly entries: number }
  | { readonly kind: 'end64'; readonly offset: number };

/**
 * Finds the directory from the last bytes of a file.
 * @throws FailureError `checkpoint` where they do not end a zip archive.
 */
export function findZipDirectory(file: string, tail: Uint8Array): DirectoryPlace {
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== endSignature) continue;
    if (at + 22 + view.getUint16(at + 20, true) !== tail.length) continue;
    const entries = view.getUint16(at + 10, true);
    const bytes = view.getUint32(at + 12, true);
    const offset = view.getUint32(at + 16, true);
    if (at >= 20 && view.getUint32(at - 20, true) === end64LocatorSignature) {
      return { kind: 'end64', offset: safe(file, view.getBigUint64(at - 20 + 8, true)) };
    }
    if (entries === full16 || bytes === full32 || offset === full32) {
      damaged(file, 'its zip directory has sizes over 32 bits and no record of them');
    }
    return { kind: 'directory', offset, bytes, entries };
  }
  return damaged(file, 'it does not end with a zip directory');
}

/** Bytes of the 64-bit end record that are read. */
export const zipEnd64Bytes = 56;

export function readZipEnd64(file: string, bytes: Uint8Array): DirectoryPlace {
  const view = viewOf(bytes);
  if (bytes.length < zipEnd64Bytes || view.getUint32(0, true) !== end64Signature) {
    damaged(file, 'the 64-bit record of its zip directory is not where it should be');
  }
  return {
    kind: 'directory',
    entries: safe(file, view.getBigUint64(32, true)),
    bytes: safe(file, view.getBigUint64(40, true)),
    offset: safe(file, view.getBigUint64(48, true)),
  };
}

/** Values of an entry that did not fit 32 bits stand in its extra field 1, in this order. */
function widen(
  file: string,
  extra: Uint8Array,
  short: { readonly bytes: number; readonly stored: number; readonly offset: number },
): { bytes: number; packedBytes: number; offset: number } {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = view.getUint16(at, true);
    const end = at + 4 + view.getUint16(at + 2, true);
    if (id === 1) {
      let next = at + 4;
      const wide = (value: number): number => {
        if (value !== full32) return value;
        if (next + 8 > Math.min(end, extra.length)) return damaged(file, 'an entry lacks its 64-bit size');
        next += 8;
        return safe(file, view.getBigUint64(next - 8, true));
      };
      const bytes = wide(short.bytes);
      const packedBytes = wide(short.stored);
      return { bytes, packedBytes, offset: wide(short.offset) };
    }
    at = end;
  }
  return { bytes: short.bytes, packedBytes: short.stored, offset: short.offset };
}

/**
 * Reads the directory's entries by name.
 * @throws FailureError `checkpoint` where it is damaged or an entry is encrypted or there twice.
 */
export function readZipDirectory(file: string, directory: Uint8Array, count: number): Map<string, ZipEntry> {
  const view = viewOf(directory);
  const entries = new Map<string, ZipEntry>();
  if (count > mostEntries) damaged(file, `its zip directory would have ${count} entries`);
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > directory.length || view.getUint32(at, true) !== entrySignature) {
      damaged(file, `entry ${index} of its zip directory is not where it should be`);
    }
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > directory.length) damaged(file, `entry ${index} of its zip directory is cut off`);
    const name = latin(directory.subarray(at + 46, nameEnd));
    if (entries.has(name)) damaged(file, `its zip directory names ${name} twice`);
    if ((flags & 1) !== 0) fail('checkpoint', `${file} is encrypted at ${name}. Unpack it and save the weights again.`);
    const sizes = widen(file, directory.subarray(nameEnd, extraEnd), {
      stored: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    const crc = view.getUint32(at + 16, true);
    const { bytes, packedBytes, offset: headerOffset } = sizes;
    entries.set(name, { name, stored: method === 0, method, bytes, packedBytes, crc, headerOffset });
    at = next;
  }
  return entries;
}

/** Where an entry's bytes begin, from its own header's first {@link zipEntryHeaderBytes} bytes. */
export function zipDataOffset(file: string, entry: ZipEntry, header: Uint8Array): number {
  const view = viewOf(header);
  if (header.length < zipEntryHeaderBytes || view.getUint32(0, true) !== localSignature) {
    damaged(file, `${entry.name} is not where its zip directory says`);
  }
  return entry.headerOffset + zipEntryHeaderBytes + view.getUint16(26, true) + view.getUint16(28, true);
}
