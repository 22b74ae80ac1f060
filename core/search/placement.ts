/** What is recorded of an individual's way into an archive. */
import type { Individual, Insertion } from '../archive/archive.ts';
import type { Placement } from './candidate.ts';

export function placementOf<T>(individual: Individual<T>, insertion: Insertion<T>): Placement {
  return {
    niche: insertion.niche,
    descriptors: [...individual.descriptors],
    clipped: [...insertion.clippedAxes],
    added: insertion.added,
    why: insertion.why,
    replaced: insertion.replaced?.id ?? null,
  };
}

/** Where it would have been, had the settings let it try. */
export function passedOver(niche: number, descriptors: readonly number[]): Placement {
  const why = 'not selected for insertion';
  return { niche, descriptors: [...descriptors], clipped: [], added: false, why, replaced: null };
}
