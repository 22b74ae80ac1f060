/** The settings of the open run that views need to show its figures right. */
import type { CandidateRow } from '../../core/contract/candidates.ts';
import { valueAt } from './draft.ts';
import { useOpenRun } from './open-run.ts';

export type FitnessMeasure = 'accuracy' | 'loss';

export function useFitnessMeasure(): FitnessMeasure {
  return useOpenRun(({ detail }) =>
    detail !== null && valueAt(detail.settings, 'fitness.measure') === 'loss' ? 'loss' : 'accuracy',
  );
}

/** Whether the run repairs common slips. */
export function useRepairs(): boolean {
  return useOpenRun(({ detail }) => detail !== null && valueAt(detail.settings, 'repair') === true);
}

/** Fitness that a trained candidate will have once it is inserted; null where that is not known here. */
export function useFitnessToBe(row: CandidateRow | null): number | null {
  return useOpenRun(({ detail }) => {
    if (row === null || row.fitness !== null || row.accuracy === null || detail === null) return null;
    const { accuracy } = row;
    if (valueAt(detail.settings, 'fitness.measure') !== 'accuracy') return null;
    return valueAt(detail.settings, 'fitness.split') === 'validation' ? accuracy.validation : accuracy.test;
  });
}
