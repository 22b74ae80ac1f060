/** The list of runs as a person orders and searches it. */
import type { RunRow } from '../../core/contract/runs.ts';
import { runStates } from '../words/states.ts';

const runColumns = [
  'name',
  'state',
  'preset',
  'seed',
  'generations',
  'initial',
  'best',
  'filled',
  'seconds',
  'created',
] as const;
export type RunColumn = (typeof runColumns)[number];

export interface Order<C extends string> {
  readonly column: C;
  readonly descending: boolean;
}

export function nameOfRun({ id }: Pick<RunRow, 'id'>): string {
  return id.split(/[\\/]/).filter(Boolean).at(-1) ?? id;
}

const keys: Readonly<Record<RunColumn, (row: RunRow) => string | number>> = {
  name: (row) => nameOfRun(row).toLowerCase(),
  state: (row) => runStates[row.state].word,
  preset: (row) => row.preset ?? '',
  seed: (row) => row.seed,
  generations: (row) => row.generations.done,
  initial: (row) => row.initial?.fitness ?? Number.NEGATIVE_INFINITY,
  best: (row) => row.best?.fitness ?? Number.NEGATIVE_INFINITY,
  filled: (row) => row.filled,
  seconds: (row) => row.seconds,
  created: (row) => row.created,
};

/** Compares two values of one column; texts by their characters. */
export function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether all words stand somewhere in the texts, in any case. */
export function matches(search: string, texts: readonly (string | null)[]): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = texts.join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

export function orderedRuns(rows: readonly RunRow[], search: string, order: Order<RunColumn>): RunRow[] {
  const key = keys[order.column];
  const sign = order.descending ? -1 : 1;
  return rows
    .filter((row) =>
      matches(search, [
        row.id,
        row.preset,
        row.strategy,
        row.model,
        row.dataset,
        runStates[row.state].word,
        `seed ${row.seed}`,
      ]),
    )
    .sort((a, b) => sign * compare(key(a), key(b)) || -compare(a.created, b.created) || compare(a.id, b.id));
}
