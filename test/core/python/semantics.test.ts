import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { failureOf } from '../../../core/failure.ts';
import { anything } from '../../../core/network/torch/opaque.ts';
import { createMeter, defaultBudget } from '../../../core/python/budget.ts';
import { createEvaluator } from '../../../core/python/evaluator.ts';
import { catchable, caughtException } from '../../../core/python/exceptions.ts';
import { createProgramModules } from '../../../core/python/program-modules.ts';
import { refuse } from '../../../core/python/reason.ts';
import { standardModules } from '../../../core/python/standard-modules.ts';
import { parser } from './python-parser.ts';

const golden = new URL('../../golden/python/', import.meta.url);
const resultSchema = z.union([z.object({ result: z.string() }), z.object({ error: z.string() })]);
const { results } = z
  .object({ results: z.array(resultSchema) })
  .parse(JSON.parse(readFileSync(new URL('results.json', golden), 'utf8')));
const snippets = readFileSync(new URL('snippets.txt', golden), 'utf8').split('---\n');

function run(text: string): { result: string } | { error: string } {
  const evaluator = createEvaluator(createMeter(defaultBudget), (made) => {
    const modules = standardModules(made, anything('typing'));
    return {
      find: (name, place) => modules.get(name) ?? refuse('import', `no module ${name}`, place),
      submodule: (name) => modules.get(name),
      extension: (module, name) => modules.get(`${module.name}.${name}`),
    };
  });
  const program = createProgramModules({ evaluator, parser, texts: () => null, tolerant: false, lazy: new Set() });
  try {
    const { scope } = program.runMain(text, 'network', '');
    return { result: evaluator.repr(scope.variables.get('result') ?? null, { line: 1, column: 1 }) };
  } catch (error) {
    if (!catchable(evaluator, error)) return { error: failureOf(error).message };
    return { error: caughtException(evaluator, error).type.name };
  }
}

test('every snippet has its result from CPython', () => {
  expect(results.length).toBe(snippets.length);
});

test.each(snippets.map((text, index) => ({ text, expected: results[index]! })))(
  'as CPython: $text',
  ({ text, expected }) => {
    expect(run(text)).toEqual(expected);
  },
);
