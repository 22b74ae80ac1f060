import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { learningRateAt, recipeSchema } from '../../../core/training/recipe.ts';

interface Schedule {
  peak: number;
  steps: number;
  rates: number[];
}

const schedules: Schedule[] = JSON.parse(
  readFileSync(new URL('../../golden/training/schedule.json', import.meta.url), 'utf8'),
);

describe('learning rate', () => {
  test.each(schedules)("is PyTorch's OneCycleLR at every one of $steps steps", ({ peak, steps, rates }) => {
    const recipe = recipeSchema.parse({ learningRate: peak, schedule: 'one-cycle' });
    for (const [step, rate] of rates.entries()) {
      const ours = learningRateAt(recipe, step, steps);
      expect(Math.abs(ours - rate), `step ${step}: ${ours} and ${rate}`).toBeLessThanOrEqual(1e-12 * peak);
    }
  });

  test('stays where it is when the schedule is constant', () => {
    const recipe = recipeSchema.parse({ learningRate: 0.001 });
    expect([0, 1, 99].map((step) => learningRateAt(recipe, step, 100))).toEqual([0.001, 0.001, 0.001]);
  });
});
