/** The local trainer: so many supervised processes, one job each, the rest in a queue. */

import { totalmem } from 'node:os';
import type { Arithmetic } from '../../core/autodiff/emitter.ts';
import { FailureError, fail } from '../../core/failure.ts';
import { automaticDevice, type DeviceName } from '../../core/training/devices/table.ts';
import type { Fault, StoppedResult, Trainer, TrainingJob, TrainingOutcome } from '../../core/training/job.ts';
import type { Answer, Report, Request, SessionSettings } from './messages.ts';
import { startTrainingProcess, type TrainingProcess } from './training-process.ts';

export interface TrainerPoolOptions {
  /** Jobs at once, each in a process of its own. */
  readonly workers?: number;
  /** Threads of one job. Part of what decides the bits of a result. */
  readonly threads?: number;
  readonly device?: DeviceName;
  /** As a run fixed it; the current one by default. */
  readonly arithmetic?: Arithmetic;
  /** Graph optimization of ONNX Runtime. */
  readonly optimization?: SessionSettings['optimization'];
  /** What one job may need by its estimate; by default its share of three quarters of the machine's memory. */
  readonly memoryLimitBytes?: number;
  /** A process that reports nothing for so long is taken to hang. One step must be shorter. */
  readonly silenceSeconds?: number;
}

type TrainingOptions = NonNullable<Parameters<Trainer['train']>[1]>;

/** A training that was asked to stop, with its weights by then. */
interface StoppedTraining {
  readonly kind: 'stopped';
  readonly result: StoppedResult;
  readonly weights: Uint8Array;
}

export interface TrainerPool extends Trainer {
  /** As `train`; once `stop` is aborted it ends after the step under way, with what it has come to. */
  trainUntil(
    job: TrainingJob,
    options: TrainingOptions & { readonly stop: CancellationSignal },
  ): Promise<TrainingOutcome | StoppedTraining>;
  /** Ids of the processes that are alive now. */
  processIds(): number[];
  /**
   * Any request of the protocol; what a person asked once. A process that dies is replaced and asked again, once.
   * @throws FailureError where the request is refused, or of kind `fault` where the process died twice
   */
  request(request: UnsetRequest, signal?: CancellationSignal): Promise<Answer>;
}

/** A request whose settings are the pool's. */
type UnsetRequest = Request extends infer R ? (R extends Request ? Omit<R, 'settings'> : never) : never;

type CancellationSignal = NonNullable<NonNullable<Parameters<Trainer['train']>[1]>['signal']>;

/** Once a process has died under a job, one fresh process tries it again. */
const attempts = 2;

/** A share of the machine's memory, or of the container's where that is less. */
function defaultMemoryLimit(workers: number): number {
  const constrained = process.constrainedMemory();
  const memory = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return (0.75 * memory) / workers;
}

/** As many jobs at once as there are free places; the others wait in the order they came. */
function createPlaces(count: number) {
  const free: TrainingPlace[] = Array.from({ length: count }, () => ({ process: null }));
  const waiting: ((place: TrainingPlace) => void)[] = [];
  return {
    async take(signal: CancellationSignal | undefined): Promise<TrainingPlace> {
      const place = free.pop();
      if (place !== undefined) return place;
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiting.splice(waiting.indexOf(accept), 1);
          reject(signal?.reason);
        };
        const accept = (freed: TrainingPlace) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(freed);
        };
        waiting.push(accept);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    give(place: TrainingPlace): void {
      const next = waiting.shift();
      if (next === undefined) free.push(place);
      else next(place);
    },
  };
}

interface TrainingPlace {
  process: TrainingProcess | null;
}

/** What became of a training. @throws FailureError where it could not be begun */
function outcomeOf(answer: Answer | Fault): TrainingOutcome {
  if ('status' in answer) return { result: answer, weights: null };
  switch (answer.kind) {
    case 'trained':
      return { result: answer.result, weights: answer.weights };
    case 'diverged':
    case 'fault':
      return { result: answer.result, weights: null };
    case 'refused':
      throw new FailureError(answer.failure);
    default:
      return fail('internal', `A training was answered with ${answer.kind}.`);
  }
}

