/** Exported tables against the examples of RFC 4180. */
import { expect, test } from 'vitest';
import { csvOf } from '../../../renderer/charts/csv.ts';

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
