/** Names of run folders: by this computer's clock and the preset, each given to one search alone. */
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from './private-files.ts';

/** `2026-11-24T051500`, as clocks show it here: sorts by time and is a file name everywhere. */
function timeName(date: Date): string {
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
  const day = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day}T${pad(date.getHours())}${pad(date.getMinutes())}${pad(date.getSeconds())}`;
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

/**
 * The same, made at once and empty, so that no other search can take it while this one loads its model.
 * @throws FailureError (`file`) where no folder can be made there
 */
export function reservedRunFolder(
  parent: string,
  preset: string,
  isTaken: (folder: string) => boolean = () => false,
  now: Date = new Date(),
): string {
  makePrivateFolder(parent);
  return freshRunFolder(
    parent,
    preset,
    (folder) => {
      if (isTaken(folder) || existsSync(folder)) return true;
      try {
        mkdirSync(folder, { mode: 0o700 });
        return false;
      } catch {
        // Another search was quicker; for any other reason this says why.
        makePrivateFolder(folder);
        return true;
      }
    },
    now,
  );
}

/** Gives up a reserved folder in which no run was begun. */
export function releaseRunFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It holds a run by now.
  }
}
