/** Programs with random changes: tokens dropped, put in, replaced, repeated, moved between programs. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { judgedPrograms } from '../network/programs.ts';
import { inInit, overBudget, reaching } from './hostile-programs.ts';

const snippets = readFileSync(new URL('../../golden/python/snippets.txt', import.meta.url), 'utf8').split('---\n');

const texts = [
  ...judgedPrograms().map(({ text }) => text),
  ...snippets,
  ...snippets.map((text) => inInit(text.trimEnd())),
  ...Object.values(overBudget).filter((text) => text.length < 2000),
  ...Object.values(reaching).map(([, text]) => text),
];

const corpus = texts.map((text) => text.match(/\w+|\s+|[^\w\s]/g) ?? []);
const words = [...new Set(corpus.flat())];

/** A program of the corpora with one to six changes. */
export const mutatedProgram: fc.Arbitrary<string> = fc
  .record({
    program: fc.constantFrom(...corpus),
    other: fc.constantFrom(...corpus),
    changes: fc.array(
      fc.record({
        at: fc.nat(10_000),
        length: fc.integer({ min: 1, max: 30 }),
        kind: fc.constantFrom('delete', 'insert', 'replace', 'repeat', 'graft', 'cut'),
        word: fc.constantFrom(...words),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ program, other, changes }) => {
    const tokens = [...program];
    for (const { at, length, kind, word } of changes) {
      const position = at % Math.max(1, tokens.length);
      if (kind === 'delete') tokens.splice(position, 1);
      else if (kind === 'insert') tokens.splice(position, 0, word);
      else if (kind === 'replace') tokens[position] = word;
      else if (kind === 'cut') tokens.splice(position, length);
      else if (kind === 'repeat') tokens.splice(position, 0, ...tokens.slice(position, position + length));
      else {
        const from = at % Math.max(1, other.length);
        tokens.splice(position, 0, ...other.slice(from, from + length));
      }
    }
    return tokens.join('');
  });
