/** Fitness of a trained network, higher being better, and whether a candidate ended as a network, a verdict or a fault. */
import { fail } from '../failure.ts';
import type { TrainedResult } from '../training/job.ts';
import type { EndedCandidate } from './candidate.ts';
import type { CommonSettings } from './common-settings.ts';

/**
 * Accuracy, or minus the loss, on the split that the settings select on.
 * @throws FailureError kind `usage` when the trainer did not measure that split
 */
export function fitnessOf(settings: CommonSettings, result: TrainedResult): number {
  const { measure, split } = settings.fitness;
  const score = (measure === 'accuracy' ? result.accuracy : result.loss)[split];
  if (score === null) {
    return fail(
      'usage',
      `Fitness is the ${measure} on the ${split} split, which has no images. Set ${split === 'validation' ? 'validationImages' : 'fitness.split'}.`,
    );
  }
  // 0 - score rather than -score: a loss of 0 must not become -0, which JSON does not keep.
  return measure === 'accuracy' ? score : 0 - score;
}

export type Outcome =
  | { readonly kind: 'trained'; readonly result: TrainedResult; readonly fitness: number }
  /** Refused by the interpreter or a budget, or diverged. */
  | { readonly kind: 'untrainable' }
  /** A fault of the machine: no verdict. */
  | { readonly kind: 'set aside'; readonly message: string };

/** How a candidate ended. */
export function outcomeOf(settings: CommonSettings, record: EndedCandidate): Outcome {
  if (record.trained === null) {
    const { reason } = record.interpreted.verdict;
    return reason.kind === 'fault' ? { kind: 'set aside', message: reason.message } : { kind: 'untrainable' };
  }
  const { result } = record.trained;
  if (result.status === 'diverged') return { kind: 'untrainable' };
  if (result.status === 'fault') return { kind: 'set aside', message: result.message };
  return { kind: 'trained', result, fitness: fitnessOf(settings, result) };
}
