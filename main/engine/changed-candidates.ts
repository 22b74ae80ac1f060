/** Rows of the candidates that a search under way changes, for whoever shows them: as the engine would answer now. */
import type { CandidateRow } from '../../core/contract/candidates.ts';
import type { RunEvent } from '../../core/contract/events.ts';
import { rowOfCandidate } from '../run/candidates.ts';
import { archivesNow, type Run } from '../run/run.ts';

export interface ChangedCandidates {
  /** Takes note of what the search tells. */
  hear(event: RunEvent): void;
  /** Rows of those that changed since the last call: by a step of their own, or by coming to be elites or ceasing to. */
  rows(run: Run): CandidateRow[];
}

export function changedCandidates(): ChangedCandidates {
  let changed = new Set<string>();
  let elites: ReadonlySet<string> = new Set();
  return {
    hear(event) {
      if ('id' in event && event.type !== 'training-progress') changed.add(event.id);
    },
    rows(run) {
      const now = new Set([...archivesNow(run).networks.elites.values()].map(({ record }) => record.id));
      const came = [...now].filter((id) => !elites.has(id));
      const went = [...elites].filter((id) => !now.has(id));
      const wanted = new Set([...changed, ...came, ...went]);
      changed = new Set();
      elites = now;
      return [...wanted].flatMap((id) => {
        const record = run.records.get(id);
        return record === undefined ? [] : [rowOfCandidate(record, run)];
      });
    },
  };
}
