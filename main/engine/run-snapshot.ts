/**
 * What a run's folder holds, read step by step while a process writes it: its records, and both archives after each
 * generation. A snapshot follows its run: `refresh` reads what came since.
 */
import type { CandidateRecord } from '../../core/search/candidate.ts';
import { parseSettings } from '../../core/search/setting-paths.ts';
import type { Settings } from '../../core/search/settings.ts';
import { parseStep } from '../store/candidate-steps.ts';
import type { RunDescription, Session } from '../store/run-description.ts';
import { openRun, type RunStore } from '../store/run-folder.ts';
import { isTrusted } from '../store/trust.ts';
import { afterGeneration, beginning, type GenerationEnd } from './recorded-archives.ts';

export interface RunSnapshot {
  readonly folder: string;
  readonly created: string;
  readonly description: RunDescription;
  readonly settings: Settings;
  /** By id, in the order in which they were proposed. */
  readonly records: ReadonlyMap<string, CandidateRecord>;
  readonly sessions: readonly Session[];
  /** The initial network's end, then each generation that is inserted whole. */
  readonly ends: readonly GenerationEnd[];
  /** Whether it was left so here, for this person, when it was last read. `runsFolder`: where they keep their runs. */
  isTrusted(runsFolder: string): boolean;
  /**
   * Reads what was recorded since; false where the folder now holds another run, or steps of it were taken back.
   * @throws FailureError when the folder can no longer be read
   */
  refresh(): boolean;
}

const emptyRecord = { proposed: null, generated: null, interpreted: null, trained: null, inserted: null };

function withRun<T>(folder: string, use: (run: RunStore) => T): T {
  const run = openRun(folder, { readOnly: true });
  try {
    return use(run);
  } finally {
    run.close();
  }
}

/** Candidates of a generation in order of their index, or null while one of them is not inserted. */
function wholeGeneration(
  ids: ReadonlySet<string> | undefined,
  records: ReadonlyMap<string, CandidateRecord>,
  size: number,
): CandidateRecord[] | null {
  if (ids === undefined || ids.size < size) return null;
  const found = [...ids].flatMap((id) => records.get(id) ?? []);
  if (found.some((record) => record.inserted === null)) return null;
  return found.sort((a, b) => (a.proposed?.index ?? 0) - (b.proposed?.index ?? 0));
}

/** All candidates of a generation, in the order in which they were proposed. */
export function recordsOfGeneration({ records }: RunSnapshot, generation: number): CandidateRecord[] {
  return [...records.values()].filter(({ proposed }) => proposed?.generation === generation);
}

/** Opens a run's folder for looking. @throws FailureError (`run`) when there is none, or it is damaged */
export function openSnapshot(folder: string): RunSnapshot {
  const records = new Map<string, CandidateRecord>();
  const byGeneration = new Map<number, Set<string>>();
  const ends: GenerationEnd[] = [];
  let sequence = 0;
  /** Steps read so far: fewer are left of them where a resumed search took some back. */
  let count = 0;
  let sessions: readonly Session[] = [];

  const take = (run: RunStore): void => {
    for (const stored of run.storedSteps(sequence)) {
      const step = parseStep(stored);
      records.set(stored.candidate, {
        ...(records.get(stored.candidate) ?? { id: stored.candidate, ...emptyRecord }),
        [step.step]: step,
      });
      if (step.step === 'proposed') {
        byGeneration.set(step.generation, (byGeneration.get(step.generation) ?? new Set()).add(stored.candidate));
      }
      sequence = stored.sequence;
      count++;
    }
    sessions = run.sessions();
  };
  const { created, description } = withRun(folder, (run) => {
    take(run);
    return { created: run.created, description: run.description };
  });
  const settings = parseSettings(description.settings);

  const advance = (): void => {
    for (;;) {
      const generation = ends.length - 1;
      const whole = wholeGeneration(byGeneration.get(generation), records, generation < 0 ? 1 : settings.offspring);
      if (whole === null) return;
      ends.push(afterGeneration(ends.at(-1) ?? beginning, generation, whole, settings.curiosity.creditTo));
    }
  };
  advance();

  return {
    folder,
    created,
    description,
    settings,
    records,
    get sessions() {
      return sessions;
    },
    ends,
    isTrusted: (runsFolder) => withRun(folder, (run) => isTrusted(run, runsFolder)),
    refresh() {
      const isSame = withRun(folder, (run) => {
        if (run.created !== created || run.countSteps(sequence) !== count) return false;
        take(run);
        return true;
      });
      if (isSame) advance();
      return isSame;
    },
  };
}
