import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readNpy, writeNpy } from '../../../core/tensors/npy.ts';
import { readSafetensors } from '../../../core/tensors/safetensors.ts';
import { elementCount } from '../../../core/tensors/tensor.ts';
import { epochOrder } from '../../../core/training/batches.ts';
import { openDataset } from '../../../main/datasets/registry.ts';
import { callOracle, goldenFolder } from './python-oracle.ts';

// Oracle: PyTorch on the same file, weights, images and labels, in float64 and float32. Ours: the command line.
const networks = ['plain', 'batch_norm', 'residual', 'depthwise', 'inception'];
const repository = join(import.meta.dirname, '../../..');
let folder = '';

// Python starts several times; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-oracle-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const networkFile = (name: string) => join(goldenFolder, 'networks', `${name}.py`);

function llmatic(...words: string[]) {
  const cli = join(repository, 'main/doors/cli.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words, '--json'], { encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  return { status, stderr, json: JSON.parse(lines.at(-1) || 'null') };
}

function numbers(tensors: ReturnType<typeof readSafetensors>, name: string): number[] {
  return [...(tensors.get(name)?.data ?? [])].map(Number);
}

function norm(values: readonly number[]): number {
  return Math.hypot(...values);
}

function difference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return norm(a.map((value, i) => value - b[i]!));
}

describe.each(networks)('%s', (name) => {
  beforeAll(() => callOracle('gradients', networkFile(name), folder));

  test("gradients are PyTorch's: error to float64 at most max(1e-6, twice that of PyTorch's float32)", () => {
    const given = ['--weights', at('weights.safetensors'), '--input', at('images.npy'), '--labels', at('labels.npy')];
    const { status, json } = llmatic(
      'network',
      'gradients',
      networkFile(name),
      ...given,
      '--output',
      at('ours.safetensors'),
    );
    expect(status).toBe(0);
    const [ours, exact, single] = ['ours', 'gradients64', 'gradients32'].map((file) =>
      readSafetensors(readFileSync(at(`${file}.safetensors`))),
    );
    expect([...ours!.keys()].sort()).toEqual([...exact!.keys()].sort());
    expect(json.loss).toBeCloseTo(numbers(exact!, 'loss')[0]!, 5);
    const parameters = [...exact!.keys()].filter((key) => key !== 'loss');
    const total = norm(parameters.map((key) => norm(numbers(exact!, key))));
    for (const key of parameters) {
      expect(ours!.get(key)!.shape, key).toEqual(exact!.get(key)!.shape);
      const truth = numbers(exact!, key);
      // A gradient that is zero but for rounding (a bias before batch normalisation) is held against all of them.
      const scale = norm(truth) > 1e-8 * total ? norm(truth) : total;
      const error = difference(numbers(ours!, key), truth) / scale;
      const theirs = difference(numbers(single!, key), truth) / scale;
      expect(error, `${key}: PyTorch's float32 is off by ${theirs}`).toBeLessThanOrEqual(Math.max(1e-6, 2 * theirs));
    }
  });

  test("logits in evaluation mode are PyTorch's", () => {
    const given = ['--weights', at('weights.safetensors'), '--input', at('images.npy')];
    const { status, json } = llmatic('network', 'predict', networkFile(name), ...given, '--output', at('ours.npy'));
    expect(status).toBe(0);
    expect(json.shape).toEqual([8, 10]);
    const [ours, exact, single] = ['ours', 'logits64', 'logits32'].map((file) =>
      [...readNpy(readFileSync(at(`${file}.npy`))).data].map(Number),
    );
    const theirs = difference(single!, exact!) / norm(exact!);
    expect(difference(ours!, exact!) / norm(exact!)).toBeLessThanOrEqual(Math.max(1e-6, 2 * theirs));
  });
});

describe('a training on the command line', () => {
  test("ends with PyTorch's weights and running statistics after 20 steps, from the same weights and batches", async () => {
    callOracle('gradients', networkFile('residual'), folder);
    const images = 160;
    const batch = 16;
    const seed = 8;
    const { train } = await openDataset('builtin');
    const pixels = train.images.slice(0, images * 3072);
    writeFileSync(at('x.npy'), writeNpy({ type: 'uint8', shape: [images, 3, 32, 32], data: pixels }));
    writeFileSync(at('y.npy'), writeNpy({ type: 'uint8', shape: [images], data: train.labels.slice(0, images) }));
    const order = Int32Array.from([...epochOrder(images, seed, 0), ...epochOrder(images, seed, 1)]);
    writeFileSync(at('order.npy'), writeNpy({ type: 'int32', shape: [20, batch], data: order }));
    for (const bits of ['64', '32']) {
      const given = ['weights.safetensors', 'x.npy', 'y.npy', 'order.npy', `losses${bits}.npy`].map(at);
      const options = ['--lr', '0.02', '--momentum', '0.9', '--bits', bits, '--save', at(`state${bits}.safetensors`)];
      callOracle('losses', networkFile('residual'), ...given, ...options);
    }

    const recipe = ['--epochs', '2', '--batch', String(batch), '--lr', '0.02', '--momentum', '0.9'];
    const given = ['--dataset', 'builtin', '--train-images', String(images), '--seed', String(seed)];
    const files = ['--weights', at('weights.safetensors'), '--save', at('state.safetensors')];
    const { status, json } = llmatic('network', 'train', networkFile('residual'), ...given, ...recipe, ...files);
    expect(status).toBe(0);
    expect(json).toMatchObject({ type: 'result', steps: 20, device: 'cpu' });

    const losses = [...readNpy(readFileSync(at('losses64.npy'))).data].map(Number);
    const mean = losses.slice(10).reduce((sum, loss) => sum + loss, 0) / 10;
    expect(Math.abs(json.loss - mean)).toBeLessThan(1e-4 * mean);
    const [ours, exact, single] = ['state', 'state64', 'state32'].map((file) =>
      readSafetensors(readFileSync(at(`${file}.safetensors`))),
    );
    expect([...ours!.keys()].sort()).toEqual([...exact!.keys()].sort());
    for (const [key, { shape }] of exact!) {
      const truth = numbers(exact!, key);
      const theirs = difference(numbers(single!, key), truth) / norm(truth);
      const error = difference(numbers(ours!, key), truth) / norm(truth);
      // Rounding grows over 20 steps by chance: five times PyTorch's own, or 1e-5.
      expect(error, `${key}: PyTorch's float32 is off by ${theirs}`).toBeLessThanOrEqual(Math.max(1e-5, 5 * theirs));
      if (key.endsWith('num_batches_tracked')) expect(truth).toEqual([37]);
      expect(elementCount(shape)).toBe(truth.length);
    }
  });

  test("writes files that Python's packages read", () => {
    const python = process.env.LLMATIC_PYTHON ?? join(repository, '.oracle/bin/python');
    const code = `
import sys, numpy
from safetensors.numpy import load_file
state = load_file(sys.argv[1]); logits = numpy.load(sys.argv[2])
print(state["layer1.bn1.num_batches_tracked"].item(), state["conv1.weight"].dtype, logits.shape, logits.dtype)`;
    const said = execFileSync(python, ['-c', code, at('state.safetensors'), at('ours.npy')], { encoding: 'utf8' });
    expect(said.trim()).toBe('37 float32 (8, 10) float32');
  });
});
