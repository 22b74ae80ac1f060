import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { failureOf } from '../../../core/failure.ts';
import { createMeter, defaultBudget } from '../../../core/python/budget.ts';
import { createEvaluator, moduleScope } from '../../../core/python/evaluator.ts';
import { reprOf } from '../../../core/python/formatting.ts';
import { refuse } from '../../../core/python/reason.ts';
import { standardModules } from '../../../core/python/standard-modules.ts';
import { parser } from './python-parser.ts';

const golden = new URL('../../golden/python/', import.meta.url);
const resultSchema = z.union([z.object({ result: z.string() }), z.object({ error: z.string() })]);
const { results } = z
  .object({ results: z.array(resultSchema) })
  .parse(JSON.parse(readFileSync(new URL('results.json', golden), 'utf8')));
const snippets = readFileSync(new URL('snippets.txt', golden), 'utf8').split('---\n');

/** Our kinds, as CPython names its exceptions. */
const exceptions: Readonly<Record<string, string>> = {
  name: 'NameError UnboundLocalError',
  attribute: 'AttributeError',
  type: 'TypeError',
  value: 'ValueError ZeroDivisionError',
  index: 'IndexError',
  key: 'KeyError',
  raised: 'AssertionError RuntimeError',
};

function run(text: string): { result: string } | { error: string } {
  const evaluator = createEvaluator(createMeter(defaultBudget), (made) => {
    const modules = standardModules(made, null);
    return {
      find: (name, place) => modules.get(name) ?? refuse('import', `no module ${name}`, place),
      submodule: (name) => modules.get(name),
      extension: (module, name) => modules.get(`${module.name}.${name}`),
    };
  });
  const scope = moduleScope();
  try {
    evaluator.execute(parser.parse(text), scope);
  } catch (error) {
    return { error: failureOf(error).kind };
  }
  return { result: reprOf(scope.variables.get('result') ?? null) };
}

test('every snippet has its result from CPython', () => {
  expect(results.length).toBe(snippets.length);
});

test.each(snippets.map((text, index) => ({ text, expected: results[index]! })))(
  'as CPython: $text',
  ({ text, expected }) => {
    const ours = run(text);
    if ('result' in expected) {
      expect(ours).toEqual(expected);
      return;
    }
    expect(ours).toHaveProperty('error');
    if ('error' in ours) expect((exceptions[ours.error] ?? ours.error).split(' ')).toContain(expected.error);
  },
);
