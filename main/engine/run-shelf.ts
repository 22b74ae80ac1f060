/** The runs of this engine as rows and snapshots: read from their folders when they changed, live ones with their state. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { toContractFailure } from '../../core/contract/failure.ts';
import type { RunRow } from '../../core/contract/runs.ts';
import { FailureError } from '../../core/failure.ts';
import type { Run } from '../run/run.ts';
import { openSnapshot, type RunSnapshot } from '../run/snapshot.ts';
import type { Session } from '../store/run-description.ts';
import { databaseName } from '../store/run-folder.ts';
import { standingOfRun } from '../store/run-state.ts';
import { lastProblem } from '../store/sessions.ts';
import type { LiveSearch } from './live-search.ts';
import type { RunCatalogue } from './run-catalogue.ts';
import { type RowState, rowOfRun } from './run-row.ts';

/** Snapshots kept in memory: one holds all texts of its run. */
const snapshotsKept = 12;

interface Shelved {
  readonly snapshot: RunSnapshot;
  /** Sizes and times of the database files when it was read. */
  print: string;
}

export interface RunShelf {
  /** The run as it is now. @throws FailureError where its folder cannot be read */
  run(folder: string): Run;
  row(folder: string): RunRow;
  /** The file of the model that the run was made with; null for the embedded one, and where the run cannot be read. */
  modelFile(folder: string): string | null;
}

/** What changes when the run is written. */
function fingerprint(folder: string): string {
  return ['', '-wal']
    .map((ending) => {
      const found = statSync(join(folder, `${databaseName}${ending}`), { throwIfNoEntry: false });
      return found === undefined ? '-' : `${found.size}:${found.mtimeMs}`;
    })
    .join(' ');
}

function unreadableRow(id: string, folder: string, error: unknown): RunRow {
  return {
    id,
    folder,
    created: '',
    preset: null,
    seed: 0,
    strategy: '',
    model: '',
    dataset: '',
    state: 'unreadable',
    generations: { done: 0, planned: 0 },
    offspring: 0,
    candidates: 0,
    ended: 0,
    niches: 0,
    filled: 0,
    qdScore: 0,
    initial: null,
    best: null,
    seconds: 0,
    setAside: 0,
    trusted: false,
    notes: [],
    problem: toContractFailure(error),
  };
}

/** State of a run that is not live here, as its last process left it. */
function stateOf(folder: string, last: Session | undefined): RowState['state'] {
  const { state } = standingOfRun(folder, last === undefined ? [] : [last]);
  if (state === 'running' || state === 'held') return 'elsewhere';
  return state === 'unfinished' ? 'interrupted' : state;
}

/** Seconds of the session under way that it has not noted yet. */
function secondsSince(last: Session | undefined, state: RowState['state']): number {
  const works = state === 'running' || state === 'stopping' || state === 'elsewhere';
  if (!works || last === undefined || last.ended !== null) return 0;
  return Math.max(0, (Date.now() - Date.parse(last.started)) / 1000 - (last.seconds.total ?? 0));
}

/** What of a row only its folder decides. */
interface RowBase {
  readonly print: string;
  readonly row: RunRow;
  readonly last: Session | undefined;
  readonly modelFile: string | null;
}

export function runShelf(catalogue: RunCatalogue, live: ReadonlyMap<string, LiveSearch>): RunShelf {
  const shelved = new Map<string, Shelved>();
  /** Of all runs: a long list must not be read anew each time that somebody looks at it. */
  const bases = new Map<string, RowBase>();

  const snapshot = (folder: string): RunSnapshot => {
    const print = fingerprint(folder);
    let found = shelved.get(folder);
    shelved.delete(folder);
    if (found !== undefined && found.print !== print) {
      // Another run of the same name, after the first was deleted, is read from its start.
      if (found.snapshot.refresh()) found.print = print;
      else found = undefined;
    }
    const current = found ?? { snapshot: openSnapshot(folder), print };
    // The last one used is the last one given up.
    shelved.set(folder, current);
    const oldest = shelved.keys().next().value;
    if (shelved.size > snapshotsKept && oldest !== undefined) shelved.delete(oldest);
    return current.snapshot;
  };

  const baseOf = (folder: string): RowBase => {
    const print = fingerprint(folder);
    const known = bases.get(folder);
    if (known?.print === print) return known;
    const { run, isTrusted } = snapshot(folder);
    const trusted = isTrusted(catalogue.runsFolder);
    const row = rowOfRun(catalogue.idOf(folder), run, { state: 'interrupted', problem: null, trusted });
    const { file, served } = run.description.model;
    const base: RowBase = { print, row, last: run.sessions.at(-1), modelFile: served === undefined ? file : null };
    bases.set(folder, base);
    return base;
  };

  return {
    run: (folder) => snapshot(folder).run,
    modelFile(folder) {
      try {
        return baseOf(folder).modelFile;
      } catch {
        return null;
      }
    },
    row(folder) {
      try {
        const { row, last } = baseOf(folder);
        const search = live.get(folder);
        const state = search?.state ?? stateOf(folder, last);
        const noted = state === 'failed' && last !== undefined ? lastProblem([last]) : null;
        const problem = search?.problem ?? (noted === null ? null : toContractFailure(new FailureError(noted)));
        return { ...row, state, problem, seconds: row.seconds + secondsSince(last, state) };
      } catch (error) {
        shelved.delete(folder);
        bases.delete(folder);
        return unreadableRow(catalogue.idOf(folder), folder, error);
      }
    },
  };
}
