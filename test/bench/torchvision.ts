/**
 * torchvision's 80 classification models, read from the published package, against PyTorch (test/golden/network/
 * make_torchvision.py): names, order and sizes of state_dict, parameters, evaluation logits from the same weights.
 * Needs pip (`npm run oracle`) and 3 GB of memory.
 *
 * Run: node test/bench/torchvision.ts [--table] [NAME ...]     prints one JSON document, or docs/torchvision.md's table
 *      node test/bench/torchvision.ts --steps [NAME ...]       the most steps of the evaluator that one of them takes
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FailureError, failureOf } from '../../core/failure.ts';
import type { Network } from '../../core/network/ir.ts';
import { defaultBudget } from '../../core/python/budget.ts';
import {
  logitsError,
  outlineOf,
  readModel,
  type TorchvisionModel,
  torchvisionModels,
} from '../main/torchvision/models.ts';
import { downloadTorchvision, torchvisionVersion } from '../main/torchvision/package.ts';

/** Largest relative error that counts as agreement. */
const tolerance = 1e-4;

interface Figures {
  readonly input: readonly number[];
  readonly entries: number;
  readonly parameters: number;
  readonly flops: number;
  /** See {@link logitsError}. */
  readonly relativeError: number;
  /** Of PyTorch's own float32. */
  readonly pytorchError: number;
}

interface Row {
  readonly name: string;
  readonly ok: boolean;
  /** Why it is not ok. */
  readonly reason?: string;
  /** Null where the model could not be read or run. */
  readonly figures: Figures | null;
}

function differences(network: Network, { entries, parameters, relativeError }: Figures, model: TorchvisionModel) {
  const found: string[] = [];
  if (entries !== model.entries) found.push(`${model.entries} entries in PyTorch's state_dict`);
  else if (outlineOf(network) !== model.outline) found.push("state_dict's names or sizes differ from PyTorch's");
  if (parameters !== model.parameters) found.push(`${model.parameters} parameters in PyTorch`);
  if (!(relativeError <= tolerance)) found.push(`logits differ by more than ${tolerance}`);
  return found;
}

async function rowOf(root: string, model: TorchvisionModel): Promise<Row> {
  const { name, input, logitsError: pytorchError } = model;
  try {
    const { network, measures } = await readModel(root, model);
    const figures = {
      input,
      entries: network.parameters.length + network.buffers.length,
      parameters: measures.params,
      flops: measures.flops,
      relativeError: await logitsError(network, model),
      pytorchError,
    };
    const found = differences(network, figures, model);
    return found.length === 0 ? { name, ok: true, figures } : { name, ok: false, reason: found.join('; '), figures };
  } catch (error) {
    const { message, file } = failureOf(error);
    return { name, ok: false, reason: `${file ?? model.file}: ${message}`, figures: null };
  }
}

/** Whether a model is read where a program may take so many steps. @throws FailureError for any other reason */
async function isReadWithin(root: string, model: TorchvisionModel, steps: number): Promise<boolean> {
  try {
    await readModel(root, model, { steps });
    return true;
  } catch (error) {
    if (error instanceof FailureError && error.failure.kind === 'budget') return false;
    throw error;
  }
}

/** The smallest bound of steps within which all are read, found by halving, and the model that needs it. */
async function mostSteps(root: string): Promise<{ readonly model: string; readonly steps: number }> {
  let most = { model: '', steps: 0 };
  for (const model of models) {
    if (await isReadWithin(root, model, most.steps)) continue;
    let tooFew = most.steps;
    let enough = defaultBudget.steps;
    while (enough - tooFew > 1) {
      const middle = Math.floor((tooFew + enough) / 2);
      if (await isReadWithin(root, model, middle)) enough = middle;
      else tooFew = middle;
    }
    most = { model: model.name, steps: enough };
    process.stderr.write(`${model.name}: ${enough} steps\n`);
  }
  return most;
}

function lineOf({ name, ok, reason, figures }: Row): string {
  const verdict = ok ? 'agrees' : (reason ?? '');
  if (figures === null) return `| \`${name}\` | ${verdict} | | | | | | |`;
  const { input, entries, parameters, flops, relativeError, pytorchError } = figures;
  const whole = [entries, parameters].map((value) => value.toLocaleString('en'));
  const errors = [relativeError, pytorchError].map((value) => value.toExponential(1));
  const cells = [`\`${name}\``, verdict, input.join(' x '), ...whole, (flops / 1e9).toFixed(2), ...errors];
  return `| ${cells.join(' | ')} |`;
}

function tableOf(rows: readonly Row[]): string {
  const head = [
    "| model | with PyTorch | input | entries of state_dict | parameters | 10^9 FLOPs | logits' error | PyTorch float32's own |",
    '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |',
  ];
  return `${[...head, ...rows.map(lineOf)].join('\n')}\n`;
}

const { values, positionals } = parseArgs({
  options: { table: { type: 'boolean' }, steps: { type: 'boolean' } },
  allowPositionals: true,
});
const models = torchvisionModels().filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const folder = mkdtempSync(join(tmpdir(), 'torchvision-'));
try {
  const root = downloadTorchvision(folder);
  if (values.steps) {
    const most = await mostSteps(root);
    const figures = { torchvision: torchvisionVersion, models: models.length, bound: defaultBudget.steps, most };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  } else {
    const rows: Row[] = [];
    for (const model of models) {
      rows.push(await rowOf(root, model));
      process.stderr.write(`${model.name}\n`);
    }
    const counts = { models: rows.length, ok: rows.filter(({ ok }) => ok).length };
    process.stdout.write(
      values.table
        ? tableOf(rows)
        : `${JSON.stringify({ torchvision: torchvisionVersion, tolerance, ...counts, rows })}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
