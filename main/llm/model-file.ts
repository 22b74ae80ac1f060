/** Opens a model's file: refuses what is not a GGUF with the reason, reads its header, hashes it. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { fail } from '../../core/failure.ts';
import { openFile } from './file-bytes.ts';
import { type GgufHeader, readGguf } from './gguf.ts';

const checkpointEndings = ['.bin', '.safetensors', '.pt', '.pth', '.ckpt'];

export interface ModelFile {
  /** File name without folder. */
  readonly name: string;
  readonly bytes: number;
  readonly header: GgufHeader;
}

/**
 * Reads the header of a model's file.
 * @throws FailureError `file` when it cannot be read, `model-file` when it is not a sound GGUF.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const found = await stat(path).catch(() => null);
  if (found === null) fail('file', `There is no model at ${path}. Give the path of a .gguf file.`);
  if (found.isDirectory() || checkpointEndings.includes(extname(path).toLowerCase())) {
    const [what, folder] = found.isDirectory() ? ['folder', path] : ['checkpoint of weights', dirname(path)];
    fail(
      'model-file',
      `${path} is a ${what}, not a GGUF file. If it is a CodeGen checkpoint, convert it with \`llmatic model convert ${folder} --out MODEL.gguf\`, another with llama.cpp's tools, and give the .gguf file.`,
    );
  }
  if (!found.isFile()) fail('file', `${path} is not a regular file. Give the path of a .gguf file.`);
  const name = basename(path);
  const file = await openFile(path);
  try {
    return { name, bytes: file.size, header: await readGguf(file) };
  } finally {
    await file.close();
  }
}

const hashedAtOnce = 1 << 20;

/** SHA-256 of a file in hexadecimal, read piece by piece into the same memory. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const file = await openFile(path);
  try {
    const piece = new Uint8Array(Math.min(hashedAtOnce, file.size));
    for (let at = 0; at < file.size; at += piece.length) {
      signal?.throwIfAborted();
      const part = piece.subarray(0, Math.min(piece.length, file.size - at));
      await file.fill(part, at);
      hash.update(part);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}
