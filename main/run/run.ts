/**
 * A run as its records tell it: the one reading that the engine, the command line and exports share. Whatever is shown of
 * a run is a function of this.
 */
import { type CandidateRecord, withStep } from '../../core/search/candidate.ts';
import { type PromptSet, promptSetSchema } from '../../core/search/prompt-set.ts';
import type { Settings } from '../../core/search/settings.ts';
import { parseStep, type StoredStep } from '../store/candidate-steps.ts';
import { type RunDescription, type Session, settingsOfRun } from '../store/run-description.ts';
import type { RunStore } from '../store/run-folder.ts';
import { afterGeneration, beginning, type GenerationEnd } from './archives.ts';

export interface Run {
  /** Absolute path of the run folder. */
  readonly folder: string;
  /** ISO 8601. */
  readonly created: string;
  readonly description: RunDescription;
  readonly settings: Settings;
  /** By id, in the order in which they were proposed. */
  readonly records: ReadonlyMap<string, CandidateRecord>;
  readonly sessions: readonly Session[];
  /** The initial network's end, then each generation that is inserted whole. */
  readonly ends: readonly GenerationEnd[];
}

/** A run whose folder is open, so that its weights can be read. */
export interface StoredRun extends Run {
  readonly store: RunStore;
}

/** The archives now: after the last generation that is inserted whole. */
export function archivesNow({ ends }: Pick<Run, 'ends'>): GenerationEnd {
  return ends.at(-1) ?? beginning;
}

/** The prompt set of the run, whole. @throws ZodError where it is damaged */
export function promptsOf({ description }: Pick<Run, 'description'>): PromptSet {
  return promptSetSchema.parse(description.prompts);
}

/** Candidates by generation, -1 being the initial network's, in order; those of a generation in order of their index. */
export function generationsOf(records: Iterable<CandidateRecord>): ReadonlyMap<number, readonly CandidateRecord[]> {
  const ordered = [...records].sort(
    ({ proposed: a }, { proposed: b }) => a.generation - b.generation || a.index - b.index,
  );
  return Map.groupBy(ordered, ({ proposed }) => proposed.generation);
}

/** Inserted candidates in the order of their insertion, up to a generation. */
export function inInsertionOrder(
  { records }: Pick<Run, 'records'>,
  until = Number.POSITIVE_INFINITY,
): CandidateRecord[] {
  return [...generationsOf(records.values())]
    .filter(([generation]) => generation <= until)
    .flatMap(([, group]) => group.filter(({ inserted }) => inserted !== null));
}

/** A run that is read step by step. */
export interface RunReading {
  readonly run: Run;
  /** Takes what was recorded since. */
  take(store: RunStore): void;
  /** Whether the store still holds all that was read, of the same run. */
  isOf(store: RunStore): boolean;
}

/** Reads a run as far as it is recorded. @throws FailureError (`run`) where it is damaged */
export function runReading(store: RunStore): RunReading {
  const { folder, created, description } = store;
  const settings = settingsOfRun(description, folder);
  const records = new Map<string, CandidateRecord>();
  const byGeneration = new Map<number, Set<string>>();
  const ends: GenerationEnd[] = [];
  let sessions: readonly Session[] = [];
  let sequence = 0;
  /** Steps read so far: fewer are left of them where a resumed search took some back. */
  let count = 0;

  const note = (stored: StoredStep): void => {
    const step = parseStep(stored);
    const id = stored.candidate;
    records.set(id, withStep(id, records.get(id) ?? null, step));
    if (step.step === 'proposed') {
      byGeneration.set(step.generation, (byGeneration.get(step.generation) ?? new Set()).add(id));
    }
    sequence = stored.sequence;
    count++;
  };
  /** Candidates of a generation in order of their index; null while one of them is not inserted. */
  const whole = (generation: number): readonly CandidateRecord[] | null => {
    const ids = byGeneration.get(generation) ?? new Set<string>();
    if (ids.size < (generation < 0 ? 1 : settings.offspring)) return null;
    const found = [...ids].flatMap((id) => records.get(id) ?? []);
    if (found.some(({ inserted }) => inserted === null)) return null;
    return generationsOf(found).get(generation) ?? null;
  };
  const take = (from: RunStore): void => {
    for (const stored of from.storedSteps(sequence)) note(stored);
    sessions = from.sessions();
    for (let group = whole(-1 + ends.length); group !== null; group = whole(-1 + ends.length)) {
      ends.push(afterGeneration(settings, archivesNow({ ends }), ends.length - 1, group));
    }
  };
  take(store);
  const run = {
    folder,
    created,
    description,
    settings,
    records,
    get sessions() {
      return sessions;
    },
    ends,
  };
  return { run, take, isOf: (other) => other.created === created && other.countSteps(sequence) === count };
}

/** The run of an open folder, as far as it is recorded now. @throws FailureError (`run`) where it is damaged */
export function storedRun(store: RunStore): StoredRun {
  const { run } = runReading(store);
  return { ...run, store };
}
