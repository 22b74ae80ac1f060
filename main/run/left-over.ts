/** What a run that came to its end still lacks, and a resumed search would do: faulted candidates, lost weights. */
import type { CandidateRecord } from '../../core/search/candidate.ts';
import { setAsideOf, weightsOf } from './outcomes.ts';
import { archivesNow, type StoredRun } from './run.ts';

export interface LeftOver {
  /** Ids of candidates that faults set aside. */
  readonly setAside: readonly string[];
  /** Ids of networks whose weights are missing or damaged: elites, and the initial one. */
  readonly weights: readonly string[];
}

export function leftOver(run: StoredRun): LeftOver {
  const { records, store } = run;
  const initial = records.get('initial');
  const elites = [...archivesNow(run).networks.elites.values()].map(({ record }) => record);
  const kept = new Set<CandidateRecord>([...(initial === undefined ? [] : [initial]), ...elites]);
  const isLost = (record: CandidateRecord): boolean => {
    const hash = weightsOf(record, records);
    return hash !== null && store.loadWeights(hash) === null;
  };
  return {
    setAside: setAsideOf(records).map(({ id }) => id),
    weights: [...kept].filter(isLost).map(({ id }) => id),
  };
}
