/** Highlighting may colour a text, never change it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pythonLines, pythonTokens } from '../../../renderer/inspector/python-tokens.ts';

const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      'class ',
      'Net',
      '(',
      ')',
      ':\n',
      '    ',
      'self',
      '.',
      '"',
      "'",
      '"""',
      '#',
      '\\',
      '\n',
      '1e-3',
      '0x',
      '...',
    ),
    fc.string({ maxLength: 5, unit: 'grapheme' }),
  ),
  { maxLength: 30 },
);

test('the pieces together are the text, whatever it is', () => {
  fc.assert(
    fc.property(
      pieces.map((all) => all.join('')),
      (text) => {
        const tokens = pythonTokens(text);
        expect(tokens.map((token) => token.text).join('')).toBe(text);
        expect(tokens.every((token) => token.text !== '')).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test('by line the pieces are the lines of the text', () => {
  fc.assert(
    fc.property(
      pieces.map((all) => all.join('').replaceAll('\r', '')),
      (text) => {
        const lines = pythonLines(text).map((line) => line.map((token) => token.text).join(''));
        expect(lines.join('\n')).toBe(text.replace(/\n$/, ''));
      },
    ),
  );
});

const kinds = (text: string): string[] =>
  pythonTokens(text).flatMap(({ kind, text: piece }) => (kind === 'plain' ? [] : [`${kind} ${piece}`]));

test('a network is coloured by what its words are', () => {
  expect(kinds('class Net(nn.Module):\n    def forward(self, x):\n        return F.relu(x) + 1.5e-3  # sum\n')).toEqual(
    [
      'keyword class',
      'definition Net',
      'keyword def',
      'definition forward',
      'self self',
      'keyword return',
      'call relu',
      'number 1.5e-3',
      'comment # sum',
    ],
  );
});

test('strings keep their prefixes, quotes and hashes; one left open ends with its line', () => {
  expect(kinds(`a = f"#{b}" + r'\\' `)).toEqual([`string f"#{b}"`, `string r'\\' `]);
  expect(kinds('"""one\ntwo"""')).toEqual(['string """one\ntwo"""']);
  expect(kinds('a = "open\nTrue')).toEqual(['string "open', 'constant True']);
});

test('digits inside a name are no number', () => {
  expect(kinds('self.conv1 = None')).toEqual(['self self', 'constant None']);
});
