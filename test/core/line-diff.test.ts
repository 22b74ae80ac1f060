/** A diff must give both texts back, and be no longer than it need be. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldUnchanged, lineDiff, linesOf, sideBySide } from '../../core/line-diff.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', '', '  a'), { maxLength: 14 })
  .map((lines) => lines.map((line) => `${line}\n`).join(''));

test('the lines of a diff give both texts back', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = lineDiff(before, after);
      const side = (without: string): string[] => diff.filter(({ kind }) => kind !== without).map((line) => line.text);
      expect(side('added')).toEqual(linesOf(before));
      expect(side('removed')).toEqual(linesOf(after));
      expect(diff.flatMap((line) => line.before ?? [])).toEqual(linesOf(before).map((_, index) => index + 1));
      expect(diff.flatMap((line) => line.after ?? [])).toEqual(linesOf(after).map((_, index) => index + 1));
    }),
  );
});

/** Longest common subsequence by trying every subset: the definition itself. */
function longestCommon(before: readonly string[], after: readonly string[]): number {
  let longest = 0;
  for (let mask = 0; mask < 2 ** before.length; mask++) {
    const chosen = before.filter((_, index) => (mask >> index) % 2 === 1);
    let found = 0;
    for (const line of after) if (found < chosen.length && line === chosen[found]) found++;
    if (found === chosen.length) longest = Math.max(longest, found);
  }
  return longest;
}

test('as many lines stay as the longest common subsequence has', () => {
  const short = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
  fc.assert(
    fc.property(short, short, (before, after) => {
      const diff = lineDiff(before.join('\n'), after.join('\n'));
      const same = diff.filter(({ kind }) => kind === 'same').length;
      const lines = (all: string[]): string[] => linesOf(all.join('\n'));
      expect(same).toBe(longestCommon(lines(before), lines(after)));
    }),
    { numRuns: 60 },
  );
});

test('equal texts differ in nothing', () => {
  fc.assert(
    fc.property(text, (each) => {
      expect(lineDiff(each, each).every(({ kind }) => kind === 'same')).toBe(true);
    }),
  );
});

test('folding keeps every line, folds only unchanged ones and shows what is near a change', () => {
  fc.assert(
    fc.property(text, text, fc.integer({ min: 0, max: 3 }), (before, after, context) => {
      const diff = lineDiff(before, after);
      const stretches = foldUnchanged(diff, context);
      expect(stretches.flatMap(({ lines }) => lines)).toEqual(diff);
      let at = 0;
      for (const { folded, lines } of stretches) {
        for (const line of lines) {
          const near = diff.slice(Math.max(0, at - context), at + context + 1);
          if (folded) expect(near.every(({ kind }) => kind === 'same')).toBe(true);
          expect(diff[at++]).toBe(line);
        }
        if (folded) expect(lines.length).toBeGreaterThan(2);
      }
    }),
  );
});

test('two columns hold the same lines in the same order', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const rows = sideBySide(lineDiff(before, after));
      expect(rows.flatMap((row) => (row.before === null ? [] : [row.before.text]))).toEqual(linesOf(before));
      expect(rows.flatMap((row) => (row.after === null ? [] : [row.after.text]))).toEqual(linesOf(after));
    }),
  );
});
