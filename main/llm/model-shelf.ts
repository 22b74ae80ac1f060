/** The language models that are here: the one that ships with the product, those in the home folder's models/, others. */
import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { failureOf } from '../../core/failure.ts';
import { embeddedModelFile } from './embedded.ts';
import { describeModel, modelProblems } from './model-description.ts';
import { readModelFile } from './model-file.ts';
import { isLaterPart } from './model-parts.ts';

export interface ModelEntry {
  readonly file: string;
  readonly embedded: boolean;
  /** The title in the file; null where it has none or cannot be read. */
  readonly name: string | null;
  readonly bytes: number | null;
  readonly architecture: string | null;
  readonly parameters: number | null;
  readonly contextLength: number | null;
  readonly quantization: string | null;
  /** Why it cannot be used; null where it can. */
  readonly problem: string | null;
}

async function entryOf(file: string, embedded: boolean): Promise<ModelEntry> {
  try {
    const { header, bytes, name } = await readModelFile(file);
    const { architecture, parameters, contextLength, quantization, name: title } = describeModel(header);
    const problem = modelProblems(header, name)[0]?.message ?? null;
    return { file, embedded, name: title, bytes, architecture, parameters, contextLength, quantization, problem };
  } catch (error) {
    const problem = failureOf(error).message;
    const unknown = { name: null, bytes: null, architecture: null, parameters: null };
    return { file, embedded, ...unknown, contextLength: null, quantization: null, problem };
  }
}

/** Where a person puts models. */
export function modelsFolder(home: string): string {
  return join(home, 'models');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // None has been put there, or it may not be entered.
    return [];
  }
}

/** The files of models in a folder, links to such files too; of one in several parts the first. */
export function modelFilesIn(folder: string): string[] {
  return namesIn(folder)
    .filter((name, _, all) => name.toLowerCase().endsWith('.gguf') && !isLaterPart(name, all))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * All models, the embedded one first; those that cannot be used with the reason. `others`: files that lie elsewhere;
 * those that are gone are left out.
 */
export async function listModels(home: string, others: readonly string[] = []): Promise<ModelEntry[]> {
  const here = modelFilesIn(modelsFolder(home));
  const known = new Set([embeddedModelFile(), ...here]);
  const elsewhere = [...new Set(others)]
    .filter((file) => isAbsolute(file) && !known.has(file) && existsSync(file))
    .sort();
  const entries = [...here, ...elsewhere].map((file) => entryOf(file, false));
  return Promise.all([entryOf(embeddedModelFile(), true), ...entries]);
}
