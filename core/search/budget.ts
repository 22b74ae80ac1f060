/** Computed limits of a network: the same verdict on every machine, never from a clock. */
import type { Failure } from '../failure.ts';
import type { Measures } from '../network/ir.ts';
import { passesOfTraining } from './descriptors/limits.ts';
import type { Settings } from './settings.ts';

/** Multiply-accumulates of a whole training. `images`: training images of an epoch. */
export function trainingFlops(settings: Settings, measures: Measures, images: number): number {
  return passesOfTraining * measures.flops * images * settings.recipe.epochs;
}

/** Why a network is beyond the budget, or null. `images`: training images of an epoch, null where unknown. */
export function overBudget(settings: Settings, measures: Measures, images: number | null): Failure | null {
  const { budget } = settings;
  const activations = measures.activationBytes * settings.recipe.batch;
  const training = images === null ? null : trainingFlops(settings, measures, images);
  const checks: [string, number | null, number | null][] = [
    ['parameters', measures.params, budget.params],
    ['FLOPs', measures.flops, budget.flops],
    ['bytes of activations in one training step', activations, budget.activationBytes],
    ['FLOPs of training', training, budget.trainingFlops],
  ];
  for (const [name, value, limit] of checks) {
    if (value !== null && limit !== null && value > limit) {
      return { kind: 'budget', message: `The network has ${value} ${name}; the budget of the search allows ${limit}.` };
    }
  }
  return null;
}
