/**
 * What a resumed search does again before it goes on: candidates that faults set aside, and weights that are lost. A fault
 * costs time, never a candidate: one that comes through now takes its place, and what was made after it in ignorance of
 * it is taken back, so that the run ends as one that never met the fault.
 */
import type { Network } from '../network/ir.ts';
import {
  acceptedOf,
  type CandidateRecord,
  type CandidateStep,
  type Generated,
  type Interpreted,
  type TrainedStep,
} from './candidate.ts';
import type { RecordedStep } from './ports.ts';
import type { Proposal } from './proposal.ts';
import { candidateId, type SearchContext } from './search-context.ts';
import { type SearchState, sourceOfParent, weightsByOwner } from './state.ts';
import { stepNames } from './step-names.ts';
import { jobOf, networkAgain, wholeWeights } from './training-job.ts';
import { generate, reading } from './writing.ts';

/** The step that a fault kept from being done; null for a candidate that met none. */
export function faultedStep({ generated, interpreted, trained }: CandidateRecord): CandidateStep['step'] | null {
  if (generated?.failure?.kind === 'fault') return 'generated';
  if (interpreted?.verdict.kind === 'refused' && interpreted.verdict.reason.kind === 'fault') return 'interpreted';
  return trained?.result.status === 'fault' ? 'trained' : null;
}

interface Fresh {
  readonly step: CandidateStep;
  /** What the fault is now; null where it came through. */
  readonly fault: string | null;
  /** The network's, where it is known by now. */
  readonly hash: string | null;
}

function hashOf({ verdict }: Interpreted): string | null {
  return verdict.kind === 'accepted' ? verdict.hash : null;
}

async function trainedAgain(
  context: SearchContext,
  record: CandidateRecord,
  network: Network,
  state: SearchState,
): Promise<TrainedStep> {
  const { trainer, signal, store } = context;
  const { result, weights } = await trainer.train(await jobOf(context, record, network, state), {
    ...(signal === undefined ? {} : { signal }),
    onProgress: (progress) => context.emit({ type: 'training-progress', id: record.id, ...progress }),
  });
  const saved = weights === null ? null : await store.saveWeights(weights);
  return { step: 'trained', sameAs: null, result, weights: saved };
}

async function readAgain(
  context: SearchContext,
  record: CandidateRecord,
  generated: Generated,
  state: SearchState,
): Promise<Interpreted> {
  const parent = sourceOfParent(state, record.proposed.parents[0]);
  return (await reading(context, record, generated, parent, () => {})).step;
}

/** Does the step once more. Faults are not counted here: one that stays must not keep the run from its end. */
async function doneAgain(
  context: SearchContext,
  record: CandidateRecord,
  name: CandidateStep['step'],
  state: SearchState,
): Promise<Fresh> {
  if (name === 'generated') {
    const step = await generate(context, record, () => {});
    const fault = step.failure?.kind === 'fault' ? step.failure.message : null;
    return { step, fault, hash: fault === null ? hashOf(await readAgain(context, record, step, state)) : null };
  }
  if (name === 'interpreted' && record.generated !== null) {
    const step = await readAgain(context, record, record.generated, state);
    const reason = step.verdict.kind === 'refused' ? step.verdict.reason : null;
    return { step, fault: reason?.kind === 'fault' ? reason.message : null, hash: hashOf(step) };
  }
  const step = await trainedAgain(context, record, await networkAgain(context, record.id), state);
  return {
    step,
    fault: step.result.status === 'fault' ? step.result.message : null,
    hash: acceptedOf(record)?.hash ?? null,
  };
}

/** Names of the recorded steps of a candidate from one on. */
function stepsFrom(record: CandidateRecord, first: CandidateStep['step']): RecordedStep[] {
  return stepNames
    .slice(stepNames.indexOf(first))
    .filter((step) => record[step] !== null)
    .map((step) => ({ id: record.id, step }));
}

/** Recorded candidates of a generation; at most `count`. */
function recordsOf(context: SearchContext, generation: number, count: number): CandidateRecord[] {
  return Array.from({ length: count }).flatMap((_, index) => context.find(candidateId(generation, index)) ?? []);
}

/** Every step that would be another one, had the fault not been. */
function outdated(
  context: SearchContext,
  of: CandidateRecord,
  step: CandidateStep['step'],
  hash: string | null,
  count: number,
) {
  const { generation, index } = of.proposed;
  const taken: RecordedStep[] = stepsFrom(of, step);
  for (const record of recordsOf(context, generation, count)) {
    if (record.id === of.id) continue;
    // The same network, written later: it takes the result of this one.
    const own = acceptedOf(record)?.hash ?? null;
    const isSame = own !== null && own === hash && record.proposed.index > index;
    taken.push(...stepsFrom(record, isSame ? 'trained' : 'inserted'));
  }
  for (let later = generation + 1; ; later++) {
    const records = recordsOf(context, later, count);
    if (records.length === 0) return taken;
    for (const record of records) taken.push(...stepsFrom(record, 'proposed'));
  }
}

/**
 * Tries again what faults set aside in a stored generation. `state`: before that generation.
 * Leaves the store as it is where a fault stays.
 */
export async function triedAgain(
  context: SearchContext,
  state: SearchState,
  proposals: readonly Proposal[],
): Promise<void> {
  for (const index of proposals.keys()) {
    const id = candidateId(state.generation, index);
    const record = context.find(id);
    const name = record === null ? null : faultedStep(record);
    if (record === null || name === null) continue;
    context.signal?.throwIfAborted();
    const { step, fault, hash } = await doneAgain(context, record, name, state);
    if (fault !== null) {
      const message = `${id} was tried again and is still set aside: ${fault}`;
      context.emit({ type: 'again', id, what: 'candidate', done: false, takenBack: 0, message });
      continue;
    }
    const takeBack = outdated(context, record, name, hash, Math.max(proposals.length, context.settings.offspring));
    await context.store.replace(takeBack, id, step);
    const after = new Set(takeBack.filter(({ step: taken }) => taken === 'proposed').map((taken) => taken.id)).size;
    const redone = after === 0 ? '' : ` ${after} candidates of later generations, made without it, are made again.`;
    const message = `${id}, which a fault had set aside, was tried again and came through.${redone}`;
    context.emit({ type: 'again', id, what: 'candidate', done: true, takenBack: after, message });
  }
}

/** Trains again the weights that the state keeps and the store has lost; the same training gives the same bits. */
export async function remadeWeights(context: SearchContext, state: SearchState): Promise<void> {
  for (const [id, hash] of weightsByOwner(state)) {
    if (context.store.loadWeights(hash) === null) await wholeWeights(context, id);
  }
}
