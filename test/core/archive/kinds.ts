/** Archives of every kind in several dimensions, each with its niche told by comparing all of them. */
import { categoricalNiches } from '../../../core/archive/categorical-niches.ts';
import { cvtNiches } from '../../../core/archive/cvt-niches.ts';
import { gridNiches } from '../../../core/archive/grid-niches.ts';
import type { Niches } from '../../../core/archive/niches.ts';
import { randomStream } from '../../../core/random/stream.ts';

export interface KindCase {
  readonly name: string;
  readonly dimensions: number;
  readonly count: number;
  make(): Niches;
  /** The niche of a place inside [0, 1]^d. */
  plain(place: readonly number[]): number;
}

function points(count: number, dimensions: number): number[][] {
  const random = randomStream('kinds', count, dimensions);
  return Array.from({ length: count }, () => Array.from({ length: dimensions }, () => random.uniform()));
}

function cvt(count: number, dimensions: number): KindCase {
  const centroids = points(count, dimensions);
  return {
    name: `CVT of ${count} niches on ${dimensions} axes`,
    dimensions,
    count,
    make: () => cvtNiches(centroids),
    plain(place) {
      const gaps = centroids.map((centroid) => centroid.reduce((sum, c, axis) => sum + (c - place[axis]!) ** 2, 0));
      return gaps.indexOf(gaps.reduce((a, b) => Math.min(a, b)));
    },
  };
}

/** Inner edges of bins at or below a place; a place a millionth of a bin below an edge lies on it. */
function edgesBelow(place: number, count: number): number {
  return Array.from({ length: count - 1 }, (_, edge) => edge + 1).filter((edge) => place * count + 1e-6 >= edge).length;
}

function grid(bins: readonly number[]): KindCase {
  return {
    name: `grid of ${bins.join(' x ')}`,
    dimensions: bins.length,
    count: bins.reduce((a, b) => a * b),
    make: () => gridNiches(bins),
    plain: (place) => bins.reduce((niche, count, axis) => niche * count + edgesBelow(place[axis]!, count), 0),
  };
}

function categorical(categories: number, bins: readonly number[]): KindCase {
  return {
    name: `${categories} categories by ${bins.join(' x ') || 'nothing'}`,
    dimensions: bins.length + 1,
    count: bins.reduce((a, b) => a * b, categories),
    make: () => categoricalNiches(categories, bins),
    plain(place) {
      // Category c lies at c / n, and what lies between two of them belongs to the nearer.
      const row = Array.from({ length: categories - 1 }, (_, c) => c).filter(
        (c) => place[0]! * categories >= c + 0.5,
      ).length;
      return bins.reduce((niche, count, axis) => niche * count + edgesBelow(place[axis + 1]!, count), row);
    },
  };
}

export const kindCases: readonly KindCase[] = [
  cvt(1, 1),
  cvt(40, 1),
  cvt(25, 2),
  cvt(60, 3),
  cvt(50, 6),
  grid([1]),
  grid([7]),
  grid([10, 4]),
  grid([3, 2, 5]),
  grid([2, 3, 2, 2, 1, 3]),
  categorical(5, []),
  categorical(13, [10]),
  categorical(4, [3, 5]),
  categorical(3, [2, 2, 2, 1, 2]),
];
