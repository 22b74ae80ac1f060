import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtinHash, generateBuiltin, openBuiltin } from '../../../main/datasets/builtin/builtin.ts';
import { generateSplit } from '../../../main/datasets/builtin/generator.ts';
import { classCounts } from '../../../main/datasets/dataset.ts';
import { openDataset } from '../../../main/datasets/registry.ts';
import { refusal, temporaryFolder } from './temporary-home.ts';

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the built-in dataset', () => {
  it('has the bytes it has always had, on every platform, made in seconds', () => {
    const started = performance.now();
    const { train, test } = generateBuiltin();
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(sha(train.images)).toBe('0cd6f02c562d4a0f4b3cb7e30831385a49d5e44d95640beacaedac91d38b590b');
    expect(sha(train.labels)).toBe('2fde49c98e1d9b6406088fb2e34366ac93a3ffc42a2c8001354162f31a7abb4c');
    expect(sha(test.images)).toBe('f8ed758a42e4ecb5530954e73e43d61d37d3f2c394a0032f01a4d497fa6829e4');
    expect(sha(test.labels)).toBe('12af26fd714c04b90187c12a2cc6ca3793781a10abbc601c0a21b9def53315f0');
    expect(classCounts(train, 10)).toEqual(new Array(10).fill(1000));
    expect(classCounts(test, 10)).toEqual(new Array(10).fill(200));
    // Shuffled: a run of images is never of one class each in turn.
    expect([...train.labels.subarray(0, 10)]).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('draws other pictures from another seed, and none twice', () => {
    const a = generateSplit(0, 'train', 200);
    const b = generateSplit(1, 'train', 200);
    const c = generateSplit(0, 'test', 200);
    const hashes = [a, b, c].flatMap(({ images, count }) =>
      Array.from({ length: count }, (_, i) => sha(images.subarray(i * 3072, (i + 1) * 3072))),
    );
    expect(new Set(hashes).size).toBe(600);
  });

  it('is kept in the cache, and made again where the cache is damaged', async () => {
    const home = temporaryFolder();
    const first = await openBuiltin(home);
    const file = join(home, 'cache', 'builtin-1.bin');
    const bytes = readFileSync(file);
    expect(bytes.length).toBe(12_000 * 3073);
    const changed = Uint8Array.from(bytes);
    changed[123_456]! ^= 1;
    for (const damage of [changed, bytes.subarray(0, 1000), new Uint8Array(0)]) {
      writeFileSync(file, damage);
      const again = await openBuiltin(home);
      expect(again.hash).toBe(builtinHash);
      expect(sha(again.train.images)).toBe(sha(first.train.images));
      expect(sha(readFileSync(file))).toBe(sha(bytes));
    }
    expect((await openDataset('builtin', home)).hash).toBe(builtinHash);
  });

  it('opens without a cache where none can be written', async () => {
    const blocked = join(temporaryFolder(), 'file');
    writeFileSync(blocked, '');
    expect((await openBuiltin(blocked)).hash).toBe(builtinHash);
  });

  it('is the only dataset that is there from the start', async () => {
    const message = await refusal(openDataset('imagenet', temporaryFolder()));
    expect(message).toContain('Known: builtin.');
    expect(await refusal(openDataset('../cache', temporaryFolder()))).toContain('There is no dataset');
  });
});
