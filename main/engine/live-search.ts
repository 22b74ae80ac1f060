/** A search under way in this engine: its state, and how it is paused, resumed and stopped. */

import type { RunEvent } from '../../core/contract/events.ts';
import { type ContractFailure, toContractFailure } from '../../core/contract/failure.ts';
import type { RunState } from '../../core/contract/runs.ts';
import { FailureError, fail } from '../../core/failure.ts';
import type { SearchOutcome, SearchRunOptions, Stretch } from '../search-run/request.ts';

type LiveState = Extract<
  RunState,
  'starting' | 'running' | 'paused' | 'stopping' | 'finished' | 'interrupted' | 'failed'
>;

export interface LiveSearch {
  readonly folder: string;
  readonly state: LiveState;
  /** Why it failed. */
  readonly problem: ContractFailure | null;
  /** Resolves when its folder is there and locked; rejects with what kept it from starting. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended, however that went. */
  readonly ended: Promise<void>;
  /** Resolves when nothing works any more, also where it ended instead. @throws FailureError where it cannot pause */
  pause(): Promise<void>;
  /** @throws FailureError where it is not paused */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export interface LiveSearchOptions {
  readonly folder: string;
  /** Starts or resumes the search. */
  run(options: SearchRunOptions): Promise<SearchOutcome>;
  /** After every change of the state. */
  onState(state: LiveState): void;
  onEvent(event: RunEvent): void;
}

interface Waiter {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

function waiter(): Waiter {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Whoever waits hears of it; nobody waiting is no failure of the process.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

function stoppedError(folder: string): FailureError {
  return new FailureError({ kind: 'interrupted', message: `The search in ${folder} was stopped before it began.` });
}

export function startLiveSearch({ folder, run, onState, onEvent }: LiveSearchOptions): LiveSearch {
  let state: LiveState = 'starting';
  let problem: ContractFailure | null = null;
  const stopping = new AbortController();
  const ready = waiter();
  const ended = waiter();
  /** Of the stretch under way, or to come. */
  let pausing = new AbortController();
  let going = waiter();
  let held = waiter();

  const enter = (next: LiveState): void => {
    if (state === next) return;
    state = next;
    onState(next);
  };
  const isEnded = (): boolean => state === 'finished' || state === 'interrupted' || state === 'failed';

  async function work(): Promise<void> {
    try {
      const outcome = await run({
        signal: stopping.signal,
        stretch: (): Stretch => ({ pause: pausing.signal, resumed: going.promise }),
        onPaused() {
          enter('paused');
          held.resolve();
        },
        onEvent(event) {
          if (event.type === 'run') {
            if (!stopping.signal.aborted) enter('running');
            ready.resolve();
          }
          onEvent(event);
        },
      });
      enter(outcome.outcome);
    } catch (error) {
      if (stopping.signal.aborted) enter('interrupted');
      else {
        problem = toContractFailure(error);
        enter('failed');
      }
      ready.reject(stopping.signal.aborted ? stoppedError(folder) : error);
    } finally {
      ready.resolve();
      held.resolve();
      ended.resolve();
    }
  }
  void work();

  return {
    folder,
    get state() {
      return state;
    },
    get problem() {
      return problem;
    },
    ready: ready.promise,
    ended: ended.promise,
    async pause() {
      if (state === 'paused') return;
      if (state === 'stopping' || isEnded())
        fail('state', `The search in ${folder} is ${state}; only one that runs can be paused.`);
      pausing.abort(new Error('Paused.'));
      await held.promise;
    },
    async resume() {
      if (state !== 'paused') fail('state', `The search in ${folder} is ${state}; only a paused one can be resumed.`);
      pausing = new AbortController();
      held = waiter();
      const resume = going;
      going = waiter();
      enter('running');
      resume.resolve();
    },
    async stop() {
      if (isEnded()) return;
      enter('stopping');
      stopping.abort(new Error('Stopped.'));
      await ended.promise;
    },
  };
}
