/** The thread that writes a run: one transaction after another, each on the disk before it is answered. */
import Database from 'better-sqlite3';
import { type Failure, fail, failureOf } from '../../../core/failure.ts';
import { linkToParent } from '../../processes/parent-link.ts';
import type { FromChild, ReadByChild } from '../../processes/protocol.ts';
import { type KeptChain, keptChain } from '../chain/keep-chain.ts';
import { closeDatabase, openDatabase } from '../database.ts';
import type { RunDatabase } from '../run-database.ts';
import { type Task, writerProtocol } from './messages.ts';
import { type SessionRows, type StepRows, sessionRows, stepRows } from './rows.ts';

interface Opened {
  readonly database: RunDatabase;
  readonly chain: KeptChain;
  readonly steps: StepRows;
  readonly sessions: SessionRows;
}

let file = '';
let opened: Opened | null = null;

function open(key: string | null): void {
  const database = openDatabase(file, key);
  const chain = keptChain(database, key);
  opened = { database, chain, steps: stepRows(database, chain), sessions: sessionRows(database, chain) };
}

/** Does it; gives the id of a session that it started. */
function done(task: Task): number | null {
  if (task.task === 'open') {
    file = task.file;
    open(task.key);
    return null;
  }
  if (opened === null) return fail('internal', 'The writer was asked before it had a file.');
  const { database, chain, steps, sessions } = opened;
  switch (task.task) {
    case 'step':
      steps.add(task.candidate, task.step, task.body);
      return null;
    case 'replace':
      steps.replace(task.takeBack, task);
      return null;
    case 'start-session':
      return sessions.start(task.environment);
    case 'update-session':
      sessions.update(task.id, task.seconds);
      return null;
    case 'end-session':
      sessions.end(task);
      return null;
    case 'seal':
      database.transaction(() => chain.seal()).immediate();
      return null;
    case 'close':
      closeDatabase(database);
      return null;
  }
}

function failureIn(error: unknown): Failure {
  if (!(error instanceof Database.SqliteError)) return failureOf(error);
  const why = `${file} could not be written: ${error.message} (${error.code}).`;
  const kind = error.code === 'SQLITE_FULL' || error.code.startsWith('SQLITE_IOERR') ? 'disk' : 'run';
  return { kind, message: `${why} Make room on the disk, or see that it can be written, then resume the run.` };
}

function answerTo({ number, task }: ReadByChild<typeof writerProtocol>): FromChild<typeof writerProtocol> {
  try {
    return { number, id: done(task) };
  } catch (error) {
    return { number, failure: failureIn(error) };
  }
}

const parent = linkToParent({
  protocol: writerProtocol,
  async hear(question) {
    await parent.tell(answerTo(question));
    if (question.task.task === 'close') parent.leave();
  },
});
