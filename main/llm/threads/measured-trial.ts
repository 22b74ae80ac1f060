/** Measures a loaded model on several numbers of threads. Runs native code: only in the model's own process. */
import type { LlamaModel } from 'node-llama-cpp';
import { fail } from '../../../core/failure.ts';
import type { ToWorker } from '../messages.ts';
import { runTrial, type ThreadTrial } from './thread-trial.ts';

/** Tokens of a measurement; the first is left out, for it wakes threads and fetches weights. */
const trialTokens = 7;
/** A measurement that has taken so many seconds is short of nothing. */
const trialSeconds = 1.5;

/** The shortest time that a token took on so many threads, in seconds. */
async function secondsOfToken(model: LlamaModel, threads: number): Promise<number> {
  const context = await model.createContext({ sequences: 1, contextSize: 64, batchSize: 64, threads });
  try {
    const sequence = context.getSequence();
    const token = model.tokens.bos ?? model.tokens.eos ?? model.tokenize('class', false)[0];
    if (token === undefined) return fail('model-file', 'The model has no token that threads could be measured with.');
    const started = performance.now();
    let shortest = Number.POSITIVE_INFINITY;
    for (let count = 0; count < trialTokens; count++) {
      const before = performance.now();
      await sequence.evaluateWithoutGeneratingNewTokens([token]);
      const now = performance.now();
      if (count > 0) shortest = Math.min(shortest, (now - before) / 1000);
      if (count > 0 && now - started > 1000 * trialSeconds) break;
    }
    return shortest;
  } finally {
    await context.dispose();
  }
}

/** The trial that threads are chosen by: an earlier one, or one made now; null where there is to be none. */
export async function trialOf(
  { threads, trial }: Pick<Extract<ToWorker, { type: 'load' }>, 'threads' | 'trial'>,
  model: LlamaModel,
  cores: number,
): Promise<ThreadTrial | null> {
  if (threads !== null || trial === 'none') return null;
  return trial === 'needed' ? runTrial(cores, (count) => secondsOfToken(model, count)) : trial;
}
