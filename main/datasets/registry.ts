/** Datasets by name: the built-in one, and those imported into the home folder. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, failureOf } from '../../core/failure.ts';
import { homeFolder } from '../home.ts';
import { builtinHash, builtinTestImages, builtinTrainImages, openBuiltin } from './builtin/builtin.ts';
import { builtinClasses } from './builtin/figures.ts';
import { builtinShape } from './builtin/generator.ts';
import type { Dataset } from './dataset.ts';
import { isDatasetName } from './dataset-name.ts';
import { openStored, readManifest } from './stored.ts';

/** What is known of a dataset without reading its images. */
export interface DatasetEntry {
  readonly name: string;
  readonly hash: string;
  readonly classes: readonly string[];
  readonly shape: readonly [number, number, number];
  readonly train: number;
  readonly test: number;
  /** `generated`, or the format it was imported from. */
  readonly source: string;
  /** What differs from the official set, in sentences. */
  readonly notes: readonly string[];
  /** Where it is stored; null for the built-in one. */
  readonly folder: string | null;
}

/** A folder among the imported datasets that is not one. */
export interface DamagedDataset {
  readonly name: string;
  readonly problem: string;
}

const builtinEntry: DatasetEntry = {
  name: 'builtin',
  hash: builtinHash,
  classes: builtinClasses,
  shape: builtinShape,
  train: builtinTrainImages,
  test: builtinTestImages,
  source: 'generated',
  notes: [],
  folder: null,
};

/** Datasets that come with LLMatic. */
const own: ReadonlyMap<string, { readonly entry: DatasetEntry; open(home: string): Promise<Dataset> }> = new Map([
  [builtinEntry.name, { entry: builtinEntry, open: openBuiltin }],
]);

async function importedNames(home: string): Promise<string[]> {
  const entries = await readdir(join(home, 'datasets'), { withFileTypes: true }).catch(() => []);
  // Names that start with a dot are imports that were cut short.
  return entries
    .filter((entry) => entry.isDirectory() && isDatasetName(entry.name))
    .map((entry) => entry.name)
    .sort();
}

async function storedEntry(home: string, name: string): Promise<DatasetEntry> {
  const folder = join(home, 'datasets', name);
  const { hash, classes, shape, train, test, source } = await readManifest(folder);
  const { format, notes } = source;
  return { name, hash, classes, shape, train: train.count, test: test.count, source: format, notes, folder };
}

/** All datasets, the built-in one first; those that cannot be read with the reason. */
export async function listDatasets(home: string = homeFolder()): Promise<(DatasetEntry | DamagedDataset)[]> {
  const listed: (DatasetEntry | DamagedDataset)[] = [...own.values()].map(({ entry }) => entry);
  for (const name of await importedNames(home)) {
    listed.push(await storedEntry(home, name).catch((error) => ({ name, problem: failureOf(error).message })));
  }
  return listed;
}

async function known(home: string, name: string): Promise<void> {
  const names = [...own.keys(), ...(await importedNames(home))];
  if (!names.includes(name)) {
    fail(
      'dataset',
      `There is no dataset ${JSON.stringify(name)}. Known: ${names.join(', ')}. \`llmatic dataset import PATH\` adds one.`,
    );
  }
}

/** The entry of one dataset. @throws FailureError `dataset` when there is none of this name, or its manifest is damaged */
export async function datasetEntry(name: string, home: string = homeFolder()): Promise<DatasetEntry> {
  const entry = own.get(name)?.entry;
  if (entry !== undefined) return entry;
  await known(home, name);
  return storedEntry(home, name);
}

/**
 * Opens a dataset with all its images in memory, checked against its hash.
 * @throws FailureError `dataset` when there is none of this name, or its files are damaged
 */
export async function openDataset(name: string, home: string = homeFolder()): Promise<Dataset> {
  const ours = own.get(name);
  if (ours !== undefined) return ours.open(home);
  await known(home, name);
  return { ...(await openStored(join(home, 'datasets', name))), name };
}
