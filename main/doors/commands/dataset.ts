/** `dataset list`, `dataset import`, `dataset show`: the image sets that networks are trained on. */
import { fail } from '../../../core/failure.ts';
import { channelStatistics, classCounts, type Split } from '../../datasets/dataset.ts';
import { importDataset } from '../../datasets/importers/import-dataset.ts';
import { importers } from '../../datasets/importers/table.ts';
import { type DatasetEntry, datasetEntry, listDatasets, openDataset } from '../../datasets/registry.ts';
import type { Command } from './command.ts';
import { textOption } from './options.ts';

function lines(entry: DatasetEntry): string[] {
  const about =
    `${entry.name}: ${entry.classes.length} classes, ${entry.train} training and ${entry.test} test images of ` +
    `${entry.shape.join('x')}; ${entry.source}; hash ${entry.hash.slice(0, 12)}`;
  return [about, ...entry.notes.map((note) => `    ${note}`)];
}

/** The one positional argument of a command. */
function only(positionals: readonly string[], command: string, what: string): string {
  const [value] = positionals;
  if (value === undefined || positionals.length > 1) {
    fail('usage', `${command} takes one ${what}. See \`llmatic ${command} --help\`.`);
  }
  return value;
}

export const datasetListCommand: Command = {
  name: 'dataset list',
  summary: 'List the datasets.',
  usage: `Usage: llmatic dataset list [--json]

Lists the built-in dataset and the imported ones: classes, number of images, hash.`,
  options: {},
  async run({ positionals }) {
    if (positionals.length > 0) fail('usage', 'dataset list takes no arguments. See `llmatic dataset list --help`.');
    const datasets = await listDatasets();
    const text = datasets.flatMap((entry) => ('problem' in entry ? [`${entry.name}: ${entry.problem}`] : lines(entry)));
    return { json: { datasets }, text };
  },
};

/** What can be imported, a paragraph each, with the options that it alone has. */
function importersUsage(): string {
  return importers
    .map(({ title, reads, example, options }) =>
      [
        `  ${title} (${example})`,
        ...wrapped(reads, 4),
        ...options.flatMap(({ name, sentence, values }) => [
          `    --${name} ${values.join(' | ')}`,
          ...wrapped(`${sentence} (${values[0]})`, 6),
        ]),
      ].join('\n'),
    )
    .join('\n');
}

/** A sentence in lines of at most 118 characters, `indent` spaces before each. */
function wrapped(sentence: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of sentence.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > 118) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each);
}

/** Options that an importer has, each once. */
const importerOptions = [...new Set(importers.flatMap(({ options }) => options.map(({ name }) => name)))];

export const datasetImportCommand: Command = {
  name: 'dataset import',
  summary: 'Import labelled images from files: CIFAR-10 and others.',
  usage: `Usage: llmatic dataset import PATH [--name NAME] [--json]

Imports the images of PATH, a file or a folder, and keeps them in the data folder (LLMATIC_HOME). What it is follows from
its files, each of which is checked. What is not read is told by what it is (docs/datasets.md). Read are:

${importersUsage()}

Options:
  --name NAME   The name to train on it by; as the importer says where none is given.`,
  options: {
    name: { type: 'string' },
    ...Object.fromEntries(importerOptions.map((name) => [name, { type: 'string' }])),
  },
  async run({ positionals, options, say, signal }) {
    const path = only(positionals, 'dataset import', 'path');
    const name = textOption(options, 'name');
    const choices = importerOptions.flatMap((option) => {
      const value = textOption(options, option);
      return value === null ? [] : [[option, value] as const];
    });
    const imported = await importDataset(path, {
      ...(name === null ? {} : { name }),
      choices: Object.fromEntries(choices),
      signal,
      onProgress: say,
    });
    const entry = await datasetEntry(imported.manifest.name);
    const { already } = imported;
    const first = already ? 'Already imported, with the same content.' : `Imported into ${imported.folder}.`;
    const { files } = imported.manifest.source;
    return { json: { ...entry, already, files }, text: [first, ...lines(entry)] };
  },
};

function splitReport(split: Split, classes: readonly string[], shape: readonly [number, number, number]) {
  const { mean, deviation } = channelStatistics(split, shape);
  return { count: split.count, perClass: classCounts(split, classes.length), mean, deviation };
}

function numbers(values: readonly number[]): string {
  return values.map((value) => value.toFixed(4)).join(' ');
}

export const datasetShowCommand: Command = {
  name: 'dataset show',
  summary: 'Show classes, counts and pixel statistics of a dataset.',
  usage: `Usage: llmatic dataset show NAME [--json]

Opens the dataset, checks its hash, and shows the images of each class in both splits, and the mean and standard
deviation of each channel of the pixels scaled to 0..1.`,
  options: {},
  async run({ positionals }) {
    const name = only(positionals, 'dataset show', 'name');
    const entry = await datasetEntry(name);
    const dataset = await openDataset(name);
    const { classes, shape } = dataset;
    const train = splitReport(dataset.train, classes, shape);
    const test = splitReport(dataset.test, classes, shape);
    const width = Math.max(...classes.map((each) => each.length), 'all'.length);
    const row = (label: string, a: number | undefined, b: number | undefined): string =>
      `  ${label.padEnd(width)}  ${String(a ?? 0).padStart(8)}  ${String(b ?? 0).padStart(6)}`;
    const text = [
      ...lines(entry),
      `hash ${dataset.hash}`,
      `  ${''.padEnd(width)}  training    test`,
      ...classes.map((each, label) => row(each, train.perClass[label], test.perClass[label])),
      row('all', train.count, test.count),
      `training pixels by channel: mean ${numbers(train.mean)}, deviation ${numbers(train.deviation)}`,
      `test pixels by channel:     mean ${numbers(test.mean)}, deviation ${numbers(test.deviation)}`,
    ];
    return { json: { ...entry, train, test }, text };
  },
};

export const datasetCommands: readonly Command[] = [datasetListCommand, datasetImportCommand, datasetShowCommand];
