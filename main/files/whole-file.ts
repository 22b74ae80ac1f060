/**
 * Files that we write for a person: each appears whole under its name, or not at all, whatever happens meanwhile: a full
 * disk, an exit. It is written under another name beside its own, brought to the disk, and then given its name.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../../core/failure.ts';
import { systemCode, writeFailure } from './file-trouble.ts';

/** What is not finished yet; an exit in the midst of it removes it. */
const unfinished = new Set<string>();
let watchingExit = false;
let count = 0;

/** What is made under this name is removed when the process ends before it is {@link finished}. */
export function unfinishedUntilNamed(path: string): void {
  unfinished.add(path);
  if (watchingExit) return;
  watchingExit = true;
  process.once('exit', () => {
    for (const each of unfinished) removeTemporary(each);
  });
}

/** A short name of its own beside what is written, so that a long name does not become too long; for what is unfinished. */
export function temporaryName(folder: string): string {
  count += 1;
  const path = join(folder, `.llmatic-${process.pid}-${count}.partial`);
  unfinishedUntilNamed(path);
  return path;
}

/** It has its own name now. */
export function finished(temporary: string): void {
  unfinished.delete(temporary);
}

export function removeTemporary(temporary: string): void {
  try {
    rmSync(temporary, { recursive: true, force: true });
  } catch {
    // Whoever took the rights away meanwhile keeps the rest.
  }
  unfinished.delete(temporary);
}

/** The place behind links: the file itself, or where it would be made. @throws FailureError (`file`) */
function behindLinks(path: string): string {
  let at = resolve(path);
  for (let links = 0; links < 40; links++) {
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found === undefined || !found.isSymbolicLink()) return at;
    at = resolve(dirname(at), readlinkSync(at));
  }
  return fail('file', `${path} cannot be written: it is a link that leads back to itself. Give another place.`);
}

/** Whether a file that is there may be replaced. */
export type Replace = boolean | ((file: string) => boolean);

interface Target {
  /** Behind links. */
  readonly file: string;
  /** What is there. */
  readonly found: Stats | undefined;
}

function targetOf(path: string, replace: Replace): Target {
  const file = behindLinks(path);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) fail('file', `${path} is a folder. Give the name of a file.`);
  if (found?.isFile() === true && !(typeof replace === 'boolean' ? replace : replace(file))) {
    fail('exists', `${path} is there already. Give another file, or let it be replaced with --force.`);
  }
  return { file, found };
}

/** Writes the parts to a file that is not there yet, and waits until the disk has them. */
export function writeNewFile(file: string, content: Uint8Array | string, mode = 0o666): void {
  const descriptor = openSync(file, 'wx', mode);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Gives a file its name where nothing has it. @throws EEXIST */
export function takeFreeName(temporary: string, file: string): void {
  try {
    linkSync(temporary, file);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error;
    // File systems without links, such as exFAT.
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
      throw Object.assign(new Error(`EEXIST: ${file}`), { code: 'EEXIST' });
    }
    renameSync(temporary, file);
    return;
  }
  rmSync(temporary);
}

/**
 * That a file can be written when the work is done: asked before it begins.
 * @throws FailureError (`file`) naming the cause, (`exists`) where it is there and may not be replaced
 */
export function checkWritable(path: string, replace: Replace): void {
  try {
    const { file, found } = targetOf(path, replace);
    if (found !== undefined && !found.isFile()) return;
    const temporary = temporaryName(dirname(file));
    try {
      closeSync(openSync(temporary, 'wx'));
    } finally {
      removeTemporary(temporary);
    }
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/**
 * Writes a file whole or not at all. Through links; a device or pipe is written to as it stands. `mode` is that of a file
 * that is not there yet; another keeps its own.
 * @throws FailureError (`disk`, `file`) naming the file and the cause, (`exists`) where it may not be replaced
 */
export function writeWholeFile(path: string, content: Uint8Array | string, replace: Replace, mode?: number): void {
  try {
    const { file, found } = targetOf(path, replace);
    if (found !== undefined && !found.isFile()) {
      writeFileSync(file, content);
      return;
    }
    const temporary = temporaryName(dirname(file));
    try {
      writeNewFile(temporary, content, mode);
      if (found === undefined) {
        takeFreeName(temporary, file);
      } else {
        chmodSync(temporary, found.mode & 0o7777);
        renameSync(temporary, file);
      }
      finished(temporary);
    } finally {
      removeTemporary(temporary);
    }
  } catch (error) {
    throw writeFailure(path, error);
  }
}
