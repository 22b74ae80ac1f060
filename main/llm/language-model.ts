/** A language model as the search knows it: requests in turn to a supervised process that is restarted when it crashes. */
import { resolve } from 'node:path';
import type { Cancellation } from '../../core/cancellation.ts';
import { fail } from '../../core/failure.ts';
import type { Generation, GenerationRequest, LanguageModel } from '../../core/search/ports.ts';
import type { ChatChoice, GenerationMode } from '../../core/search/settings.ts';
import { type PromptForm, promptForm } from './chat/prompt-form.ts';
import type { Bytes, MemoryPlan } from './memory/memory-plan.ts';
import { type FromWorker, generationRequestSchema, type ToWorker } from './messages.ts';
import { describeModel, type ModelDescription, requireSound } from './model-description.ts';
import { hashFiles, readModelFile } from './model-file.ts';
import type { KeptTrials } from './threads/kept-trials.ts';
import type { ThreadTrial } from './threads/thread-trial.ts';
import { turns } from './turns.ts';
import { type Load, startWorker, WorkerGone, type WorkerProcess } from './worker-process.ts';

export interface LanguageModelOptions {
  /** Path of a GGUF file. */
  readonly file: string;
  /**
   * Null or absent: by a trial where `trials` are kept, else one for models under 100 million parameters, and the cores
   * good for arithmetic less one for others.
   */
  readonly threads?: number | null;
  /** Where trials of threads are kept: the first process that loads this file measures. */
  readonly trials?: KeptTrials;
  /** Cores that are left to others when a trial decides; none by default. */
  readonly sparedCores?: number;
  /** Tokens of prompt and completion together; by default what the model was trained on, at most 4096. */
  readonly contextLength?: number;
  /** Whether prompts go through the file's chat template; by default as the file suggests. */
  readonly chat?: ChatChoice;
  /** How often a request is tried again after its process crashed; 2 by default. */
  readonly retries?: number;
  /** Share of the file loaded, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /** Aborted to give up loading: the process is ended, and `createLanguageModel` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Runs the layers that fit on a GPU, where one is found; texts may then differ from those of the CPU. */
  readonly gpu?: boolean;
  /** `reproducible` where absent. */
  readonly mode?: GenerationMode;
  /** In fast mode: requests worked on at once, where memory allows; 8 by default. */
  readonly parallel?: number;
  /** How an earlier run ran this model: kept, so that sums round the same. */
  readonly fixed?: FixedPlan;
  /** Bytes that are free, for tests; by default the machine's. */
  readonly room?: Bytes;
}

/** What was chosen when a run was begun. */
export interface FixedPlan {
  readonly batch: number;
  readonly gpuLayers: number;
  readonly sequences?: number;
}

/** A {@link LanguageModel} with what only a model in a local process has. */
export interface LocalLanguageModel extends LanguageModel {
  readonly hash: string;
  readonly contextLength: number;
  /** It is not served by another program. */
  readonly served: null;
  readonly description: ModelDescription;
  /** How it is run, and the memory that takes. */
  readonly plan: MemoryPlan;
  readonly threads: number;
  /** The measured speeds that the threads were chosen by; null where they were given or chosen otherwise. */
  readonly trial: ThreadTrial | null;
  readonly mode: GenerationMode;
  /** Whether it is asked through its chat template. */
  readonly form: PromptForm;
  /** Id of the process that holds the model now; null between a crash and the next request. */
  readonly processId: number | null;
  /** Token ids of a text, special tokens read as plain text. */
  tokenize(text: string): Promise<readonly number[]>;
}

type Request = Extract<ToWorker, { id: number }>;

const defaultLongestContext = 4096;
const defaultParallel = 8;

