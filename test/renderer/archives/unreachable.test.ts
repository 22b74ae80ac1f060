/** Niches that nothing can fill, against brute force: every individual there can be, and the niche it falls into. */
import { expect, test } from 'vitest';
import { beyondBudget, beyondPrompts } from '../../../renderer/archives/unreachable.ts';
import { unitBox, voronoiMap } from '../../../renderer/archives/voronoi.ts';
import { runCentroids } from './centroids.ts';

const axis = (label: string, scale: 'linear' | 'log10', min: number, max: number, names: string[] | null = null) => ({
  label,
  scale,
  min,
  max,
  names,
  clipped: { below: 0, above: 0 },
});

const samples = Array.from({ length: 2001 }, (_, step) => step / 2000);

test('a niche is beyond the prompts exactly when no prompt at any temperature falls into it', () => {
  for (const [niches, prompts, length] of [
    [100, 5, 13],
    [100, 13, 13],
    [400, 13, 16],
  ] as const) {
    const map = voronoiMap(runCentroids(niches), unitBox);
    const names = Array.from({ length: prompts }, (_, number) => `prompt-${number}`);
    const unreachable = beyondPrompts(map, axis('prompt', 'linear', 0, length, names));
    const reached = new Set(
      names.flatMap((_, number) => samples.map((temperature) => map.find(number / length, temperature))),
    );
    for (const niche of reached) expect(unreachable.has(niche)).toBe(false);
    // A cell that a line only grazes may be missed by the samples: never more than a few.
    expect(niches - unreachable.size - reached.size).toBeLessThanOrEqual(niches / 50);
    expect(unreachable.size).toBeGreaterThan(prompts === length ? -1 : niches / 4);
  }
});

test('a niche is beyond the budget exactly when all of it lies above it', () => {
  const map = voronoiMap(runCentroids(100), unitBox);
  const flops = axis('FLOPs', 'log10', 4, 9);
  const unreachable = beyondBudget(map, flops, 1e6);
  const reached = new Set(
    samples.flatMap((x, step) => (step % 20 === 0 ? samples.map((y) => map.find(x, y * 0.4)) : [])),
  );
  for (const niche of reached) expect(unreachable.has(niche)).toBe(false);
  expect(100 - unreachable.size - reached.size).toBeLessThanOrEqual(2);
  expect(unreachable.size).toBeGreaterThan(40);
});

test('a budget beyond the axis leaves every niche within reach, since what lies above is clipped to its end', () => {
  const map = voronoiMap(runCentroids(100), unitBox);
  expect(beyondBudget(map, axis('FLOPs', 'log10', 4, 9), 2e9).size).toBe(0);
  expect(beyondPrompts(map, axis('prompt', 'linear', 0, 13, [])).size).toBe(0);
});
