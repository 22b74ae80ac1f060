/** What a run found, for comparing two runs of the same search. */
import { expect } from 'vitest';
import { verifyRun } from '../../main/run/verify.ts';
import { openRun } from '../../main/store/run-folder.ts';

/** All records without the seconds they took; the run must verify. */
export function found(run: string): unknown {
  const store = openRun(run, { readOnly: true });
  try {
    expect(verifyRun(store).problems).toEqual([]);
    return JSON.parse(
      JSON.stringify(store.candidates(), (key, value) => (key === 'seconds' ? undefined : value)),
    ) as unknown;
  } finally {
    store.close();
  }
}
