/** The settings of the open run that views need to show its figures right. */
import type { Settings } from '../../core/search/settings.ts';
import { useOpenRun } from './open-run.ts';

export type FitnessMeasure = Settings['fitness']['measure'];

export function useFitnessMeasure(): FitnessMeasure {
  return useOpenRun(({ detail }) => detail?.settings.fitness.measure ?? 'accuracy');
}

/** Whether the run repairs common slips. */
export function useRepairs(): boolean {
  return useOpenRun(({ detail }) => detail?.settings.repair ?? false);
}
