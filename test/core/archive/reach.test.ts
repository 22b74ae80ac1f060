import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cvtNiches } from '../../../core/archive/cvt-niches.ts';
import { type Box, pointWithin } from '../../../core/archive/half-spaces.ts';
import { nicheAt, reachedFrom } from '../../../core/archive/niches.ts';
import { randomStream } from '../../../core/random/stream.ts';
import { kindCases } from './kinds.ts';

function boxes(dimensions: number): fc.Arbitrary<Box> {
  const end = fc.integer({ min: 0, max: 24 }).map((step) => step / 24);
  const pair = fc.tuple(end, end).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  return fc
    .array(pair, { minLength: dimensions, maxLength: dimensions })
    .map((ends) => ({ low: ends.map(([low]) => low), high: ends.map(([, high]) => high) }));
}

/** A place of a box, drawn; now and then on its faces. */
function placeIn({ low, high }: Box, draw: () => number): number[] {
  return low.map((from, axis) => {
    const share = draw();
    const to = high[axis]!;
    if (share < 0.1) return from;
    return share > 0.9 ? to : from + share * (to - from);
  });
}

describe.each(kindCases)('niches within reach of boxes: $name', ({ dimensions, make }) => {
  const niches = make();

  test('are at least those that drawn places lie in', () => {
    fc.assert(
      fc.property(fc.array(boxes(dimensions), { minLength: 1, maxLength: 3 }), fc.nat(), (some, seed) => {
        const reached = reachedFrom(niches, some);
        const random = randomStream('reach', seed);
        for (let draw = 0; draw < 60; draw++) {
          const box = some[draw % some.length]!;
          expect(reached).toContain(
            nicheAt(
              niches,
              placeIn(box, () => random.uniform()),
            ),
          );
        }
      }),
      { numRuns: 25 },
    );
  });
});

test('niches out of reach of a CVT are no more than those that a fine lattice misses', () => {
  const random = randomStream('lattice');
  const niches = cvtNiches(Array.from({ length: 60 }, () => [random.uniform(), random.uniform()]));
  for (const box of [
    { low: [0, 0], high: [1, 0.4] },
    { low: [0, 0], high: [0.55, 0] },
    { low: [0.3, 0.1], high: [0.3, 0.9] },
    { low: [0.2, 0.2], high: [0.2, 0.2] },
  ]) {
    const seen = new Set<number>();
    for (let i = 0; i <= 800; i++) {
      for (let j = 0; j <= 800; j++) {
        const share = [i / 800, j / 800];
        seen.add(
          nicheAt(
            niches,
            share.map((s, axis) => box.low[axis]! + s * (box.high[axis]! - box.low[axis]!)),
          ),
        );
      }
    }
    const reached = reachedFrom(niches, [box]);
    expect(reached.size - seen.size).toBeLessThanOrEqual(1);
    for (const niche of seen) expect(reached).toContain(niche);
  }
});

test('a point within half-spaces lies in all of them and in the box, or a drawn point lies in none', () => {
  const unit = (angles: number[]): number[] => {
    const length = Math.hypot(...angles) || 1;
    return angles.map((value) => value / length);
  };
  const dimensions = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(
      dimensions.chain((d) => {
        const vector = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: d, maxLength: d });
        return fc.tuple(
          fc.array(fc.tuple(vector, fc.integer({ min: -12, max: 12 })), { maxLength: 8 }),
          vector,
          fc.constant(d),
          fc.nat(),
        );
      }),
      ([raw, objective, d, seed]) => {
        const halves = raw.map(([normal, bound]) => ({ normal: unit(normal), bound: bound / 8 }));
        const box = { low: new Array<number>(d).fill(0), high: new Array<number>(d).fill(1) };
        const found = pointWithin(box, halves, objective);
        const along = (point: readonly number[], way: readonly number[]): number =>
          way.reduce((sum, value, axis) => sum + value * point[axis]!, 0);
        const random = randomStream('points', seed);
        const drawn = Array.from({ length: 300 }, () => placeIn(box, () => random.uniform())).filter((point) =>
          halves.every(({ normal, bound }) => along(point, normal) <= bound),
        );
        if (found === null) {
          expect(drawn).toEqual([]);
          return;
        }
        for (const place of found) {
          expect(place).toBeGreaterThan(-1e-9);
          expect(place).toBeLessThan(1 + 1e-9);
        }
        for (const { normal, bound } of halves) expect(along(found, normal)).toBeLessThan(bound + 1e-9);
        for (const point of drawn) expect(along(point, objective)).toBeLessThan(along(found, objective) + 1e-9);
      },
    ),
    { numRuns: 500 },
  );
});
