/** Writes a network of a run as files that other tools read: PyTorch source, safetensors, ONNX, a card, a manifest. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildExportModel } from '../../core/autodiff/export-model.ts';
import { fail } from '../../core/failure.ts';
import type { Interpreter } from '../../core/search/ports.ts';
import { readSafetensors } from '../../core/tensors/safetensors.ts';
import { lineage, networkReport, type RunRecords } from '../store/run-report.ts';
import { weightsOf } from '../store/verify.ts';
import { contentHash } from '../store/weight-files.ts';
import { card } from './card.ts';
import { pythonFile } from './python-file.ts';

export const manifestVersion = 1;

export interface Exported {
  readonly network: string;
  /** Absolute folder. */
  readonly folder: string;
  /** Names of the files in it. */
  readonly files: readonly string[];
}

/** Appears whole under its name, or not at all. */
function writeWhole(folder: string, name: string, content: Uint8Array | string): void {
  const temporary = join(folder, `.writing-${process.pid}-${name}`);
  writeFileSync(temporary, content);
  renameSync(temporary, join(folder, name));
}

/** The weights of a network of the run. @throws FailureError (`run`) when the run does not keep them */
function weightBytes({ run, records }: RunRecords, id: string): Uint8Array {
  const record = records.get(id);
  const hash = record === undefined ? null : weightsOf(record, records);
  if (hash === null) return fail('run', `Network ${id} was never trained to the end: it has no weights to export.`);
  const bytes = run.loadWeights(hash);
  if (bytes === null) {
    return fail(
      'run',
      `The weights of ${id} are no longer in the run: only elites keep theirs. \`runs show\` lists the elites.`,
    );
  }
  if (contentHash(bytes) !== hash) fail('run', `The weights of ${id} are damaged: their hash is not the recorded one.`);
  return bytes;
}

/** The float32 tensors of a safetensors file, as the graph wants them. */
function floatTensors(bytes: Uint8Array): Map<string, Float32Array> {
  const floats = new Map<string, Float32Array>();
  for (const [name, tensor] of readSafetensors(bytes)) {
    if (tensor.type === 'float32') floats.set(name, tensor.data);
  }
  return floats;
}

/**
 * Writes net.py, weights.safetensors, model.onnx, README.md and manifest.json into `folder`; equal runs give equal bytes.
 * @throws FailureError (`run`) for a network that is not in the run or has no weights
 */
export function exportNetwork(all: RunRecords, id: string, folder: string, interpreter: Interpreter): Exported {
  const { run, settings, records } = all;
  const report = networkReport(records.get(id));
  if (report === null) {
    return fail(
      'run',
      `The run ${run.folder} has no network ${id}. \`runs show\` lists the elites; \`best\` is the best of them.`,
    );
  }
  const weights = weightBytes(all, id);
  const interpretation = interpreter(report.source);
  if (!interpretation.ok) {
    return fail('run', `The source of ${id} is no longer read as a network: ${interpretation.reason.message}`);
  }
  const { network } = interpretation.value;
  const result = records.get(id)?.trained?.result;
  const normalisation = (result?.status === 'trained' ? result.normalisation : undefined) ?? null;
  const chain = lineage(all, id);
  const content: Record<string, Uint8Array | string> = {
    'net.py': pythonFile({ network: id, source: report.source, input: network.input }),
    'weights.safetensors': weights,
    'model.onnx': buildExportModel(network, floatTensors(weights)),
    'README.md': card({
      network: report,
      lineage: chain,
      run: run.description,
      created: run.created,
      recipe: settings.recipe,
      validationImages: settings.validationImages,
      normalisation,
    }),
  };
  const files = Object.fromEntries(
    Object.entries(content).map(([name, data]) => {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      return [name, { sha256: contentHash(bytes), bytes: bytes.length }];
    }),
  );
  const manifest = {
    schemaVersion: manifestVersion,
    network: id,
    hash: report.hash,
    input: network.input,
    classes: run.description.dataset.classes,
    fitness: report.fitness,
    accuracy: report.accuracy,
    measures: report.measures,
    normalisation,
    recipe: settings.recipe,
    lineage: chain,
    run: { created: run.created, preset: run.description.preset, seed: run.description.seed },
    model: run.description.model,
    dataset: run.description.dataset,
    versions: run.description.versions,
    files,
  };
  const path = resolve(folder);
  mkdirSync(path, { recursive: true });
  for (const [name, data] of Object.entries(content)) writeWhole(path, name, data);
  writeWhole(path, 'manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  return { network: id, folder: path, files: [...Object.keys(content), 'manifest.json'] };
}
