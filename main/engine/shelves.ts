/** What a new search can be made of, in the shapes of the contract: models, datasets, presets, settings. */
import { basename } from 'node:path';
import type { DatasetRow, ModelRow, SearchForm } from '../../core/contract/settings.ts';
import { type PresetName, presetNames, presets } from '../../core/search/presets.ts';
import { settingFields } from '../../core/search/setting-paths.ts';
import { strategies, strategyNames } from '../../core/search/strategies/table.ts';
import { listDatasets } from '../datasets/registry.ts';
import { listModels, type ModelEntry } from '../llm/model-shelf.ts';

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

export async function datasetRows(home: string): Promise<DatasetRow[]> {
  return (await listDatasets(home)).map((entry) =>
    'problem' in entry
      ? {
          name: entry.name,
          classes: [],
          shape: [],
          train: 0,
          test: 0,
          source: '',
          problem: { code: 'dataset', message: entry.problem, data: {} },
        }
      : {
          name: entry.name,
          classes: [...entry.classes],
          shape: [...entry.shape],
          train: entry.train,
          test: entry.test,
          source: entry.source,
          problem: null,
        },
  );
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
