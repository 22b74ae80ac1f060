/** A file opened for reading at any place. */
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fail } from '../../core/failure.ts';
import type { ByteSource } from '../../core/gguf/cursor.ts';

export interface OpenFile extends ByteSource {
  /** Fills `into` from `offset`. @throws FailureError `file` where the file ends before. */
  fill(into: Uint8Array, offset: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a regular file.
 * @throws FailureError `file` where it cannot be opened.
 */
export async function openFile(path: string): Promise<OpenFile> {
  const name = basename(path);
  const handle = await open(path, 'r').catch((error: Error) =>
    fail('file', `${path} cannot be opened: ${error.message}`),
  );
  const { size } = await stat(path);
  async function read(into: Uint8Array, offset: number): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const { bytesRead } = await handle.read(into, filled, into.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }
  return {
    name,
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, await read(bytes, offset));
    },
    async fill(into, offset) {
      if ((await read(into, offset)) < into.length) {
        fail('file', `${path} ends before byte ${offset + into.length}: it changed while it was being read.`);
      }
    },
    close: () => handle.close(),
  };
}
