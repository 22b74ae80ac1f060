import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochOrder, stepsPerEpoch } from '../../../core/training/batches.ts';
import { fillDropoutMask } from '../../../core/training/dropout-masks.ts';

describe('the order of images', () => {
  test('is a permutation for any number, seed and epoch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), fc.nat({ max: 50 }), (images, seed, epoch) => {
        const sorted = [...epochOrder(images, seed, epoch)].sort((a, b) => a - b);
        expect(sorted).toEqual(Array.from({ length: images }, (_, i) => i));
      }),
    );
  });

  test('gives each of the 24 orders of four images equally often', () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 4800; epoch++) {
      const order = epochOrder(4, 5, epoch).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    // 99.9th percentile of chi-squared with 23 degrees of freedom: 49.73.
    expect(chiSquared).toBeLessThan(49.73);
  });

  test('has whole batches only, and says so when there is not even one', () => {
    expect(stepsPerEpoch(1000, 128)).toBe(7);
    expect(stepsPerEpoch(128, 128)).toBe(1);
    expect(() => stepsPerEpoch(127, 128)).toThrow(/there are 127. Choose a smaller batch/);
  });
});

describe('dropout masks', () => {
  const key = { seed: 1, step: 2, node: 3 };

  test('hold zero with probability p, else the scale', () => {
    const mask = new Float32Array(100_000);
    fillDropoutMask(mask, { p: 0.25, scale: 4 / 3 }, key);
    const zeros = mask.filter((value) => value === 0).length;
    expect(mask.filter((value) => value === Math.fround(4 / 3)).length).toBe(mask.length - zeros);
    // Five standard deviations of a binomial count.
    expect(Math.abs(zeros - 25_000)).toBeLessThan(5 * Math.sqrt(100_000 * 0.25 * 0.75));
  });

  test('differ between steps and nodes, and repeat for the same', () => {
    const draw = (change: Partial<typeof key>) => {
      const mask = new Float32Array(64);
      fillDropoutMask(mask, { p: 0.5, scale: 2 }, { ...key, ...change });
      return mask.join();
    };
    expect(draw({})).toBe(draw({}));
    expect(new Set([draw({}), draw({ step: 3 }), draw({ node: 4 }), draw({ seed: 2 })]).size).toBe(4);
  });

  test('drop everything at p = 1 and nothing at p = 0', () => {
    const mask = new Float32Array(50);
    fillDropoutMask(mask, { p: 1, scale: 0 }, key);
    expect(mask.every((value) => value === 0)).toBe(true);
    fillDropoutMask(mask, { p: 0, scale: 1 }, key);
    expect(mask.every((value) => value === 1)).toBe(true);
  });
});
