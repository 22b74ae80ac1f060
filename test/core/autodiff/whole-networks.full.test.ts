/** Thirty whole networks beside live PyTorch on real CIFAR-10 images, and ten of them on the WebGPU provider. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { prepareCifar } from '../../main/training/cifar-losses.ts';
import { runOnVulkan } from '../../vulkan/run-on-vulkan.ts';
import { besidePyTorch } from './beside-pytorch.ts';
import { networkNames, recipe } from './whole-networks.ts';

test('thirty networks have the gradients and the 100 losses of PyTorch', { timeout: 1_200_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-whole-'));
  try {
    const measured: string[] = [];
    for await (const { figures, pytorch } of besidePyTorch(prepareCifar(folder))) {
      const { network, gradient, pytorchGradient, loss, pytorchLoss } = figures;
      expect(pytorch.losses64.length).toBe(recipe.steps);
      // Not trivially: the losses move far more than what they may differ by.
      expect(Math.max(...pytorch.losses64) - Math.min(...pytorch.losses64), network).toBeGreaterThan(0.05);
      expect.soft(figures.pass, JSON.stringify({ ...figures })).toBe(true);
      measured.push(network);
      console.log(
        `${network}: losses ${loss.toExponential(1)} (PyTorch's float32 ${pytorchLoss.toExponential(1)}), ` +
          `gradients ${gradient.toExponential(1)} (${pytorchGradient.toExponential(1)})`,
      );
    }
    expect(measured).toEqual(networkNames);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('ten networks have the gradients of the CPU on a GPU provider', { timeout: 1_200_000 }, async () => {
  const names = [
    'plain',
    'residual',
    'dense',
    'inception',
    'depthwise',
    'squeeze_excite',
    'attention',
    'lstm',
    'gru',
    'transposed',
  ];
  const lines = await runOnVulkan(join(import.meta.dirname, 'whole-networks-webgpu-child.ts'), ...names);
  const found = lines.map((line) => z.object({ name: z.string(), error: z.number() }).parse(line));
  expect(found.map(({ name }) => name)).toEqual(names);
  expect(found.filter(({ error }) => !(error <= 1e-5))).toEqual([]);
});
