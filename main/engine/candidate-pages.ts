/** The list of candidates, newest first, page by page. */
import type { CandidateRow } from '../../core/contract/candidates.ts';
import type { CandidateRecord } from '../../core/search/candidate.ts';
import { rowOfCandidate } from '../run/candidates.ts';
import { outcomeWord } from '../run/outcomes.ts';
import type { Run } from '../run/run.ts';

export interface PageRequest {
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
  readonly outcome?: CandidateRow['outcome'] | undefined;
  readonly search?: string | undefined;
}

/** What a search looks in. */
function words(row: CandidateRow): string {
  const { id, operator, prompt, outcome, reason } = row;
  return [id, operator, prompt ?? '', outcome, reason?.kind ?? '', reason?.message ?? ''].join(' ').toLowerCase();
}

export function candidatePage(
  run: Run,
  { offset = 0, limit = 200, outcome, search = '' }: PageRequest,
): { total: number; candidates: CandidateRow[] } {
  const wanted = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const fits = (record: CandidateRecord): boolean => {
    if (outcome !== undefined && outcomeWord(record) !== outcome) return false;
    if (wanted.length === 0) return true;
    const text = words(rowOfCandidate(record, run));
    return wanted.every((word) => text.includes(word));
  };
  const found = [...run.records.values()].filter(fits).reverse();
  const page = found.slice(offset, offset + limit);
  return { total: found.length, candidates: page.map((record) => rowOfCandidate(record, run)) };
}
