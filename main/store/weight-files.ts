/**
 * Weights of a run: weights/<SHA-256>.safetensors. A file appears under its final name only when it is whole and on
 * the disk, so a name that exists can be trusted to have been whole.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateFolder, privateFile } from '../private-files.ts';
import { isOfTheSystem } from './files-of-systems.ts';

const suffix = '.safetensors';
const temporaryPrefix = '.writing-';

export function contentHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Makes a rename in a folder durable. Windows cannot open a folder for that, and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file so that it is there whole or not at all, even through a power cut. */
async function writeDurably(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(folder, `${temporaryPrefix}${process.pid}-${name}`);
  const handle = await open(temporary, 'w', privateFile);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(folder, name));
  await syncFolder(folder);
}

export interface WeightFiles {
  save(bytes: Uint8Array): Promise<string>;
  /** Null where they are missing, cannot be read, or are damaged. */
  load(hash: string): Uint8Array | null;
  /** Deletes all files whose hash is not in `keep`. */
  keep(keep: ReadonlySet<string>): Promise<void>;
  hashes(): string[];
  /** Names in the folder that are neither weights, nor left behind by a writer that was killed, nor a file manager's. */
  foreign(): string[];
  /** Removes what killed writers left. Only for the process that holds the run's lock. */
  tidy(): void;
}

export function weightFiles(folder: string): WeightFiles {
  // What stands in the folder's place holds no weights; what needs them tells that they are missing.
  const isThere = (): boolean => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  const names = (): string[] => (isThere() ? readdirSync(folder).sort() : []);
  const isWeights = (name: string): boolean => /^[0-9a-f]{64}\.safetensors$/.test(name);
  const hashes = (): string[] =>
    names()
      .filter(isWeights)
      .map((name) => name.slice(0, -suffix.length));

  const whole = (hash: string): Uint8Array | null => {
    const file = join(folder, hash + suffix);
    try {
      // A pipe or a device would never end; what a record names must not lead out of the folder.
      if (!isWeights(hash + suffix) || !statSync(file).isFile()) return null;
      const bytes = new Uint8Array(readFileSync(file));
      return contentHash(bytes) === hash ? bytes : null;
    } catch {
      return null;
    }
  };

  /** Two trainings that end at once may have the same weights. */
  const saving = new Map<string, Promise<string>>();

  return {
    async save(bytes) {
      const hash = contentHash(bytes);
      const same = saving.get(hash);
      if (same !== undefined) return same;
      const saved = (async () => {
        if (whole(hash) !== null) return hash;
        makePrivateFolder(folder);
        // A file that was damaged is replaced; what is no file at all would keep it from being written.
        if (statSync(join(folder, hash + suffix), { throwIfNoEntry: false })?.isFile() === false) {
          await rm(join(folder, hash + suffix), { recursive: true });
        }
        await writeDurably(folder, hash + suffix, bytes);
        return hash;
      })();
      saving.set(hash, saved);
      return saved.finally(() => saving.delete(hash));
    },
    load: whole,
    async keep(keep) {
      const fallen = hashes().filter((hash) => !keep.has(hash));
      await Promise.all(fallen.map((hash) => rm(join(folder, hash + suffix), { recursive: true, force: true })));
    },
    hashes,
    foreign: () =>
      names().filter((name) => !isWeights(name) && !name.startsWith(temporaryPrefix) && !isOfTheSystem(name)),
    tidy() {
      for (const name of names()) if (name.startsWith(temporaryPrefix)) rmSync(join(folder, name));
    },
  };
}
