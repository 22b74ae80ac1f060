import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { derivedSeed, randomStream } from '../../../core/random/stream.ts';

const goldenSchema = z.array(z.object({ key: z.array(z.union([z.string(), z.number()])), draws: z.array(z.number()) }));
const golden = goldenSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../golden/random/stream.json'), 'utf8')),
);

describe('random streams', () => {
  it.each(golden)('draws what the published xoshiro128** draws for key $key', ({ key, draws }) => {
    const stream = randomStream(...key);
    expect(draws.map(() => stream.uint32())).toEqual(draws);
  });

  it('spreads integers evenly over a bound that does not divide 2^32', () => {
    const stream = randomStream(7, 'integers');
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[stream.integer(10)]! += 1;
    // Chi-square with 9 degrees of freedom: 27.9 is its 99.9 % point.
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(27.9);
  });

  it('gives normal deviates of mean 0 and variance 1', () => {
    const stream = randomStream(7, 'normal');
    const values = Array.from({ length: 100_000 }, () => stream.normal());
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.013);
    expect(Math.abs(variance - 1)).toBeLessThan(0.018);
  });

  it('gives neighbouring keys unrelated streams', () => {
    const means = Array.from({ length: 2000 }, (_, seed) => randomStream(seed, 0, 0, 'x').uniform());
    const mean = means.reduce((a, b) => a + b) / means.length;
    let correlation = 0;
    for (let i = 1; i < means.length; i++) correlation += (means[i]! - mean) * (means[i - 1]! - mean);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.025);
    expect(Math.abs((correlation * 12) / means.length)).toBeLessThan(0.08);
  });

  it('shuffles into a permutation', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
        expect(sorted(randomStream(seed).shuffled(items))).toEqual(sorted(items));
      }),
    );
  });

  it('derives different seeds for different purposes', () => {
    const seeds = new Set<number>();
    for (let generation = 0; generation < 50; generation++) {
      for (let offspring = 0; offspring < 50; offspring++) seeds.add(derivedSeed(1, generation, offspring, 'train'));
    }
    expect(seeds.size).toBe(2500);
  });

  it('refuses a bound of zero and an empty choice', () => {
    expect(() => randomStream(1).integer(0)).toThrow(RangeError);
    expect(() => randomStream(1).choice([])).toThrow(RangeError);
  });
});
