import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { channelStatistics, classCounts } from '../../../main/datasets/dataset.ts';
import { importDataset } from '../../../main/datasets/importers/import-dataset.ts';
import { openDataset } from '../../../main/datasets/registry.ts';
import { goldenFolder, temporaryFolder } from './temporary-home.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const archive = join(repository, '..', 'shared', 'data', 'cifar10-subset-binary.tar.gz');
const splitSchema = z.object({
  count: z.int(),
  histogram: z.array(z.int()),
  sums: z.array(z.int()),
  mean: z.array(z.number()),
  deviation: z.array(z.number()),
  images: z.string(),
  labels: z.string(),
});
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it('imports real CIFAR-10 batches to the byte as tarfile and numpy read them', async () => {
  const python = process.env.LLMATIC_PYTHON ?? join(repository, '.oracle', 'bin', 'python');
  if (!existsSync(python)) throw new Error(`No Python with numpy at ${python}: set LLMATIC_PYTHON.`);
  const report = execFileSync(python, [join(goldenFolder, 'read_cifar.py'), archive], { encoding: 'utf8' });
  const oracle = z.object({ train: splitSchema, test: splitSchema }).parse(JSON.parse(report));
  const home = temporaryFolder();
  await importDataset(archive, { home });
  const dataset = await openDataset('cifar10', home);
  expect(dataset.classes[9]).toBe('truck');
  for (const part of ['train', 'test'] as const) {
    const split = dataset[part];
    expect(split.count).toBe(oracle[part].count);
    expect(classCounts(split, 10)).toEqual(oracle[part].histogram);
    expect(sha(split.images)).toBe(oracle[part].images);
    expect(sha(split.labels)).toBe(oracle[part].labels);
    const { mean, deviation } = channelStatistics(split, dataset.shape);
    for (let channel = 0; channel < 3; channel++) {
      expect(mean[channel]).toBeCloseTo(oracle[part].sums[channel]! / (split.count * 1024 * 255), 12);
      expect(mean[channel]).toBeCloseTo(oracle[part].mean[channel]!, 9);
      expect(deviation[channel]).toBeCloseTo(oracle[part].deviation[channel]!, 9);
    }
  }
});
