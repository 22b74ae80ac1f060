/**
 * Centroids of a centroidal Voronoi tessellation of [0, 1]^d: k-means on uniform samples (Vassiliades, Chatzilygeroudis
 * and Mouret 2018), started by k-means++ and run by Hamerly's exact form of Lloyd's algorithm (2010). Centroids are
 * found through a k-d tree, with the same distances and the same ties as by comparing all of them.
 */
import { fail } from '../failure.ts';
import type { RandomStream } from '../random/stream.ts';
import { firstCentroids } from './first-centroids.ts';
import { buildFlatKdTree, type NeighbourSearch, neighbourSearch } from './kd-tree.ts';

export interface CentroidRequest {
  /** Number of centroids. */
  readonly count: number;
  readonly dimensions: number;
  /** Uniform points that are clustered. */
  readonly samples: number;
  readonly random: RandomStream;
  /** Starts of k-means, of which the one of smallest error is kept; one is within 2 % of the best of many. */
  readonly restarts?: number;
  /** Lloyd iterations at most; about 100 reach a standstill with 100 centroids and 25,000 samples. */
  readonly iterations?: number;
}

interface Clustering {
  readonly points: Float64Array;
  readonly centroids: Float64Array;
  readonly dimensions: number;
}

function squaredGap({ points, centroids, dimensions }: Clustering, point: number, centroid: number): number {
  let sum = 0;
  for (let axis = 0; axis < dimensions; axis++) {
    const difference = (points[point * dimensions + axis] ?? 0) - (centroids[centroid * dimensions + axis] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

/** Finds the nearest centroid and the distance of the one after it. */
function twoNearest({ centroids, dimensions }: Clustering): NeighbourSearch {
  return neighbourSearch(buildFlatKdTree(centroids, dimensions), 2);
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
function halfGaps({ centroids, dimensions }: Clustering, search: NeighbourSearch): Float64Array {
  // Of the two nearest to a centroid one is itself.
  return Float64Array.from({ length: centroids.length / dimensions }, (_, centroid) =>
    search.find(centroids, centroid * dimensions) < 2
      ? Number.POSITIVE_INFINITY
      : Math.sqrt(search.squaredDistances[1] ?? 0) / 2,
  );
}

/** Lloyd's algorithm until nothing moves; bounds on distances (Hamerly) skip most of the comparisons.
 * Returns the sum of squared distances to the nearest centroid. */
function lloyd(clustering: Clustering, iterations: number): number {
  const { points, dimensions } = clustering;
  const n = points.length / dimensions;
  const assigned = new Int32Array(n);
  const runnerUp = new Int32Array(n);
  const upper = new Float64Array(n);
  const lower = new Float64Array(n);
  const assign = (point: number, search: NeighbourSearch, within: number): void => {
    const found = search.find(points, point * dimensions, within);
    assigned[point] = search.indices[0] ?? 0;
    runnerUp[point] = search.indices[1] ?? 0;
    upper[point] = Math.sqrt(search.squaredDistances[0] ?? 0);
    lower[point] = found < 2 ? Number.POSITIVE_INFINITY : Math.sqrt(search.squaredDistances[1] ?? 0);
  };
  const first = twoNearest(clustering);
  for (let point = 0; point < n; point++) assign(point, first, Number.POSITIVE_INFINITY);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const moved = moveCentroids(clustering, assigned);
    const farthest = moved.reduce((a, b) => Math.max(a, b), 0);
    if (farthest === 0) break;
    const search = twoNearest(clustering);
    const gaps = halfGaps(clustering, search);
    for (let point = 0; point < n; point++) {
      const own = assigned[point] ?? 0;
      upper[point] = (upper[point] ?? 0) + (moved[own] ?? 0);
      lower[point] = (lower[point] ?? 0) - farthest;
      const bound = Math.max(gaps[own] ?? 0, lower[point] ?? 0);
      if ((upper[point] ?? 0) <= bound) continue;
      const gap = squaredGap(clustering, point, own);
      upper[point] = Math.sqrt(gap);
      if ((upper[point] ?? 0) <= bound) continue;
      // Of the two that were nearest before, neither of the two nearest now is farther than the farther.
      assign(point, search, Math.max(gap, squaredGap(clustering, point, runnerUp[point] ?? 0)));
    }
  }
  return assigned.reduce((sum, centroid, point) => sum + squaredGap(clustering, point, centroid), 0);
}

/**
 * Centroids [count][dimensions] of cells of nearly equal size in the unit cube; the same stream gives the same ones.
 * @throws FailureError kind `usage` when there are fewer samples than centroids
 */
export function centroidalVoronoi(request: CentroidRequest): number[][] {
  const { count, dimensions, samples, random, restarts = 1, iterations = 300 } = request;
  if (samples < count) {
    fail('usage', `An archive of ${count} niches needs at least as many samples for its centroids, not ${samples}.`);
  }
  const points = new Float64Array(samples * dimensions);
  for (let i = 0; i < points.length; i++) points[i] = random.uniform();
  let best: Float64Array = new Float64Array(0);
  let smallest = Number.POSITIVE_INFINITY;
  for (let restart = 0; restart < restarts; restart++) {
    const centroids = new Float64Array(count * dimensions);
    for (const [centroid, point] of firstCentroids(points, dimensions, count, random).entries()) {
      centroids.set(points.subarray(point * dimensions, (point + 1) * dimensions), centroid * dimensions);
    }
    const clustering: Clustering = { points, centroids, dimensions };
    const error = lloyd(clustering, iterations);
    if (error >= smallest) continue;
    smallest = error;
    best = clustering.centroids;
  }
  return Array.from({ length: count }, (_, centroid) =>
    Array.from(best.subarray(centroid * dimensions, (centroid + 1) * dimensions)),
  );
}
