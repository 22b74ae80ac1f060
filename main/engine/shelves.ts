/** What a new search can be made of, in the shapes of the contract: models, datasets, presets, settings. */
import { basename } from 'node:path';
import type { DatasetRow, ModelRow, SearchForm } from '../../core/contract/settings.ts';
import { type PresetName, presetNames, presets } from '../../core/search/presets.ts';
import { settingFields } from '../../core/search/setting-paths.ts';
import { strategies, strategyNames } from '../../core/search/strategies/table.ts';
import { importDataset } from '../datasets/importers/import-dataset.ts';
import { importers } from '../datasets/importers/table.ts';
import { type DamagedDataset, type DatasetEntry, datasetEntry, listDatasets } from '../datasets/registry.ts';
import { listModels, type ModelEntry } from '../llm/model-shelf.ts';
import { abortSignal } from './abort-signal.ts';
import type { AnswersTo } from './answers.ts';

/** What a preset is for, in one sentence. */
const presetSentences: Readonly<Record<PresetName, string>> = {
  demo: 'A whole search in about two minutes on two cores, with the embedded model and the built-in images.',
  laptop: 'A night on a laptop: selection on held-out images, ten epochs a network, wide axes.',
  paper: 'The paper to the letter: 20 generations of 100 offspring, 50 epochs, batches of 4. Days on one machine.',
  'reference-code': "What the authors' published code does, its deviations included, for comparison.",
};

function inMillions(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toPrecision(3)} G` : `${(count / 1e6).toPrecision(3)} M`;
}

function modelRow(entry: ModelEntry): ModelRow {
  const { architecture, parameters, quantization, contextLength } = entry;
  const summary =
    architecture === null
      ? null
      : `${architecture}, ${inMillions(parameters ?? 0)} parameters, ${quantization}, context ${contextLength}`;
  return {
    file: entry.embedded ? null : entry.file,
    name: entry.name ?? basename(entry.file),
    embedded: entry.embedded,
    bytes: entry.bytes ?? 0,
    summary,
    problem: entry.problem === null ? null : { code: 'model-file', message: entry.problem, data: {} },
  };
}

/** `used`: files of models that lie anywhere. */
export async function modelRows(home: string, used: readonly string[]): Promise<ModelRow[]> {
  return (await listModels(home, used)).map(modelRow);
}

function datasetRow(entry: DatasetEntry | DamagedDataset): DatasetRow {
  if ('problem' in entry) {
    const problem = { code: 'dataset', message: entry.problem, data: {} };
    return { name: entry.name, classes: [], shape: [], train: 0, test: 0, source: '', problem };
  }
  const { name, classes, shape, train, test, source } = entry;
  return { name, classes: [...classes], shape: [...shape], train, test, source, problem: null };
}

async function datasetRows(home: string): Promise<DatasetRow[]> {
  return (await listDatasets(home)).map(datasetRow);
}

/** The answers to the calls on datasets. */
export function datasetAnswers(home: string): AnswersTo<`datasets.${string}`> {
  return {
    'datasets.list': async () => ({ datasets: await datasetRows(home) }),
    'datasets.importers': async () => ({
      importers: importers.map(({ format, title, reads, example, options }) => ({
        ...{ format, title, reads, example },
        options: options.map(({ name, sentence, values }) => ({ name, sentence, values: [...values] })),
      })),
    }),
    async 'datasets.import'({ path, name, choices = {} }, signal) {
      const { manifest, already } = await importDataset(path, {
        home,
        choices,
        signal: abortSignal(signal),
        ...(name === undefined ? {} : { name }),
      });
      const entry = await datasetEntry(manifest.name, home);
      return { dataset: datasetRow(entry), notes: [...entry.notes], already };
    },
  };
}

export async function searchForm(home: string, used: readonly string[]): Promise<SearchForm> {
  return {
    presets: presetNames.map((name) => ({ name, sentence: presetSentences[name], settings: presets[name] })),
    fields: settingFields(),
    strategies: strategyNames.map((name) => ({ name, sentence: strategies[name].sentence })),
    models: await modelRows(home, used),
    datasets: await datasetRows(home),
  };
}
