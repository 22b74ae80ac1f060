/**
 * How far training is from PyTorch, as one JSON document: gradients of five network files through the command line
 * (error to PyTorch's float64, and that of PyTorch's own float32), and the first 100 losses of the initial network on
 * real CIFAR-10 images. Usage: LLMATIC_PYTHON=... node test/bench/pytorch.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '../../core/tensors/safetensors.ts';
import { firstLosses, largestDifference, prepareCifar } from '../main/training/cifar-losses.ts';
import { callOracle, goldenFolder } from '../main/training/python-oracle.ts';

const cli = join(import.meta.dirname, '..', '..', 'main', 'doors', 'cli.ts');
const folder = mkdtempSync(join(tmpdir(), 'llmatic-bench-'));
const at = (name: string): string => join(folder, name);

/** All gradients of a file in one vector, in order of their names. */
function gradientsOf(file: string): number[] {
  const tensors = readSafetensors(readFileSync(at(file)));
  const names = [...tensors.keys()].filter((name) => name !== 'loss').sort();
  return names.flatMap((name) => [...(tensors.get(name)?.data ?? [])].map(Number));
}

function norm(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function errorOf(found: readonly number[], truth: readonly number[]): number {
  if (found.length !== truth.length) throw new Error(`${found.length} gradients against ${truth.length} of PyTorch.`);
  return norm(found.map((value, i) => value - (truth[i] ?? Number.NaN))) / norm(truth);
}

try {
  const gradients = ['plain', 'batch_norm', 'residual', 'depthwise', 'inception'].map((name) => {
    const network = join(goldenFolder, 'networks', `${name}.py`);
    callOracle('gradients', network, folder);
    const given = ['--weights', at('weights.safetensors'), '--input', at('images.npy'), '--labels', at('labels.npy')];
    const words = [cli, 'network', 'gradients', network, ...given, '--output', at('ours.safetensors'), '--json'];
    execFileSync(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
    const truth = gradientsOf('gradients64.safetensors');
    const error = errorOf(gradientsOf('ours.safetensors'), truth);
    const pytorchFloat32 = errorOf(gradientsOf('gradients32.safetensors'), truth);
    const bound = Math.max(1e-6, 2 * pytorchFloat32);
    return { network: name, parameters: truth.length, error, pytorchFloat32, bound, within: error <= bound };
  });
  const cifar = prepareCifar(folder);
  const losses: unknown[] = [];
  for (const batch of [4, 128]) {
    const { ours, theirs } = await firstLosses(cifar, folder, batch, 0.001);
    losses.push({ batch, steps: theirs.length, largestRelativeDifference: largestDifference(ours, theirs) });
  }
  console.log(JSON.stringify({ gradients, losses }, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
