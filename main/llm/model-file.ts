/** Opens a model's file: refuses what is not a GGUF with the reason, reads its header, hashes it. */
import { createHash, type Hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import * as z from 'zod';
import { fail } from '../../core/failure.ts';
import type { GgufHeader } from '../../core/gguf/read.ts';
import { readJsonFile } from '../files/json-file.ts';
import { openFile } from './file-bytes.ts';
import { readParts } from './model-parts.ts';

const checkpointEndings = ['.bin', '.safetensors', '.pt', '.pth', '.ckpt'];

export interface ModelFile {
  /** File name without folder. */
  readonly name: string;
  /** Of all its parts. */
  readonly bytes: number;
  readonly header: GgufHeader;
  /** Where it lies: one file, or its parts in order. */
  readonly files: readonly string[];
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
  return { name: basename(path), ...(await readParts(path)) };
}

const hashedAtOnce = 1 << 20;

async function update(hash: Hash, path: string, signal: AbortSignal | undefined): Promise<void> {
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
}

/** SHA-256 of files, one after another, in hexadecimal; read piece by piece into the same memory. */
export async function hashFiles(paths: readonly string[], signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) await update(hash, path, signal);
  return hash.digest('hex');
}

/** SHA-256 of a file. */
export function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  return hashFiles([path], signal);
}
