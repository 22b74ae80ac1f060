/** Ticks stand where their label says, inside the axis. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AxisView } from '../../../core/contract/archives.ts';
import { axisTicks, placeOf, readingAt, valueAt } from '../../../renderer/archives/axis-ticks.ts';
import { readFigure } from '../../../renderer/charts/figures.ts';

const axis = (changes: Partial<AxisView>): AxisView => ({
  descriptor: 'flops',
  label: 'FLOPs',
  unit: '',
  figure: 'si',
  scale: 'linear',
  min: 0,
  max: 1,
  names: null,
  clipped: { below: 0, above: 0 },
  ...changes,
});

const labels = (view: AxisView, wanted?: number): string[] =>
  axisTicks(view, wanted).flatMap(({ label }) => (label === '' ? [] : [label.replace(/\s/g, ' ')]));

test('a logarithmic axis is labelled by its powers of ten with SI prefixes', () => {
  expect(labels(axis({ scale: 'log10', min: 4, max: 9 }))).toEqual(['10 k', '100 k', '1 M', '10 M', '100 M', '1 G']);
});

test('a narrow logarithmic axis also names 2 and 5, a wide one leaves powers out', () => {
  expect(labels(axis({ scale: 'log10', min: 0, max: 1 }))).toEqual(['1', '2', '5', '10']);
  expect(labels(axis({ scale: 'log10', min: 0, max: 12 }), 6)).toHaveLength(7);
});

test("the paper's axes are labelled in whole steps", () => {
  expect(labels(axis({ min: 200e6, max: 5e9 }))).toEqual(['1 G', '2 G', '3 G', '4 G', '5 G']);
  expect(labels(axis({ label: 'width / depth', min: 0, max: 200 }), 5)).toEqual(['0', '50', '100', '150', '200']);
  expect(labels(axis({ label: 'temperature', max: 1 }), 5)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
});

test('prompts are named at their whole numbers', () => {
  const ticks = axisTicks(axis({ label: 'prompt', max: 16, names: ['a', 'b', 'c'] }));
  expect(ticks).toEqual([
    { place: 0, label: 'a' },
    { place: 1 / 16, label: 'b' },
    { place: 2 / 16, label: 'c' },
  ]);
});

test('every labelled tick stands at the value it names, and no tick outside the axis', () => {
  const ends = fc.tuple(fc.double({ min: -3, max: 9, noNaN: true }), fc.double({ min: 0.5, max: 8, noNaN: true }));
  fc.assert(
    fc.property(
      ends,
      fc.constantFrom('linear', 'log10'),
      fc.integer({ min: 3, max: 8 }),
      ([min, span], scale, wanted) => {
        const view = axis({ scale: scale as 'linear', min, max: min + span });
        const ticks = axisTicks(view, wanted);
        expect(ticks.length).toBeGreaterThan(0);
        for (const { place, label } of ticks) {
          expect(place).toBeGreaterThan(-1e-6);
          expect(place).toBeLessThan(1 + 1e-6);
          if (label === '') continue;
          const named = readFigure(label);
          expect(named).not.toBe(null);
          expect(Math.abs(placeOf(view, named!) - place)).toBeLessThan(5e-3);
        }
      },
    ),
  );
});

test('place and value are inverse', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom('linear', 'log10'), (place, scale) => {
      const view = axis({ scale: scale as 'linear', min: -2, max: 7 });
      expect(placeOf(view, valueAt(view, place))).toBeCloseTo(place, 9);
    }),
  );
});

test('a place reads as the nearest prompt or as a figure', () => {
  const prompts = axis({ label: 'prompt', max: 4, names: ['a', 'b', 'c', 'd'] });
  expect(readingAt(prompts, 0.3)).toBe('b');
  expect(readingAt(prompts, 1)).toBe('d');
  expect(readingAt(axis({ scale: 'log10', min: 4, max: 8 }), 0.5)).toMatch(/^1\.00\sM$/);
});
