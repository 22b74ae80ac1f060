/** Which processes worked on a run, on what machine, and how long each stage took them: information, never a verdict. */
import { type Failure, fail, failureSchema } from '../../core/failure.ts';
import type { SessionRow } from './chain/hashes.ts';
import { type Session, type StageSeconds, sessionSchema } from './run-description.ts';
import type { SessionOutcome } from './writing/rows.ts';
import type { RunWriter } from './writing/writer.ts';

export interface SessionWriter {
  /** Notes the seconds spent so far. */
  update(seconds: StageSeconds): Promise<void>;
  /** `problem`: why it failed, kept with the session. */
  end(outcome: SessionOutcome, seconds: StageSeconds, problem?: Failure): Promise<void>;
}

export async function startSession(writer: RunWriter, environment: Session['environment']): Promise<SessionWriter> {
  const id = await writer.write({ task: 'start-session', environment: JSON.stringify(environment) });
  if (id === null) return fail('internal', 'The session that was started has no id.');
  return {
    async update(seconds) {
      await writer.write({ task: 'update-session', id, seconds: JSON.stringify(seconds) });
    },
    async end(outcome, seconds, problem) {
      const left =
        problem === undefined
          ? environment
          : { ...environment, problem: { kind: problem.kind, message: problem.message } };
      const notes = { environment: JSON.stringify(left), seconds: JSON.stringify(seconds) };
      await writer.write({ task: 'end-session', id, outcome, ...notes });
    },
  };
}

/** A session as its row says; null where that is damaged. */
export function parseSession(row: SessionRow): Session | null {
  try {
    const environment: unknown = JSON.parse(row.environment);
    const seconds: unknown = JSON.parse(row.seconds);
    return sessionSchema.safeParse({ ...row, environment, seconds }).data ?? null;
  } catch {
    return null;
  }
}

/** Those that can be read: they are information, and a damaged one keeps nobody from the run. */
export function readSessions(rows: readonly SessionRow[]): Session[] {
  return rows.flatMap((row) => parseSession(row) ?? []);
}

/** Why the last session failed; null where it did not, or an earlier version did not note it. */
export function lastProblem(sessions: readonly Session[]): Failure | null {
  const last = sessions.at(-1);
  if (last?.outcome !== 'failed') return null;
  const noted = failureSchema.safeParse(last.environment.problem);
  return noted.success ? noted.data : null;
}

/**
 * Sessions with the seconds of those that were killed before they noted them: by the clock, from their start to the last
 * step that they recorded. What a process did after its last note and its last step is lost with it.
 * `recorded`: times of all steps, ISO 8601; asked for only where a session has no end.
 */
export function withWorked(sessions: readonly Session[], recorded: () => readonly string[]): Session[] {
  if (sessions.every(({ ended }) => ended !== null)) return [...sessions];
  const times = recorded()
    .map((time) => Date.parse(time))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return sessions.map((session, index) => {
    if (session.ended !== null) return session;
    const next = Date.parse(sessions[index + 1]?.started ?? '');
    const last = lastBefore(times, Number.isNaN(next) ? Number.POSITIVE_INFINITY : next);
    const worked = last === null ? 0 : (last - Date.parse(session.started)) / 1000;
    const total = session.seconds.total ?? 0;
    return worked > total ? { ...session, seconds: { ...session.seconds, total: worked } } : session;
  });
}

/** The last of some ascending numbers that is less than a bound; null where none is. */
function lastBefore(ascending: readonly number[], bound: number): number | null {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return ascending[low - 1] ?? null;
}

/** Sums the seconds of all sessions, stage by stage. */
export function totalSeconds(sessions: readonly Session[]): StageSeconds {
  const total: Record<string, number> = {};
  for (const { seconds } of sessions) {
    for (const [stage, value] of Object.entries(seconds)) total[stage] = (total[stage] ?? 0) + value;
  }
  return total;
}
