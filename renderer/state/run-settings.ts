/** The settings of the open run that views need to show its figures right. */
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
