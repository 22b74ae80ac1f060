/** Prompt sets: those in prompts/ of the package, a person's own in prompts/ of the data folder, or any JSON file. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, failureOf } from '../core/failure.ts';
import { type AnyPromptSet, type CellPromptSet, type PromptSet, parsePromptSet } from '../core/search/prompt-set.ts';
import { isPromptFile } from '../core/search/setting-places.ts';
import { readJsonFile } from './files/json-file.ts';
import { writeWholeFile } from './files/whole-file.ts';
import { homeFolder } from './home.ts';
import { packageFolder } from './package-folder.ts';
import { makePrivateFolder, privateFile } from './private-files.ts';

function ownFolder(home: string): string {
  return join(home, 'prompts');
}

/** Where LLMatic's own sets lie. */
export function packagedPrompts(): string {
  return join(packageFolder(), 'prompts');
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((entry) => (entry.endsWith('.json') ? entry.slice(0, -5) : []))
    .sort();
}

/** A set's entry in a list; one that cannot be read says why. */
export type PromptSetEntry =
  | { readonly name: string; readonly file: string; readonly own: boolean; readonly set: AnyPromptSet }
  | { readonly name: string; readonly file: string; readonly own: boolean; readonly problem: string };

/** Reads a file as a prompt set. @throws FailureError (`file`, `input`) naming the prompt and the field */
function readFile(file: string): AnyPromptSet {
  const read = parsePromptSet(readJsonFile(file, `The prompt set ${file}`));
  if (read.ok) return read.set;
  const form = 'CONTRIBUTING.md ("Add a prompt") has the form; `llmatic prompts show paper --json` is an example.';
  return fail('input', `${file} is no prompt set. ${read.problems.slice(0, 5).join('; ')}. ${form}`);
}

/** All sets by name, the package's first. */
export function listPromptSets(home = homeFolder()): PromptSetEntry[] {
  const entries = (folder: string, own: boolean) =>
    namesIn(folder).map((name): PromptSetEntry => {
      const file = join(folder, `${name}.json`);
      try {
        return { name, file, own, set: readFile(file) };
      } catch (error) {
        return { name, file, own, problem: failureOf(error).message };
      }
    });
  return [...entries(packagedPrompts(), false), ...entries(ownFolder(home), true)];
}

/** A set from any file; nothing is kept. @throws FailureError (`file`, `input`) naming the prompt and the field */
export function readPromptSetFile(file: string): PromptSetEntry {
  const set = readFile(resolve(file));
  return { name: set.name, file: resolve(file), own: true, set };
}

/**
 * A set by its name, or from a file whose path ends in .json.
 * @throws FailureError (`input`, `file`) when there is none, or it is not valid
 */
export function readAnyPromptSet(name: string, home = homeFolder()): AnyPromptSet {
  if (isPromptFile(name)) return readFile(resolve(name));
  const known = [packagedPrompts(), ownFolder(home)];
  // The name comes from settings: it names a file in these folders and nothing elsewhere.
  const folder = /^[\w-]+$/.test(name) ? known.find((each) => existsSync(join(each, `${name}.json`))) : undefined;
  if (folder !== undefined) return readFile(join(folder, `${name}.json`));
  return fail(
    'input',
    `promptSet ${JSON.stringify(name)}: there is none of this name. There is: ${known.flatMap(namesIn).join(', ')}; or give a file that ends in .json.`,
  );
}

/** A set that a search can use. @throws FailureError (`input`, `file`) */
export function readPromptSet(name: string, home = homeFolder()): PromptSet {
  const set = readAnyPromptSet(name, home);
  if (set.changes === 'network') return set;
  return fail('input', `promptSet ${set.name} changes cells of a benchmark, not whole networks. Choose another set.`);
}

/** The prompts that change cells of NAS-Bench-201. */
export function readCellPromptSet(): CellPromptSet {
  const set = readAnyPromptSet('nasbench201');
  return set.changes === 'cell' ? set : fail('internal', 'The prompt set nasbench201 does not change cells.');
}

/**
 * Keeps a person's own set in the data folder, under its name; an own set of that name is replaced. Runs are not touched: each
 * has its set with it.
 * @throws FailureError (`input`, `file`) for a file that is no set, or a name of the package's
 */
export function importPromptSet(file: string, name: string | null, home = homeFolder()): PromptSetEntry {
  const read = readFile(resolve(file));
  const set = { ...read, name: name ?? read.name };
  if (!/^[\w-]+$/.test(set.name)) fail('usage', `--name ${set.name}: letters, digits, hyphens and underscores.`);
  if (namesIn(packagedPrompts()).includes(set.name)) {
    fail('input', `${set.name} is a prompt set of LLMatic. Give another name with --name NAME.`);
  }
  const folder = ownFolder(home);
  makePrivateFolder(folder);
  const kept = join(folder, `${set.name}.json`);
  writeWholeFile(kept, `${JSON.stringify(set, null, 2)}\n`, true, privateFile);
  return { name: set.name, file: kept, own: true, set };
}
