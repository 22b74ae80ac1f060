/**
 * The files that whoever calls the engine may name: LLMatic's own folders, what the engine itself has listed, and what
 * the person opened. Everything else of the machine is nobody's business: a page, or whoever got hold of one, could read
 * and write it otherwise. Checked is where a path really leads.
 */
import { resolve } from 'node:path';
import { callPaths, type PathUse } from '../../../core/contract/call-paths.ts';
import type { CallName, Params } from '../../../core/contract.ts';
import { fail } from '../../../core/failure.ts';
import { isPromptFile, pathsInChanges } from '../../../core/search/setting-places.ts';
import { liesIn, realPlace } from './real-place.ts';

/** What the person opened besides, and how they open more. */
export interface OpenedByPerson {
  /** Folders whose files may be read, and into which models may be written. */
  readonly folders: readonly string[];
  /** A sentence: how a place is opened that is not; the path is absolute. */
  remedy(path: string): string;
}

export const nothingOpened: OpenedByPerson = {
  folders: [],
  remedy: () => "Put it into LLMatic's data folder, which `llmatic doctor` names.",
};

export interface PlacesOptions {
  /** LLMatic's own folders: they may be read. */
  readonly own: readonly string[];
  /** The folder of models: it may be written to. */
  readonly models: string;
  readonly opened: OpenedByPerson;
  /** Folders of the runs in the list. */
  runFolders(): readonly string[];
  /** Files of models in the list, wherever they lie or lead. */
  listedModels(): readonly string[];
}

export interface OpenedPlaces {
  /** Opens a file or a folder that the person has just chosen, for reading. */
  choose(path: string): void;
  /** Lets a call with these parameters pass. @throws FailureError (`not-opened`) naming the path and the remedy */
  admit<N extends CallName>(name: N, params: Params<N>): Promise<void>;
}

interface Named {
  /** What names it, where that is a setting. */
  readonly setting: string | null;
  readonly path: string;
  readonly use: 'read' | 'write';
}

/** The paths in a value that is used so. */
function named(use: PathUse, value: unknown): Named[] {
  if (use === 'settings') {
    const changes = typeof value === 'object' && value !== null ? { ...value } : {};
    return pathsInChanges(changes).map(({ setting, path }) => ({ setting, path, use: 'read' }));
  }
  if (typeof value !== 'string') return [];
  if (use === 'prompt set') return isPromptFile(value) ? [{ setting: null, path: value, use: 'read' }] : [];
  return [{ setting: null, path: value, use }];
}

/** A server's share on Windows: to look at it is to sign in there. */
function isOfServer(path: string): boolean {
  return process.platform === 'win32' && /^[\\/]{2}/.test(path);
}

export function openedPlaces({ own, models, opened, runFolders, listedModels }: PlacesOptions): OpenedPlaces {
  const mayRead = [...own, models, ...opened.folders].map((path) => resolve(path));
  const mayWrite = [models, ...opened.folders].map((path) => resolve(path));
  const chosen = new Set<string>();

  async function within(real: string, folders: readonly string[]): Promise<boolean> {
    for (const folder of folders) {
      const place = await realPlace(folder);
      if (place !== null && liesIn(real, place)) return true;
    }
    return false;
  }

  async function mayBeUsed({ path, use }: Named): Promise<boolean> {
    const given = resolve(path);
    if (isOfServer(given) && ![...mayRead, ...chosen].some((folder) => liesIn(given, folder))) return false;
    const real = await realPlace(given);
    if (real === null) return false;
    if (use === 'write') return within(real, mayWrite);
    if (await within(real, [...mayRead, ...chosen])) return true;
    // What the engine lists by itself may be a link to elsewhere, which the person laid there.
    return (await within(real, runFolders())) || listedModels().includes(given);
  }

  return {
    choose: (path) => void chosen.add(resolve(path)),
    async admit(name, params) {
      const given: Readonly<Record<string, unknown>> = { ...params };
      const uses: readonly [string, PathUse][] = Object.entries(callPaths[name]);
      for (const each of uses.flatMap(([field, use]) => named(use, given[field]))) {
        if (await mayBeUsed(each)) continue;
        const which = each.setting === null ? '' : `${each.setting} `;
        const verb = each.use === 'read' ? 'read' : 'written';
        const why = "it leads out of LLMatic's own folders and those that were opened";
        fail(
          'not-opened',
          `${which}${each.path} may not be ${verb} from here: ${why}. ${opened.remedy(resolve(each.path))}`,
        );
      }
    },
  };
}
