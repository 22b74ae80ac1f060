/** Keeps the hashes of a run while it is written: each change of a table and its hashes in one transaction. */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { RunDatabase } from '../run-database.ts';
import { fieldsOfRun, fieldsOfSession, fieldsOfStep, fieldsText } from './fields.ts';
import { type HeadRow, headDigest, runHash, type SessionRow, type StepRow, sessionHash, stepHash } from './hashes.ts';
import { headRow, migrationRows, runRow, sessionRows, stepRows } from './rows.ts';

/**
 * What this machine's key makes of a head: a run that bears it is as LLMatic left it here. Without a key it is empty.
 * `key`: hexadecimal.
 */
export function sealOf(key: string | null, digest: string): string {
  return key === null ? '' : createHmac('sha256', Buffer.from(key, 'hex')).update(digest).digest('hex');
}

export interface KeptChain {
  /** Call in the transaction that inserted the step. */
  step(row: StepRow): void;
  /** Call in the transaction that inserted or changed the session. */
  session(row: SessionRow): void;
  /** Seals the head as it stands with this machine's key. */
  seal(): void;
  /**
   * Hashes everything anew. Call in the transaction that took out steps.
   * `older`: how many steps were there before there were hashes, where that is not noted yet.
   */
  again(older?: number): void;
}

const runOf = (database: RunDatabase) => {
  const row = runRow(database);
  if (row === null) throw new Error('The run has no description.');
  return row;
};

/** The chain of a database that has one. `key`: this machine's, which seals the head; null where there is none. */
export function keptChain(database: RunDatabase, key: string | null): KeptChain {
  const run = runHash(runOf(database));
  const insertStep = database.prepare('INSERT INTO step_hash (sequence, hash, fields) VALUES (?, ?, ?)');
  const putSession = database.prepare('INSERT OR REPLACE INTO session_hash (id, hash, fields) VALUES (?, ?, ?)');
  const selectSessions = database.prepare('SELECT hash FROM session_hash ORDER BY id').pluck();
  const putHead = database.prepare(
    'INSERT OR REPLACE INTO head (id, steps, latest, older, fields, digest, seal) VALUES (1, ?, ?, ?, ?, ?, ?)',
  );

  const writeHead = (head: HeadRow): void => {
    const sessions = z.array(z.string()).parse(selectSessions.all());
    const digest = headDigest(run, head, migrationRows(database), sessions);
    putHead.run(head.steps, head.latest, head.older, head.fields, digest, sealOf(key, digest));
  };
  const head = (): HeadRow => {
    const kept = headRow(database);
    if (kept === null) throw new Error('The head of the chain is missing.');
    return kept;
  };
  const addStep = (previous: string, row: StepRow): string => {
    const fields = fieldsText(fieldsOfStep(row));
    const hash = stepHash(previous, row, fields);
    insertStep.run(row.sequence, hash, fields);
    return hash;
  };
  const addSession = (row: SessionRow): void => {
    const fields = fieldsText(fieldsOfSession(row));
    putSession.run(row.id, sessionHash(run, row, fields), fields);
  };

  return {
    step(row) {
      const { steps, latest, older, fields } = head();
      writeHead({ steps: steps + 1, latest: addStep(latest, row), older, fields });
    },
    session(row) {
      addSession(row);
      writeHead(head());
    },
    seal: () => writeHead(head()),
    again(older) {
      database.exec('DELETE FROM step_hash; DELETE FROM session_hash;');
      let latest = run;
      let steps = 0;
      for (const row of stepRows(database)) {
        latest = addStep(latest, row);
        steps++;
      }
      for (const row of sessionRows(database)) addSession(row);
      const fields = fieldsText(fieldsOfRun(runOf(database)));
      writeHead({ steps, latest, older: Math.min(older ?? headRow(database)?.older ?? 0, steps), fields });
    },
  };
}

/** Hashes a run that has no hashes yet, inside the caller's transaction; its steps are noted as older than these. */
export function beginChain(database: RunDatabase, key: string | null): void {
  keptChain(database, key).again(Number.MAX_SAFE_INTEGER);
}
