import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Dataset } from '../../../main/datasets/dataset.ts';
import { firstLosses, largestDifference, prepareCifar, steps } from './cifar-losses.ts';

let folder = '';
let cifar: Dataset;

// Python starts several times; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-losses-'));
  cifar = prepareCifar(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the initial network's first 100 losses on CIFAR-10", () => {
  test.each([
    [4, 0.001],
    [128, 0.001],
    [128, 0.05],
  ])("are PyTorch's within 1e-3 relative, from the same weights and batches of %i", async (batch, learningRate) => {
    const { ours, theirs, epochs } = await firstLosses(cifar, folder, batch, learningRate);
    expect(epochs, 'an epoch ends on the way').toBeGreaterThan(1);
    expect(theirs.length).toBe(steps);
    expect(ours.length).toBe(steps);
    expect(largestDifference(ours, theirs)).toBeLessThanOrEqual(1e-3);
    // Not trivially: the losses differ from step to step far more than ours from theirs.
    expect(Math.max(...theirs) - Math.min(...theirs)).toBeGreaterThan(0.1);
  });
});
