/**
 * Writes a run from a thread of its own. A transaction is on the disk before it counts, and a disk that is busy can take
 * seconds for that: the engine, which answers every window meanwhile, does not wait with it.
 */
import { Worker } from 'node:worker_threads';
import { FailureError } from '../../../core/failure.ts';
import { fileBeside } from '../../child-node.ts';
import { answerSchema, type Question, type Task } from './messages.ts';

export interface RunWriter {
  /**
   * Resolves when the task is durable, with the id of a session that it started. Tasks are done in the order given.
   * @throws FailureError (`run`) what kept it from being written
   */
  write(task: Exclude<Task, { task: 'close' }>): Promise<number | null>;
  /** Whether the thread has the file open: then it is the one to close it as a writer does. */
  readonly started: boolean;
  /** Waits for all tasks, then closes the file. Other connections of this process have to be closed before. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (id: number | null) => void;
  readonly reject: (error: unknown) => void;
}

function startThread(file: string, key: string | null) {
  const thread = new Worker(fileBeside(import.meta.url, 'worker'), { workerData: { file, key } });
  const waiting = new Map<number, Waiting>();
  let count = 0;
  let ended: unknown = null;
  const end = (error: unknown): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  thread.on('message', (raw) => {
    const answer = answerSchema.parse(raw);
    const asked = waiting.get(answer.number);
    waiting.delete(answer.number);
    // A writer that has nothing to do keeps no process alive.
    if (waiting.size === 0) thread.unref();
    if ('failure' in answer) asked?.reject(new FailureError(answer.failure));
    else asked?.resolve(answer.id);
  });
  thread.on('error', end);
  thread.once('exit', () =>
    end(new FailureError({ kind: 'run', message: `Writing ${file} ended early. Resume the run to go on.` })),
  );
  return (task: Task): Promise<number | null> =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended);
      const number = count++;
      waiting.set(number, { resolve, reject });
      thread.ref();
      const question: Question = { number, task };
      thread.postMessage(question);
    });
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
