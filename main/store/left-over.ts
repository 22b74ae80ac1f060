/** What a run that came to its end still lacks, and a resumed search would do: faulted candidates, lost weights. */
import { faultedStep } from '../../core/search/again.ts';
import type { CandidateRecord } from '../../core/search/candidate.ts';
import type { RunRecords } from './run-report.ts';
import { weightsOf } from './verify.ts';

export interface LeftOver {
  /** Ids of candidates that faults set aside. */
  readonly setAside: readonly string[];
  /** Ids of networks whose weights are missing or damaged: elites, and the initial one. */
  readonly weights: readonly string[];
}

export function leftOver({ run, records, elites }: RunRecords): LeftOver {
  const initial = records.get('initial');
  const kept: CandidateRecord[] = [...(initial === undefined ? [] : [initial]), ...elites.network.values()];
  const isLost = (record: CandidateRecord): boolean => {
    const hash = weightsOf(record, records);
    return hash !== null && run.loadWeights(hash) === null;
  };
  return {
    setAside: [...records.values()].filter((record) => faultedStep(record) !== null).map(({ id }) => id),
    weights: [...new Set(kept)].filter(isLost).map(({ id }) => id),
  };
}
