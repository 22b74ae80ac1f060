/** Names of run folders: by time and preset, free in the folder they go to. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** `2026-11-24T041500`: sorts by time and is a file name everywhere. */
function timeName(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(':', '');
}

/** A folder below `parent` that is not taken: by default one that does not exist yet. */
export function freshRunFolder(
  parent: string,
  preset: string,
  isTaken: (folder: string) => boolean = existsSync,
  now: Date = new Date(),
): string {
  const name = `${timeName(now)}-${preset}`;
  for (let count = 1; ; count++) {
    const folder = join(parent, count === 1 ? name : `${name}-${count}`);
    if (!isTaken(folder)) return folder;
  }
}
