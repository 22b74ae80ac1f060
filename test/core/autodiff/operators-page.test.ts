/** docs/operators.md against the table of rules: every operator, nothing else, within the bounds of gradients. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { namesByOperator, operators } from './operator-names.ts';

const page = readFileSync(new URL('../../../docs/operators.md', import.meta.url), 'utf8');
const remedy = 'run node test/bench/operators.ts';

const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [operator = '', names = '', providers, cases, cpu, webgpu, pytorch, oracle] = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { operator: operator.replaceAll('`', ''), names, providers, cases, cpu, webgpu, pytorch, oracle };
  });

test('the page lists exactly the operators of the table', () => {
  expect(
    rows.map(({ operator }) => operator),
    remedy,
  ).toEqual(operators);
});

test.each(rows)('$operator is within the bounds that are stated, on both providers and by both oracles', (row) => {
  const pytorch = Number(row.pytorch);
  expect(Number(row.cpu), remedy).toBeLessThanOrEqual(Math.max(1e-6, 2 * pytorch));
  expect(Number(row.webgpu), remedy).toBeLessThanOrEqual(Math.max(1e-5, 2 * pytorch));
  expect(row.providers).toBe('cpu, webgpu');
  expect(row.oracle).toBe('PyTorch float64, finite differences');
  expect(Number(row.cases)).toBeGreaterThan(0);
});

test('every operator is reached by some name of PyTorch, in the golden programs and on the page', async () => {
  const names = await namesByOperator();
  expect(operators.filter((operator) => names.get(operator)?.size === 0)).toEqual([]);
  expect(rows.filter((row) => row.names === '')).toEqual([]);
});
