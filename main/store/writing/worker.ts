/** The thread that writes a run: one transaction after another, each on the disk before it is answered. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { type Failure, failureOf } from '../../../core/failure.ts';
import { keptChain } from '../chain/keep-chain.ts';
import { closeDatabase, openDatabase } from '../database.ts';
import { type Answer, beginningSchema, questionSchema, type Task } from './messages.ts';
import { sessionRows, stepRows } from './rows.ts';

const { file, key } = beginningSchema.parse(workerData);
const database = openDatabase(file, key);
const chain = keptChain(database, key);
const steps = stepRows(database, chain);
const sessions = sessionRows(database, chain);

/** Does it; gives the id of a session that it started. */
function done(task: Task): number | null {
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
  return { kind: 'run', message: `${why} Make room on the disk, or see that it can be written, then resume the run.` };
}

parentPort?.on('message', (raw) => {
  const { number, task } = questionSchema.parse(raw);
  let answer: Answer;
  try {
    answer = { number, id: done(task) };
  } catch (error) {
    answer = { number, failure: failureIn(error) };
  }
  parentPort?.postMessage(answer);
  if (task.task === 'close') parentPort?.close();
});
