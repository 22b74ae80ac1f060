/** Axes and lines of charts by their properties. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  between,
  linePath,
  nearestIndex,
  roundDomain,
  roundTicks,
  wholeTicks,
} from '../../../renderer/charts/line-geometry.ts';

const value = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((thousandths) => thousandths / 1000);

test('a domain holds every value, has a length, and its ticks lie inside', () => {
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const domain = roundDomain(values);
      expect(domain.high).toBeGreaterThan(domain.low);
      for (const each of values) expect(each >= domain.low && each <= domain.high).toBe(true);
      for (const tick of roundTicks(domain)) expect(tick >= domain.low && tick <= domain.high).toBe(true);
    }),
  );
});

test('whole ticks are whole, evenly apart, inside, and about as many as wanted', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 2, max: 20 }),
      (low, span, wanted) => {
        const ticks = wholeTicks({ low, high: low + span }, wanted);
        expect(ticks.every((tick) => Number.isInteger(tick) && tick >= low && tick <= low + span)).toBe(true);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(wanted + 1);
        const gaps = new Set(ticks.slice(1).map((tick, index) => tick - ticks[index]!));
        expect(gaps.size).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('a search of six generations has a tick at each', () => {
  expect(wholeTicks({ low: 0, high: 6 }, 8)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(wholeTicks({ low: 0, high: 200 }, 5)).toEqual([0, 50, 100, 150, 200]);
});

test('a missing value leaves a gap in the line', () => {
  const path = linePath(
    [
      [0, 1],
      [1, 2],
      [2, Number.NaN],
      [3, 4],
    ],
    (point) => point,
  );
  expect(path).toBe('M0.0 1.0L1.0 2.0M3.0 4.0');
});

test('the nearest place is the nearest', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1 }), value, (xs, at) => {
      const sorted = xs.toSorted((a, b) => a - b);
      const found = sorted[nearestIndex(sorted, at)]!;
      expect(Math.abs(found - at)).toBe(Math.min(...sorted.map((x) => Math.abs(x - at))));
    }),
  );
  expect(nearestIndex([], 1)).toBe(-1);
  expect(between({ low: 2, high: 2 }, 2, 0, 10)).toBe(5);
});
