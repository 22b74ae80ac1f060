/** Which processes worked on a run, on what machine, and how long each stage took them: information, never a verdict. */
import * as z from 'zod';
import { type Failure, failureSchema } from '../../core/failure.ts';
import type { RunDatabase } from './database.ts';
import { type Session, type StageSeconds, sessionSchema } from './run-description.ts';

export interface SessionWriter {
  /** Notes the seconds spent so far. */
  update(seconds: StageSeconds): void;
  /** `problem`: why it failed, kept with the session. */
  end(outcome: 'finished' | 'interrupted' | 'failed', seconds: StageSeconds, problem?: Failure): void;
}

export function startSession(database: RunDatabase, environment: Session['environment']): SessionWriter {
  const { lastInsertRowid: id } = database
    .prepare('INSERT INTO session (started, environment, seconds) VALUES (?, ?, ?)')
    .run(new Date().toISOString(), JSON.stringify(environment), '{}');
  return {
    update(seconds) {
      database.prepare('UPDATE session SET seconds = ? WHERE id = ?').run(JSON.stringify(seconds), id);
    },
    end(outcome, seconds, problem) {
      const left =
        problem === undefined
          ? environment
          : { ...environment, problem: { kind: problem.kind, message: problem.message } };
      database
        .prepare('UPDATE session SET environment = ?, seconds = ?, outcome = ?, ended = ? WHERE id = ?')
        .run(JSON.stringify(left), JSON.stringify(seconds), outcome, new Date().toISOString(), id);
    },
  };
}

const rowSchema = z.object({
  id: z.int(),
  started: z.string(),
  ended: z.string().nullable(),
  outcome: z.string().nullable(),
  environment: z.string(),
  seconds: z.string(),
});

export function readSessions(database: RunDatabase): Session[] {
  const rows = z.array(rowSchema).parse(database.prepare('SELECT * FROM session ORDER BY id').all());
  return rows.map((row) =>
    sessionSchema.parse({ ...row, environment: JSON.parse(row.environment), seconds: JSON.parse(row.seconds) }),
  );
}

/** Why the last session failed; null where it did not, or an earlier version did not note it. */
export function lastProblem(sessions: readonly Session[]): Failure | null {
  const last = sessions.at(-1);
  if (last?.outcome !== 'failed') return null;
  const noted = failureSchema.safeParse(last.environment.problem);
  return noted.success ? noted.data : null;
}

/** Sums the seconds of all sessions, stage by stage. */
export function totalSeconds(sessions: readonly Session[]): StageSeconds {
  const total: Record<string, number> = {};
  for (const { seconds } of sessions) {
    for (const [stage, value] of Object.entries(seconds)) total[stage] = (total[stage] ?? 0) + value;
  }
  return total;
}
