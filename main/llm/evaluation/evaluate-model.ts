/** Measures a language model: every prompt on every parent, each completion read, tried and compared with its parent. */
import type { Failure } from '../../../core/failure.ts';
import { FailureError, fail, failureOf } from '../../../core/failure.ts';
import type { Network } from '../../../core/network/ir.ts';
import { derivedSeed } from '../../../core/random/stream.ts';
import { type Levers, noLevers, withLevers } from '../../../core/search/model-profile.ts';
import type {
  Interpretation,
  InterpretationResult,
  Interpreter,
  LanguageModel,
  TokenSampling,
} from '../../../core/search/ports.ts';
import type { PromptSet } from '../../../core/search/prompt-set.ts';
import { mutationPrompt } from '../../../core/search/prompt-text.ts';
import { type Completion, type Figures, figuresOf, type Judgement } from './figures.ts';
import { isFollowed } from './followed.ts';
import type { Parent } from './parents.ts';

export interface EvaluationOptions {
  readonly model: LanguageModel;
  readonly interpreter: Interpreter;
  /** Why a network cannot be trained by one step, or null when it can. Called once for each hash. */
  readonly trial: (interpretation: Interpretation) => Promise<Failure | null>;
  readonly parents: readonly Parent[];
  readonly prompts: PromptSet['mutation'];
  /** Completions of each prompt on each parent. */
  readonly repeats: number;
  readonly sampling: TokenSampling;
  readonly maxTokens: number;
  readonly seed: number;
  /** How the model is helped; by default not at all. */
  readonly levers?: Levers;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, all: number) => void;
}

interface Written {
  readonly text: string;
  readonly tokens: number;
  readonly seconds: number;
  readonly refusal: Failure | null;
}

async function write(options: EvaluationOptions, prompt: string, parent: Network, seed: number): Promise<Written> {
  const { model, sampling, maxTokens, signal } = options;
  try {
    const parts = withLevers(options.levers ?? noLevers, prompt, [parent]);
    const generation = await model.generate({ ...sampling, ...parts, maxTokens, seed }, signal);
    return { ...generation, refusal: null };
  } catch (error) {
    // A parent too long for the model counts against it; what fails otherwise ends the evaluation.
    if (!(error instanceof FailureError) || error.failure.kind !== 'context') throw error;
    return { text: '', tokens: 0, seconds: 0, refusal: failureOf(error) };
  }
}

/** Judges networks read from completions of one prompt; each network is tried once in an evaluation. */
function judgeOf(
  options: EvaluationOptions,
): (child: Interpretation, parent: Interpretation, prompt: string) => Promise<Judgement> {
  const trials = new Map<string, Promise<Failure | null>>();
  return async (child, parent, prompt) => {
    let trial = trials.get(child.hash);
    if (trial === undefined) {
      trial = options.trial(child);
      trials.set(child.hash, trial);
    }
    const reason = await trial;
    return {
      hash: child.hash,
      copy: child.hash === parent.hash,
      followed: reason === null && isFollowed(prompt, parent, child),
      reason,
    };
  };
}

/**
 * Runs the evaluation. Aborting the signal ends it early: the figures are then those of the completions so far.
 * @throws FailureError `input` for a parent that is not accepted, `model-crash`, `fault` of a trial.
 */
export async function evaluateModel(options: EvaluationOptions): Promise<Figures> {
  const { interpreter, parents, prompts, signal } = options;
  const all = parents.length * prompts.length * options.repeats;
  const judge = judgeOf(options);
  const pending: Promise<Completion>[] = [];
  for (const parent of parents) {
    const read = interpreter(parent.source);
    if (!read.ok) fail('input', `Parent ${parent.id} is not accepted: ${read.reason.message}`);
    for (const prompt of prompts) {
      for (let repeat = 0; repeat < options.repeats; repeat++) {
        if (signal.aborted) break;
        const seed = derivedSeed('model evaluation', options.seed, parent.id, prompt.id, repeat);
        let written: Written;
        try {
          written = await write(options, mutationPrompt(parent.source, prompt.text), read.value.network, seed);
        } catch (error) {
          if (signal.aborted) break;
          throw error;
        }
        const made = { parent: parent.id, prompt: prompt.id, seed, tokens: written.tokens, seconds: written.seconds };
        const judged = (child: Interpretation) => judge(child, read.value, prompt.id);
        const completion = completed(made, readWritten(interpreter, written), judged);
        // It is awaited below; until then a rejection must not count as unhandled.
        completion.catch(() => {});
        pending.push(completion);
        options.onProgress(pending.length, all);
      }
    }
  }
  const completions: Completion[] = [];
  for (const one of pending) {
    try {
      completions.push(await one);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  return figuresOf(
    completions,
    prompts.map((prompt) => prompt.id),
  );
}

function readWritten(interpreter: Interpreter, { text, refusal }: Written): InterpretationResult {
  return refusal === null ? interpreter(text, { repair: true }) : { ok: false, reason: refusal };
}

async function completed(
  made: Omit<Completion, keyof Judgement | 'repaired'>,
  result: InterpretationResult,
  judged: (child: Interpretation) => Promise<Judgement>,
): Promise<Completion> {
  if (result.ok) return { ...made, ...(await judged(result.value)), repaired: null };
  const repaired = result.repaired === undefined ? null : await judged(result.repaired.value);
  return { ...made, hash: null, copy: false, followed: false, reason: result.reason, repaired };
}
