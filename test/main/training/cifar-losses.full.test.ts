import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { initialWeights } from '../../../core/network/initialise.ts';
import { readNpy, writeNpy } from '../../../core/tensors/npy.ts';
import { writeSafetensors } from '../../../core/tensors/safetensors.ts';
import { epochOrder, stepsPerEpoch } from '../../../core/training/batches.ts';
import { recipeSchema } from '../../../core/training/recipe.ts';
import type { Dataset } from '../../../main/datasets/dataset.ts';
import { trainNetwork } from '../../../main/training/train-network.ts';
import { callOracle, goldenFolder } from './python-oracle.ts';
import { initialNetwork } from './small-networks.ts';

const archive = join(import.meta.dirname, '../../../../shared/data/cifar10-subset-binary.tar.gz');
const steps = 100;
const seed = 4;

/** Records of the official binary layout: one label byte, then 3,072 of the image. */
function records(file: string) {
  const bytes = readFileSync(file);
  const count = bytes.byteLength / 3073;
  const images = new Uint8Array(count * 3072);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = bytes[i * 3073]!;
    images.set(bytes.subarray(i * 3073 + 1, (i + 1) * 3073), i * 3072);
  }
  return { images, labels, count };
}

let folder = '';
let cifar: Dataset;

// Python starts several times; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-losses-'));
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  const train = records(join(folder, 'cifar-10-batches-bin/data_batch_1.bin'));
  const test = records(join(folder, 'cifar-10-batches-bin/test_batch.bin'));
  const classes = Array.from({ length: 10 }, (_, i) => String(i));
  cifar = { name: 'cifar', hash: '', classes, shape: [3, 32, 32], train, test };
  const { images, labels, count } = train;
  writeFileSync(join(folder, 'images.npy'), writeNpy({ type: 'uint8', shape: [count, 3, 32, 32], data: images }));
  writeFileSync(join(folder, 'labels.npy'), writeNpy({ type: 'uint8', shape: [count], data: labels }));
  const weights = writeSafetensors(initialWeights(initialNetwork, seed));
  writeFileSync(join(folder, 'weights.safetensors'), weights);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the initial network's first 100 losses on CIFAR-10", () => {
  test.each([
    [4, 0.001],
    [128, 0.001],
    [128, 0.05],
  ])("are PyTorch's within 1e-3 relative, from the same weights and batches of %i", async (batch, learningRate) => {
    const images = batch * 100 > 10_000 ? 10_000 : batch * 60;
    const perEpoch = stepsPerEpoch(images, batch);
    const epochs = Math.ceil(steps / perEpoch);
    expect(epochs, 'an epoch ends on the way').toBeGreaterThan(1);
    const recipe = recipeSchema.parse({ epochs, trainImages: images, batch, learningRate, momentum: 0.9 });

    const ours: number[] = [];
    const job = { network: initialNetwork, recipe, dataset: 'cifar', validationImages: 0, splitSeed: 0, seed };
    const settings = { threads: 1, optimization: 'basic', memoryLimitBytes: 4e9 } as const;
    await trainNetwork({ ...job, initialWeights: null }, cifar, settings, {
      report() {},
      onStep: (_, loss) => ours.push(loss),
    });

    const order = new Int32Array(steps * batch);
    for (let step = 0; step < steps; step++) {
      const epoch = epochOrder(images, seed, Math.floor(step / perEpoch));
      const first = (step % perEpoch) * batch;
      order.set(epoch.subarray(first, first + batch), step * batch);
    }
    writeFileSync(join(folder, 'order.npy'), writeNpy({ type: 'int32', shape: [steps, batch], data: order }));
    const network = join(goldenFolder, 'networks', 'initial.py');
    const [weights, x, y, rows, out] = [
      'weights.safetensors',
      'images.npy',
      'labels.npy',
      'order.npy',
      `losses-${batch}.npy`,
    ].map((name) => join(folder, name));
    callOracle('losses', network, weights!, x!, y!, rows!, out!, '--lr', String(learningRate));
    const theirs = [...readNpy(readFileSync(out!)).data].map(Number);
    expect(theirs.length).toBe(steps);
    const errors = theirs.map((loss, step) => Math.abs(ours[step]! - loss) / loss);
    console.log(
      `batch ${batch}: largest relative difference of ${steps} losses ${Math.max(...errors).toExponential(2)}`,
    );
    expect(Math.max(...errors)).toBeLessThanOrEqual(1e-3);
    // Not trivially: the losses differ from step to step far more than ours from theirs.
    expect(Math.max(...theirs) - Math.min(...theirs)).toBeGreaterThan(0.1);
  });
});
