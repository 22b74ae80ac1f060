import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { outcomeSchema, runSnippet } from './run-snippet.ts';

const golden = new URL('../../golden/python/', import.meta.url);
const { results } = z
  .object({ results: z.array(outcomeSchema) })
  .parse(JSON.parse(readFileSync(new URL('results.json', golden), 'utf8')));
const snippets = readFileSync(new URL('snippets.txt', golden), 'utf8').split('---\n');

test('every snippet has its result from CPython', () => {
  expect(results.length).toBe(snippets.length);
});

test.each(snippets.map((text, index) => ({ text, expected: results[index]! })))(
  'as CPython: $text',
  ({ text, expected }) => {
    expect(runSnippet(text)).toEqual(expected);
  },
);
