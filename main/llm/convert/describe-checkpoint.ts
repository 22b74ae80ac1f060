/** What a checkpoint could become: read from its headers, before a number of its weights is. */
import { stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import type { CheckpointDetail } from '../../../core/contract/models.ts';
import { fail } from '../../../core/failure.ts';
import { outputTypes } from '../../../core/gguf/encode.ts';
import { fileNameOf, freeBytesOf, layOut, parametersOf } from './convert-codegen.ts';
import { readCheckpoint } from './read-checkpoint.ts';

/** Files that lie in a checkpoint's folder: config, tokenizer, weights and their index. */
const checkpointEndings: ReadonlySet<string> = new Set(['.json', '.txt', '.bin', '.safetensors', '.py']);

/**
 * The checkpoint's folder that a person means by a path: the folder itself, or one of its files.
 * @throws FailureError `file` where nothing is there, `checkpoint` for a file of no checkpoint
 */
export async function checkpointFolder(given: string): Promise<string> {
  const path = resolve(given);
  const found = await stat(path).catch(() => null);
  if (found === null) fail('file', `There is nothing at ${path}. Give the folder of a CodeGen checkpoint.`);
  if (found.isDirectory()) return path;
  if (checkpointEndings.has(extname(path).toLowerCase())) return dirname(path);
  return fail(
    'checkpoint',
    `${path} is no file of a checkpoint. Give the folder with config.json, tokenizer and weights.`,
  );
}

/**
 * Reads and checks a checkpoint; `models`: the folder that a converted file would go to.
 * @throws FailureError as {@link readCheckpoint} and {@link checkpointFolder} do
 */
export async function describeCheckpoint(path: string, models: string): Promise<CheckpointDetail> {
  const folder = await checkpointFolder(path);
  const checkpoint = await readCheckpoint(folder);
  try {
    const types: CheckpointDetail['types'] = [];
    for (const type of outputTypes) {
      const file = join(models, fileNameOf(checkpoint.name, type));
      const exists = (await stat(file).catch(() => null)) !== null;
      types.push({ type, file, bytes: layOut(checkpoint, type).layout.size, exists });
    }
    return {
      folder,
      name: checkpoint.name,
      parameters: parametersOf(checkpoint),
      contextLength: checkpoint.config.context,
      weights: [...checkpoint.weights.files],
      types,
      free: await freeBytesOf(models),
    };
  } finally {
    await checkpoint.weights.close();
  }
}
