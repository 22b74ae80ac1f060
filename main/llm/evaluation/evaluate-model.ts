/** Measures a language model: every prompt on every parent, each completion read, tried and compared with its parent. */

import type { Failure } from '../../../core/failure.ts';
import { FailureError, fail, failureOf } from '../../../core/failure.ts';
import { type Asks, asksOfWords } from '../../../core/network/asks.ts';
import type { Network } from '../../../core/network/ir.ts';
import { partsOf, without } from '../../../core/network/parts.ts';
import { derivedSeed } from '../../../core/random/stream.ts';
import { isFollowed } from '../../../core/search/followed.ts';
import { type Levers, noLevers, withLevers } from '../../../core/search/model-profile.ts';
import type {
  EndableInterpreter,
  Interpretation,
  InterpretationResult,
  LanguageModel,
  TokenSampling,
} from '../../../core/search/ports.ts';
import type { PromptSet } from '../../../core/search/prompt-set.ts';
import { mutationPrompt } from '../../../core/search/prompt-text.ts';
import { placeOf } from './added.ts';
import { type Completion, type Figures, figuresOf, type Judgement } from './figures.ts';
import type { Parent } from './parents.ts';
import { type Amount, asked } from './spread.ts';

export interface EvaluationOptions {
  /** The same model in one or several processes, which share the work; the figures do not depend on how many. */
  readonly models: readonly LanguageModel[];
  readonly interpreter: EndableInterpreter;
  /** Why a network cannot be trained by one step, or null when it can. Called once for each hash. */
  readonly trial: (interpretation: Interpretation) => Promise<Failure | null>;
  readonly parents: readonly Parent[];
  readonly prompts: PromptSet['mutation'];
  readonly amount: Amount;
  readonly sampling: TokenSampling;
  readonly maxTokens: number;
  readonly seed: number;
  /** How the model is helped; by default not at all. */
  readonly levers?: Levers;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, all: number) => void;
  /** Told each completion with its text, as it ends. */
  readonly onCompletion?: (completion: Completion, text: string) => void;
}

interface Written {
  readonly text: string;
  readonly tokens: number;
  readonly seconds: number;
  readonly refusal: Failure | null;
}

/** One completion to be asked for, and how it is judged. */
export interface EvaluationTask {
  /** Number of the parent, or of the first of them: tasks of one row differ in their prompt. */
  readonly row: number;
  /** Ids of the parents shown. */
  readonly parent: string;
  readonly prompt: string;
  readonly text: string;
  /** The networks shown, where they are whole ones: what levers are made for. */
  readonly networks: readonly Network[];
  /** What the text asks for; any change where it is no network that is asked for. */
  readonly asks: Asks;
  readonly judge: (text: string, refusal: Failure | null) => Promise<Judged>;
}

type Judged = Judgement & Pick<Completion, 'repaired'>;

async function write(
  model: LanguageModel,
  options: EvaluationOptions,
  task: EvaluationTask,
  seed: number,
): Promise<Written> {
  const { sampling, maxTokens, signal } = options;
  try {
    const levers = task.networks.length === 0 ? noLevers : (options.levers ?? noLevers);
    const parts = withLevers(levers, task.text, task.asks, () => task.networks);
    const generation = await model.generate({ ...sampling, ...parts, maxTokens, seed }, signal);
    return { ...generation, refusal: null };
  } catch (error) {
    // A parent too long for the model counts against it; what fails otherwise ends the evaluation.
    if (!(error instanceof FailureError) || error.failure.kind !== 'context') throw error;
    return { text: '', tokens: 0, seconds: 0, refusal: failureOf(error) };
  }
}

/** Judges texts as networks made from those shown; each network is tried once in an evaluation. */
export function networkJudge(
  options: EvaluationOptions,
): (asks: Asks, shown: readonly Interpretation[]) => EvaluationTask['judge'] {
  const trials = new Map<string, Promise<Failure | null>>();
  const judged = async (asks: Asks, shown: readonly Interpretation[], child: Interpretation): Promise<Judgement> => {
    let trial = trials.get(child.hash);
    if (trial === undefined) {
      trial = options.trial(child);
      trials.set(child.hash, trial);
    }
    const reason = await trial;
    return {
      hash: child.hash,
      copy: shown.some((parent) => parent.hash === child.hash),
      followed: reason === null && isFollowed(asks, shown, child),
      reason,
      network: { place: placeOf(child), news: without(partsOf([child.network]), partsOf(shown.map(networkOf))) },
    };
  };
  return (asks, shown) => async (text, refusal) => {
    const result = await readWritten(options, text, refusal);
    if (result.ok) return { ...(await judged(asks, shown, result.value)), repaired: null };
    const repaired = result.repaired === undefined ? null : await judged(asks, shown, result.repaired.value);
    return { ...refused(result.reason), repaired };
  };
}

