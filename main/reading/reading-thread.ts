/**
 * Texts are read as networks in a thread of their own. Reading is bounded in steps; should a bound be missing somewhere, the
 * thread is ended after a while, which is told as a fault of ours, and nothing that waits for signals waits for it.
 */
import type { Cancellation } from '../../core/cancellation.ts';
import { FailureError } from '../../core/failure.ts';
import type { EndableInterpreter } from '../../core/search/ports.ts';
import type { CellResult } from '../cell-interpreter.ts';
import type { InterpreterOptions, NetworkFileOptions, ReadNetworkFile } from '../interpreter.ts';
import { fileBeside } from '../processes/child-node.ts';
import { type Ending, howItEnded } from '../processes/ending.ts';
import { type SupervisedChild, startChild } from '../processes/supervised-child.ts';
import { type WaitingAnswers, waitingAnswers } from '../processes/waiting-answers.ts';
import { argumentsText } from './arguments-text.ts';
import { cellAnswerSchema, fileAnswerSchema, generatedAnswerSchema, readingProtocol, type Task } from './messages.ts';

/** Seconds that a text may take: a hundred times what reading one is promised to take. */
const longest = 20;

/** Seconds that loading the parser may take, on a machine that does a hundred other things. */
const longestStart = 120;

/** How often a text is tried: a machine that slept, or a thread that died of others, is no fault of the text. */
const tries = 2;

export interface ReadingThread {
  /** Reads generated text for some images and classes. */
  interpreter(options?: InterpreterOptions): EndableInterpreter;
  /** Reads generated text as a cell of NAS-Bench-201. @throws as an {@link EndableInterpreter} */
  cell(text: string, signal?: Cancellation): Promise<CellResult>;
  /** Reads a person's file. @throws FailureError with the reason; `fault` where reading ran over its time or died */
  file(path: string, options: NetworkFileOptions, signal?: Cancellation): Promise<ReadNetworkFile>;
  /** Ends the thread, and with it what is being read. */
  close(): Promise<void>;
}

export interface ReadingLimits {
  /** Seconds that one text may take. */
  readonly seconds?: number;
  /** The thread's file. */
  readonly file?: string;
}

interface Running {
  readonly thread: SupervisedChild<typeof readingProtocol>;
  readonly ready: Promise<void>;
  /** The answer to what was asked last. */
  readonly answers: WaitingAnswers<'ready' | 'task', unknown>;
}

function fault(message: string): FailureError {
  return new FailureError({
    kind: 'fault',
    message: `${message} This is a fault of LLMatic, not of the network: please report the text.`,
  });
}

function faultOf(ending: Ending): FailureError {
  if (ending.kind === 'silent') return fault(`Reading the text took too long: more than ${ending.seconds} s, twice.`);
  return fault(`Reading the text ended early (its thread ${howItEnded(ending)}).`);
}

/** A thread that starts when it is first asked, and anew after it was ended; it keeps no process alive while idle. */
export function readingThread({ seconds = longest, file = fileBeside(import.meta.url, 'worker') }: ReadingLimits = {}) {
  let running: Running | null = null;
  let before: Promise<unknown> = Promise.resolve();

  function start(): Running {
    const answers = waitingAnswers<'ready' | 'task', unknown>();
    const thread = startChild({
      kind: 'thread',
      file,
      protocol: readingProtocol,
      hear(answer) {
        thread.limitSilence(null);
        if ('ready' in answer) answers.answer('ready', null);
        else if ('failure' in answer) answers.refuse('task', new FailureError(answer.failure));
        else answers.answer('task', answer.value);
      },
    });
    thread.limitSilence(longestStart);
    const ready = answers.wait('ready').then(() => {});
    ready.catch(() => {});
    void thread.ended.then((ending) => {
      // It is started anew by the next question.
      if (running?.thread === thread) running = null;
      answers.refuseAll(faultOf(ending));
    });
    return { thread, ready, answers };
  }

  async function end(): Promise<void> {
    const ended = running;
    running = null;
    await ended?.thread.end();
  }

  /** Its answer; a thread that says nothing for longer than the limit is ended. */
  async function answerOf({ thread, ready, answers }: Running, task: Task, limit: number): Promise<unknown> {
    await ready;
    const answer = answers.wait('task');
    thread.limitSilence(limit);
    thread.send(task);
    return answer;
  }

  async function once(task: Task, limit: number, signal: Cancellation | undefined): Promise<unknown> {
    running ??= start();
    const { thread } = running;
    thread.hold(true);
    try {
      return await untilAborted(answerOf(running, task, limit), signal);
    } catch (error) {
      const isVerdict = error instanceof FailureError && error.failure.kind !== 'fault' && signal?.aborted !== true;
      if (!isVerdict) await end();
      throw error;
    } finally {
      thread.hold(false);
    }
  }

  async function tried(task: Task, limit: number, signal: Cancellation | undefined): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      try {
        return await once(task, limit, signal);
      } catch (error) {
        signal?.throwIfAborted();
        const isFault = error instanceof FailureError && error.failure.kind === 'fault';
        if (!isFault || attempt === tries) throw error;
      }
    }
  }

  /** One question at a time: each has its own time. */
  function ask(task: Task, signal: Cancellation | undefined, limit = seconds): Promise<unknown> {
    const answer = before.then(() => tried(task, limit, signal));
    before = answer.catch(() => {});
    return answer;
  }

  const thread: ReadingThread = {
    interpreter:
      ({ input, classes, budget } = {}) =>
      async (text, how, signal) => {
        const options = {
          ...(input === undefined ? {} : { input: [...input] }),
          ...(classes === undefined ? {} : { classes }),
          ...(budget === undefined ? {} : { budget }),
        };
        return generatedAnswerSchema.parse(
          await ask({ ask: 'generated', text, repair: how?.repair === true, options }, signal),
        );
      },
    async cell(text, signal) {
      return cellAnswerSchema.parse(await ask({ ask: 'cell', text }, signal));
    },
    async file(path, { args, input, ...others }, signal) {
      const task: Task = {
        ask: 'file',
        path,
        args: args === undefined ? null : argumentsText(args),
        options: { ...others, ...(input === undefined ? {} : { input: [...input] }) },
      };
      // A file whose folder is named may take twenty times the steps, and read hundreds of others.
      return fileAnswerSchema.parse(await ask(task, signal, others.root === undefined ? 3 * seconds : 30 * seconds));
    },
    close: end,
  };
  return thread;
}

function untilAborted<T>(work: Promise<T>, signal: Cancellation | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stopped = (): void => reject(signal.reason);
    signal.addEventListener('abort', stopped, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stopped));
  });
}
