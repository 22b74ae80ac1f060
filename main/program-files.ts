/** The Python files that a program may import: those below one folder, found by dotted name. */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fail } from '../core/failure.ts';
import type { ProgramFiles } from '../core/network/read-options.ts';
import type { ModuleText } from '../core/python/modules/program-modules.ts';
import { readPythonFile } from './files/text-file.ts';

/** Largest file that is read, in bytes. */
const largestFile = 500_000;

const identifier = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** The real path of what exists, else null. */
function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * The files that the program in `path` may import: those in `root`, or in its own folder. Links that lead out of it are
 * not followed. A root with an `__init__.py` is itself a package; its name is then the first part of every module.
 * @throws FailureError of kind `file` when the root is no folder or does not hold the file
 */
export function programFiles(path: string, root: string | null): ProgramFiles {
  const file = realPath(resolve(path));
  if (file === null) return fail('file', `The network file ${path} cannot be read: there is no such file.`);
  const folder = root === null ? dirname(file) : realPath(resolve(root));
  if (folder === null || !isFolder(folder)) return fail('file', `--root ${root ?? ''} is not a folder.`);
  if (!file.startsWith(folder + sep)) {
    return fail('file', `${path} does not lie in ${root ?? folder}; --root must be a folder above the file.`);
  }
  const top = basename(folder);
  const isPackage = isFile(join(folder, '__init__.py'));
  const parts = relative(folder, file)
    .replace(/\.py$/, '')
    .split(sep)
    .filter((part, index, all) => part !== '__init__' || index < all.length - 1);
  const name = [...(isPackage ? [top] : []), ...parts];
  const parent = basename(file) === '__init__.py' ? name : name.slice(0, -1);
  return {
    name: name.join('.') || top,
    // A file in a folder without `__init__.py` may still write `from .layers import Block`.
    package: parent.length === 0 ? top : parent.join('.'),
    texts: (dotted) => moduleText(folder, top, isPackage, dotted),
  };
}

function moduleText(folder: string, top: string, isPackage: boolean, dotted: string): ModuleText | null {
  const parts = dotted.split('.');
  if (!parts.every((part) => identifier.test(part)) || parts.length > 50) return null;
  const plain = { parts, name: isPackage ? [top, ...parts] : parts };
  const below = parts.slice(1);
  const within = { parts: below, name: isPackage || below.length === 0 ? parts : below };
  // The folder's own name stands for itself; in one that is no package, what lies in it under that name comes first.
  const places = parts[0] !== top ? [plain] : isPackage ? [within, plain] : [plain, within];
  for (const find of isPackage ? [found] : [written, bare]) {
    for (const place of places) {
      const module = find(folder, place.parts, place.name);
      if (module !== null) return module;
    }
  }
  return null;
}

/** The module at a path below the folder: a package, a file, or a bare folder. */
function found(folder: string, parts: readonly string[], name: readonly string[]): ModuleText | null {
  return written(folder, parts, name) ?? bare(folder, parts, name);
}

/** A package with an `__init__.py`, or a file. */
function written(folder: string, parts: readonly string[], name: readonly string[]): ModuleText | null {
  const path = join(folder, ...parts);
  const described = (file: string, isPackage: boolean): ModuleText | null => {
    const text = textOf(folder, file);
    if (text === null) return null;
    return { name: name.join('.'), text, file: relative(folder, file).split(sep).join('/'), package: isPackage };
  };
  const whole = described(join(path, '__init__.py'), true);
  if (whole !== null) return whole;
  return parts.length === 0 ? null : described(`${path}.py`, false);
}

/** A folder without `__init__.py`. */
function bare(folder: string, parts: readonly string[], name: readonly string[]): ModuleText | null {
  const real = realPath(join(folder, ...parts));
  if (real === null || !isFolder(real) || !(real === folder || real.startsWith(folder + sep))) return null;
  return { name: name.join('.'), text: '', file: `${parts.join('/') || '.'}/`, package: true };
}

/** The text of a file inside the folder; null for what is not there or leads out of it. @throws FailureError of kind `file` */
function textOf(folder: string, path: string): string | null {
  const real = realPath(path);
  if (real === null || !real.startsWith(folder + sep) || !isFile(real)) return null;
  const { size } = statSync(real);
  if (size > largestFile) {
    return fail('file', `${path} has ${size} bytes; an imported file may have at most ${largestFile}.`);
  }
  return readPythonFile(real, path);
}