/** Starts no process yet: each begins with its first job and stays for the next. */
export async function createTrainerPool(options: TrainerPoolOptions = {}): Promise<TrainerPool> {
  const workers = options.workers ?? 1;
  const threads = options.threads ?? 1;
  for (const [name, value] of Object.entries({ workers, threads })) {
    if (!Number.isInteger(value) || value < 1)
      fail('usage', `The trainer's ${name} must be a whole number from 1, not ${value}.`);
  }
  const settings: SessionSettings = {
    device: options.device ?? automaticDevice,
    // Not fewer on a machine with fewer cores: the number of threads decides the bits of a result.
    threads,
    optimization: options.optimization ?? 'basic',
    memoryLimitBytes: options.memoryLimitBytes ?? defaultMemoryLimit(workers),
    ...(options.arithmetic === undefined ? {} : { arithmetic: options.arithmetic }),
  };
  const silenceSeconds = options.silenceSeconds ?? 300;
  const places = createPlaces(workers);
  const processes = new Set<TrainingProcess>();
  let closing = false;

  function processOf(place: TrainingPlace): TrainingProcess {
    if (place.process?.usable) return place.process;
    if (place.process !== null) processes.delete(place.process);
    place.process = startTrainingProcess(silenceSeconds);
    processes.add(place.process);
    return place.process;
  }

  /** Asks the place's process; when it dies, a fresh one, up to the number of attempts. */
  async function askPlace(
    place: TrainingPlace,
    request: Request,
    onReport: (report: Report) => void,
    signal: CancellationSignal | undefined,
    stop: CancellationSignal | undefined,
  ): Promise<Answer | Fault> {
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      if (closing) fail('closed', 'The trainer was closed while a job waited or ran.');
      const trainingProcess = processOf(place);
      const onAbort = () => void trainingProcess.kill();
      signal?.addEventListener('abort', onAbort, { once: true });
      const onStop = () => trainingProcess.stop();
      const asked = trainingProcess.ask(request, onReport);
      stop?.addEventListener('abort', onStop, { once: true });
      if (stop?.aborted === true) onStop();
      const outcome = await asked;
      signal?.removeEventListener('abort', onAbort);
      stop?.removeEventListener('abort', onStop);
      signal?.throwIfAborted();
      if (!outcome.lost && !(outcome.answer.kind === 'fault' && outcome.answer.again)) return outcome.answer;
      await trainingProcess.kill();
      processes.delete(trainingProcess);
      if (closing) continue;
      if (attempt === attempts) {
        if (!outcome.lost) return outcome.answer;
        return { ...outcome.fault, message: `${outcome.fault.message} It happened ${attempts} times.` };
      }
    }
  }

  async function ask(
    request: Request,
    onReport: (report: Report) => void,
    signal: CancellationSignal | undefined,
    stop?: CancellationSignal,
  ): Promise<Answer | Fault> {
    signal?.throwIfAborted();
    if (closing) fail('closed', 'The trainer is closed.');
    const place = await places.take(signal);
    try {
      return await askPlace(place, request, onReport, signal, stop);
    } finally {
      places.give(place);
    }
  }

  function begin(
    job: TrainingJob,
    { signal, onProgress, onEpoch }: TrainingOptions,
    stop?: CancellationSignal,
  ): Promise<Answer | Fault> {
    const onReport = (report: Report) => {
      if (report.kind === 'epoch') onEpoch?.(report.epoch);
      if (report.kind === 'progress') {
        const { step, steps, epoch, loss } = report;
        onProgress?.({ step, steps, epoch, loss });
      }
    };
    return ask({ kind: 'train', settings, job }, onReport, signal, stop);
  }

  return {
    capacity: workers,
    train: async (job, trainingOptions = {}) => outcomeOf(await begin(job, trainingOptions)),
    async trainUntil(job, { stop, ...trainingOptions }) {
      const answer = await begin(job, trainingOptions, stop);
      return 'kind' in answer && answer.kind === 'stopped' ? answer : outcomeOf(answer);
    },
    async request(request, signal) {
      const answer = await ask({ ...request, settings }, () => {}, signal);
      if ('status' in answer) return fail('fault', answer.message);
      if (answer.kind === 'fault') return fail('fault', answer.result.message);
      if (answer.kind === 'refused') throw new FailureError(answer.failure);
      return answer;
    },
    processIds: () => [...processes].flatMap(({ pid, usable }) => (usable && pid !== undefined ? [pid] : [])),
    async close() {
      closing = true;
      await Promise.all([...processes].map((each) => each.kill()));
      processes.clear();
    },
  };
}
