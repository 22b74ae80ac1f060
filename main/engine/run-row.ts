/** A run's snapshot as its row in the list: state, progress, best. */
import type { ContractFailure } from '../../core/contract/failure.ts';
import type { RunRow, RunState } from '../../core/contract/runs.ts';
import { faultedStep } from '../../core/search/again.ts';
import { type CandidateRecord, isEnded } from '../../core/search/candidate.ts';
import { networkNicheCount } from '../../core/search/niches-of-archives.ts';
import { runNotes } from '../../core/search/run-notes.ts';
import type { Settings } from '../../core/search/settings.ts';
import { placeName } from '../llm/served/address.ts';
import { totalSeconds } from '../store/sessions.ts';
import { fitnessOfRecord, testAccuracy } from './outcomes.ts';
import type { RecordedArchive, RecordedElite } from './recorded-archives.ts';
import type { RunSnapshot } from './run-snapshot.ts';

/** The elite of highest fitness, the lowest niche among equals, as the search ranks them. */
export function bestElite({ elites }: RecordedArchive): RecordedElite | null {
  let best: RecordedElite | null = null;
  const fitness = (elite: RecordedElite): number => elite.record.inserted?.fitness ?? Number.NEGATIVE_INFINITY;
  for (const elite of elites.values()) if (best === null || fitness(elite) > fitness(best)) best = elite;
  return best;
}

export function qdScore({ elites }: RecordedArchive, offset: number): number {
  let sum = 0;
  for (const { record } of elites.values()) sum += (record.inserted?.fitness ?? 0) - offset;
  return sum;
}

export interface RowState {
  readonly state: RunState;
  readonly problem: ContractFailure | null;
  /** Whether it was left so here, for this person. */
  readonly trusted: boolean;
}

export function rowOfRun(id: string, snapshot: RunSnapshot, { state, problem, trusted }: RowState): RunRow {
  const { settings, records, ends, description } = snapshot;
  const networks = ends.at(-1)?.networks;
  const best = networks === undefined ? null : bestElite(networks);
  const initial = records.get('initial');
  const initialFitness = initial === undefined ? null : fitnessOfRecord(initial);
  const setAside = [...records.values()].filter((record) => faultedStep(record) !== null).length;
  const scored = (record: CandidateRecord, fitness: number): RunRow['best'] => ({
    network: record.id,
    fitness,
    testAccuracy: testAccuracy(record),
  });
  return {
    id,
    folder: snapshot.folder,
    created: snapshot.created,
    preset: description.preset,
    seed: description.seed,
    strategy: settings.strategy,
    model: description.model.name,
    dataset: description.dataset.name,
    state,
    generations: { done: Math.max(0, ends.length - 1), planned: settings.generations },
    offspring: settings.offspring,
    candidates: records.size,
    ended: [...records.values()].filter(isEnded).length,
    niches: networkNicheCount(settings.networkArchive),
    filled: networks?.elites.size ?? 0,
    qdScore: networks === undefined ? 0 : qdScore(networks, settings.networkArchive.qdOffset),
    initial: initial === undefined || initialFitness === null ? null : scored(initial, initialFitness),
    best: best === null ? null : scored(best.record, best.record.inserted?.fitness ?? 0),
    seconds: totalSeconds(snapshot.sessions).total ?? 0,
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
