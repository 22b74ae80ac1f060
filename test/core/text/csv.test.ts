/** Exported tables against the examples of RFC 4180. */
import { expect, test } from 'vitest';
import { csvOf } from '../../../core/text/csv.ts';

test('lines end with CR LF; commas, quotes and line feeds are quoted; nothing stands for null', () => {
  expect(
    csvOf(
      ['niche', 'name'],
      [
        [1, 'plain'],
        [2, 'a, b'],
        [3, 'say "no"'],
        [null, 'two\nlines'],
      ],
    ),
  ).toBe('niche,name\r\n1,plain\r\n2,"a, b"\r\n3,"say ""no"""\r\n,"two\nlines"\r\n');
});

test.each([
  // What spreadsheets take for a formula (OWASP, "CSV Injection").
  ['=1+1', "'=1+1"],
  ['+cmd|calc', "'+cmd|calc"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', '"\'\t=1"'],
  ['\r=1', "'\\x0d=1"],
  [' =1', "' =1"],
  ['\uff1d1', "'\uff1d1"],
  ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
  // Numbers are numbers, also as text.
  ['-1.5', '-1.5'],
  ['+2e-3', '+2e-3'],
  [-1.5, '-1.5'],
  ['-1.5x', "'-1.5x"],
  // Another language's divider, and what hides or turns the text.
  ['a;=1', '"a;=1"'],
  ['a\u001b[2J\u202eb\u0000', 'a\\x1b[2J\\u202eb\\x00'],
])('the cell %j is written as %s', (value, expected) => {
  expect(csvOf(['n'], [[value]])).toBe(`n\r\n${expected}\r\n`);
  expect(csvOf([String(value)], [])).toBe(`${expected}\r\n`);
});