const networkOf = ({ network }: Interpretation): Network => network;

/** A text of which nothing could be read. */
export function refused(reason: Failure): Judgement {
  return { hash: null, copy: false, followed: false, reason, network: null };
}

/** A reading that ran over its time or died says nothing of the text, and leaves nothing to judge. */
async function readWritten(
  { interpreter, signal }: EvaluationOptions,
  text: string,
  refusal: Failure | null,
): Promise<InterpretationResult> {
  if (refusal !== null) return { ok: false, reason: refusal };
  try {
    return await interpreter(text, { repair: true }, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof FailureError) || error.failure.kind !== 'fault') throw error;
    return { ok: false, reason: error.failure };
  }
}

/** Reads a parent. @throws FailureError `input` where it is not accepted */
export async function readParent(interpreter: EndableInterpreter, { id, source }: Parent): Promise<Interpretation> {
  const read = await interpreter(source);
  return read.ok ? read.value : fail('input', `Parent ${id} is not accepted: ${read.reason.message}`);
}

/** Every prompt on every parent. @throws FailureError `input` for a parent that is not accepted */
export async function mutationTasks(options: EvaluationOptions): Promise<EvaluationTask[]> {
  const judge = networkJudge(options);
  const tasks: EvaluationTask[] = [];
  for (const [row, parent] of options.parents.entries()) {
    const read = await readParent(options.interpreter, parent);
    const own = options.prompts.map(({ id, text, asks = asksOfWords(text) }) => ({
      row,
      parent: parent.id,
      prompt: id,
      text: mutationPrompt(parent.source, text),
      networks: [read.network],
      asks,
      judge: judge(asks, [read]),
    }));
    tasks.push(...own);
  }
  return tasks;
}

/** The mutation prompts on the parents. @throws as {@link evaluateTasks} and {@link mutationTasks} */
export async function evaluateModel(options: EvaluationOptions): Promise<Figures> {
  return evaluateTasks(options, await mutationTasks(options));
}

/**
 * Asks for the completions that `amount` says. Aborting the signal ends it early: the figures are then those of the
 * completions so far.
 * @throws FailureError `model-crash`, `fault` of a trial.
 */
export async function evaluateTasks(options: EvaluationOptions, tasks: readonly EvaluationTask[]): Promise<Figures> {
  const { signal, models, onProgress, onCompletion } = options;
  const all = asked(tasks, options.amount);
  const pending: (Promise<Completion> | undefined)[] = Array(all.length);
  // The processes take the next one in turn, and none goes on once one has failed.
  let next = 0;
  let done = 0;
  let failed = false;
  const work = async (model: LanguageModel): Promise<void> => {
    while (next < all.length && !signal.aborted && !failed) {
      const place = next++;
      const one = all[place];
      if (one === undefined) return;
      const { parent, prompt } = one.task;
      const seed = derivedSeed('model evaluation', options.seed, parent, prompt, one.repeat);
      try {
        const { text, tokens, seconds, refusal } = await write(model, options, one.task, seed);
        const judged = one.task.judge(text, refusal).then((judgement): Completion => {
          const completion = { parent, prompt, seed, tokens, seconds, ...judgement };
          onCompletion?.(completion, text);
          return completion;
        });
        // It is awaited below; until then a rejection must not count as unhandled.
        judged.catch(() => {});
        pending[place] = judged;
        onProgress(++done, all.length);
      } catch (error) {
        if (signal.aborted) return;
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(models.flatMap((model) => Array.from({ length: model.capacity ?? 1 }, () => work(model))));
  const completions: Completion[] = [];
  for (const judged of pending) {
    try {
      // A place is empty where the work ended before it was asked for.
      if (judged !== undefined) completions.push(await judged);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  const networks = new Set(tasks.flatMap((task) => task.networks));
  const known = networks.size === 0 ? null : partsOf([...networks]);
  return figuresOf(completions, [...new Set(tasks.map(({ prompt }) => prompt))], known);
}
