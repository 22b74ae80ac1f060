/** How far a run is and when it will end. */
import type { RunRow } from '../../core/contract/runs.ts';

/** The initial network and all offspring. */
export function plannedCandidates({ generations, offspring }: Pick<RunRow, 'generations' | 'offspring'>): number {
  return 1 + generations.planned * offspring;
}

/** From 0 to 1. */
export function progressOf(row: RunRow): number {
  if (row.state === 'finished') return 1;
  return Math.min(1, row.ended / plannedCandidates(row));
}

/** Seconds that are left at the pace so far; null before a pace is known and when nothing runs. */
export function secondsLeft(row: RunRow): number | null {
  const left = plannedCandidates(row) - row.ended;
  if (row.state !== 'running' && row.state !== 'elsewhere') return null;
  if (row.ended < 4 || row.seconds <= 0 || left <= 0) return null;
  return (row.seconds / row.ended) * left;
}
