/** A candidate's first steps: the model writes it, the interpreter reads it, the budget allows it. */
import { type Failure, FailureError, fail, failureOf } from '../failure.ts';
import type { Network } from '../network/ir.ts';
import { overBudget } from './budget.ts';
import {
  type AcceptedCandidate,
  type CandidateRecord,
  type CandidateWithText,
  type EndedCandidate,
  type Generated,
  type Interpreted,
  isEnded,
  type RepairedRecord,
  repairStateOf,
  withText,
  withVerdict,
} from './candidate.ts';
import { isFollowed } from './followed.ts';
import { answerTokens, noLevers, withLevers } from './model-profile.ts';
import type { Interpretation, InterpretationResult } from './ports.ts';
import { asksOf } from './prompt-set.ts';
import { recordStep, type SearchContext } from './search-context.ts';

/** The parents that are networks. */
async function parentsOf(context: SearchContext, { proposed }: CandidateRecord): Promise<Interpretation[]> {
  const parents: Interpretation[] = [];
  for (const id of proposed.parents) {
    const parent = await context.readAgain(id);
    if (parent !== null) parents.push(parent);
  }
  return parents;
}

/** Whether a child does what its prompt asked; null where that is not defined. */
async function followedBy(
  context: SearchContext,
  record: CandidateRecord,
  child: Interpretation,
): Promise<boolean | null> {
  const prompt = record.proposed.individual?.prompt;
  if (prompt === undefined) return null;
  const { asks, stated } = asksOf(context.prompts, prompt);
  if (!stated) return null;
  const parents = await parentsOf(context, record);
  return parents.length === record.proposed.parents.length ? isFollowed(asks, parents, child) : null;
}

/**
 * Asks the model, again after a fault; what fails without end is told in the step itself.
 * `count`: hears of each text, with the fault that it ended in.
 */
export async function generate(
  context: SearchContext,
  record: CandidateRecord,
  count: (fault: string | null) => void,
): Promise<Generated> {
  const { settings, model, signal } = context;
  const { proposed } = record;
  const { topP, topK, minP, repetitionPenalty } = settings.sampling;
  const { asks } = asksOf(context.prompts, proposed.individual?.prompt ?? '');
  const levers = context.levers ?? noLevers;
  const parents = levers.grammar ? await parentsOf(context, record) : [];
  const parts = withLevers(levers, proposed.promptText, asks, () => parents.map(({ network }) => network));
  const request = {
    ...parts,
    temperature: proposed.individual?.temperature ?? settings.temperature.initial,
    topP,
    topK,
    minP,
    repetitionPenalty,
    maxTokens: answerTokens(settings.sampling, parts.grammar !== undefined),
    seed: proposed.seed,
  };
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    try {
      const { text, tokens, seconds, finish } = await model.generate(request, signal);
      count(null);
      return { step: 'generated', text, tokens, seconds, finish };
    } catch (error) {
      signal?.throwIfAborted();
      // A server that is gone is no candidate's fault, and was asked often enough: the run stops here and can go on.
      if (error instanceof FailureError && error.failure.kind === 'server') throw error;
      const isVerdict = error instanceof FailureError && error.failure.kind === 'context';
      if (!isVerdict && attempt < settings.sampling.retries) continue;
      count(isVerdict ? null : failureOf(error).message);
      const failure = isVerdict ? error.failure : { ...failureOf(error), kind: 'fault' };
      return { step: 'generated', text: '', tokens: 0, seconds: 0, finish: 'end', failure };
    }
  }
}

/** The text stored for a candidate; generated now where it is not. */
export async function written(context: SearchContext, record: CandidateRecord): Promise<CandidateWithText> {
  if (record.generated !== null) return record;
  const step = await generate(context, record, (fault) => context.faults.count('language model', fault));
  const recorded = await recordStep(context, withText(record, step), step);
  const { text, tokens, seconds, failure } = step;
  context.emit({ type: 'generated', id: record.id, text, tokens, seconds, failure: failure ?? null });
  return recorded;
}

/** A text that no model wrote, stored for a candidate: the strategy's own, or the initial network's. */
export async function given(context: SearchContext, record: CandidateRecord, text: string): Promise<CandidateWithText> {
  if (record.generated !== null) return record;
  const step = { step: 'generated', text, tokens: 0, seconds: 0, finish: 'end' } as const;
  return recordStep(context, withText(record, step), step);
}

/** The images of an epoch, null where neither recipe nor door says how many there are. */
function imagesOfEpoch({ settings, trainingImages }: SearchContext): number | null {
  return settings.recipe.trainImages ?? trainingImages ?? null;
}

/** Reads a text under the budget of the search; what repairs make of a refused one has to keep to it too. */
async function interpret(context: SearchContext, text: string): Promise<InterpretationResult> {
  const { settings, signal } = context;
  const result = await context.interpreter(text, { repair: true }, signal);
  const images = imagesOfEpoch(context);
  if (result.ok) {
    const reason = overBudget(settings, result.value.measures, images);
    return reason === null ? result : { ok: false, reason };
  }
  const { reason, repaired } = result;
  const isAllowed = repaired !== undefined && overBudget(settings, repaired.value.measures, images) === null;
  return isAllowed ? result : { ok: false, reason };
}

