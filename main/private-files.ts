/**
 * Files and folders that are a person's own: runs, keys, caches. Nobody else who uses the machine may read them. (Windows
 * has no such modes; there the rights of the folder above hold.)
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import * as z from 'zod';
import { fail, failureOf } from '../core/failure.ts';

/** Mode of a file that only its owner reads and writes. */
export const privateFile = 0o600;
const privateFolder = 0o700;

const codeSchema = z.object({ code: z.string() });

/** What keeps a folder from being made in the place that is named before it. */
const reasons: Readonly<Record<string, string>> = {
  EROFS: 'lies on a disk that can only be read',
  EACCES: 'may not be written by you',
  EPERM: 'may not be written by you',
  ENOENT: 'takes no new folders',
  ENOTDIR: 'is no folder',
  EEXIST: 'is no folder',
  ELOOP: 'is a link that leads to itself',
};

/** Why a folder cannot be written, to be said after its name: `lies on a disk that can only be read`. */
export function whyOfFolder(error: unknown): string {
  const code = codeSchema.safeParse(error).data?.code;
  return (code === undefined ? undefined : reasons[code]) ?? `cannot be written: ${failureOf(error).message}`;
}

function nearestThere(path: string): string {
  let there = path;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  return there;
}

/** Removes the folders from `path` up to `topmost`, as long as they are empty. */
export function removeMadeFolders(path: string, topmost: string | undefined): void {
  if (topmost === undefined) return;
  try {
    for (let at = path; ; at = dirname(at)) {
      rmdirSync(at);
      if (at === topmost) return;
    }
  } catch {
    // It holds something by now.
  }
}

/** Makes each folder from one that is there down to `path`, or none. Node's own `recursive` never ends in /proc. */
function madeBelow(there: string, path: string, mode: number): string | undefined {
  if (there === path) {
    if (statSync(path).isDirectory()) return undefined;
    throw Object.assign(new Error('It is no folder.'), { code: 'ENOTDIR' });
  }
  let first: string | undefined;
  const names = relative(there, path).split(sep);
  for (let count = 1; count <= names.length; count++) {
    const folder = join(there, ...names.slice(0, count));
    try {
      mkdirSync(folder, { mode });
      first ??= folder;
    } catch (error) {
      // Another process may have made it meanwhile.
      if (codeSchema.safeParse(error).data?.code !== 'EEXIST' || !statSync(folder).isDirectory()) {
        removeMadeFolders(dirname(folder), first);
        throw error;
      }
    }
  }
  return first;
}

/**
 * Makes a folder, with those above it that are missing, for its owner alone; one that is there already stays as it is.
 * Gives the topmost folder that was made, undefined where none was.
 * @throws FailureError (`file`) naming the place that keeps it from being made
 */
export function makePrivateFolder(folder: string): string | undefined {
  return makeFolder(folder, privateFolder);
}

/** The same with another mode: what the process's mask leaves of 777, for a folder that is the person's to share. */
export function makeFolder(folder: string, mode = 0o777): string | undefined {
  const path = resolve(folder);
  try {
    return madeBelow(nearestThere(path), path, mode);
  } catch (error) {
    const code = codeSchema.safeParse(error).data?.code;
    // A full disk is told as such wherever it is met.
    if (code === 'ENOSPC' || code === 'EDQUOT') throw error;
    if (code === 'ENAMETOOLONG') {
      return fail('file', `${path} cannot be made: its name is too long. Give a shorter one.`);
    }
    const why = `${nearestThere(path)} ${whyOfFolder(error)}`;
    return fail('file', `${path} cannot be made: ${why}. Choose a place that you can write to.`);
  }
}

/** Makes an empty file for its owner alone, where there is none yet: whoever opens it next writes into that. */
export function makePrivateFile(file: string): void {
  closeSync(openSync(file, 'a', privateFile));
}

/** Takes from everybody else what an earlier version, or a copy, left open: a folder and all below it, no link followed. */
export function closeToOthers(path: string): void {
  if (process.platform === 'win32') return;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return;
  const wanted = found.isDirectory() ? privateFolder : privateFile;
  if ((found.mode & 0o777) !== wanted && (found.isDirectory() || found.isFile())) {
    try {
      chmodSync(path, wanted);
    } catch {
      // Another person's file in a shared folder: theirs to close.
    }
  }
  if (found.isDirectory()) for (const name of readdirSync(path)) closeToOthers(join(path, name));
}
