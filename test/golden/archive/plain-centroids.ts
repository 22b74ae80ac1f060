/**
 * Centroids as version 0.1 made them, by comparing every point with every centroid: stored runs were made with these, so
 * the faster way must give the same to the bit. Run as a script, it writes plain-centroids.json: their SHA-256 hashes.
 *
 *   node test/golden/archive/plain-centroids.ts   (two minutes)
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { CentroidRequest } from '../../../core/archive/centroids.ts';
import { type RandomStream, randomStream } from '../../../core/random/stream.ts';

interface Clustering {
  readonly points: Float64Array;
  readonly centroids: Float64Array;
  readonly dimensions: number;
}

function squaredGap(clustering: Clustering, point: number, centroid: number): number {
  const { points, centroids, dimensions } = clustering;
  let sum = 0;
  for (let axis = 0; axis < dimensions; axis++) {
    const difference = (points[point * dimensions + axis] ?? 0) - (centroids[centroid * dimensions + axis] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

/** k-means++ (Arthur and Vassilvitskii 2007): each next centre is a point drawn with odds of its squared distance. */
function startCentroids(clustering: Clustering, random: RandomStream): void {
  const { points, centroids, dimensions } = clustering;
  const n = points.length / dimensions;
  const k = centroids.length / dimensions;
  const squared = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  let chosen = random.integer(n);
  for (let centroid = 0; centroid < k; centroid++) {
    centroids.set(points.subarray(chosen * dimensions, (chosen + 1) * dimensions), centroid * dimensions);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const gap = squaredGap(clustering, i, centroid);
      if (gap < (squared[i] ?? 0)) squared[i] = gap;
      total += squared[i] ?? 0;
    }
    let rest = random.uniform() * total;
    chosen = n - 1;
    for (let i = 0; i < n; i++) {
      rest -= squared[i] ?? 0;
      if (rest < 0) {
        chosen = i;
        break;
      }
    }
  }
}

/** The two nearest centroids of a point: index of the first, distances of both. */
function twoNearest(clustering: Clustering, point: number): { first: number; near: number; next: number } {
  const k = clustering.centroids.length / clustering.dimensions;
  let first = 0;
  let near = Number.POSITIVE_INFINITY;
  let next = Number.POSITIVE_INFINITY;
  for (let centroid = 0; centroid < k; centroid++) {
    const gap = squaredGap(clustering, point, centroid);
    if (gap < near) {
      next = near;
      near = gap;
      first = centroid;
    } else if (gap < next) next = gap;
  }
  return { first, near: Math.sqrt(near), next: Math.sqrt(next) };
}

/** Moves each centroid to the mean of its points; returns how far each moved. A centroid without points stays. */
function moveCentroids(clustering: Clustering, assigned: Int32Array): Float64Array {
  const { points, centroids, dimensions } = clustering;
  const k = centroids.length / dimensions;
  const sums = new Float64Array(centroids.length);
  const members = new Int32Array(k);
  for (let i = 0; i < assigned.length; i++) {
    const centroid = assigned[i] ?? 0;
    members[centroid] = (members[centroid] ?? 0) + 1;
    for (let axis = 0; axis < dimensions; axis++) {
      const place = centroid * dimensions + axis;
      sums[place] = (sums[place] ?? 0) + (points[i * dimensions + axis] ?? 0);
    }
  }
  const moved = new Float64Array(k);
  for (let centroid = 0; centroid < k; centroid++) {
    const size = members[centroid] ?? 0;
    if (size === 0) continue;
    let sum = 0;
    for (let axis = 0; axis < dimensions; axis++) {
      const place = centroid * dimensions + axis;
      const mean = (sums[place] ?? 0) / size;
      sum += (mean - (centroids[place] ?? 0)) ** 2;
      centroids[place] = mean;
    }
    moved[centroid] = Math.sqrt(sum);
  }
  return moved;
}