/** Reads a model's header and says how it is to be loaded. */
async function loadMessage(options: LanguageModelOptions): Promise<{
  readonly name: string;
  readonly files: readonly string[];
  readonly description: ModelDescription;
  readonly form: PromptForm;
  readonly load: Load;
}> {
  const { file } = options;
  const { name, header, files } = await readModelFile(file);
  requireSound(header, name);
  const description = describeModel(header);
  const form = promptForm(header, name, options.chat ?? 'auto');
  const contextLength = options.contextLength ?? null;
  const longest = Math.min(description.contextLength, defaultLongestContext);
  if (
    contextLength !== null &&
    (!Number.isInteger(contextLength) || contextLength < 1 || contextLength > description.contextLength)
  ) {
    fail('usage', `${name} can have a context of 1 to ${description.contextLength} tokens, not ${contextLength}.`);
  }
  const gpu = options.gpu ?? false;
  const mode = options.mode ?? 'reproducible';
  const load: Load = {
    type: 'load',
    file,
    threads: options.threads ?? null,
    trial: options.trials === undefined ? 'none' : 'needed',
    sparedCores: options.sparedCores ?? 0,
    parameters: description.parameters,
    gpu,
    mode,
    template: form.template,
    wish: {
      name,
      contextLength,
      longest,
      sequences: options.fixed?.sequences ?? (mode === 'fast' ? (options.parallel ?? defaultParallel) : 1),
      batch: options.fixed?.batch ?? null,
      gpuLayers: options.fixed?.gpuLayers ?? (gpu ? null : 0),
    },
    room: options.room ?? null,
    plan: null,
    planOnly: false,
  };
  return { name, files, description, form, load };
}

/**
 * How a model would be run on this machine, and the memory that takes; nothing is loaded.
 * @throws FailureError `memory` where it cannot fit, `file` or `model-file` for a file that cannot be run,
 * `model-crash` when looking at it ends the process.
 */
export async function planLanguageModel(options: LanguageModelOptions): Promise<MemoryPlan> {
  const { name, load } = await loadMessage({ ...options, file: resolve(options.file) });
  try {
    const worker = await startWorker({ ...load, planOnly: true }, () => {}, options.signal);
    await worker.end();
    if (worker.ready.type === 'planned') return worker.ready.plan;
  } catch (error) {
    if (!(error instanceof WorkerGone)) throw error;
    return fail('model-crash', `The process that looks at ${name} crashed: it ${error.message}.`);
  }
  return fail('internal', `The process that looks at ${name} did not answer with a plan.`);
}
/** A process that has not given a request up by then is replaced. */
const patienceForAbort = 10_000;

/**
 * Loads a GGUF model into a process of its own. Call `close` to end it.
 * Requests run one after another, each from a clear history: the same seed and prompt give the same text whatever ran
 * before, also after a crash and restart. In fast mode several run at once, and what runs beside a request is part of
 * its text.
 * @throws FailureError `file` or `model-file` for a file that is missing, damaged or not supported, `memory`,
 * `model-crash` when loading it ends the process again and again. `generate` rejects with kind `context` where prompt
 * and completion cannot fit, with `model-crash`, or with the signal's reason.
 */
