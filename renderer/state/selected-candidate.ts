/** Everything about the selected candidate, asked again when a step of its life was recorded. */
import { useEffect, useState } from 'react';
import type { CandidateDetail } from '../../core/contract/candidates.ts';
import { failureOf } from '../../core/failure.ts';
import { client } from '../client.ts';
import { useOpenRun } from './open-run.ts';

interface Selected {
  readonly detail: CandidateDetail | null;
  readonly problem: string | null;
}

const nothing: Selected = { detail: null, problem: null };

/** The detail of another candidate is never shown; that of an earlier step of this one is, until the newer comes. */
export function useCandidate(run: string, id: string | null): Selected & { again(): void } {
  const [selected, setSelected] = useState<Selected>(nothing);
  const [tries, setTries] = useState(0);
  const row = useOpenRun((state) => (id === null ? undefined : state.candidates.get(id)));
  const step = `${row?.step} ${row?.elite}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new step of the candidate is what asks again
  useEffect(() => {
    if (id === null) return;
    const abort = new AbortController();
    client.call('runs.candidate', { run, candidate: id }, { signal: abort.signal }).then(
      (detail) => setSelected({ detail, problem: null }),
      (error: unknown) => {
        if (!abort.signal.aborted) setSelected({ detail: null, problem: failureOf(error).message });
      },
    );
    return () => abort.abort();
  }, [run, id, step, tries]);

  const again = (): void => {
    setSelected(nothing);
    setTries(tries + 1);
  };
  return { ...(selected.detail === null || selected.detail.row.id === id ? selected : nothing), again };
}
