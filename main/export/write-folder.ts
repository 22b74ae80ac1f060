/** Puts the files of an export into a folder, each whole, and the manifest last: where it is, the others are. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { jsonText } from '../../core/text/json-text.ts';
import { contentHash } from '../store/weight-files.ts';
import type { FileContents } from './network-files.ts';

export const manifestVersion = 1;

/** Appears whole under its name, or not at all. */
function writeWhole(folder: string, name: string, content: Uint8Array | string): void {
  const temporary = join(folder, `.writing-${process.pid}-${name}`);
  writeFileSync(temporary, content);
  renameSync(temporary, join(folder, name));
}

export interface WrittenFolder {
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly string[];
}

/** @param about what the manifest says besides the files, their sizes and hashes */
export function writeFolder(
  folder: string,
  contents: FileContents,
  about: Readonly<Record<string, unknown>>,
): WrittenFolder {
  const files = Object.fromEntries(
    Object.entries(contents).map(([name, data]) => {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      return [name, { sha256: contentHash(bytes), bytes: bytes.length }];
    }),
  );
  const path = resolve(folder);
  mkdirSync(path, { recursive: true });
  for (const [name, data] of Object.entries(contents)) writeWhole(path, name, data);
  writeWhole(path, 'manifest.json', `${jsonText({ schemaVersion: manifestVersion, ...about, files }, 2)}\n`);
  return { folder: path, files: [...Object.keys(contents), 'manifest.json'] };
}
