/** Figures as a person reads them, and the figures that a person types. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  duration,
  fitnessFigure,
  percent,
  plainFigure,
  readFigure,
  shortFigure,
  siFigure,
} from '../../../renderer/charts/figures.ts';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

test('figures have three significant digits and SI prefixes', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [7, '7'],
    [640, '640'],
    [999, '999'],
    [1000, '1.00 k'],
    [1234, '1.23 k'],
    [61_706, '61.7 k'],
    [999_499, '999 k'],
    [999_600, '1.00 M'],
    [5e9, '5.00 G'],
    [0.03125, '0.0313'],
    [-1500, '\u22121.50 k'],
    [2e15, '2.00 P'],
  ];
  for (const [value, text] of cases) expect(plain(siFigure(value))).toBe(text);
});

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

test('shares read as percentages with one decimal, losses and scores as figures', () => {
  expect(plain(percent(0.6437))).toBe('64.4 %');
  expect(plain(fitnessFigure(0.5, 'accuracy'))).toBe('50.0 %');
  expect(fitnessFigure(-1.6094, 'loss')).toBe('\u22121.61');
  expect(plainFigure(12.345)).toBe('12.3');
});

test('seconds read in the unit that a person would say', () => {
  expect([0.424, 58.44, 192, 7500].map((seconds) => plain(duration(seconds)))).toEqual([
    '0.42 s',
    '58.4 s',
    '3 min 12 s',
    '2 h 5 min',
  ]);
});

test('what a figure shows is read back within its digits', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 9e17, noNaN: true }), fc.boolean(), (size, isNegative) => {
      const value = isNegative ? -size : size;
      const read = readFigure(siFigure(value));
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
