/** The thirty networks beside live PyTorch on real CIFAR-10 images: gradients of one batch, losses of 100 steps of SGD. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { Dataset } from '../../../main/datasets/dataset.ts';
import { cifarArchive } from '../../main/training/cifar-losses.ts';
import { allowance, decode, relativeError } from './golden-cases.ts';
import { gradientsOf, lossesOf, readNetwork, realImages } from './whole-networks.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const script = join(repository, 'test', 'golden', 'autodiff', 'whole_networks.py');

const lineSchema = z.object({
  name: z.string(),
  gradients: z.record(z.string(), z.string()),
  gradientError: z.number(),
  losses64: z.array(z.number()),
  losses32: z.array(z.array(z.number())),
});

/** What PyTorch says of one network; `gradients` are those of float64 as base64 of float32. */
export type PyTorchLine = z.infer<typeof lineSchema>;

/** PyTorch's lines as it writes them, for all networks or those named. @throws Error where it is missing or ends badly */
async function* pyTorchLines(names: readonly string[]): AsyncGenerator<PyTorchLine> {
  const python = process.env.LLMATIC_PYTHON ?? join(repository, '.oracle', 'bin', 'python');
  if (!existsSync(python)) throw new Error(`No Python with PyTorch at ${python}: set LLMATIC_PYTHON.`);
  const child = spawn(python, [script, 'live', cifarArchive, ...names], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) yield lineSchema.parse(JSON.parse(line));
    const status = await ended;
    if (status !== 0) throw new Error(`${script} ended with ${status}.`);
  } finally {
    child.kill();
  }
}

/**
 * First step whose loss is further from PyTorch's float64 than allowed: twice the largest difference that PyTorch's own
 * float32 has had by then, or 1e-5 of the loss; null where there is none.
 */
export function firstStepBeyond(
  ours: readonly number[],
  exact: readonly number[],
  singles: readonly (readonly number[])[],
): number | null {
  let theirs = 0;
  for (const [step, loss] of exact.entries()) {
    theirs = Math.max(theirs, ...singles.map((single) => Math.abs((single[step] ?? Number.NaN) - loss)));
    const allowed = Math.max(2 * theirs, 1e-5 * Math.abs(loss));
    if (!(Math.abs((ours[step] ?? Number.NaN) - loss) <= allowed)) return step;
  }
  return ours.length === exact.length ? null : exact.length;
}

/** Largest |losses - exact| / exact. */
function largestDifference(losses: readonly number[], exact: readonly number[]): number {
  return Math.max(...exact.map((loss, step) => Math.abs((losses[step] ?? Number.NaN) - loss) / loss));
}

/** One network's figures; differences are relative to PyTorch's float64. */
export interface Beside {
  readonly network: string;
  readonly parameters: number;
  readonly firstLoss: number;
  readonly lastLoss: number;
  readonly loss: number;
  readonly pytorchLoss: number;
  readonly gradient: number;
  readonly pytorchGradient: number;
  /** First step whose loss is off by more than allowed. */
  readonly beyondAt: number | null;
  /** The same where only the first of PyTorch's float32 trainings says how far it may be off. */
  readonly beyondAtAlone: number | null;
  /** Whether losses and gradients are as near as DESIGN.md's terms of measure and {@link firstStepBeyond} ask. */
  readonly pass: boolean;
}

/** Measures the networks named, or all thirty, and gives each as soon as it is known. */
export async function* besidePyTorch(
  dataset: Dataset,
  names: readonly string[] = [],
): AsyncGenerator<{ readonly figures: Beside; readonly pytorch: PyTorchLine }> {
  for await (const pytorch of pyTorchLines(names)) {
    const { name, losses64, losses32 } = pytorch;
    const network = await readNetwork(name);
    const parameters = Object.keys(pytorch.gradients).sort();
    const exact = Float32Array.from(parameters.flatMap((key) => [...decode(pytorch.gradients[key] ?? '')]));
    const gradient = relativeError(await gradientsOf(network, realImages(dataset, 0), 'cpu'), exact);
    const losses = await lossesOf(network, dataset);
    const beyondAt = firstStepBeyond(losses, losses64, losses32);
    const figures: Beside = {
      network: name,
      parameters: exact.length,
      firstLoss: losses64[0] ?? Number.NaN,
      lastLoss: losses64.at(-1) ?? Number.NaN,
      loss: largestDifference(losses, losses64),
      pytorchLoss: Math.max(...losses32.map((single) => largestDifference(single, losses64))),
      gradient,
      pytorchGradient: pytorch.gradientError,
      beyondAt,
      beyondAtAlone: firstStepBeyond(losses, losses64, losses32.slice(0, 1)),
      pass: beyondAt === null && gradient <= allowance(pytorch.gradientError),
    };
    yield { figures, pytorch };
  }
}
