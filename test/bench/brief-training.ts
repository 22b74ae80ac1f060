/**
 * Whether a choice among networks matters: each that the preset demo could afford is trained for a moment on the built-in
 * dataset, all by the same recipe and seed.
 */
import { overBudget } from '../../core/search/budget.ts';
import type { Interpretation } from '../../core/search/ports.ts';
import { presets } from '../../core/search/presets.ts';
import { applySettings } from '../../core/search/setting-paths.ts';
import type { Trainer } from '../../core/training/job.ts';

const trainImages = 2000;
const { recipe } = applySettings(presets.demo, [`recipe.trainImages=${trainImages}`, 'recipe.epochs=1']);

/** Accuracy on 1,000 validation images; null where the demo's budget refuses the network, or its training diverges. */
export async function brieflyTrained(trainer: Trainer, { network, measures }: Interpretation): Promise<number | null> {
  if (overBudget(presets.demo, measures, presets.demo.recipe.trainImages) !== null) return null;
  const { result } = await trainer.train({
    network,
    recipe,
    dataset: 'builtin',
    validationImages: presets.demo.validationImages,
    splitSeed: 1,
    seed: 1,
    initialWeights: null,
  });
  if (result.status === 'fault') throw new Error(result.message);
  return result.status === 'trained' ? result.accuracy.validation : null;
}

export interface Trained {
  readonly parent: string;
  readonly prompt: string;
  readonly accuracy: number | null;
}

/** Of the networks that were trained: quartiles, mean and its standard error. */
export function accuraciesOf(all: readonly Trained[]) {
  const sorted = all.flatMap(({ accuracy }) => accuracy ?? []).sort((one, other) => one - other);
  const at = (share: number): number | null => sorted[Math.floor(share * (sorted.length - 1))] ?? null;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sorted.length - 1);
  return {
    networks: all.length,
    trained: sorted.length,
    lowerQuartile: at(0.25),
    median: at(0.5),
    upperQuartile: at(0.75),
    best: sorted.at(-1) ?? null,
    mean,
    standardError: Math.sqrt(variance / sorted.length),
    each: all,
  };
}
