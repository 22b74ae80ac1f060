import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Recipe, recipeSchema } from '../../../core/training/recipe.ts';
import { learningRateAt } from '../../../core/training/schedules.ts';

interface Schedule {
  peak: number;
  steps: number;
  rates: number[];
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../golden/training/${name}.json`, import.meta.url), 'utf8'));
const schedules: Schedule[] = read('schedule');
const others: { recipe: Partial<Recipe>; steps: number; rates: number[] }[] = read('schedules');

describe('learning rate', () => {
  test.each(schedules)("is PyTorch's OneCycleLR at every one of $steps steps", ({ peak, steps, rates }) => {
    const recipe = recipeSchema.parse({ learningRate: peak, schedule: 'one-cycle' });
    for (const [step, rate] of rates.entries()) {
      const ours = learningRateAt(recipe, step, steps);
      expect(Math.abs(ours - rate), `step ${step}: ${ours} and ${rate}`).toBeLessThanOrEqual(1e-12 * peak);
    }
  });

  test.each(others)("is PyTorch's under $recipe at every one of $steps steps", ({ recipe: changes, steps, rates }) => {
    const recipe = recipeSchema.parse(changes);
    expect(rates.length).toBe(steps);
    for (const [step, rate] of rates.entries()) {
      const ours = learningRateAt(recipe, step, steps);
      expect(Math.abs(ours - rate), `step ${step}: ${ours} and ${rate}`).toBeLessThanOrEqual(
        1e-12 * recipe.learningRate,
      );
    }
  });

  test('stays where it is when the schedule is constant', () => {
    const recipe = recipeSchema.parse({ learningRate: 0.001 });
    expect([0, 1, 99].map((step) => learningRateAt(recipe, step, 100))).toEqual([0.001, 0.001, 0.001]);
  });
});

describe('a recipe', () => {
  test('is by default what it was before there were other optimizers', () => {
    const paper = recipeSchema.parse({});
    expect(paper).toMatchObject({ optimizer: 'sgd', momentum: 0.9, dampening: 0, nesterov: false, weightDecay: 0 });
    expect(paper).toMatchObject({
      clipNorm: 0,
      clipValue: 0,
      averaging: 0,
      warmup: 0,
      cutout: 0,
      schedule: 'constant',
    });
  });

  test('saved by an earlier version is complete with the defaults', () => {
    const saved = { epochs: 10, trainImages: null, batch: 128, optimizer: 'sgd', learningRate: 0.02, momentum: 0.9 };
    const further = { weightDecay: 0, schedule: 'one-cycle', loss: 'cross-entropy', labelSmoothing: 0, flip: true };
    const rest = { normalisation: 'per-channel', crop: 4, evaluationBatch: 250 };
    const parsed = recipeSchema.parse({ ...saved, ...further, ...rest });
    expect(parsed).toEqual({ ...recipeSchema.parse({}), ...saved, ...further, ...rest });
  });

  test.each([
    [{ optimizer: 'adam', nesterov: true }, 'nesterov', /no effect with optimizer adam/],
    [{ optimizer: 'adam', momentum: 0.5 }, 'momentum', /leave it at 0\.9, or choose optimizer sgd or muon/],
    [{ beta2: 0.99 }, 'beta2', /no effect with optimizer sgd/],
    [{ optimizer: 'adamw', muonSteps: 3 }, 'muonSteps', /choose optimizer muon/],
    [{ nesterov: true, momentum: 0 }, 'nesterov', /momentum above 0/],
    [{ nesterov: true, dampening: 0.1 }, 'nesterov', /dampening of 0/],
    [{ dampening: 0.1, momentum: 0 }, 'dampening', /without momentum/],
    [{ clipNorm: 1, clipValue: 1 }, 'clipValue', /together with clipNorm/],
    [{ schedule: 'one-cycle', warmup: 0.1 }, 'warmup', /no effect with schedule one-cycle/],
    [{ schedule: 'cosine', oneCycleRise: 0.2 }, 'oneCycleRise', /no effect with schedule cosine/],
    [{ decayEvery: 5 }, 'decayEvery', /no effect with schedule constant/],
    [{ schedule: 'one-cycle', oneCycleThreePhase: true, oneCycleRise: 0.6 }, 'oneCycleRise', /at most 0\.5/],
  ])('that contradicts itself, %j, is refused with the name of %s', (changes, field, message) => {
    const parsed = recipeSchema.safeParse(changes);
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toContain(field);
    expect(parsed.error?.issues.map((issue) => issue.message).join('; ')).toMatch(message);
  });
});
