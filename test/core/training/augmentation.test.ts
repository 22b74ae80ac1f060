import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { asItIs, drawAugmentation, writeImage } from '../../../core/training/augmentation.ts';
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
  const size = [32, 32] as const;

  test('depends on seed, epoch and image alone', () => {
    expect(drawAugmentation(rule, 7, 3, 11, size)).toEqual(drawAugmentation(rule, 7, 3, 11, size));
    const draws = new Set<string>();
    for (let epoch = 0; epoch < 40; epoch++) draws.add(JSON.stringify(drawAugmentation(rule, 7, epoch, 11, size)));
    expect(draws.size).toBeGreaterThan(25);
  });

  test('is uniform over 9 x 9 crops and both mirrors (chi-squared, 161 degrees of freedom)', () => {
    const counts = new Map<string, number>();
    const draws = 162 * 100;
    for (let image = 0; image < draws; image++) {
      const { mirrored, top, left } = drawAugmentation(rule, 1, 0, image, size);
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
    expect(drawAugmentation({ flip: false, crop: 0 }, 1, 2, 3, size)).toEqual({ mirrored: false, top: 0, left: 0 });
  });

  test('draws the square of cutout after the rest, so that mirrors and crops are the same without it', () => {
    const cut = drawAugmentation({ ...rule, cutout: 8 }, 7, 3, 11, size);
    const { hole, ...rest } = cut;
    expect(rest).toEqual(drawAugmentation(rule, 7, 3, 11, size));
    expect(hole!.bottom - hole!.top).toBe(8);
    expect(hole!.right - hole!.left).toBe(8);
  });

  test('has the middle of the square on every pixel alike, so that the square reaches beyond the edges', () => {
    const rows = new Map<number, number>();
    for (let image = 0; image < 3200; image++) {
      const { hole } = drawAugmentation({ flip: false, crop: 0, cutout: 6 }, 2, 0, image, size);
      const row = hole!.top + 3;
      rows.set(row, (rows.get(row) ?? 0) + 1);
    }
    expect([...rows.keys()].sort((a, b) => a - b)).toEqual([...Array(32).keys()]);
    const chiSquared = [...rows.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
    // 99.9th percentile of chi-squared with 31 degrees of freedom (scipy.stats.chi2.ppf): 61.1.
    expect(chiSquared).toBeLessThan(61.1);
  });
});

describe('cutout', () => {
  test('sets its square to zero in every channel, clipped at the edges, and nothing else', () => {
    const source = { images: new Uint8Array(2 * 4 * 5).fill(9), shape: [2, 4, 5] as const, table: identityTable(2) };
    const draw = (hole: { top: number; left: number; bottom: number; right: number }) => {
      const target = new Float32Array(40);
      writeImage(source, 0, { ...asItIs, hole }, target, 0);
      return [...target];
    };
    const plane = [9, 9, 9, 9, 9, 9, 9, 0, 0, 9, 9, 9, 0, 0, 9, 9, 9, 9, 9, 9];
    expect(draw({ top: 1, left: 2, bottom: 3, right: 4 })).toEqual([...plane, ...plane]);
    const corner = [0, 9, 9, 9, 9, ...Array(15).fill(9)];
    expect(draw({ top: -2, left: -3, bottom: 1, right: 1 })).toEqual([...corner, ...corner]);
    expect(draw({ top: -9, left: -9, bottom: 99, right: 99 })).toEqual(Array(40).fill(0));
  });
});
