/** A run that is read while a process writes it: it follows, step by step, and keeps no file open. */
import { openRun, type RunStore } from '../store/run-folder.ts';
import { isTrusted } from '../store/trust.ts';
import { type Run, runReading } from './run.ts';

export interface RunSnapshot {
  readonly run: Run;
  /** Whether it was left so here, for this person, when it was last read. `runsFolder`: where they keep their runs. */
  isTrusted(runsFolder: string): boolean;
  /**
   * Reads what was recorded since; false where the folder now holds another run, or steps of it were taken back.
   * @throws FailureError when the folder can no longer be read
   */
  refresh(): boolean;
}

function withRun<T>(folder: string, use: (store: RunStore) => T): T {
  const store = openRun(folder, { readOnly: true });
  try {
    return use(store);
  } finally {
    store.close();
  }
}

/** Opens a run's folder for looking. @throws FailureError (`run`) when there is none, or it is damaged */
export function openSnapshot(folder: string): RunSnapshot {
  const { run, take, isOf } = withRun(folder, runReading);
  return {
    run,
    isTrusted: (runsFolder) => withRun(folder, (store) => isTrusted(store, runsFolder)),
    refresh: () =>
      withRun(folder, (store) => {
        if (!isOf(store)) return false;
        take(store);
        return true;
      }),
  };
}
