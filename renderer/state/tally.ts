/** What became of the offspring so far, counted from their rows: the trainable ones, and the others by reason. */
import type { CandidateRow } from '../../core/contract/candidates.ts';
import type { CandidateRows } from './candidate-rows.ts';

interface ReasonCount {
  /** `diverged`, `set aside`, or the kind of the refusal. */
  readonly reason: string;
  readonly count: number;
}

export interface OutcomeTally {
  /** Offspring whose fate is known. */
  readonly known: number;
  readonly working: number;
  readonly trainable: number;
  /** Offspring whose text was read. */
  readonly read: number;
  /** Texts that are networks as they were written, and those that only repairs make so, applied or not. */
  readonly asWritten: number;
  readonly repairable: number;
  /** Trainable networks that became elites when they were inserted. */
  readonly added: number;
  /** Most frequent first. */
  readonly reasons: readonly ReasonCount[];
}

/** Why a candidate is not trainable, in a word. */
export function reasonOf(row: CandidateRow): string {
  return row.outcome === 'refused' ? (row.reason?.kind ?? 'refused') : row.outcome;
}

export function tallyOutcomes(rows: CandidateRows): OutcomeTally {
  let working = 0;
  let trainable = 0;
  let added = 0;
  let read = 0;
  let asWritten = 0;
  let repairable = 0;
  const reasons = new Map<string, number>();
  for (const row of rows.values()) {
    if (row.operator === 'initial') continue;
    if (row.outcome === 'working') working++;
    else if (row.outcome === 'trained') trainable++;
    else reasons.set(reasonOf(row), (reasons.get(reasonOf(row)) ?? 0) + 1);
    if (row.added === true) added++;
    if (row.step !== 'proposed' && row.step !== 'generated' && row.outcome !== 'set aside') read++;
    if (row.repair !== null) repairable++;
    else if (row.hash !== null) asWritten++;
  }
  const sorted = [...reasons]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
  const known = trainable + sorted.reduce((sum, { count }) => sum + count, 0);
  return { known, working, trainable, read, asWritten, repairable, added, reasons: sorted };
}
