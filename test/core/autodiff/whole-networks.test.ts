/** Gradients of thirty whole networks against PyTorch's float64 (test/golden/autodiff/whole_networks.py). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { numbers } from '../../golden/autodiff/formula.ts';
import { allowance } from './golden-cases.ts';
import { gradientsOf, madeImages, networkNames, readNetwork } from './whole-networks.ts';

interface Golden {
  readonly name: string;
  readonly norm: number;
  /** That of PyTorch's float32. */
  readonly error: number;
  /** The float64 gradient along directions of unit variance. */
  readonly projections: readonly number[];
}

const goldenFile = new URL('../../golden/autodiff/whole-networks.json', import.meta.url);
const goldens: Golden[] = JSON.parse(readFileSync(goldenFile, 'utf8'));

test('the goldens are of thirty networks', () => {
  expect(goldens.map(({ name }) => name)).toEqual(networkNames);
  expect(goldens.length).toBe(30);
});

test.each(goldens)('$name has the gradients of PyTorch', async ({ name, norm, error, projections }) => {
  const gradients = await gradientsOf(await readNetwork(name), madeImages(), 'cpu');
  const differences = projections.map((exact, k) => {
    const direction = numbers([gradients.length], 2000 + k, { scale: Math.sqrt(3) });
    return gradients.reduce((sum, value, i) => sum + value * direction[i]!, 0) - exact;
  });
  const found = Math.hypot(...differences) / Math.sqrt(projections.length) / norm;
  expect(found, `PyTorch's float32: ${error}`).toBeLessThanOrEqual(allowance(error));
});
