/** Counts what became of the offspring, and the standing of the archives: the figures of a run's summary. */
import { bestOf, coverageOf, qdScoreOf } from '../archive/archive.ts';
import { acceptedOf, type CandidateRecord, isEnded, repairStateOf, resultOf } from './candidate.ts';
import type { Counts, SearchSummary, Standing } from './events.ts';
import { fitnessOf, outcomeOf } from './fitness.ts';
import type { Settings } from './settings.ts';
import type { SearchState } from './state.ts';

export interface Tally {
  /** Counts one finished candidate; the initial network adds to the seconds alone. */
  add(record: CandidateRecord): void;
  counts(): Counts;
  seconds(): { generate: number; train: number };
}

/** Whether the text of a candidate is a network as it was written, or once repaired; null where it is neither. */
function readingOf({ interpreted }: CandidateRecord): 'readable' | 'repairable' | null {
  if (interpreted === null) return null;
  if (repairStateOf(interpreted) !== null) return 'repairable';
  const { verdict } = interpreted;
  return verdict.kind === 'accepted' && verdict.standsInFor === undefined ? 'readable' : null;
}

export function tally(settings: Settings): Tally {
  const counted = { generated: 0, readable: 0, repairable: 0, trainable: 0, trained: 0, diverged: 0, setAside: 0 };
  const hashes = new Set<string>();
  const seconds = { generate: 0, train: 0 };
  return {
    add(record) {
      const { generated, trained } = record;
      seconds.generate += generated?.seconds ?? 0;
      const ownResult = trained !== null && trained.sameAs === null ? trained.result : null;
      const ran = ownResult !== null && ownResult.status !== 'fault';
      if (ran) seconds.train += ownResult.seconds;
      if (record.proposed.operator === 'initial') return;
      if (generated !== null && generated.failure === undefined) counted.generated++;
      if (ran) counted.trained++;
      if (trained?.result.status === 'diverged') counted.diverged++;
      const reading = readingOf(record);
      if (reading !== null) counted[reading]++;
      const outcome = isEnded(record) ? outcomeOf(settings, record) : null;
      if (outcome?.kind === 'set aside') counted.setAside++;
      const accepted = acceptedOf(record);
      if (outcome?.kind !== 'trained' || accepted === null) return;
      counted.trainable++;
      hashes.add(accepted.hash);
    },
    counts: () => ({ ...counted, distinct: hashes.size }),
    seconds: () => ({ ...seconds }),
  };
}

/** Where the archives stand. */
export function standingOf(settings: Settings, state: SearchState): Standing {
  const best = bestOf(state.networks);
  return {
    best: best === null ? null : { network: best.id, fitness: best.fitness },
    filled: state.networks.elites.size,
    coverage: coverageOf(state.networks),
    qdScore: qdScoreOf(state.networks, settings.networkArchive.qdOffset),
    promptsFilled: state.strategy.prompts?.elites.size ?? 0,
  };
}

/** The figures of a whole run. `find`: the record of a candidate. */
export function summaryOf(
  settings: Settings,
  state: SearchState,
  counted: Tally,
  find: (id: string) => CandidateRecord | null,
): SearchSummary {
  const measured = (id: string) => {
    const result = resultOf(find(id));
    return result && { network: id, fitness: fitnessOf(settings, result), accuracy: result.accuracy };
  };
  const { best, ...standing } = standingOf(settings, state);
  return {
    initial: measured('initial'),
    best: best === null ? null : measured(best.network),
    ...standing,
    ...counted.counts(),
    generations: state.generation,
    seconds: counted.seconds(),
  };
}
