/** What is told of runs without being asked: a row when it changed, candidates when they did, and that a run is gone. */
import type { ContractEvent } from '../../core/contract/events.ts';
import type { RunRow } from '../../core/contract/runs.ts';
import type { ChangedCandidates } from './changed-candidates.ts';
import type { LiveSearch } from './live-search.ts';
import type { RunCatalogue } from './run-catalogue.ts';
import type { RunShelf } from './run-shelf.ts';

/** Milliseconds between two looks at runs that other processes write. */
const lookPause = 2000;

export interface ToldRuns {
  emit(event: ContractEvent): void;
  rowOf(folder: string): RunRow;
  /** All folders of the list, those that are not there yet with them. */
  folders(): string[];
  /** Tells the row where it is another than was told last. */
  tellRow(folder: string): void;
  tellCandidates(folder: string, changed: ChangedCandidates): void;
  tellGone(id: string): void;
  subscribe(listener: (event: ContractEvent) => void): () => void;
  close(): void;
}

interface Known {
  readonly catalogue: RunCatalogue;
  readonly shelf: RunShelf;
  readonly live: ReadonlyMap<string, LiveSearch>;
  /** Rows of searches whose folder is not there yet. */
  readonly starting: ReadonlyMap<string, RunRow>;
}

/** What a change of a row is seen by: the seconds of a run that another process works on are none. */
function printOf(row: RunRow): string {
  const { seconds: _, ...lasting } = row;
  return JSON.stringify(row.state === 'elsewhere' ? lasting : row);
}

export function toldRuns({ catalogue, shelf, live, starting }: Known): ToldRuns {
  const listeners = new Set<(event: ContractEvent) => void>();
  /** What was last told of each run. */
  const told = new Map<string, string>();

  const emit = (event: ContractEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const rowOf = (folder: string): RunRow => {
    const row = starting.get(folder);
    const state = live.get(folder)?.state;
    return row === undefined ? shelf.row(folder) : { ...row, state: state ?? row.state };
  };
  const folders = (): string[] => [...new Set([...starting.keys(), ...catalogue.folders()])];
  const tellRow = (folder: string): void => {
    if (listeners.size === 0) return;
    const row = rowOf(folder);
    const print = printOf(row);
    if (told.get(row.id) === print) return;
    told.set(row.id, print);
    emit({ type: 'run-changed', row });
  };
  const tellGone = (id: string): void => {
    told.delete(id);
    emit({ type: 'run-removed', run: id });
  };

  /** Runs that other processes write, add or remove are looked at now and then, while somebody listens. */
  const look = setInterval(() => {
    if (listeners.size === 0) return;
    const present = new Set<string>();
    for (const folder of folders()) {
      present.add(catalogue.idOf(folder));
      if (!live.has(folder)) tellRow(folder);
    }
    for (const id of told.keys()) {
      if (!present.has(id)) tellGone(id);
    }
  }, lookPause);
  look.unref();

  return {
    emit,
    rowOf,
    folders,
    tellRow,
    tellCandidates(folder, changed) {
      if (listeners.size === 0 || rowOf(folder).state === 'unreadable' || starting.has(folder)) return;
      const candidates = changed.rows(shelf.run(folder));
      if (candidates.length > 0) emit({ type: 'candidates-changed', run: catalogue.idOf(folder), candidates });
    },
    tellGone,
    subscribe(listener) {
      // What is there when the first listener comes is no news; what changes from this moment on is, however soon.
      if (listeners.size === 0) {
        for (const row of folders().map(rowOf)) if (!told.has(row.id)) told.set(row.id, printOf(row));
      }
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => clearInterval(look),
  };
}
