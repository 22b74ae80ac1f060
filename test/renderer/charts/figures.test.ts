/** Figures as a person reads them, and the figures that a person types. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainFigure, readFigure, shortFigure } from '../../../renderer/charts/figures.ts';
import { si } from '../../../renderer/words/numbers.ts';

const plain = (text: string): string => text.replace(/\s/g, ' ');

test('a tick drops the zeros behind its point', () => {
  expect([1e4, 1e6, 2.5e9, 150, 0.2, 100, 1.5].map((value) => plain(shortFigure(value)))).toEqual([
    '10 k',
    '1 M',
    '2.5 G',
    '150',
    '0.2',
    '100',
    '1.5',
  ]);
});

test('whole figures stay whole, others have three significant digits', () => {
  expect([2, 640, -1, 12.345, 0.5, 61_706].map((value) => plain(plainFigure(value)))).toEqual([
    '2',
    '640',
    '\u22121',
    '12.3',
    '0.500',
    '61.7 k',
  ]);
});

test('what a figure shows is read back within its digits', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 9e14, noNaN: true }), fc.boolean(), (size, isNegative) => {
      const value = isNegative ? -size : size;
      const read = readFigure(si(value));
      expect(Math.abs((read ?? 0) - value) / size).toBeLessThan(6e-3);
    }),
  );
});

test('percentages, commas and prefixes are read, words are not', () => {
  expect(readFigure('64 %')).toBeCloseTo(0.64);
  expect(readFigure('1,5 M')).toBe(1.5e6);
  expect(readFigure('.5')).toBe(0.5);
  expect(readFigure('1e3')).toBe(1000);
  for (const text of ['', 'many', '1 2', '--1', '5 Q']) expect(readFigure(text)).toBe(null);
});
