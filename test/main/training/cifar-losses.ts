/** The first losses of the initial network on real CIFAR-10 images, ours and PyTorch's, from the same weights and batches. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initialWeights } from '../../../core/network/initialise.ts';
import { readNpy, writeNpy } from '../../../core/tensors/npy.ts';
import { writeSafetensors } from '../../../core/tensors/safetensors.ts';
import { epochOrder, stepsPerEpoch } from '../../../core/training/batches.ts';
import { recipeSchema } from '../../../core/training/recipe.ts';
import type { Dataset } from '../../../main/datasets/dataset.ts';
import { trainNetwork } from '../../../main/training/train-network.ts';
import { callOracle, goldenFolder } from './python-oracle.ts';
import { initialNetwork } from './small-networks.ts';

/** The real images that tests of the full tier read. */
export const cifarArchive = join(import.meta.dirname, '../../../../shared/data/cifar10-subset-binary.tar.gz');
const seed = 4;

export const steps = 100;

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

/** Unpacks the archive into the folder and writes there what the oracle reads. */
export function prepareCifar(folder: string): Dataset {
  execFileSync('tar', ['-xzf', cifarArchive, '-C', folder]);
  const train = records(join(folder, 'cifar-10-batches-bin/data_batch_1.bin'));
  const test = records(join(folder, 'cifar-10-batches-bin/test_batch.bin'));
  const { images, labels, count } = train;
  writeFileSync(join(folder, 'images.npy'), writeNpy({ type: 'uint8', shape: [count, 3, 32, 32], data: images }));
  writeFileSync(join(folder, 'labels.npy'), writeNpy({ type: 'uint8', shape: [count], data: labels }));
  writeFileSync(join(folder, 'weights.safetensors'), writeSafetensors(initialWeights(initialNetwork, seed)));
  const classes = Array.from({ length: 10 }, (_, i) => String(i));
  return { name: 'cifar', hash: '', classes, shape: [3, 32, 32], train, test };
}

/** Losses of the first 100 steps; more than one epoch, so that an order ends on the way. */
export async function firstLosses(
  cifar: Dataset,
  folder: string,
  batch: number,
  learningRate: number,
): Promise<{ readonly ours: number[]; readonly theirs: number[]; readonly epochs: number }> {
  const images = batch * steps > 10_000 ? 10_000 : batch * 60;
  const perEpoch = stepsPerEpoch(images, batch);
  const epochs = Math.ceil(steps / perEpoch);
  const recipe = recipeSchema.parse({ epochs, trainImages: images, batch, learningRate, momentum: 0.9 });
  const ours: number[] = [];
  const job = { network: initialNetwork, recipe, dataset: 'cifar', validationImages: 0, splitSeed: 0, seed };
  const settings = { device: 'cpu', threads: 1, optimization: 'basic', memoryLimitBytes: 4e9 } as const;
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
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('order.npy'), writeNpy({ type: 'int32', shape: [steps, batch], data: order }));
  const files = ['weights.safetensors', 'images.npy', 'labels.npy', 'order.npy', 'losses.npy'].map(at);
  callOracle('losses', join(goldenFolder, 'networks', 'initial.py'), ...files, '--lr', String(learningRate));
  const theirs = [...readNpy(readFileSync(at('losses.npy'))).data].map(Number);
  return { ours: ours.slice(0, steps), theirs, epochs };
}

/** Largest |ours - theirs| / theirs. */
export function largestDifference(ours: readonly number[], theirs: readonly number[]): number {
  return Math.max(...theirs.map((loss, step) => Math.abs((ours[step] ?? Number.NaN) - loss) / loss));
}