/** Half the distance from each centroid to its nearest other: within it a point cannot belong elsewhere. */
function halfGaps(centroids: Float64Array, dimensions: number): Float64Array {
  const k = centroids.length / dimensions;
  const gaps = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  const pair: Clustering = { points: centroids, centroids, dimensions };
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < a; b++) {
      const half = Math.sqrt(squaredGap(pair, a, b)) / 2;
      if (half < (gaps[a] ?? 0)) gaps[a] = half;
      if (half < (gaps[b] ?? 0)) gaps[b] = half;
    }
  }
  return gaps;
}

/** Lloyd's algorithm until nothing moves; bounds on distances (Hamerly) skip most of the comparisons.
 * Returns the sum of squared distances to the nearest centroid. */
function lloyd(clustering: Clustering, iterations: number): number {
  const n = clustering.points.length / clustering.dimensions;
  const assigned = new Int32Array(n);
  const upper = new Float64Array(n);
  const lower = new Float64Array(n);
  const assign = (point: number): void => {
    const { first, near, next } = twoNearest(clustering, point);
    assigned[point] = first;
    upper[point] = near;
    lower[point] = next;
  };
  for (let point = 0; point < n; point++) assign(point);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const moved = moveCentroids(clustering, assigned);
    const farthest = moved.reduce((a, b) => Math.max(a, b), 0);
    if (farthest === 0) break;
    const gaps = halfGaps(clustering.centroids, clustering.dimensions);
    for (let point = 0; point < n; point++) {
      const own = assigned[point] ?? 0;
      upper[point] = (upper[point] ?? 0) + (moved[own] ?? 0);
      lower[point] = (lower[point] ?? 0) - farthest;
      const bound = Math.max(gaps[own] ?? 0, lower[point] ?? 0);
      if ((upper[point] ?? 0) <= bound) continue;
      upper[point] = Math.sqrt(squaredGap(clustering, point, own));
      if ((upper[point] ?? 0) > bound) assign(point);
    }
  }
  return assigned.reduce((sum, centroid, point) => sum + squaredGap(clustering, point, centroid), 0);
}

/** As core/archive/centroids.ts says. */
export function plainCentroids(request: CentroidRequest): number[][] {
  const { count, dimensions, samples, random, restarts = 1, iterations = 300 } = request;
  const points = new Float64Array(samples * dimensions);
  for (let i = 0; i < points.length; i++) points[i] = random.uniform();
  let best: Float64Array = new Float64Array(0);
  let smallest = Number.POSITIVE_INFINITY;
  for (let restart = 0; restart < restarts; restart++) {
    const clustering: Clustering = { points, centroids: new Float64Array(count * dimensions), dimensions };
    startCentroids(clustering, random);
    const error = lloyd(clustering, iterations);
    if (error >= smallest) continue;
    smallest = error;
    best = clustering.centroids;
  }
  return Array.from({ length: count }, (_, centroid) =>
    Array.from(best.subarray(centroid * dimensions, (centroid + 1) * dimensions)),
  );
}

/** SHA-256 of the centroids' bits, in order. */
export function hashOfCentroids(centroids: readonly (readonly number[])[]): string {
  return createHash('sha256').update(Float64Array.from(centroids.flat())).digest('hex');
}

/** The first two are those of the demo with seed 1. */
const made = [
  { key: [1, 'centroids', 'networkArchive'], count: 100, dimensions: 2, samples: 25_000 },
  { key: [1, 'centroids', 'promptArchive'], count: 100, dimensions: 2, samples: 25_000 },
  { key: ['line'], count: 100, dimensions: 1, samples: 5000 },
  { key: ['cube'], count: 64, dimensions: 3, samples: 8000 },
  { key: ['six axes'], count: 200, dimensions: 6, samples: 3000 },
  { key: ['every sample'], count: 300, dimensions: 2, samples: 300 },
  { key: ['a thousand'], count: 1000, dimensions: 2, samples: 20_000 },
  { key: ['ten thousand'], count: 10_000, dimensions: 2, samples: 100_000 },
];

if (import.meta.main) {
  const runs = made.map((request) => {
    const centroids = plainCentroids({ ...request, random: randomStream(...request.key) });
    return { ...request, sha256: hashOfCentroids(centroids) };
  });
  writeFileSync(new URL('plain-centroids.json', import.meta.url), `${JSON.stringify({ runs }, null, 1)}\n`);
}
