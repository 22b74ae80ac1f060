/**
 * What a search will take here: a few steps of two networks are trained with the search's own recipe, images and
 * device, in a process of its own that is ended. Nothing of it reaches a run.
 */

import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { currentArithmetic } from '../../core/autodiff/emitter.ts';
import { fail } from '../../core/failure.ts';
import { type Estimate, estimateOf, isShort, type Range, shortEstimate } from '../../core/search/estimate.ts';
import { isServed } from '../../core/search/served-address.ts';
import type { Settings } from '../../core/search/settings.ts';
import { datasetEntry } from '../datasets/registry.ts';
import { loadInterpreter } from '../interpreter.ts';
import { embeddedModelFile } from '../llm/embedded.ts';
import { workersOf } from '../search-run/workers.ts';
import { trainingDevice } from '../training/devices.ts';
import { createTrainerPool, type TrainerPool } from '../training/pool.ts';
import { unlessAborted } from '../unless-aborted.ts';

/** Milliseconds of steps that are enough to know their pace. */
const enough = 700;
/** Images of a step that is measured at most: a larger one takes as many times longer, and minutes to measure. */
const largestBatch = 512;
/** Measurements that are kept: a form asks again with every change of another setting. */
const kept = 16;

type Shape = readonly [channels: number, height: number, width: number];

/** A network as small as the one that a search starts from. */
function smallNetwork([channels, height, width]: Shape, classes: number): string {
  return `import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(${channels}, 1, 1)
        self.fc = nn.Linear(${height * width}, ${classes})

    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))
`;
}

/** Two convolutions with pooling: 6 million multiply-accumulates for an image of 3 x 32 x 32. */
function largerNetwork([channels, height, width]: Shape, classes: number): string {
  const flat = 64 * Math.floor(height / 4) * Math.floor(width / 4);
  return `import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(${channels}, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc = nn.Linear(${flat}, ${classes})

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(x.flatten(1))
`;
}

/** Seconds of one step, from those between the first report of progress and the last. */
async function stepSeconds(pool: TrainerPool, job: Parameters<TrainerPool['trainUntil']>[0]): Promise<number> {
  const stop = new AbortController();
  let first: { at: number; step: number } | null = null;
  let last: { at: number; step: number } | null = null;
  const answer = await pool.trainUntil(job, {
    stop: stop.signal,
    onProgress({ step }) {
      last = { at: performance.now(), step };
      first ??= last;
      if (last.at - first.at >= enough) stop.abort();
    },
  });
  const paced = paceBetween(first, last);
  if (paced !== null) return paced;
  const { result } = answer;
  if (result.status === 'fault') return fail(result.kind, result.message);
  const steps = result.status === 'trained' ? result.steps : result.step;
  return result.seconds / Math.max(1, steps);
}

function paceBetween(
  first: { readonly at: number; readonly step: number } | null,
  last: { readonly at: number; readonly step: number } | null,
): number | null {
  if (first === null || last === null || last.step <= first.step) return null;
  return (last.at - first.at) / 1000 / (last.step - first.step);
}

async function measuredSteps(settings: Settings): Promise<Range> {
  const { shape, classes } = await datasetEntry(settings.dataset);
  const interpret = await loadInterpreter({ input: shape, classes: classes.length });
  const pool = await createTrainerPool({
    threads: settings.trainer.threads ?? 1,
    device: trainingDevice(settings.trainer.device),
    arithmetic: currentArithmetic,
  });
  try {
    const seconds: number[] = [];
    for (const source of [smallNetwork(shape, classes.length), largerNetwork(shape, classes.length)]) {
      const read = interpret(source);
      if (!read.ok) return fail('unsupported', `No estimate for these images: ${read.reason.message}`);
      const { dataset, validationImages } = settings;
      const recipe = { ...settings.recipe, batch: Math.min(settings.recipe.batch, largestBatch) };
      const { network } = read.value;
      const job = { network, recipe, dataset, validationImages, splitSeed: 0, seed: 0, initialWeights: null };
      seconds.push((await stepSeconds(pool, job)) * (settings.recipe.batch / recipe.batch));
    }
    const [low = 0, high = 0] = seconds;
    return { low, high: Math.max(low, high) };
  } finally {
    await pool.close();
  }
}

/** What was measured in this process, by what decides it. */
const measured = new Map<string, Promise<Range>>();

function stepsFor(settings: Settings): Promise<Range> {
  const { recipe, dataset, validationImages, trainer } = settings;
  const { epochs: _, ...paced } = recipe;
  const key = JSON.stringify([paced, dataset, validationImages, trainer.device, trainer.threads]);
  const known = measured.get(key) ?? measuredSteps(settings);
  measured.set(key, known);
  known.catch(() => measured.delete(key));
  const oldest = measured.keys().next();
  if (measured.size > kept && !oldest.done) measured.delete(oldest.value);
  return known;
}

function modelBytes({ model }: Settings): number | null {
  if (model !== null && isServed(model)) return null;
  return statSync(model ?? embeddedModelFile()).size;
}

/**
 * `always`: also where the search is so short that its steps alone say so. Takes two to four seconds where it measures.
 * @throws FailureError as the search would for its dataset and device; the signal's reason when aborted
 */
export async function estimateSearch(settings: Settings, always: boolean, signal?: AbortSignal): Promise<Estimate> {
  signal?.throwIfAborted();
  const { train } = await datasetEntry(settings.dataset);
  const workers = Math.min(workersOf(settings, trainingDevice(settings.trainer.device)), availableParallelism());
  if (!always && isShort(settings, train)) return shortEstimate(settings, train, workers);
  const step = await unlessAborted(stepsFor(settings), signal);
  return estimateOf(settings, train, { step, workers, modelBytes: modelBytes(settings) });
}
