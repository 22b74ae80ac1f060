/** Puts the files of an export into a folder, all of them or none, and the manifest last: where it is, the others are. */
import { resolve } from 'node:path';
import { jsonText } from '../../core/text/json-text.ts';
import { writeWholeFolder } from '../files/whole-folder.ts';
import { contentHash } from '../store/weight-files.ts';
import type { FileContents } from './network-files.ts';

const manifestVersion = 1;

export interface WrittenFolder {
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly string[];
}

export interface WritingOptions {
  /** Whether files that are in the folder with other content may be replaced. */
  readonly force?: boolean;
}

/**
 * @param about what the manifest says besides the files, their sizes and hashes
 * @throws FailureError (`exists`) naming the files in the way, (`disk`, `file`) naming file and cause; nothing is left then
 */
export function writeFolder(
  folder: string,
  contents: FileContents,
  about: Readonly<Record<string, unknown>>,
  { force = false }: WritingOptions = {},
): WrittenFolder {
  const files = Object.fromEntries(
    Object.entries(contents).map(([name, data]) => {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      return [name, { sha256: contentHash(bytes), bytes: bytes.length }];
    }),
  );
  const path = resolve(folder);
  const manifest = `${jsonText({ schemaVersion: manifestVersion, ...about, files }, 2)}\n`;
  const all = { ...contents, 'manifest.json': manifest };
  writeWholeFolder(path, all, force);
  return { folder: path, files: Object.keys(all) };
}