/** A candidate that was read: one that waits for its training, or one for which nothing is left to do. */
export type ReadCandidate =
  | { readonly record: AcceptedCandidate; readonly network: Network }
  | { readonly record: EndedCandidate; readonly network: null };

interface Verdict {
  readonly verdict: Interpreted['verdict'];
  readonly network: Network | null;
  /** What was written, where it is a network; null for a parent that stands in. */
  readonly child: Interpretation | null;
}

function accepted(
  read: Interpretation,
  why: { readonly standsInFor?: Failure; readonly repaired?: RepairedRecord } = {},
): Verdict {
  const { source, hash, measures, network } = read;
  const child = why.standsInFor === undefined ? read : null;
  return { verdict: { kind: 'accepted', source, hash, measures, ...why }, network, child };
}

function refused(reason: Failure, why: { readonly repairable?: RepairedRecord } = {}): Verdict {
  return { verdict: { kind: 'refused', reason, ...why }, network: null, child: null };
}

/** The verdict on a generated text, and the network where it is one. `parentSource`: what may stand in for a failure. */
async function verdictOn(
  context: SearchContext,
  { text, failure }: Generated,
  parentSource: string | null,
): Promise<Verdict> {
  if (failure !== undefined) return refused(failure.kind === 'context' ? { ...failure, kind: 'budget' } : failure);
  const result = await interpret(context, text);
  if (result.ok) return accepted(result.value);
  const { reason, repaired } = result;
  // No verdict: nothing stands in for a text that nobody has read to its end.
  if (reason.kind === 'fault') return refused(reason);
  const record = repaired && {
    reason,
    from: repaired.from,
    source: repaired.value.source,
    repairs: [...repaired.repairs],
  };
  if (repaired !== undefined && record !== undefined && context.settings.repair) {
    return accepted(repaired.value, { repaired: record });
  }
  if (context.settings.failedChild === 'parent' && parentSource !== null) {
    const parent = await interpret(context, parentSource);
    if (parent.ok) return accepted(parent.value, { standsInFor: reason });
  }
  return refused(reason, record === undefined ? {} : { repairable: record });
}

/** The verdict; a reading that ran over its time or died is a fault of ours, which sets the candidate aside. */
async function verdictOrFault(
  context: SearchContext,
  generated: Generated,
  parentSource: string | null,
  count: (fault: string | null) => void,
): Promise<Verdict> {
  try {
    const found = await verdictOn(context, generated, parentSource);
    count(null);
    return found;
  } catch (error) {
    context.signal?.throwIfAborted();
    if (!(error instanceof FailureError) || error.failure.kind !== 'fault') throw error;
    count(error.failure.message);
    return refused(error.failure);
  }
}

interface Reading {
  readonly step: Interpreted;
  readonly network: Network | null;
}

/**
 * Reads a candidate's text; nothing is recorded. `parentSource` is null for the initial network; `count` hears how reading
 * went, with the fault that it ended in.
 */
export async function reading(
  context: SearchContext,
  record: CandidateRecord,
  generated: Generated,
  parentSource: string | null,
  count: (fault: string | null) => void,
): Promise<Reading> {
  const { verdict: found, network, child } = await verdictOrFault(context, generated, parentSource, count);
  const followed = child === null ? false : await followedBy(context, record, child);
  const verdict: Interpreted['verdict'] = found.kind === 'accepted' ? { ...found, followed } : found;
  return { step: { step: 'interpreted', verdict }, network };
}

/**
 * Reads the stored text. The interpreter is pure, so a network is read again rather than stored.
 * `parentSource` is null for the initial network.
 */
export async function read(
  context: SearchContext,
  record: CandidateWithText,
  parentSource: string | null,
): Promise<ReadCandidate> {
  if (isEnded(record)) return { record, network: null };
  if (record.interpreted !== null) {
    // What was accepted once is no candidate to set aside.
    const { network } = await verdictOn(context, record.generated, parentSource);
    return { record, network: network ?? fail('run', `The stored text of ${record.id} is no network any more.`) };
  }
  const { step, network } = await reading(context, record, record.generated, parentSource, (fault) =>
    context.faults.count('interpreter', fault),
  );
  const { verdict } = step;
  const isAccepted = verdict.kind === 'accepted';
  const read = await recordStep(context, withVerdict(record, step), step);
  context.emit({
    type: 'interpreted',
    id: record.id,
    hash: isAccepted ? verdict.hash : null,
    measures: isAccepted ? verdict.measures : null,
    repair: repairStateOf(step),
    reason: isAccepted ? (verdict.standsInFor ?? null) : verdict.reason,
  });
  if (isEnded(read)) return { record: read, network: null };
  return { record: read, network: network ?? fail('internal', `${record.id} was accepted without a network.`) };
}
