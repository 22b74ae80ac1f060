/** The cells of a map against brute force: whoever measures every distance must come to the same niche. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  boundingBox,
  type Direction,
  neighbourTowards,
  nextTowards,
  type Point,
  unitBox,
  voronoiMap,
} from '../../../renderer/archives/voronoi.ts';

/** Tenths of a thousandth: centroids closer than that are not told apart in a picture. */
const unit = fc.integer({ min: 0, max: 10_000 }).map((place) => place / 10_000);
const points = (minLength: number, maxLength: number) =>
  fc
    .uniqueArray(fc.tuple(unit, unit), {
      minLength,
      maxLength,
      selector: ([x, y]) => `${x.toFixed(4)} ${y.toFixed(4)}`,
    })
    .filter((all) => all.length >= minLength);

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function nearest(centroids: readonly Point[], point: Point): number {
  return Math.min(...centroids.map((centroid) => distance(centroid, point)));
}

/** Whether a convex polygon holds a point, on either orientation, with a tolerance for its edges. */
function holds(corners: readonly Point[], [x, y]: Point): boolean {
  const sides = corners.map((from, index) => {
    const to = corners[(index + 1) % corners.length]!;
    return (to[0] - from[0]) * (y - from[1]) - (to[1] - from[1]) * (x - from[0]);
  });
  return sides.every((side) => side >= -1e-9) || sides.every((side) => side <= 1e-9);
}

function area(corners: readonly Point[]): number {
  let twice = 0;
  for (const [index, [x, y]] of corners.entries()) {
    const [nextX, nextY] = corners[(index + 1) % corners.length]!;
    twice += x * nextY - nextX * y;
  }
  return Math.abs(twice) / 2;
}

test('every point of the square lies in the cell of its nearest centroid', () => {
  fc.assert(
    fc.property(
      points(1, 60),
      fc.array(fc.tuple(unit, unit), { minLength: 20, maxLength: 20 }),
      (centroids, samples) => {
        const map = voronoiMap(centroids, unitBox);
        for (const sample of samples) {
          const found = map.find(...sample);
          expect(distance(centroids[found]!, sample)).toBeCloseTo(nearest(centroids, sample), 9);
          const holders = centroids.flatMap((_, cell) => (holds(map.cells[cell]!, sample) ? [cell] : []));
          const closest = holders.map((cell) => distance(centroids[cell]!, sample));
          expect(holders.length).toBeGreaterThan(0);
          for (const each of closest) expect(each).toBeCloseTo(nearest(centroids, sample), 6);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('the areas of the cells add up to the square', () => {
  fc.assert(
    fc.property(points(1, 120), (centroids) => {
      const map = voronoiMap(centroids, unitBox);
      expect(map.cells.reduce((sum, cell) => sum + area(cell), 0)).toBeCloseTo(1, 6);
    }),
    { numRuns: 200 },
  );
});

test('ten thousand niches make ten thousand cells, each with its own centroid inside', () => {
  const centroids: Point[] = Array.from({ length: 10_000 }, (_, index) => [
    ((index % 100) + 0.3 + (0.4 * ((index * 7919) % 97)) / 97) / 100,
    (Math.floor(index / 100) + 0.3 + (0.4 * ((index * 104_729) % 89)) / 89) / 100,
  ]);
  const map = voronoiMap(centroids, unitBox);
  for (const [cell, corners] of map.cells.entries()) expect(holds(corners, centroids[cell]!)).toBe(true);
  expect(map.cells.reduce((sum, cell) => sum + area(cell), 0)).toBeCloseTo(1, 6);
});

test('centroids on one line, two and one still share the whole box', () => {
  for (const centroids of [
    [[0.5, 0.5]],
    [
      [0.2, 0.5],
      [0.8, 0.5],
    ],
    [
      [0.1, 0.1],
      [0.5, 0.5],
      [0.9, 0.9],
    ],
  ] as Point[][]) {
    const map = voronoiMap(centroids, unitBox);
    expect(map.cells.reduce((sum, cell) => sum + area(cell), 0)).toBeCloseTo(1, 6);
  }
});

test('no centroids make an empty map', () => {
  const map = voronoiMap([], boundingBox([]));
  expect(map.cells).toEqual([]);
  expect(map.find(0.5, 0.5)).toBe(-1);
});

test('the bounding box holds every centroid and has an area', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), unit), { minLength: 1 }), (all) => {
      const box = boundingBox(all);
      expect(box.right).toBeGreaterThan(box.left);
      expect(box.high).toBeGreaterThan(box.low);
      for (const [x, y] of all) {
        expect(x >= box.left && x <= box.right && y >= box.low && y <= box.high).toBe(true);
      }
    }),
  );
});

/** A grid of 5 x 5: cell 5 * row + column, row 0 lowest. */
const grid = voronoiMap(
  Array.from({ length: 25 }, (_, index): Point => [((index % 5) + 0.5) / 5, (Math.floor(index / 5) + 0.5) / 5]),
  unitBox,
);

test('arrows lead to the neighbour on that side, up being higher, and nowhere at the edge', () => {
  const from = (cell: number): (number | null)[] =>
    (['left', 'right', 'up', 'down'] as Direction[]).map((direction) => neighbourTowards(grid, cell, direction));
  expect(from(12)).toEqual([11, 13, 17, 7]);
  expect(from(0)).toEqual([null, 1, 5, null]);
  expect(from(24)).toEqual([23, null, null, 19]);
});

test('a neighbour shares an edge, on both sides alike', () => {
  fc.assert(
    fc.property(points(3, 60), (centroids) => {
      const { neighbours } = voronoiMap(centroids, unitBox);
      for (const cell of centroids.keys())
        for (const other of neighbours(cell)) expect(neighbours(other)).toContain(cell);
    }),
  );
});

test('among some cells the next in a direction is the nearest that lies straight', () => {
  expect(nextTowards(grid, 10, [14, 13, 20], 'right')).toBe(13);
  expect(nextTowards(grid, 10, [14, 24], 'right')).toBe(14);
  expect(nextTowards(grid, 10, [0, 5], 'right')).toBe(null);
});
