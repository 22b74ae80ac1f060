/**
 * Where a training's time goes, as JSON: `node test/bench/training.ts [--threads N] [--optimization LEVEL]`.
 * A small CNN (convolution to 8, batch norm, ReLU, max-pool, dropout, linear) on the built-in dataset, batch 128,
 * flip and crop; one epoch of 2,560 images, then the evaluation. Seconds of a median of three trainings.
 */
import { parseArgs } from 'node:util';
import { recipeSchema } from '../../core/training/recipe.ts';
import { openDataset } from '../../main/datasets/registry.ts';
import { sessionSettingsSchema } from '../../main/training/messages.ts';
import { trainNetwork } from '../../main/training/train-network.ts';
import { smallNetwork } from '../main/training/small-networks.ts';

const { values } = parseArgs({
  options: { threads: { type: 'string', default: '1' }, optimization: { type: 'string', default: 'basic' } },
});
const settings = sessionSettingsSchema.parse({
  device: 'cpu',
  threads: Number(values.threads),
  optimization: values.optimization,
  memoryLimitBytes: 8e9,
});
const recipe = recipeSchema.parse({
  epochs: 1,
  trainImages: 2560,
  batch: 128,
  learningRate: 0.05,
  schedule: 'one-cycle',
  normalisation: 'per-channel',
  flip: true,
  crop: 4,
});

const opened = performance.now();
const dataset = await openDataset('builtin');
const openSeconds = (performance.now() - opened) / 1000;

const rounds = [];
for (let round = 0; round < 3; round++) {
  const times = { augment: 0, run: 0, evaluate: 0 };
  const began = performance.now();
  const job = { network: smallNetwork, recipe, dataset: 'builtin', validationImages: 0, splitSeed: 0, seed: round };
  const answer = await trainNetwork({ ...job, initialWeights: null }, dataset, settings, { report() {}, times });
  if (answer.kind !== 'trained') throw new Error(JSON.stringify(answer));
  const total = (performance.now() - began) / 1000;
  const { steps } = answer.result;
  rounds.push({
    total,
    steps,
    augmentPerStep: times.augment / steps,
    runPerStep: times.run / steps,
    evaluation: times.evaluate,
    evaluatedImages: 2000 + dataset.test.count,
    rest: total - times.augment - times.run - times.evaluate,
  });
}
rounds.sort((a, b) => a.total - b.total);
const figures = { settings, openDataset: openSeconds, residentMegabytes: Math.round(process.memoryUsage().rss / 1e6) };
console.log(JSON.stringify({ ...figures, ...rounds[1] }, null, 2));
