/** Where a run stands, from its last stretch of work and from whether a process holds it now. */
import * as z from 'zod';
import type { Session } from './run-description.ts';
import { isBeingWritten } from './run-folder.ts';

export interface RunStanding {
  /**
   * `running`: a process works on it; `held`: one has it, paused or still loading its model; `finished`, `interrupted`,
   * `failed`: as its last process left it; `unfinished`: that one was killed.
   */
  readonly state: 'running' | 'held' | 'finished' | 'interrupted' | 'failed' | 'unfinished';
  /** Id of the process that works on it, where it runs on this machine and said so. */
  readonly process: number | null;
}

const noted = z.object({ process: z.int().positive() });

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // One of another person lives as well.
    return z.object({ code: z.literal('EPERM') }).safeParse(error).success;
  }
}

/** The process that works on it, as it noted when it began; null where that is gone, or was of an earlier version. */
function processOf({ environment }: Session): number | null {
  const id = noted.safeParse(environment).data?.process;
  return id !== undefined && isAlive(id) ? id : null;
}

export function standingOfRun(folder: string, sessions: readonly Session[]): RunStanding {
  const last = sessions.at(-1);
  // A finished run may be held for a moment by whoever looks whether it is.
  if (last?.outcome !== 'finished' && isBeingWritten(folder)) {
    const works = last !== undefined && last.ended === null;
    return { state: works ? 'running' : 'held', process: works ? processOf(last) : null };
  }
  const outcome = z.enum(['finished', 'interrupted', 'failed']).safeParse(last?.outcome);
  return { state: outcome.data ?? 'unfinished', process: null };
}
