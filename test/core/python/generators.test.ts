import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { outcomeSchema, runSnippet } from './run-snippet.ts';

const golden = new URL('../../golden/python/', import.meta.url);
const { results, head, composed } = z
  .object({
    results: z.array(outcomeSchema),
    head: z.string(),
    composed: z.array(z.object({ text: z.string(), result: z.string().optional(), error: z.string().optional() })),
  })
  .parse(JSON.parse(readFileSync(new URL('generators.json', golden), 'utf8')));
const snippets = readFileSync(new URL('generators.txt', golden), 'utf8').split('---\n');

test('every snippet has its result from CPython', () => {
  expect(results.length).toBe(snippets.length);
});

test.each(snippets.map((text, index) => ({ text, expected: results[index]! })))(
  'is as lazy as CPython: $text',
  ({ text, expected }) => {
    expect(runSnippet(text)).toEqual(expected);
  },
);

test('pipelines of iterators, composed at random, evaluate what CPython evaluates, when it does', () => {
  for (const { text, ...expected } of composed) expect(runSnippet(head + text), text).toEqual(expected);
});
