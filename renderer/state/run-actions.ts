/** Start, pause, resume, stop, export: each says at once that it is under way, and what went wrong. */
import { create } from 'zustand';
import { failureOf } from '../../core/failure.ts';
import { client } from '../client.ts';
import { tell, tellFailure } from './notices.ts';
import { dropRow, putRow } from './runs.ts';

export type RunAction = 'pause' | 'resume' | 'stop' | 'trust' | 'export';

interface UnderWay {
  /** The action under way of each run. */
  readonly actions: ReadonlyMap<string, RunAction>;
}

export const useActions = create<UnderWay>(() => ({ actions: new Map() }));

const failed: Readonly<Record<RunAction, string>> = {
  pause: 'The search was not paused',
  resume: 'The search was not resumed',
  stop: 'The search was not stopped',
  trust: 'The run was not taken for yours',
  export: 'The network was not exported',
};

async function during(run: string, action: RunAction, work: () => Promise<void>): Promise<void> {
  const { actions } = useActions.getState();
  if (actions.has(run)) return;
  useActions.setState({ actions: new Map(actions).set(run, action) });
  try {
    await work();
  } catch (error) {
    tellFailure(failed[action], error);
  } finally {
    useActions.setState((state) => {
      const next = new Map(state.actions);
      next.delete(run);
      return { actions: next };
    });
  }
}

export function pauseRun(run: string): Promise<void> {
  return during(run, 'pause', async () => putRow((await client.call('search.pause', { run })).row));
}

/** Runs whose model could not be opened where it was: why, by the run's id. */
export const useMovedModels = create<{ readonly moved: ReadonlyMap<string, string> }>(() => ({ moved: new Map() }));

/** Says that a run's model was not found, or, with null, that this is settled. */
export function noteMovedModel(run: string, why: string | null): void {
  const moved = new Map(useMovedModels.getState().moved);
  if (why === null) moved.delete(run);
  else moved.set(run, why);
  useMovedModels.setState({ moved });
}

export function resumeRun(run: string): Promise<void> {
  return during(run, 'resume', async () => {
    try {
      putRow((await client.call('search.resume', { run })).row);
    } catch (error) {
      // The dialog that this opens tells it.
      const { kind, message } = failureOf(error);
      if (kind !== 'file') throw error;
      noteMovedModel(run, message);
    }
  });
}

/** Goes on with a run whose model lies elsewhere now. @throws FailureError where that is no model, or another one */
export async function resumeWithModel(run: string, model: string): Promise<void> {
  putRow((await client.call('search.resume', { run, model })).row);
  noteMovedModel(run, null);
}

export function stopRun(run: string): Promise<void> {
  return during(run, 'stop', async () => putRow((await client.call('search.stop', { run })).row));
}

export function trustRun(run: string): Promise<void> {
  return during(run, 'trust', async () => putRow((await client.call('runs.trust', { run })).row));
}

export function exportNetwork(run: string, network: string): Promise<void> {
  return during(run, 'export', async () => {
    const { folder, files } = await client.call('runs.export', { run, network });
    tell('good', `${network} exported`, `${files.join(', ')} in ${folder}`, folder);
  });
}

export async function forgetRun(run: string): Promise<void> {
  try {
    await client.call('runs.forget', { run });
    dropRow(run);
  } catch (error) {
    tellFailure('The run was not taken off the list', error);
  }
}
