import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytes,
  counted,
  duration,
  fitness,
  percent,
  points,
  si,
  signedSi,
  significant,
  whole,
} from '../../../renderer/words/numbers.ts';

/** With plain spaces and a plain minus sign, as one types them. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ').replace('\u2212', '-');

describe('figures', () => {
  it.each([
    [0, '0'],
    [1, '1.00'],
    [0.012345, '0.0123'],
    [0.6996, '0.700'],
    [9.996, '10.0'],
    [99.96, '100'],
    [123.4, '123'],
    [12_345, '12 300'],
    [-1.618, '-1.62'],
    [2_345_678, '2.35e6'],
    [0.000_012_3, '1.23e-5'],
    [Number.NaN, 'not a number'],
    [Number.NEGATIVE_INFINITY, '-∞'],
  ])('%d has three significant digits: %s', (value, text) => {
    expect(plain(significant(value))).toBe(text);
  });

  it('mean what they show, to half a unit of the last digit', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 9.99e5, noNaN: true }), (value) => {
        const shown = Number(significant(value).replace(/\u202f/g, ''));
        expect(Math.abs(shown - value) / value).toBeLessThanOrEqual(0.005_001);
      }),
    );
  });

  it.each([
    [12, '12'],
    [999, '999'],
    [1000, '1.00 k'],
    [2_170_000, '2.17 M'],
    [999_999, '1.00 M'],
    [5e9, '5.00 G'],
    [0, '0'],
  ])('%d has an SI prefix: %s', (value, text) => {
    expect(plain(si(value))).toBe(text);
  });

  it('of bytes carry the unit', () => {
    expect(plain(bytes(4_390_000))).toBe('4.39 MB');
    expect(plain(bytes(12))).toBe('12 B');
  });

  it.each([
    [0.7268, '72.7 %'],
    [0, '0.0 %'],
    [1, '100.0 %'],
  ])('of a share %d are a percentage: %s', (share, text) => {
    expect(plain(percent(share))).toBe(text);
  });

  it('of a change bear its sign and a prefix', () => {
    expect([1024, -12, 0].map((value) => plain(signedSi(value)))).toEqual(['+1.02 k', '-12', '0']);
    expect(plain(signedSi(-25_000, 'B'))).toBe('-25.0 kB');
  });

  it('of a difference are signed, but for none', () => {
    expect([0.272, -0.043, 0.0001, -0.0001].map((value) => plain(points(value)))).toEqual([
      '+27.2',
      '-4.3',
      '0.0',
      '0.0',
    ]);
  });

  it('of fitness are a share or minus a loss', () => {
    expect(plain(fitness(0.644))).toBe('64.4 %');
    expect(plain(fitness(-1.2345))).toBe('-1.23');
    expect(plain(fitness(0.5, 'loss'))).toBe('0.500');
  });

  it.each([
    [0.42, '0.4 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [133, '2 min 13 s'],
    [3599.7, '1 h 00 min'],
    [3900, '1 h 05 min'],
    [86_399, '1 d 0 h'],
    [273_600, '3 d 4 h'],
    [-1, '–'],
  ])('of %d seconds read as a person says them: %s', (seconds, text) => {
    expect(plain(duration(seconds))).toBe(text);
  });

  it('of a count agree with their noun', () => {
    expect([counted(1, 'run'), counted(0, 'run'), counted(2, 'entry', 'entries')]).toEqual([
      '1 run',
      '0 runs',
      '2 entries',
    ]);
    expect(plain(whole(1_234_567))).toBe('1 234 567');
    expect(whole(5000)).toBe('5000');
  });
});
