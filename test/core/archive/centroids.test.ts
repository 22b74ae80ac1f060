import { readFileSync } from 'node:fs';
import { cpuUsage } from 'node:process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { centroidalVoronoi } from '../../../core/archive/centroids.ts';
import { type RandomStream, randomStream } from '../../../core/random/stream.ts';
import { hashOfCentroids, plainCentroids } from '../../golden/archive/plain-centroids.ts';
import { madeCentroids } from './made-centroids.ts';

/** Oracle: pyribs' k_means_centroids (test/golden/archive/make.py). */
const golden = z
  .object({ runs: z.array(z.object({ seed: z.int(), centroids: z.array(z.array(z.number())) })) })
  .parse(JSON.parse(readFileSync(new URL('../../golden/archive/centroids.json', import.meta.url), 'utf8')));

const fresh = (() => {
  const random = randomStream('fresh points');
  return Array.from({ length: 50_000 }, () => [random.uniform(), random.uniform()] as const);
})();

/** Mean squared distance of fresh uniform points to their nearest centroid, by brute force. */
function quantizationError(centroids: readonly (readonly number[])[]): number {
  let sum = 0;
  for (const [x, y] of fresh) {
    let nearest = Number.POSITIVE_INFINITY;
    for (const centroid of centroids) {
      nearest = Math.min(nearest, (centroid[0]! - x) ** 2 + (centroid[1]! - y) ** 2);
    }
    sum += nearest;
  }
  return sum / fresh.length;
}

function ours(seed: number): number[][] {
  return centroidalVoronoi({ count: 100, dimensions: 2, samples: 25_000, random: randomStream(seed, 'cvt') });
}

describe('centroids', () => {
  const theirs = golden.runs.map((run) => quantizationError(run.centroids));
  const mean = theirs.reduce((a, b) => a + b) / theirs.length;

  test.each([1, 2, 3, 4, 5])('have at most 1.02 times the quantization error of pyribs (seed %i)', (seed) => {
    expect(quantizationError(ours(seed)) / mean).toBeLessThanOrEqual(1.02);
  });

  test('cannot be beaten by uniform points, which the measure tells apart', () => {
    const random = randomStream('uniform centroids');
    const uniform = Array.from({ length: 100 }, () => [random.uniform(), random.uniform()]);
    expect(quantizationError(uniform) / mean).toBeGreaterThan(1.3);
  });

  test('are the same for the same stream, differ between streams, and lie inside the cube', () => {
    expect(ours(1)).toEqual(ours(1));
    expect(ours(1)).not.toEqual(ours(2));
    expect(
      ours(1)
        .flat()
        .every((place) => place > 0 && place < 1),
    ).toBe(true);
    expect(new Set(ours(1).map(String)).size).toBe(100);
  });

  test('take less than a second of processor time', () => {
    const before = cpuUsage();
    ours(6);
    const { user, system } = cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(1);
  });

  test('are where Lloyd stands still: each is the mean of the samples nearest to it', () => {
    const random = randomStream('small');
    const samples = Array.from({ length: 300 }, () => [random.uniform(), random.uniform(), random.uniform()]);
    const centroids = centroidalVoronoi({ count: 7, dimensions: 3, samples: 300, random: randomStream('small') });
    const members = centroids.map((): number[][] => []);
    for (const sample of samples) {
      const gaps = centroids.map((centroid) => centroid.reduce((sum, c, axis) => sum + (c - sample[axis]!) ** 2, 0));
      members[gaps.indexOf(Math.min(...gaps))]!.push(sample);
    }
    for (const [index, centroid] of centroids.entries()) {
      for (const [axis, place] of centroid.entries()) {
        const mean = members[index]!.reduce((sum, sample) => sum + sample[axis]!, 0) / members[index]!.length;
        expect(place).toBeCloseTo(mean, 12);
      }
    }
  });

  test('need at least as many samples as there are niches', () => {
    const request = { count: 10, dimensions: 2, samples: 9, random: randomStream(1) };
    expect(() => centroidalVoronoi(request)).toThrow(/10 niches needs at least as many samples/);
  });

  test.each(madeCentroids.filter(({ samples }) => samples <= 5000 || samples === 25_000))(
    'are to the bit those of version 0.1: $count on $dimensions axes from $samples samples',
    ({ key, sha256, ...request }) => {
      expect(hashOfCentroids(centroidalVoronoi({ ...request, random: randomStream(...key) }))).toBe(sha256);
    },
  );

  test('are those that comparing all points with all centroids gives, with equal distances and equal points too', () => {
    /** Places on a coarse lattice, which makes ties and points in one place. */
    const lattice = (steps: number, seed: number): RandomStream => {
      const stream = randomStream('lattice', seed);
      return { ...stream, uniform: () => stream.integer(steps) / steps };
    };
    fc.assert(
      fc.property(
        fc.record({
          dimensions: fc.integer({ min: 1, max: 6 }),
          count: fc.integer({ min: 1, max: 40 }),
          more: fc.integer({ min: 0, max: 200 }),
          steps: fc.constantFrom(3, 8, 1000, 2 ** 30),
          seed: fc.nat(),
        }),
        ({ dimensions, count, more, steps, seed }) => {
          const request = { dimensions, count, samples: count + more };
          expect(centroidalVoronoi({ ...request, random: lattice(steps, seed) })).toEqual(
            plainCentroids({ ...request, random: lattice(steps, seed) }),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
