/** All runs by id, kept up to date by events. */
import { create } from 'zustand';
import type { RunRow } from '../../core/contract/runs.ts';
import { failureOf } from '../../core/failure.ts';
import { client } from '../client.ts';

interface Runs {
  /** Null until the first answer. */
  readonly rows: ReadonlyMap<string, RunRow> | null;
  /** Why the list could not be read. */
  readonly problem: string | null;
}

export const useRuns = create<Runs>(() => ({ rows: null, problem: null }));

export async function loadRuns(): Promise<void> {
  try {
    const { runs } = await client.call('runs.list', {});
    useRuns.setState({ rows: new Map(runs.map((row) => [row.id, row])), problem: null });
  } catch (error) {
    useRuns.setState({ problem: failureOf(error).message });
  }
}

export function putRow(row: RunRow): void {
  useRuns.setState(({ rows }) => ({ rows: new Map(rows).set(row.id, row) }));
}

export function dropRow(run: string): void {
  useRuns.setState(({ rows }) => {
    const next = new Map(rows);
    next.delete(run);
    return { rows: next };
  });
}

export function useRunRow(run: string | null): RunRow | undefined {
  return useRuns(({ rows }) => (run === null ? undefined : rows?.get(run)));
}
