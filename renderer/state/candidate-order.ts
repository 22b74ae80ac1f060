/** Candidates as a person orders, filters and searches them. */
import type { CandidateRow } from '../../core/contract/candidates.ts';
import { compare, matches, type Order } from './run-order.ts';

export type CandidateColumn =
  | 'id'
  | 'outcome'
  | 'operator'
  | 'prompt'
  | 'temperature'
  | 'fitness'
  | 'test'
  | 'params'
  | 'flops'
  | 'shape'
  | 'niche'
  | 'reason';

/** All, those that are elites now, or those of one outcome. */
export type CandidateFilter = 'all' | 'elites' | CandidateRow['outcome'];

const keys: Readonly<Record<CandidateColumn, (row: CandidateRow) => string | number | null>> = {
  id: (row) => row.generation * 1e6 + row.index,
  outcome: (row) => row.outcome,
  operator: (row) => row.operator,
  prompt: (row) => row.prompt,
  temperature: (row) => row.temperature,
  fitness: (row) => row.fitness,
  test: (row) => row.accuracy?.test ?? null,
  params: (row) => row.measures?.params ?? null,
  flops: (row) => row.measures?.flops ?? null,
  shape: (row) => row.measures?.widthToDepth ?? null,
  niche: (row) => row.niche,
  reason: (row) => row.reason?.message ?? null,
};

function isIn(row: CandidateRow, filter: CandidateFilter): boolean {
  return filter === 'all' || (filter === 'elites' ? row.elite : row.outcome === filter);
}

/** Rows without a value come last in either direction. */
export function orderedCandidates(
  rows: Iterable<CandidateRow>,
  search: string,
  filter: CandidateFilter,
  { column, descending }: Order<CandidateColumn>,
): CandidateRow[] {
  const key = keys[column];
  const sign = descending ? -1 : 1;
  return [...rows]
    .filter(
      (row) =>
        isIn(row, filter) &&
        matches(search, [
          row.id,
          row.operator,
          row.prompt,
          row.outcome,
          row.reason?.kind ?? null,
          row.reason?.message ?? null,
        ]),
    )
    .map((row) => ({ row, value: key(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        if (a.value !== b.value) return a.value === null ? 1 : -1;
      } else if (a.value !== b.value) {
        return sign * compare(a.value, b.value);
      }
      return compare(keys.id(b.row) ?? 0, keys.id(a.row) ?? 0);
    })
    .map(({ row }) => row);
}
