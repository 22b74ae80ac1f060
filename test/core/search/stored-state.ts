/** The archives of a stored run, from its records and nothing else. */
import type { CandidateRecord } from '../../../core/search/candidate.ts';
import { insertGeneration } from '../../../core/search/insertion.ts';
import type { PromptSet } from '../../../core/search/prompt-set.ts';
import { candidateId } from '../../../core/search/search-context.ts';
import type { Settings } from '../../../core/search/settings.ts';
import { emptyState, type SearchState } from '../../../core/search/state.ts';

export interface StoredState {
  /** As after the last generation that was inserted whole. */
  readonly state: SearchState;
  /** All candidates in it, in order of insertion, the initial network first. */
  readonly records: readonly CandidateRecord[];
}

/** `find`: the stored record of a candidate, null where there is none. */
export function storedState(
  settings: Settings,
  prompts: PromptSet,
  find: (id: string) => CandidateRecord | null,
): StoredState {
  let state = emptyState(settings, prompts);
  const records: CandidateRecord[] = [];
  for (let generation = -1; ; generation++) {
    const ids = Array.from({ length: generation < 0 ? 1 : settings.offspring }, (_, i) => candidateId(generation, i));
    const candidates = ids.flatMap((id) => {
      const record = find(id);
      return record === null || record.inserted === null ? [] : [record];
    });
    if (candidates.length < ids.length) return { state, records };
    state = insertGeneration(settings, state, candidates).state;
    records.push(...candidates);
  }
}
