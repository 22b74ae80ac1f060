/**
 * Writes a run from a thread of its own. A transaction is on the disk before it counts, and a disk that is busy can take
 * seconds for that: the engine, which answers every window meanwhile, does not wait with it.
 */
import { FailureError } from '../../../core/failure.ts';
import { fileBeside } from '../../processes/child-node.ts';
import { howItEnded } from '../../processes/ending.ts';
import { startChild } from '../../processes/supervised-child.ts';
import { waitingAnswers } from '../../processes/waiting-answers.ts';
import { type Task, writerProtocol } from './messages.ts';

export interface RunWriter {
  /**
   * Resolves when the task is durable, with the id of a session that it started. Tasks are done in the order given.
   * @throws FailureError (`run`) what kept it from being written
   */
  write(task: Exclude<Task, { task: 'open' | 'close' }>): Promise<number | null>;
  /** Whether the thread has the file open: then it is the one to close it as a writer does. */
  readonly started: boolean;
  /** Waits for all tasks, then closes the file. Other connections of this process have to be closed before. */
  close(): Promise<void>;
}

/** The number of the question that opens the file. */
const opening = 0;

function startThread(file: string, key: string | null) {
  const waiting = waitingAnswers<number, number | null>();
  let count = opening;
  let ended: Error | null = null;
  const end = (error: Error): void => {
    ended ??= error;
    waiting.refuseAll(ended);
  };
  const thread = startChild({
    kind: 'thread',
    file: fileBeside(import.meta.url, 'worker'),
    protocol: writerProtocol,
    hear(answer) {
      if (!('failure' in answer)) waiting.answer(answer.number, answer.id);
      else if (answer.number === opening) end(new FailureError(answer.failure));
      else waiting.refuse(answer.number, new FailureError(answer.failure));
      // A writer that has nothing to do keeps no process alive.
      if (waiting.count === 0) thread.hold(false);
    },
  });
  void thread.ended.then((ending) => {
    const message = `Writing ${file}: its thread ${howItEnded(ending)}. Resume the run to go on.`;
    end(new FailureError({ kind: 'run', message }));
  });
  const ask = (task: Task): Promise<number | null> => {
    if (ended !== null) return Promise.reject(ended);
    const number = count++;
    const answer = waiting.wait(number);
    thread.hold(true);
    thread.send({ number, task });
    return answer;
  };
  // What keeps it from being opened is told to whatever is written.
  ask({ task: 'open', file, key }).catch(() => {});
  return ask;
}

/** A writer of a run's SQLite file; its thread starts with the first task. `key`: seals what is written (seal.ts). */
export function runWriter(file: string, key: string | null): RunWriter {
  let ask: ReturnType<typeof startThread> | null = null;
  return {
    get started() {
      return ask !== null;
    },
    write(task) {
      ask ??= startThread(file, key);
      return ask(task);
    },
    async close() {
      await ask?.({ task: 'close' });
      ask = null;
    },
  };
}
