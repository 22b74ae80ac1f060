import { describe, expect, test } from 'vitest';
import { overBudget, trainingFlops } from '../../../core/search/budget.ts';
import { presets } from '../../../core/search/presets.ts';
import { applySettings } from '../../../core/search/setting-paths.ts';

/** The paper's initial network: 10,254 parameters; one map of 32 x 32 after each of two operations. */
const measures = { params: 10_254, flops: 13_312, width: 10, depth: 2, widthToDepth: 5, activationBytes: 20_000 };

function verdict(...assignments: string[]): string | null {
  const settings = applySettings(presets.paper, ['recipe.batch=100', 'recipe.epochs=7', ...assignments]);
  return overBudget(settings, measures, 500)?.message ?? null;
}

describe('budget', () => {
  test('allows what is exactly at a limit and refuses what is one beyond, naming both', () => {
    for (const [name, value, words] of [
      ['params', 10_254, 'parameters'],
      ['flops', 13_312, 'FLOPs'],
      ['activationBytes', 2_000_000, 'bytes of activations in one training step'],
      ['trainingFlops', 3 * 13_312 * 500 * 7, 'FLOPs of training'],
    ] as const) {
      expect(verdict(`budget.${name}=${value}`)).toBeNull();
      expect(verdict(`budget.${name}=${value - 1}`)).toBe(
        `The network has ${value} ${words}; the budget of the search allows ${value - 1}.`,
      );
    }
  });

  test('counts three passes of every image in every epoch as the cost of a training', () => {
    expect(trainingFlops(presets.paper, measures, 50_000)).toBe(3 * 13_312 * 50_000 * 50);
  });

  test('no preset refuses the initial network', () => {
    for (const settings of Object.values(presets)) expect(overBudget(settings, measures, 50_000)).toBeNull();
  });
});
