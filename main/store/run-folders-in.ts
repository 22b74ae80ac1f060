/** The run folders that lie in a folder, or to which a link in it leads. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRunFolder } from './run-folder.ts';

/** Absolute, in order of their names; none where the folder is absent. */
export function runFoldersIn(parent: string): string[] {
  if (statSync(parent, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const isFolder = (path: string): boolean => {
    try {
      return statSync(path).isDirectory();
    } catch {
      // A link that leads nowhere, or a folder that may not be entered.
      return false;
    }
  };
  return readdirSync(parent)
    .sort()
    .map((name) => join(parent, name))
    .filter((path) => isFolder(path) && isRunFolder(path));
}
