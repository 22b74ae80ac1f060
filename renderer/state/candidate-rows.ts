/** Rows of candidates as the engine tells them. */
import type { CandidateRow } from '../../core/contract/candidates.ts';

/** By id. */
export type CandidateRows = ReadonlyMap<string, CandidateRow>;

/** The rows with those that are newer; the same map where there are none. */
export function withRows(rows: CandidateRows, newer: readonly CandidateRow[]): CandidateRows {
  return newer.length === 0 ? rows : new Map([...rows, ...newer.map((row) => [row.id, row] as const)]);
}

/** Newest first: by generation, then by index, both descending. */
export function newestFirst(rows: CandidateRows): CandidateRow[] {
  return [...rows.values()].sort((a, b) => b.generation - a.generation || b.index - a.index);
}
