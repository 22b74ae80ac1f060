/** Imports a dataset: finds the importer for what was given, reads it, and keeps it in the home folder under a name. */
import { join, resolve } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { homeFolder } from '../../home.ts';
import { contentHash } from '../dataset.ts';
import { checkName } from '../dataset-name.ts';
import { type Manifest, store } from '../stored.ts';
import type { Chosen, DatasetImporter, ReadOptions } from './importer.ts';
import { readSource } from './source.ts';
import { importers } from './table.ts';

export interface ImportOptions extends ReadOptions {
  /** The name to keep it by; the importer's own where none is given. */
  readonly name?: string;
  /** Values of the importer's options by name. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly home?: string;
}

export interface Imported {
  readonly manifest: Manifest;
  readonly folder: string;
  /** True when exactly this content was stored under this name before. */
  readonly already: boolean;
}

/** @throws FailureError `usage` for a choice that the importer has not, or a value that the option has not */
function chosenOf({ title, options }: DatasetImporter, choices: Readonly<Record<string, string>>): Chosen {
  for (const [name, value] of Object.entries(choices)) {
    const option = options.find((each) => each.name === name);
    if (option === undefined) {
      const own = options.length === 0 ? 'it has none' : `it has --${options.map((each) => each.name).join(', --')}`;
      return fail('usage', `--${name} is not an option of importing ${title}: ${own}.`);
    }
    if (!option.values.includes(value)) {
      return fail('usage', `--${name} takes ${option.values.join(' or ')}, not ${JSON.stringify(value)}.`);
    }
  }
  return ({ name, values }) => choices[name] ?? values[0];
}

/**
 * Imports what `path` holds into `home`/datasets/`name`. Nothing is left behind when it fails.
 * @throws FailureError `usage` for a bad name or option; `file`, `dataset` naming file, byte and remedy
 */
export async function importDataset(path: string, options: ImportOptions = {}): Promise<Imported> {
  if (options.name !== undefined) checkName(options.name);
  const given = resolve(path);
  const { importer, files } = await readSource(given, importers, options);
  const name = checkName(options.name ?? importer.nameFor(given));
  const images = importer.read(files, given, chosenOf(importer, options.choices ?? {}));
  options.signal?.throwIfAborted();
  const { classes, shape, train, test } = images;
  const manifest: Manifest = {
    version: 1,
    name,
    hash: contentHash({ classes, shape, train, test }),
    classes: [...classes],
    shape: [...shape],
    train: { count: train.count },
    test: { count: test.count },
    source: { format: importer.format, files: [...images.files], notes: [...images.notes] },
  };
  options.onProgress?.(`Writing dataset ${name}`);
  const datasets = join(options.home ?? homeFolder(), 'datasets');
  const added = await store(datasets, manifest, images);
  return { manifest, folder: join(datasets, name), already: !added };
}
