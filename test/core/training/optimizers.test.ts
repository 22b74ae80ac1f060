/** Every optimizer against PyTorch's, 40 steps from the same weights on the same batches (test/golden/training/optimizers.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { initialState, relativeError } from '../autodiff/golden-cases.ts';
import { deviations, type OptimizerGoldens, trainCase } from './optimizer-cases.ts';

const goldens: OptimizerGoldens = JSON.parse(
  readFileSync(new URL('../../golden/training/optimizers.json', import.meta.url), 'utf8'),
);

describe.each(goldens.cases)('$name', (example) => {
  test.each(['cpu', 'portable'] as const)(
    "ends with PyTorch's weights, losses and averages (%s)",
    async (formulation) => {
      const ours = await trainCase(goldens, example, formulation);
      expect(deviations(ours, example)).toEqual([]);
      // Not trivially: the weights have moved far from where they began.
      const began = initialState({ name: '', network: goldens.network, step: 0, spread: 1 });
      const moved = relativeError(ours.state.get('fc.weight')!, began.get('fc.weight') as Float32Array);
      expect(moved).toBeGreaterThan(1e-2);
    },
  );
});

test('the cases tell the options apart: no two end with the same weights', () => {
  expect(new Set(goldens.cases.map(({ state }) => state['fc.weight']!.value)).size).toBe(goldens.cases.length);
});
