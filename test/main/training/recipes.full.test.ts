/**
 * Whole trainings on real CIFAR-10 images by every optimizer, from the first draw to the saved weights, against live
 * PyTorch from the same weights and batches.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { initialWeights } from '../../../core/network/initialise.ts';
import type { Network } from '../../../core/network/ir.ts';
import { readNpy, writeNpy } from '../../../core/tensors/npy.ts';
import { readSafetensors, writeSafetensors } from '../../../core/tensors/safetensors.ts';
import { epochOrder } from '../../../core/training/batches.ts';
import { type Recipe, recipeSchema } from '../../../core/training/recipe.ts';
import type { Dataset } from '../../../main/datasets/dataset.ts';
import { readNetworkFile } from '../../../main/interpreter.ts';
import { trainNetwork } from '../../../main/training/train-network.ts';
import { prepareCifar } from './cifar-losses.ts';
import { callOracle, goldenFolder } from './python-oracle.ts';

const images = 480;
const shared = { epochs: 2, batch: 16, trainImages: images } as const;
const steps = (shared.epochs * images) / shared.batch;
const seed = 6;

let folder = '';
let cifar: Dataset;
let network: Network;
const networkFile = join(goldenFolder, 'networks', 'smooth.py');
const at = (name: string) => join(folder, name);

// Python starts several times; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-recipes-'));
  cifar = prepareCifar(folder);
  ({ network } = await readNetworkFile(networkFile, { input: [3, 32, 32], classes: 10 }));
  writeFileSync(at('weights.safetensors'), writeSafetensors(initialWeights(network, seed)));
  const order = Int32Array.from([...epochOrder(images, seed, 0), ...epochOrder(images, seed, 1)]);
  writeFileSync(at('order.npy'), writeNpy({ type: 'int32', shape: [steps, shared.batch], data: order }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function numbers(file: string): number[] {
  return [...readNpy(readFileSync(at(file))).data].map(Number);
}

function relative(values: readonly number[], exact: readonly number[]): number {
  return Math.hypot(...values.map((value, i) => value - exact[i]!)) / Math.hypot(...exact);
}

async function train(changes: Partial<Recipe>) {
  const recipe = recipeSchema.parse({ ...shared, ...changes });
  const losses: number[] = [];
  const job = { network, recipe, dataset: 'cifar', validationImages: 0, splitSeed: 0, seed, initialWeights: null };
  const settings = { threads: 1, optimization: 'basic', memoryLimitBytes: 4e9, device: 'cpu' } as const;
  const answer = await trainNetwork(job, cifar, settings, { report() {}, onStep: (_, loss) => losses.push(loss) });
  if (answer.kind !== 'trained') throw new Error(JSON.stringify(answer));
  return { losses, tensors: readSafetensors(answer.weights) };
}

describe('a training on CIFAR-10', () => {
  test.each<[string, Partial<Recipe>]>([
    ['sgd', { learningRate: 0.02, nesterov: true, weightDecay: 5e-4, schedule: 'one-cycle', labelSmoothing: 0.1 }],
    ['adam', { optimizer: 'adam', learningRate: 0.003, schedule: 'cosine', warmup: 0.1, averaging: 0.9 }],
    ['adamw', { optimizer: 'adamw', learningRate: 0.003, weightDecay: 0.05, decayed: 'matrices', clipNorm: 1 }],
    ['muon', { optimizer: 'muon', learningRate: 0.01, othersRate: 0.2, schedule: 'cosine', averaging: 0.8 }],
  ])("by %s has PyTorch's losses and saved weights", async (name, changes) => {
    const { losses, tensors } = await train(changes);
    writeFileSync(at('recipe.json'), JSON.stringify({ ...shared, ...changes }));
    const given = ['weights.safetensors', 'images.npy', 'labels.npy', 'order.npy', 'recipe.json'].map(at);
    callOracle('recipe', networkFile, ...given, folder);
    const [exact, single] = [numbers('losses64.npy'), numbers('losses32.npy')];
    expect(losses.length).toBe(steps);
    const worst = Math.max(...exact.map((loss, step) => Math.abs(losses[step]! - loss) / loss));
    const theirs = Math.max(...exact.map((loss, step) => Math.abs(single[step]! - loss) / loss));
    const [state64, state32] = ['64', '32'].map((bits) =>
      readSafetensors(readFileSync(at(`state${bits}.safetensors`))),
    );
    expect([...tensors.keys()].sort()).toEqual([...state64!.keys()].sort());
    // The counts of batches are as they must be; beside them no error of a weight would show.
    const floats = [...state64!.keys()].filter((key) => state64!.get(key)!.type !== 'int64');
    for (const key of state64!.keys()) {
      if (!floats.includes(key)) expect(tensors.get(key)!.data, key).toEqual(BigInt64Array.of(BigInt(steps)));
    }
    const flat = (state: typeof tensors) => floats.flatMap((key) => [...state.get(key)!.data].map(Number));
    const error = relative(flat(tensors), flat(state64!));
    const errorOfPyTorch = relative(flat(state32!), flat(state64!));
    console.log(
      `${name}: losses ${worst.toExponential(1)} (PyTorch's float32 ${theirs.toExponential(1)}), ` +
        `weights ${error.toExponential(1)} (${errorOfPyTorch.toExponential(1)})`,
    );
    expect(worst, `losses; PyTorch's own float32 is off by ${theirs}`).toBeLessThanOrEqual(Math.max(1e-5, 2 * theirs));
    expect(error, `weights; PyTorch's own: ${errorOfPyTorch}`).toBeLessThanOrEqual(Math.max(1e-5, 2 * errorOfPyTorch));
    expect(Math.min(...exact)).toBeLessThan(0.9 * exact[0]!);
  });
});
