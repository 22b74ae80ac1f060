/** One supervised training process, seen from the app: it may crash, hang or be killed, and that is a value here. */
import type { ChildProcess } from 'node:child_process';
import type { Fault } from '../../core/training/job.ts';
import { fileBeside, forkNode } from '../child-node.ts';
import { type Answer, messageSchema, type Report, type Request, type ToTrainer } from './messages.ts';

/** What became of a request: an answer, or the process's end. `lost` tells whether the process is gone. */
type RequestOutcome =
  | { readonly lost: false; readonly answer: Answer }
  | { readonly lost: true; readonly fault: Fault };

export interface TrainingProcess {
  readonly pid: number | undefined;
  /** Whether it can take a request. */
  readonly usable: boolean;
  /** One request at a time. Never rejects. */
  ask(request: Request, onReport: (report: Report) => void): Promise<RequestOutcome>;
  /** Asks the training under way to end with what it has come to; its request is then answered. */
  stop(): void;
  /** Ends the process at once, whatever it is doing; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Kept short: the end of what the process wrote before it died. */
const errorTextKept = 2000;

const living = new Set<ChildProcess>();
let watchingExit = false;

/** Processes end with their parent by themselves, unless they hang: at an orderly exit they are killed. */
function endWithParent(child: ChildProcess): void {
  living.add(child);
  child.once('exit', () => living.delete(child));
  if (watchingExit) return;
  watchingExit = true;
  process.once('exit', () => {
    for (const each of living) each.kill('SIGKILL');
  });
}

function faultOfExit(code: number | null, signal: NodeJS.Signals | null, errorText: string): Fault {
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  const tail = errorText.trim().split('\n').slice(-3).join(' ');
  const said = tail === '' ? '' : ` It wrote: ${tail}`;
  const memory = signal === 'SIGKILL' || /heap out of memory|bad_alloc|allocation failed/i.test(errorText);
  const cause = signal === 'SIGKILL' ? ' Systems do so when memory runs out.' : '';
  return {
    status: 'fault',
    kind: memory ? 'out-of-memory' : 'crash',
    message: `The training process ${how}.${cause}${said}`,
  };
}

/**
 * Starts a training process.
 * @param silenceSeconds a process that says nothing for so long while it works is killed: a `time-out` fault
 */
export function startTrainingProcess(silenceSeconds: number): TrainingProcess {
  const child = forkNode(fileBeside(import.meta.url, 'worker'), { serialization: 'advanced' });
  endWithParent(child);
  let errorText = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-errorTextKept);
  });
  let ended: Fault | null = null;
  let whenEnded: (fault: Fault) => void = () => {};
  const end = (fault: Fault) => {
    ended ??= fault;
    whenEnded(ended);
  };
  const closed = new Promise<void>((resolve) => {
    // `close` follows `exit` when stderr has been read to its end.
    child.once('close', (code, signal) => {
      end(faultOfExit(code, signal, errorText));
      resolve();
    });
    child.once('error', (error) => {
      end({ status: 'fault', kind: 'crash', message: `The training process could not be used: ${error.message}.` });
      if (child.pid === undefined) resolve();
    });
  });

  function ask(request: Request, onReport: (report: Report) => void): Promise<RequestOutcome> {
    if (ended !== null) return Promise.resolve({ lost: true, fault: ended });
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (outcome: RequestOutcome) => {
        clearTimeout(timer);
        child.off('message', onMessage);
        whenEnded = () => {};
        resolve(outcome);
      };
      const lose = (fault: Fault) => settle({ lost: true, fault });
      const watch = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          const message = `The training process said nothing for ${silenceSeconds} seconds and was ended.`;
          end({ status: 'fault', kind: 'time-out', message });
          child.kill('SIGKILL');
        }, silenceSeconds * 1000);
      };
      const onMessage = (raw: unknown) => {
        watch();
        const parsed = messageSchema.safeParse(raw);
        if (!parsed.success) {
          const message = `The training process sent a message that is not of its protocol: ${parsed.error.message}`;
          end({ status: 'fault', kind: 'crash', message });
          child.kill('SIGKILL');
          return;
        }
        const { data } = parsed;
        if (data.kind === 'alive' || data.kind === 'progress' || data.kind === 'epoch') onReport(data);
        else settle({ lost: false, answer: data });
      };
      whenEnded = lose;
      watch();
      child.on('message', onMessage);
      child.send(request, (error) => {
        if (error !== null) {
          end({ status: 'fault', kind: 'crash', message: `The training process took no request: ${error.message}.` });
        }
      });
    });
  }

  return {
    get pid() {
      return child.pid;
    },
    get usable() {
      return ended === null && child.connected;
    },
    ask,
    stop() {
      const message: ToTrainer = { kind: 'stop' };
      // A failed send means a dying process: its end settles what waits.
      if (child.connected) child.send(message, () => {});
    },
    kill() {
      child.kill('SIGKILL');
      return closed;
    },
  };
}
