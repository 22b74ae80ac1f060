/** Opens a model's file: refuses what is not a GGUF with the reason, reads its header, hashes it. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import * as z from 'zod';
import { fail } from '../../core/failure.ts';
import { readJsonFile } from '../files/json-file.ts';
import { openFile } from './file-bytes.ts';
import { type GgufHeader, readGguf } from './gguf.ts';

const checkpointEndings = ['.bin', '.safetensors', '.pt', '.pth', '.ckpt'];

export interface ModelFile {
  /** File name without folder. */
  readonly name: string;
  readonly bytes: number;
  readonly header: GgufHeader;
}

const configSchema = z.object({ model_type: z.string().max(100) });

/** How the checkpoint in a folder becomes a GGUF file, by the architecture that its config.json names. */
function checkpointRemedy(folder: string): string {
  const codegen = `\`llmatic model convert ${folder} --out MODEL.gguf\``;
  const other = `llama.cpp's convert_hf_to_gguf.py, if llama.cpp knows it`;
  let type: string;
  try {
    type = configSchema.parse(readJsonFile(join(folder, 'config.json'))).model_type;
  } catch {
    return `If it is a CodeGen checkpoint, convert it with ${codegen}, another with ${other}, and give the .gguf file.`;
  }
  if (type === 'codegen') return `It is a CodeGen checkpoint: convert it with ${codegen}, and give the .gguf file.`;
  return `It is a checkpoint of the architecture ${JSON.stringify(type)}: convert it with ${other}, and give the .gguf file.`;
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
    fail('model-file', `${path} is a ${what}, not a GGUF file. ${checkpointRemedy(folder)}`);
  }
  if (!found.isFile()) fail('file', `${path} is not a regular file. Give the path of a .gguf file.`);
  if (found.size === 0) fail('model-file', `${path} is empty, no GGUF file. Copy or download it again.`);
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
