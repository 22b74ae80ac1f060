// Which texts are JSON: the platform's own JSON.parse says it. Bounds: on texts that it would need seconds and gigabytes for.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../core/failure.ts';
import { checkJson, parseJsonText } from '../../core/json-text.ts';

const wide = { characters: 2 ** 24, depth: 10_000, values: 2 ** 24 };

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function message(read: () => unknown): string {
  try {
    return `read ${JSON.stringify(read())}`;
  } catch (error) {
    return failureOf(error).message;
  }
}

describe('a JSON text', () => {
  it('is JSON here exactly where it is for JSON.parse, and read to the same value', () => {
    const json = fc.json({ maxDepth: 4 });
    fc.assert(
      fc.property(json, (text) => {
        expect(checkJson(text, wide)).toBeNull();
        expect(parseJsonText(text, 'it', wide)).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
    // Changed somewhere by characters that mean something in JSON: mostly broken, by luck still sound.
    const parts = [...'{}[]",:.-+eE0179\\/tfnu \n\u0000\u001f\ud800é', 'true', 'null', '\\u00', '1e', '-', '01'];
    fc.assert(
      fc.property(json, fc.nat(), fc.nat(3), fc.constantFrom(...parts), (text, place, cut, part) => {
        const at = place % (text.length + 1);
        const changed = text.slice(0, at) + part + text.slice(at + cut);
        expect(checkJson(changed, wide) === null, JSON.stringify(changed)).toBe(isJson(changed));
      }),
      { numRuns: 1500 },
    );
    const pieces = fc.array(fc.constantFrom(...parts, '"a"', '{"a":1}', '[]'), { maxLength: 8 });
    fc.assert(
      fc.property(pieces, (found) => {
        const text = found.join('');
        expect(checkJson(text, wide) === null, JSON.stringify(text)).toBe(isJson(text));
      }),
      { numRuns: 1500 },
    );
  });

  it('is told wrong at the place where no continuation could make it right', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom(...'}],:x"\\'), (text, place, part) => {
        const at = place % (text.length + 1);
        const changed = text.slice(0, at) + part + text.slice(at);
        const wrong = checkJson(changed, wide);
        if (wrong === null) return;
        // What stands before it may go on: a text that ends there is one that ends too early, or whole.
        const before = checkJson(changed.slice(0, wrong.at), wide);
        expect(before === null || before.at === wrong.at).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused beyond each bound, whatever it weighs, before anything is built of it', () => {
    const bounds = { characters: 9 * 2 ** 20, depth: 64, values: 50_000 };
    const deep = 8 * 2 ** 20;
    expect(message(() => parseJsonText('['.repeat(deep), 'It', bounds))).toBe(
      'It has lists and objects inside each other more than 64 deep: it is too large to be read.',
    );
    expect(message(() => parseJsonText(`${'{"a":'.repeat(1e6)}1`, 'It', bounds))).toMatch(/more than 64 deep/);
    expect(message(() => parseJsonText(`[${'1,'.repeat(4e6)}1]`, 'It', bounds))).toMatch(/more than 50,000 values/);
    expect(message(() => parseJsonText(`{${'"":0,'.repeat(1e6)}"":0}`, 'It', bounds))).toMatch(
      /more than 50,000 values/,
    );
    expect(message(() => parseJsonText(`"${'a'.repeat(1e7)}"`, 'It', bounds))).toMatch(
      /more than 9,437,184 characters/,
    );
    // At a bound, not beyond it.
    expect(parseJsonText('[[[1]]]', 'it', { characters: 7, depth: 3, values: 4 })).toEqual([[[1]]]);
    expect(message(() => parseJsonText('[[[1]]]', 'It', { characters: 7, depth: 3, values: 3 }))).toMatch(/3 values/);
    expect(message(() => parseJsonText('[[[1]]]', 'It', { characters: 7, depth: 2, values: 4 }))).toMatch(/2 deep/);
    expect(message(() => parseJsonText('[[[1]]]', 'It', { characters: 6, depth: 3, values: 4 }))).toMatch(/6 char/);
  });

  it('is never repeated in what is said of it', () => {
    for (const secret of [
      'hunter2',
      '"hunter2',
      '{"hunter2',
      '{"a": hunter2}',
      '[hunter2]',
      'hunter2: 1',
      '"hunter2\n"',
    ]) {
      expect(message(() => parseJsonText(secret, '/etc/shadow'))).toMatch(/^\/etc\/shadow is not JSON: (line|it ends)/);
      expect(message(() => parseJsonText(secret, '/etc/shadow'))).not.toContain('hunter');
    }
  });
});
