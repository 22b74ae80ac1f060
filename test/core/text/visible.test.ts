/** What is shown of hostile text, against Unicode's own categories and the reader of JSON. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../../core/text/json-text.ts';
import { markdownCode } from '../../../core/text/markdown.ts';
import { isPlain, visible, visibleLine } from '../../../core/text/visible.ts';

test.each([
  ['an escape', 'a\u001b[2Jb', 'a\\x1b[2Jb'],
  [
    'a title of a terminal and its clipboard',
    '\u001b]0;t\u0007\u001b]52;c;Zm9v\u001b\\',
    '\\x1b]0;t\\x07\\x1b]52;c;Zm9v\\x1b\\',
  ],
  ['one byte of C1', '\u009b8m', '\\x9b8m'],
  ['NEL, NUL, DEL', '\u0085\u0000\u007f', '\\x85\\x00\\x7f'],
  ['a carriage return', 'a\rb', 'a\\x0db'],
  ['the end of a line of Windows', 'a\r\nb', 'a\nb'],
  ['directions', '\u202a\u202e\u2066\u2069\u200e\u061c', '\\u202a\\u202e\\u2066\\u2069\\u200e\\u061c'],
  [
    'what has no width',
    'a\u200b\u200d\u2060\ufeff\u00ad\u034f\u3164b',
    'a\\u200b\\u200d\\u2060\\ufeff\\xad\\u034f\\u3164b',
  ],
  ['separators of lines', '\u2028\u2029', '\\u2028\\u2029'],
  ['tags and selectors beyond the first plane', '\u{e0041}\u{e0101}', '\\u{e0041}\\u{e0101}'],
  ['half of a pair', 'a\ud800b\udc00', 'a\\ud800b\\udc00'],
  ['a line feed and a tab', 'a\n\tb', 'a\n\tb'],
  ['ordinary text', 'Größe 大小 😀 \\x1b', 'Größe 大小 😀 \\x1b'],
])('%s', (_, text, expected) => {
  expect(visible(text)).toBe(expected);
});

test('no line begins inside a name', () => {
  expect(visibleLine('a\nb\r\nc\td')).toBe('a\\nb\\x0d\\nc\\td');
  expect(isPlain('a b')).toBe(true);
  expect(isPlain('a\n')).toBe(false);
});

const anything = fc.string({ unit: 'binary' });
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{NChar}]/u;

test('nothing that is not seen stays in any text, and showing it again changes nothing', () => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(visible(text).replace(/[\n\t]/g, '')).not.toMatch(unseen);
      expect(visibleLine(text)).not.toMatch(unseen);
      expect(visible(visible(text))).toBe(visible(text));
    }),
  );
});

test('JSON holds the same value, shown: with nothing unseen but line feeds of its own', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(0, 2), (value, indent) => {
      const text = jsonText(value, indent);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text.replaceAll('\n', '')).not.toMatch(unseen);
      if (indent === 0) expect(text).not.toContain('\n');
    }),
  );
  expect(jsonText({ a: '\u009b\u202e\u{e0041}' })).toBe('{"a":"\\u009b\\u202e\\udb40\\udc41"}');
});

test.each([
  ['net', '`net`'],
  ['a`b', '``a`b``'],
  ['`', '`` ` ``'],
  ['<img src=x>', '`<img src=x>`'],
  ['a|b', '`a\\|b`'],
  ['[x](http://y) **z**', '`[x](http://y) **z**`'],
  ['a\n# Heading', '`a\\n# Heading`'],
  ['', '`  `'],
])('a name in Markdown: %j', (name, expected) => {
  expect(markdownCode(name)).toBe(expected);
});
