/** Writes a network of a run as files that other tools read: clean source, safetensors, ONNX, a card, a manifest. */
import { join } from 'node:path';
import { fail } from '../../core/failure.ts';
import { folderNameSchema } from '../../core/names.ts';
import { resultOf } from '../../core/search/candidate.ts';
import type { EndableInterpreter, Interpretation } from '../../core/search/ports.ts';
import { runNotes, testSplitName } from '../../core/search/run-notes.ts';
import { readSafetensors } from '../../core/tensors/safetensors.ts';
import { visibleLine } from '../../core/text/visible.ts';
import { lineage } from '../run/lineage.ts';
import { networkReport } from '../run/networks.ts';
import { setAsideOf, sourceOf, weightsOf } from '../run/outcomes.ts';
import { archivesNow, type StoredRun } from '../run/run.ts';

import { card } from './card.ts';
import { networkFiles } from './network-files.ts';
import { type WritingOptions, writeFolder } from './write-folder.ts';

export interface Exported {
  readonly network: string;
  /** Absolute folder. */
  readonly folder: string;
  /** Names of the files in it. */
  readonly files: readonly string[];
}

/** The weights of a network of the run. @throws FailureError (`run`) when the run does not keep them */
function weightBytes(run: StoredRun, id: string): Uint8Array {
  const { records, store } = run;
  const record = records.get(id);
  const hash = record === undefined ? null : weightsOf(record, records);
  if (hash === null) return fail('run', `Network ${id} was never trained to the end: it has no weights to export.`);
  const bytes = store.loadWeights(hash);
  if (bytes === null && store.weightHashes().includes(hash)) {
    const what = `The weights of ${id} are damaged: the file ${hash}.safetensors has not the recorded hash`;
    return fail('run', `${what}. \`llmatic search --resume\` trains the network anew.`);
  }
  const isElite = [...archivesNow(run).networks.elites.values()].some((elite) => elite.record.id === id);
  if (bytes === null && isElite) {
    const what = `The weights of ${id} are missing: ${hash}.safetensors is gone from ${join(run.folder, 'weights')}`;
    return fail('run', `${what}. Copy it there again, or let \`llmatic search --resume\` train the network anew.`);
  }
  if (bytes === null) {
    return fail(
      'run',
      `The weights of ${id} are no longer in the run: only elites keep theirs. \`runs show\` lists the elites.`,
    );
  }
  return bytes;
}

/** What was trained: the network itself or, under other names of its layers, the one whose result it reuses. */
async function trainedNetwork(
  { records }: StoredRun,
  id: string,
  interpreter: EndableInterpreter,
): Promise<Interpretation> {
  const sameAs = records.get(id)?.trained?.sameAs ?? null;
  const source = sourceOf(records.get(sameAs ?? id));
  if (source === null) return fail('run', `The source of ${sameAs ?? id}, which was trained, is not in the run.`);
  const interpretation = await interpreter(source);
  if (interpretation.ok) return interpretation.value;
  return fail('run', `The source of ${id} is no longer read as a network: ${interpretation.reason.message}`);
}

/**
 * Writes net.py, weights.safetensors, model.onnx, original.txt, README.md and manifest.json into `folder`; equal runs give
 * equal bytes.
 * @throws FailureError (`run`) for a network that is not in the run or has no weights, `verification` where net.py would not
 * be the network; as {@link writeFolder}
 */
export async function exportNetwork(
  run: StoredRun,
  id: string,
  folder: string,
  interpreter: EndableInterpreter,
  writing: WritingOptions = {},
): Promise<Exported> {
  const { settings, records } = run;
  const report = networkReport(records.get(id));
  if (report === null) {
    return fail(
      'run',
      `The run ${run.folder} has no network ${id}. \`runs show\` lists the elites; \`best\` is the best of them.`,
    );
  }
  const weights = readSafetensors(weightBytes(run, id));
  const interpretation = await trainedNetwork(run, id, interpreter);
  if (interpretation.hash !== report.hash) {
    return fail(
      'run',
      `The source of ${id} is read as the network ${interpretation.hash}; recorded is ${report.hash}.`,
    );
  }
  const normalisation = resultOf(records.get(id))?.normalisation ?? null;
  const chain = lineage(run, id);
  const setAside = setAsideOf(records).length;
  const notes = runNotes({ model: run.description.model, settings, setAside });
  const content = {
    ...(await networkFiles({ interpretation, weights, original: report.source }, interpreter)),
    'README.md': card({
      network: report,
      lineage: chain,
      run: run.description,
      created: run.created,
      notes,
      testSplit: testSplitName(settings),
      recipe: settings.recipe,
      validationImages: settings.validationImages,
      normalisation,
    }),
  };
  const about = {
    network: id,
    hash: report.hash,
    input: interpretation.network.input,
    classes: run.description.dataset.classes,
    fitness: report.fitness,
    accuracy: report.accuracy,
    measures: report.measures,
    normalisation,
    recipe: settings.recipe,
    lineage: chain,
    run: { created: run.created, preset: run.description.preset, seed: run.description.seed },
    notes,
    model: run.description.model,
    dataset: run.description.dataset,
    versions: run.description.versions,
  };
  const { files, folder: path } = writeFolder(folder, content, about, writing);
  return { network: id, folder: path, files };
}

/** The name of a candidate's folder: its id where that is a plain name, which an id of ours always is. @throws FailureError (`run`) */
export function folderName(id: string): string {
  if (folderNameSchema.safeParse(id).success) return id;
  return fail(
    'run',
    `The candidate ${visibleLine(id)} cannot name a folder. Export it alone, into a folder of your choice.`,
  );
}
