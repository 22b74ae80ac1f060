/** A candidate's first steps: the model writes it, the interpreter reads it, the budget allows it. */
import { type Failure, FailureError, failureOf } from '../failure.ts';
import type { Network } from '../network/ir.ts';
import { overBudget } from './budget.ts';
import type { CandidateRecord, Generated, Interpreted } from './candidate.ts';
import type { Interpretation, InterpretationResult } from './ports.ts';
import { recordStep, type SearchContext } from './search-context.ts';

/** Asks the model, again after a fault; what fails without end is told in the step itself. */
async function generate(context: SearchContext, record: CandidateRecord): Promise<Generated> {
  const { settings, model, signal } = context;
  const { proposed } = record;
  const request = {
    prompt: proposed?.promptText ?? '',
    temperature: proposed?.individual?.temperature ?? settings.temperature.initial,
    topP: settings.sampling.topP,
    topK: settings.sampling.topK,
    maxTokens: settings.sampling.maxTokens,
    seed: proposed?.seed ?? 0,
  };
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    try {
      const { text, tokens, seconds, finish } = await model.generate(request, signal);
      context.faults.count('language model', null);
      return { step: 'generated', text, tokens, seconds, finish };
    } catch (error) {
      signal?.throwIfAborted();
      const isVerdict = error instanceof FailureError && error.failure.kind === 'context';
      if (!isVerdict && attempt < settings.sampling.retries) continue;
      context.faults.count('language model', isVerdict ? null : failureOf(error).message);
      const failure = isVerdict ? error.failure : { ...failureOf(error), kind: 'fault' };
      return { step: 'generated', text: '', tokens: 0, seconds: 0, finish: 'end', failure };
    }
  }
}

/** The text stored for a candidate; generated now where it is not. */
export async function written(context: SearchContext, record: CandidateRecord): Promise<CandidateRecord> {
  if (record.generated !== null) return record;
  const step = await generate(context, record);
  const { text, tokens, seconds, failure } = step;
  context.emit({ type: 'generated', id: record.id, text, tokens, seconds, failure: failure ?? null });
  return recordStep(context, record, step);
}

/** The images of an epoch, null where neither recipe nor door says how many there are. */
function imagesOfEpoch({ settings, trainingImages }: SearchContext): number | null {
  return settings.recipe.trainImages ?? trainingImages ?? null;
}

/** Reads a text under the budget of the search. */
function interpret(context: SearchContext, text: string): InterpretationResult {
  const result = context.interpreter(text);
  if (!result.ok) return result;
  const reason = overBudget(context.settings, result.value.measures, imagesOfEpoch(context));
  return reason === null ? result : { ok: false, reason };
}

export interface ReadCandidate {
  readonly record: CandidateRecord;
  /** Null when it was refused. */
  readonly network: Network | null;
}

function accepted(value: Interpretation, standsInFor: Failure | null): Interpreted {
  const { source, hash, measures } = value;
  const verdict = { kind: 'accepted' as const, source, hash, measures };
  return { step: 'interpreted', verdict: standsInFor === null ? verdict : { ...verdict, standsInFor } };
}

/** The verdict on a generated text, and the network where it is one. `parentSource`: what may stand in for a failure. */
function verdictOn(
  context: SearchContext,
  { text, failure }: Generated,
  parentSource: string | null,
): { step: Interpreted; network: Network | null } {
  if (failure !== undefined) {
    const reason = failure.kind === 'context' ? { ...failure, kind: 'budget' } : failure;
    return { step: { step: 'interpreted', verdict: { kind: 'refused', reason } }, network: null };
  }
  const result = interpret(context, text);
  if (result.ok) return { step: accepted(result.value, null), network: result.value.network };
  if (context.settings.failedChild === 'parent' && parentSource !== null) {
    const parent = interpret(context, parentSource);
    if (parent.ok) return { step: accepted(parent.value, result.reason), network: parent.value.network };
  }
  return { step: { step: 'interpreted', verdict: { kind: 'refused', reason: result.reason } }, network: null };
}

/**
 * Reads the stored text. The interpreter is pure, so a network is read again rather than stored.
 * `parentSource` is null for the initial network.
 */
export function read(context: SearchContext, record: CandidateRecord, parentSource: string | null): ReadCandidate {
  if (record.generated === null) return { record, network: null };
  if (record.interpreted !== null && (record.interpreted.verdict.kind === 'refused' || record.trained !== null)) {
    return { record, network: null };
  }
  const { step, network } = verdictOn(context, record.generated, parentSource);
  if (record.interpreted !== null) return { record, network };
  const { verdict } = step;
  const isAccepted = verdict.kind === 'accepted';
  context.emit({
    type: 'interpreted',
    id: record.id,
    hash: isAccepted ? verdict.hash : null,
    measures: isAccepted ? verdict.measures : null,
    reason: isAccepted ? (verdict.standsInFor ?? null) : verdict.reason,
  });
  return { record: recordStep(context, record, step), network };
}
