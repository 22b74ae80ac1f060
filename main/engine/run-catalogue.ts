/** Which runs there are: those in the runs folder, and those opened from elsewhere, which are remembered in runs.json. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import * as z from 'zod';
import { fail } from '../../core/failure.ts';
import { makePrivateFolder, privateFile } from '../private-files.ts';
import { isRunFolder } from '../store/run-folder.ts';
import { runFoldersIn } from '../store/run-folders-in.ts';

export interface RunCatalogue {
  /** Absolute. */
  readonly runsFolder: string;
  /** Folders of all runs. */
  folders(): string[];
  idOf(folder: string): string;
  /** @throws FailureError (`input`) for an id that is in neither place */
  folderOf(id: string): string;
  /** Remembers a run folder from elsewhere. @throws FailureError (`run`) where it holds no run */
  open(folder: string): string;
  /** @throws FailureError (`input`) for a run in the runs folder, which is listed because it is there */
  forget(id: string): void;
}

const rememberedSchema = z.object({ schemaVersion: z.literal(1), opened: z.array(z.string()) });

function readRemembered(file: string): string[] {
  if (!existsSync(file)) return [];
  try {
    return rememberedSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).opened;
  } catch {
    // A list that can be made again by opening the runs; losing it must not keep the app from starting.
    return [];
  }
}

/** `home`: LLMatic's data folder, where the list of opened runs is kept. */
export function runCatalogue(runsFolder: string, home: string): RunCatalogue {
  const parent = resolve(runsFolder);
  const file = join(home, 'runs.json');

  const remember = (opened: readonly string[]): void => {
    makePrivateFolder(home);
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify({ schemaVersion: 1, opened }, null, 2)}\n`, { mode: privateFile });
    renameSync(temporary, file);
  };
  const idOf = (folder: string): string => (dirname(folder) === parent ? basename(folder) : folder);

  return {
    runsFolder: parent,
    folders() {
      const here = runFoldersIn(parent);
      return [...here, ...readRemembered(file).filter((folder) => !here.includes(folder))];
    },
    idOf,
    folderOf(id) {
      if (isAbsolute(id)) {
        if (readRemembered(file).includes(id)) return id;
        return fail('input', `The run ${id} is not in the list. Open its folder first.`);
      }
      if (id !== basename(id) || id === '.' || id === '..') {
        return fail('input', `${JSON.stringify(id)} names no run: give the name of its folder.`);
      }
      return join(parent, id);
    },
    open(folder) {
      const path = resolve(folder);
      if (!isRunFolder(path)) {
        fail('run', `${path} holds no run (no run.sqlite). Give the folder that a search wrote.`);
      }
      const opened = readRemembered(file);
      if (dirname(path) !== parent && !opened.includes(path)) remember([...opened, path]);
      return path;
    },
    forget(id) {
      if (!isAbsolute(id)) {
        fail(
          'input',
          `The run ${id} lies in the runs folder and is listed because it is there. Move or delete its folder.`,
        );
      }
      remember(readRemembered(file).filter((folder) => folder !== id));
    },
  };
}
