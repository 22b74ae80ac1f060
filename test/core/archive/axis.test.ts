import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeOnAxis, valueOnAxis } from '../../../core/archive/axis.ts';

describe('axis', () => {
  test('places the initial network on the axes of the presets', () => {
    expect(placeOnAxis({ scale: 'linear', min: 0, max: 200 }, 5)).toBe(0.025);
    expect(placeOnAxis({ scale: 'linear', min: 200e6, max: 5e9 }, 13_312)).toBeLessThan(0);
    expect(placeOnAxis({ scale: 'log10', min: 4, max: 9 }, 1e4)).toBe(0);
    expect(placeOnAxis({ scale: 'log10', min: 4, max: 9 }, 1e9)).toBe(1);
    expect(placeOnAxis({ scale: 'log10', min: -0.5, max: 2.5 }, 10)).toBe(0.5);
  });

  test('is finite for 0, which has no logarithm', () => {
    expect(placeOnAxis({ scale: 'log10', min: 4, max: 9 }, 0)).toBeLessThan(0);
    expect(Number.isFinite(placeOnAxis({ scale: 'log10', min: 4, max: 9 }, 0))).toBe(true);
  });

  test('is inverted by the value at a place', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('linear' as const, 'log10' as const),
        fc.double({ min: 1, max: 1e9, noNaN: true }),
        (scale, value) => {
          const axis = { scale, min: 1, max: 8 };
          expect(valueOnAxis(axis, placeOnAxis(axis, value)) / value).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});