export async function createLanguageModel(options: LanguageModelOptions): Promise<LocalLanguageModel> {
  const file = resolve(options.file);
  const { name, files, description, form, load: firstLoad } = await loadMessage({ ...options, file });
  const retries = options.retries ?? 2;
  const hash = await hashFiles(files, options.signal);
  const { trials } = options;
  let load: Load = { ...firstLoad, trial: trials?.find(hash) ?? firstLoad.trial };

  let worker: WorkerProcess | null = null;
  let ready = false;
  let closed = false;
  let nextId = 1;
  let starting: Promise<WorkerProcess> | null = null;
  const queue = turns(() => load.plan?.sequences ?? 1);

  function refuseWhenClosed(): void {
    if (closed) fail('closed', `The language model ${name} has been closed.`);
  }

  /** Starts a process; requests that run beside each other wait for the same one. */
  async function started(): Promise<WorkerProcess> {
    const process = await startWorker(load, options.onProgress ?? (() => {}), ready ? undefined : options.signal);
    if (closed) await process.end();
    // What was chosen once stays for all processes of this model.
    if (process.ready.type === 'ready') {
      const { plan, threads, trial } = process.ready;
      if (load.trial === 'needed' && trial !== null) trials?.keep(hash, trial);
      load = { ...load, plan, threads, trial: trial ?? 'none' };
    }
    worker = process;
    return process;
  }

  function running(): Promise<WorkerProcess> {
    if (worker !== null && !worker.gone) return Promise.resolve(worker);
    starting ??= started().finally(() => {
      starting = null;
    });
    return starting;
  }

  /** Runs one exchange, on a new process each time the last one crashed. */
  async function supervised<T>(work: (worker: WorkerProcess) => Promise<T>): Promise<T> {
    let last = '';
    for (let attempt = 0; attempt <= retries; attempt++) {
      refuseWhenClosed();
      try {
        return await work(await running());
      } catch (error) {
        if (!(error instanceof WorkerGone)) throw error;
        last = error.message;
      }
    }
    refuseWhenClosed();
    return fail(
      'model-crash',
      `The process that runs ${name} crashed ${retries + 1} times in a row: it ${last}. The file may be damaged (run \`llmatic model inspect\`), or the machine out of memory.`,
    );
  }

  /** Sends a request when the process is free. Rejects as soon as it is aborted; the process is free a little later. */
  function inTurn(request: Request, signal?: Cancellation): Promise<FromWorker> {
    return new Promise((resolvePromise, reject) => {
      let asked: WorkerProcess | null = null;
      let replacement: ReturnType<typeof setTimeout> | undefined;
      function abort(): void {
        reject(signal?.reason);
        const holder = asked;
        if (holder === null) return;
        holder.abort(request.id);
        replacement = setTimeout(() => void holder.end(), patienceForAbort);
      }
      if (signal?.aborted === true) {
        abort();
        return;
      }
      signal?.addEventListener('abort', abort, { once: true });
      void queue.take(async () => {
        try {
          const answer = await supervised(async (current) => {
            signal?.throwIfAborted();
            asked = current;
            return current.ask(request);
          });
          resolvePromise(answer);
        } catch (error) {
          reject(error);
        } finally {
          clearTimeout(replacement);
          signal?.removeEventListener('abort', abort);
        }
      });
    });
  }

  async function generate(request: GenerationRequest, signal?: Cancellation): Promise<Generation> {
    refuseWhenClosed();
    const checked = generationRequestSchema.safeParse(request);
    if (!checked.success) {
      const issue = checked.error.issues[0];
      fail('usage', `A generation request's ${issue?.path.join('.')} is out of range: ${issue?.message}.`);
    }
    const answer = await inTurn({ type: 'generate', id: nextId++, request: checked.data }, signal);
    if (answer.type === 'generated') return answer.generation;
    return fail('internal', `The process that runs ${name} answered a generation with ${answer.type}.`);
  }

  await supervised(() => Promise.resolve());
  ready = true;
  const { plan, threads } = load;
  if (plan === null || threads === null) return fail('internal', `The process that runs ${name} did not say how.`);
  return {
    name,
    hash,
    contextLength: plan.contextLength,
    served: null,
    description,
    plan,
    threads,
    trial: typeof load.trial === 'string' ? null : load.trial,
    mode: load.mode,
    capacity: plan.sequences,
    form,
    get processId() {
      return worker === null || worker.gone ? null : worker.pid;
    },
    generate,
    async tokenize(text) {
      refuseWhenClosed();
      const answer = await inTurn({ type: 'tokenize', id: nextId++, text });
      if (answer.type === 'tokenized') return answer.tokens;
      return fail('internal', `The process that runs ${name} answered a tokenization with ${answer.type}.`);
    },
    async close() {
      closed = true;
      await worker?.end();
      await queue.idle();
    },
  };
}
