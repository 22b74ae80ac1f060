import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawAugmentation, writeImage } from '../../../core/training/augmentation.ts';
import { halfNormalisation, pixelTable } from '../../../core/training/normalisation.ts';

const golden = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../golden/training/${name}.json`, import.meta.url), 'utf8'));

const identityTable = (channels: number) => Float32Array.from({ length: channels * 256 }, (_, i) => i % 256);

describe('an image on its way into the network', () => {
  const { shape, image, cases } = golden('crops');

  test.each(cases as { top: number; left: number; mirrored: boolean; pixels: number[] }[])(
    "is cropped and mirrored as PyTorch's reflect padding, slicing and flip do: top $top, left $left, mirrored $mirrored",
    ({ pixels, ...augmentation }) => {
      const source = { images: Uint8Array.from(image), shape, table: identityTable(2) };
      const target = new Float32Array(5 + pixels.length).fill(-1);
      writeImage(source, 0, augmentation, target, 5);
      expect([...target]).toEqual([-1, -1, -1, -1, -1, ...pixels]);
    },
  );

  test('is normalised as torchvision does, to the bit', () => {
    const { mean, deviation, values } = golden('pixels');
    const table = pixelTable({ mean, deviation });
    expect([...table]).toEqual((values as number[][]).flat().map(Math.fround));
    expect(pixelTable(halfNormalisation(1)).slice(0, 1)).toEqual(Float32Array.of(-1));
  });

  test('is only centred where a channel does not vary', () => {
    expect(pixelTable({ mean: [0.5], deviation: [0] })[255]).toBe(0.5);
  });
});

describe('what is drawn for an image', () => {
  const rule = { flip: true, crop: 4 };

  test('depends on seed, epoch and image alone', () => {
    expect(drawAugmentation(rule, 7, 3, 11)).toEqual(drawAugmentation(rule, 7, 3, 11));
    const draws = new Set<string>();
    for (let epoch = 0; epoch < 40; epoch++) draws.add(JSON.stringify(drawAugmentation(rule, 7, epoch, 11)));
    expect(draws.size).toBeGreaterThan(25);
  });

  test('is uniform over 9 x 9 crops and both mirrors (chi-squared, 161 degrees of freedom)', () => {
    const counts = new Map<string, number>();
    const draws = 162 * 100;
    for (let image = 0; image < draws; image++) {
      const { mirrored, top, left } = drawAugmentation(rule, 1, 0, image);
      expect(Math.abs(top)).toBeLessThanOrEqual(4);
      const key = `${mirrored} ${top} ${left}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(162);
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
    // 99.9th percentile of chi-squared with 161 degrees of freedom (scipy.stats.chi2.ppf): 222.06; the 0.1st: 110.3.
    expect(chiSquared).toBeLessThan(222.06);
    expect(chiSquared).toBeGreaterThan(110.3);
  });

  test('is nothing where the recipe asks for nothing', () => {
    expect(drawAugmentation({ flip: false, crop: 0 }, 1, 2, 3)).toEqual({ mirrored: false, top: 0, left: 0 });
  });
});
