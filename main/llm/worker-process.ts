/** Starts the language model's process and asks it one thing at a time; tells when it is gone. */
import { FailureError } from '../../core/failure.ts';
import { fileBeside } from '../processes/child-node.ts';
import { howItEnded } from '../processes/ending.ts';
import { startChild } from '../processes/supervised-child.ts';
import { waitingAnswers } from '../processes/waiting-answers.ts';
import { type FromWorker, modelProtocol, type ToWorker } from './messages.ts';

/** The process ended before it answered: a crash, an out-of-memory kill, or somebody's kill. */
export class WorkerGone extends Error {
  override readonly name = 'WorkerGone';
}

export interface WorkerProcess {
  readonly pid: number;
  /** What it answered when it was ready. */
  readonly ready: FromWorker;
  readonly gone: boolean;
  /** Sends a request that carries an id and waits for its answer. @throws WorkerGone, or the FailureError it answers. */
  ask(message: Extract<ToWorker, { id: number }>): Promise<FromWorker>;
  /** Asks it to give a request up; the answer to {@link ask} is then `aborted`, or what was ready by then. */
  abort(id: number): void;
  /** Kills it and waits for its end. */
  end(): Promise<void>;
}

export type Load = Extract<ToWorker, { type: 'load' }>;

/** The line of a crashed process's last words that says most. */
function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.findLast((line) => /assert|error|abort|exception|out of memory/i.test(line)) ?? lines.at(-1);
  return telling === undefined ? '' : `; it wrote: ${telling.trim().slice(0, 300)}`;
}

/**
 * Starts the process and loads the model. Aborting the signal ends it; the promise then rejects with the signal's reason.
 * @throws WorkerGone when it ends before it is ready, FailureError when the model cannot be loaded.
 */
export async function startWorker(
  load: Load,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<WorkerProcess> {
  const waiting = waitingAnswers<number | 'load', FromWorker>();
  const child = startChild({
    kind: 'process',
    file: fileBeside(import.meta.url, 'worker'),
    // Without it ggml starts a debugger to print a stack before it aborts.
    env: { GGML_NO_BACKTRACE: '1' },
    protocol: modelProtocol,
    hear(answer) {
      if (answer.type === 'loading') onProgress(answer.share);
      else if (answer.type === 'ready' || answer.type === 'planned') waiting.answer('load', answer);
      else if (answer.type === 'failed') waiting.refuse(answer.id ?? 'load', new FailureError(answer.failure));
      else waiting.answer(answer.id, answer);
    },
  });
  let gone = false;
  const ended = child.ended.then((ending) => {
    gone = true;
    waiting.refuseAll(new WorkerGone(`${howItEnded(ending)}${lastWords(ending.wrote)}`));
  });

  function exchange(key: number | 'load', message: ToWorker): Promise<FromWorker> {
    if (gone) return Promise.reject(new WorkerGone('had already ended'));
    const answer = waiting.wait(key);
    child.send(message);
    return answer;
  }

  async function end(): Promise<void> {
    void child.end();
    await ended;
  }

  let ready: FromWorker;
  const cancel = (): void => void end();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    signal?.throwIfAborted();
    ready = await exchange('load', load);
  } catch (error) {
    await end();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
  return {
    pid: child.pid ?? 0,
    ready,
    get gone() {
      return gone;
    },
    ask: (message) => exchange(message.id, message),
    abort: (id) => child.send({ type: 'abort', id }),
    end,
  };
}
