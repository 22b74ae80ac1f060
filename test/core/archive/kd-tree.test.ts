import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildKdTree, nearest, nearestNeighbours } from '../../../core/archive/kd-tree.ts';

/** Coordinates from a coarse grid, so that equal distances are common. */
const grid = fc.integer({ min: -4, max: 4 });
const fine = fc.double({ min: -1, max: 2, noNaN: true });

function clouds(coordinate: fc.Arbitrary<number>) {
  return fc.integer({ min: 1, max: 4 }).chain((dimensions) => {
    const point = fc.array(coordinate, { minLength: dimensions, maxLength: dimensions });
    return fc.tuple(fc.array(point, { minLength: 1, maxLength: 60 }), point, fc.integer({ min: 1, max: 8 }));
  });
}

/** All points by distance, then by index. */
function bruteForce(
  points: readonly number[][],
  query: readonly number[],
): { index: number; squaredDistance: number }[] {
  return points
    .map((point, index) => ({
      index,
      squaredDistance: point.reduce((sum, value, axis) => sum + (value - query[axis]!) ** 2, 0),
    }))
    .sort((a, b) => a.squaredDistance - b.squaredDistance || a.index - b.index);
}

describe('k-d tree', () => {
  test.each([
    ['a grid with many ties', grid],
    ['the continuum', fine],
  ])('finds what brute force finds, in its order, on %s', (_, coordinate) => {
    fc.assert(
      fc.property(clouds(coordinate), ([points, query, count]) => {
        expect(nearestNeighbours(buildKdTree(points), query, count)).toEqual(bruteForce(points, query).slice(0, count));
      }),
      { numRuns: 400 },
    );
  });

  test('gives a tie to the lowest index, wherever the points lie in the tree', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(grid, grid), { minLength: 1, maxLength: 40 }), (points) => {
        const doubled = [...points, ...points];
        for (const point of points) {
          const first = points.findIndex(([x, y]) => x === point[0] && y === point[1]);
          expect(nearest(buildKdTree(doubled), point)).toBe(first);
        }
      }),
    );
  });

  test('refuses points and queries of the wrong kind', () => {
    expect(() => buildKdTree([[0, 1], [2]])).toThrow(/Point 1 .* 2 finite/);
    expect(() => buildKdTree([[0, Number.NaN]])).toThrow(/Point 0/);
    expect(() => nearest(buildKdTree([[0, 1]]), [0])).toThrow(/2 coordinates/);
    expect(() => nearest(buildKdTree([]), [])).toThrow(/empty/);
  });
});
