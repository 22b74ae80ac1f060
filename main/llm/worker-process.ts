/** Starts the language model's process and asks it one thing at a time; tells when it is gone. */
import { FailureError } from '../../core/failure.ts';
import { fileBeside, forkNode } from '../child-node.ts';
import { type FromWorker, fromWorkerSchema, type ToWorker } from './messages.ts';

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

interface Waiting {
  resolve(answer: FromWorker): void;
  reject(error: Error): void;
}

const errorTextKept = 4000;

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
  const child = forkNode(fileBeside(import.meta.url, 'worker'), {
    // Without it ggml starts a debugger to print a stack before it aborts.
    env: { GGML_NO_BACKTRACE: '1' },
  });
  const waiting = new Map<number | 'load', Waiting>();
  let gone = false;
  let words = '';

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-errorTextKept);
  });

  const ended = new Promise<void>((resolve) => {
    function end(how: string): void {
      if (gone) return;
      gone = true;
      const error = new WorkerGone(`${how}${lastWords(words)}`);
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
      resolve();
    }
    child.on('error', (error) => end(`could not be started or reached: ${error.message}`));
    // `close` comes after stderr has been read to its end, which `exit` does not promise.
    child.on('close', (code, signal) => end(signal === null ? `ended with code ${code}` : `was ended by ${signal}`));
  });

  function settle(key: number | 'load', answer: FromWorker): void {
    const one = waiting.get(key);
    waiting.delete(key);
    if (answer.type === 'failed') one?.reject(new FailureError(answer.failure));
    else one?.resolve(answer);
  }

  child.on('message', (raw) => {
    const parsed = fromWorkerSchema.safeParse(raw);
    if (!parsed.success) {
      words += `\nerror: it sent a message that does not parse: ${parsed.error.message.slice(0, 200)}`;
      child.kill('SIGKILL');
      return;
    }
    const answer = parsed.data;
    if (answer.type === 'loading') onProgress(answer.share);
    else if (answer.type === 'ready' || answer.type === 'planned') settle('load', answer);
    else settle(answer.id ?? 'load', answer);
  });

  function tell(message: ToWorker): void {
    if (!child.connected) return;
    // A failed send means a dying process: its end settles what waits.
    child.send(message, () => {});
  }

  function exchange(key: number | 'load', message: ToWorker): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      if (gone) {
        reject(new WorkerGone('had already ended'));
        return;
      }
      waiting.set(key, { resolve, reject });
      tell(message);
    });
  }

  async function end(): Promise<void> {
    child.kill('SIGKILL');
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
    abort: (id) => tell({ type: 'abort', id }),
    end,
  };
}
