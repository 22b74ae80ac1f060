/**
 * Weights of a run: weights/<SHA-256>.safetensors. A file appears under its final name only when it is whole and on
 * the disk, so a name that exists can be trusted to have been whole.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const suffix = '.safetensors';
const temporaryPrefix = '.writing-';

export function contentHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Makes a rename in a folder durable. Windows cannot open a folder for that, and does not need it. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Writes a file so that it is there whole or not at all, even through a power cut. */
export function writeDurably(folder: string, name: string, bytes: Uint8Array): void {
  const temporary = join(folder, `${temporaryPrefix}${process.pid}-${name}`);
  const handle = openSync(temporary, 'w');
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(handle, bytes, written);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, join(folder, name));
  syncFolder(folder);
}

export interface WeightFiles {
  save(bytes: Uint8Array): string;
  load(hash: string): Uint8Array | null;
  /** Deletes all files whose hash is not in `keep`. */
  keep(keep: ReadonlySet<string>): void;
  hashes(): string[];
  /** Names in the folder that are neither weights nor left behind by a writer that was killed. */
  foreign(): string[];
  /** Removes what killed writers left. Only for the process that holds the run's lock. */
  tidy(): void;
}

export function weightFiles(folder: string): WeightFiles {
  const names = (): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
  const isWeights = (name: string): boolean => /^[0-9a-f]{64}\.safetensors$/.test(name);
  const hashes = (): string[] =>
    names()
      .filter(isWeights)
      .map((name) => name.slice(0, -suffix.length));

  return {
    save(bytes) {
      const hash = contentHash(bytes);
      if (!existsSync(join(folder, hash + suffix))) {
        mkdirSync(folder, { recursive: true });
        writeDurably(folder, hash + suffix, bytes);
      }
      return hash;
    },
    load(hash) {
      const file = join(folder, hash + suffix);
      return existsSync(file) ? new Uint8Array(readFileSync(file)) : null;
    },
    keep(keep) {
      for (const hash of hashes()) if (!keep.has(hash)) rmSync(join(folder, hash + suffix));
    },
    hashes,
    foreign: () => names().filter((name) => !isWeights(name) && !name.startsWith(temporaryPrefix)),
    tidy() {
      for (const name of names()) if (name.startsWith(temporaryPrefix)) rmSync(join(folder, name));
    },
  };
}
