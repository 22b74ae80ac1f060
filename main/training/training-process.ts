/** One supervised training process, seen from the app: it may crash, hang or be killed, and that is a value here. */
import type { Fault } from '../../core/training/job.ts';
import { fileBeside } from '../processes/child-node.ts';
import { type Ending, howItEnded, itWrote } from '../processes/ending.ts';
import { startChild } from '../processes/supervised-child.ts';
import { type Answer, type Report, type Request, trainerProtocol } from './messages.ts';

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

function faultOf(ending: Ending): Fault {
  const isKilled = ending.kind === 'exit' && ending.signal === 'SIGKILL';
  const isMemory = isKilled || /heap out of memory|bad_alloc|allocation failed/i.test(ending.wrote);
  const cause = isKilled ? ' Systems do so when memory runs out.' : '';
  return {
    status: 'fault',
    kind: ending.kind === 'silent' ? 'time-out' : isMemory ? 'out-of-memory' : 'crash',
    message: `The training process ${howItEnded(ending)}.${cause}${itWrote(ending)}`,
  };
}

/**
 * Starts a training process.
 * @param silenceSeconds a process that says nothing for so long while it works is killed: a `time-out` fault
 */
export function startTrainingProcess(silenceSeconds: number): TrainingProcess {
  /** The request under way. */
  let asked: { answer(answer: Answer): void; report(report: Report): void } | null = null;
  const child = startChild({
    kind: 'process',
    file: fileBeside(import.meta.url, 'worker'),
    protocol: trainerProtocol,
    // Tensors pass as bytes.
    serialization: 'advanced',
    hear(message) {
      if (message.kind === 'alive' || message.kind === 'progress' || message.kind === 'epoch') asked?.report(message);
      else asked?.answer(message);
    },
  });
  const lost = child.ended.then((ending): RequestOutcome => ({ lost: true, fault: faultOf(ending) }));

  function ask(request: Request, onReport: (report: Report) => void): Promise<RequestOutcome> {
    if (!child.usable) return child.end().then(() => lost);
    const answered = new Promise<RequestOutcome>((resolve) => {
      asked = { answer: (answer) => resolve({ lost: false, answer }), report: onReport };
    });
    child.limitSilence(silenceSeconds);
    child.send(request);
    return Promise.race([answered, lost]).finally(() => {
      asked = null;
      child.limitSilence(null);
    });
  }

  return {
    get pid() {
      return child.pid;
    },
    get usable() {
      return child.usable;
    },
    ask,
    stop: () => child.send({ kind: 'stop' }),
    async kill() {
      await child.end();
    },
  };
}
