/** Several files of one folder that belong together: all of them appear, or none, and nobody's file is written over unasked. */
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../../core/failure.ts';
import { makeFolder, removeMadeFolders } from '../private-files.ts';
import { systemCode, writeFailure } from './file-trouble.ts';
import { finished, removeTemporary, takeFreeName, temporaryName, writeNewFile } from './whole-file.ts';

export type FolderContent = Readonly<Record<string, Uint8Array | string>>;

function bytesOf(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

type Found = 'free' | 'same' | 'other';

/** What is at a name: nothing, a file of just this content, or something else. */
function foundAt(path: string, content: Uint8Array | string): Found {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return 'free';
    const bytes = bytesOf(content);
    if (!found.isFile() || found.size !== bytes.length) return 'other';
    return Buffer.compare(readFileSync(path), bytes) === 0 ? 'same' : 'other';
  } catch (error) {
    throw writeFailure(path, error);
  }
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Each file under another name first, so that a disk that fills up leaves the folder as it was. */
function writeInto(folder: string, content: FolderContent, force: boolean): void {
  const found = Object.entries(content).map(([name, data]) => ({ name, data, at: foundAt(join(folder, name), data) }));
  const others = found.filter(({ at }) => at === 'other').map(({ name }) => name);
  if (others.length > 0 && !force) {
    const holds = `${folder} holds ${list(others)} already, with other content`;
    fail(
      'exists',
      `${holds}. Give another folder, or let ${others.length > 1 ? 'them' : 'it'} be replaced with --force.`,
    );
  }
  const folderInPlace = others.find((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory());
  if (folderInPlace !== undefined) {
    fail('file', `${join(folder, folderInPlace)} is a folder, where a file is to be. Give another folder.`);
  }
  const staged: { readonly temporary: string; readonly path: string; readonly free: boolean }[] = [];
  const taken: string[] = [];
  let under = '';
  try {
    for (const { name, data, at } of found) {
      if (at === 'same') continue;
      under = join(folder, name);
      const temporary = temporaryName(folder);
      staged.push({ temporary, path: under, free: at === 'free' });
      writeNewFile(temporary, data);
    }
    for (const { temporary, path, free } of staged) {
      under = path;
      if (free && !force) takeFreeName(temporary, path);
      else renameSync(temporary, path);
      finished(temporary);
      if (free) taken.push(path);
    }
  } catch (error) {
    for (const path of taken) rmSync(path, { force: true });
    if (systemCode(error) === 'EEXIST') {
      fail('exists', `${under} has just been made by somebody else. Give another folder.`);
    }
    throw writeFailure(under, error);
  } finally {
    for (const { temporary } of staged) removeTemporary(temporary);
  }
}

/** Writes all into a folder beside, which then takes the name. */
function writeNew(folder: string, content: FolderContent): void {
  const parent = dirname(folder);
  const temporary = temporaryName(parent);
  let made: string | undefined;
  let under = folder;
  let done = false;
  try {
    made = makeFolder(parent);
    mkdirSync(temporary);
    for (const [name, data] of Object.entries(content)) {
      under = join(folder, name);
      writeNewFile(join(temporary, name), data);
    }
    under = folder;
    renameSync(temporary, folder);
    finished(temporary);
    done = true;
  } catch (error) {
    throw writeFailure(under, error);
  } finally {
    removeTemporary(temporary);
    if (!done) removeMadeFolders(parent, made);
  }
}

/**
 * Writes files by name into a folder, which is made where there is none.
 * @param force whether files that are there with other content may be replaced
 * @throws FailureError (`exists`) naming the files in the way, (`disk`, `file`) naming the file and the cause
 */
export function writeWholeFolder(path: string, content: FolderContent, force: boolean): void {
  const folder = resolve(path);
  let found: ReturnType<typeof statSync>;
  try {
    found = statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    throw writeFailure(folder, error);
  }
  if (found !== undefined && !found.isDirectory())
    fail('file', `${folder} is a file, not a folder. Give another folder.`);
  if (found === undefined) writeNew(folder, content);
  else writeInto(folder, content, force);
}
