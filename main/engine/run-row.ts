/** A run's snapshot as its row in the list: state, progress, best. */
import type { ContractFailure } from '../../core/contract/failure.ts';
import type { RunRow, RunState } from '../../core/contract/runs.ts';
import { type CandidateRecord, isEnded } from '../../core/search/candidate.ts';
import { networkNicheCount } from '../../core/search/niches-of-archives.ts';
import { runNotes } from '../../core/search/run-notes.ts';
import type { Settings } from '../../core/search/settings.ts';
import { placeName } from '../llm/served/address.ts';
import { setAsideOf, testAccuracy } from '../run/outcomes.ts';
import type { Run } from '../run/run.ts';
import { generationsReached, standingNow } from '../run/summary.ts';
import { totalSeconds } from '../store/sessions.ts';

export interface RowState {
  readonly state: RunState;
  readonly problem: ContractFailure | null;
  /** Whether it was left so here, for this person. */
  readonly trusted: boolean;
}

export function rowOfRun(id: string, run: Run, { state, problem, trusted }: RowState): RunRow {
  const { settings, records, description } = run;
  const { niches, filled, qdScore, elite } = standingNow(run);
  const initial = records.get('initial');
  const scored = (record: CandidateRecord | undefined, fitness: number | null | undefined): RunRow['best'] =>
    record === undefined || fitness === null || fitness === undefined
      ? null
      : { network: record.id, fitness, testAccuracy: testAccuracy(record) };
  const setAside = setAsideOf(records).length;
  return {
    id,
    folder: run.folder,
    created: run.created,
    preset: description.preset,
    seed: description.seed,
    strategy: settings.strategy,
    model: description.model.name,
    dataset: description.dataset.name,
    state,
    generations: generationsReached(run),
    offspring: settings.offspring,
    candidates: records.size,
    ended: [...records.values()].filter(isEnded).length,
    niches,
    filled,
    qdScore,
    initial: scored(initial, initial?.inserted?.fitness),
    best: scored(elite?.record, elite?.fitness),
    seconds: totalSeconds(run.sessions).total ?? 0,
    setAside,
    trusted,
    notes: runNotes({ model: description.model, settings, setAside }),
    problem,
  };
}

/** The row of a search whose folder is not there yet: its settings, and nothing done. */
export function startingRow(id: string, folder: string, settings: Settings, preset: string): RunRow {
  return {
    id,
    folder,
    created: new Date().toISOString(),
    preset,
    seed: settings.seed,
    strategy: settings.strategy,
    model: settings.model === null ? 'embedded' : placeName(settings.model),
    dataset: settings.dataset,
    state: 'starting',
    generations: { done: 0, planned: settings.generations },
    offspring: settings.offspring,
    candidates: 0,
    ended: 0,
    niches: networkNicheCount(settings.networkArchive),
    filled: 0,
    qdScore: 0,
    initial: null,
    best: null,
    seconds: 0,
    setAside: 0,
    trusted: true,
    notes: runNotes({ model: { how: undefined, served: undefined }, settings, setAside: 0 }),
    problem: null,
  };
}
