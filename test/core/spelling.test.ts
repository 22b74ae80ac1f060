// Distances: against the recursive definition of optimal string alignment. Sizes: counted, not timed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presets } from '../../core/search/presets.ts';
import { applySetting, changeSettings, parseSettings } from '../../core/search/setting-paths.ts';
import { didYouMean, editDistance, nearest, quotedShort } from '../../core/spelling.ts';

function byDefinition(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [shortA, shortB] = [a.slice(0, -1), b.slice(0, -1)];
  const same = a.at(-1) === b.at(-1) ? 0 : 1;
  const ways = [byDefinition(shortA, b) + 1, byDefinition(a, shortB) + 1, byDefinition(shortA, shortB) + same];
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)) {
    ways.push(byDefinition(a.slice(0, -2), b.slice(0, -2)) + 1);
  }
  return Math.min(...ways);
}

describe('the distance of two words', () => {
  it('is that of its definition', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
    fc.assert(
      fc.property(word, word, (a, b) => editDistance(a, b) === byDefinition(a, b)),
      { numRuns: 60 },
    );
  });

  it('is infinite for what is too long to be a word, however near, and compares nothing of it', () => {
    const long = 'a'.repeat(101);
    expect(editDistance(long, long)).toBe(Number.POSITIVE_INFINITY);
    expect(editDistance('epochs', long)).toBe(Number.POSITIVE_INFINITY);
    // A text of which no character may be read.
    const unread = new Proxy(
      {},
      {
        get(_target, key) {
          if (key === 'length') return 2e8;
          throw new Error(`looked at ${String(key)}`);
        },
      },
    ) as unknown as string;
    expect(editDistance(unread, 'epochs')).toBe(Number.POSITIVE_INFINITY);
    expect(nearest(long, ['a'])).toBeNull();
    expect(didYouMean(long, [long])).toBe('');
  });
});

describe('a name that no setting has', () => {
  const names = [20_000, 200_000].flatMap((length) => ['a'.repeat(length), `recipe.${'x'.repeat(length)}`]);

  it.each(names)('is quoted short and suggests nothing where it is no word', (name) => {
    for (const ask of [
      () => changeSettings(presets.demo, { [name]: 1 }),
      () => applySetting(presets.demo, `${name}=1`),
      () => parseSettings({ [name]: 1 }),
    ]) {
      expect(ask).toThrow(
        /here is no setting .{60}\.\.\. \(2\d+ characters\)[.;] `llmatic search --settings` lists all/,
      );
    }
    expect(() => changeSettings(presets.demo, { 'recipe.optimizer': name })).toThrow(/^.{20,600}$/);
  });

  it('among thousands of them is told with the first ten, whose nearest alone are looked for', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`epoch${index}`, 1]));
    expect(() => parseSettings(many)).toThrow(/epoch0; did you mean .*epoch9; did you mean [^;]*; and 4990 more$/);
  });

  it('is quoted whole where it fits on a line', () => {
    expect(quotedShort('recipe.epoch')).toBe('recipe.epoch');
    expect(quotedShort('b'.repeat(100))).toHaveLength(100);
  });
});
