/**
 * Trains accepted candidates while the model writes the next: at most `capacity` at once, each network once. Which
 * candidate reuses whose result follows from their order alone, never from which training ends first.
 */
import { nicheOf } from '../archive/archive.ts';
import { fail } from '../failure.ts';
import type { Network } from '../network/ir.ts';
import type { TrainingJob } from '../training/job.ts';
import {
  type AcceptedCandidate,
  type CandidateRecord,
  type EndedCandidate,
  type TrainedCandidate,
  type TrainedStep,
  withTraining,
} from './candidate.ts';
import { networkDescriptors } from './descriptors/of-networks.ts';
import { outcomeOf } from './fitness.ts';
import { recordStep, type SearchContext } from './search-context.ts';
import { type SearchState, weightsToKeep } from './state.ts';
import { jobOf } from './training-job.ts';

interface Earlier {
  readonly id: string;
  readonly trained: Promise<TrainedStep>;
}

export interface TrainingQueue {
  /** Remembers a stored result, so that later candidates can reuse it. */
  remember(record: EndedCandidate): void;
  /** Trains or reuses; resolves with the finished record. Call in order of the candidates. */
  add(record: AcceptedCandidate, network: Network, state: SearchState): Promise<TrainedCandidate>;
}

/**
 * Lets `limit` tasks run at once, in the order in which they came. Once one has thrown, none begins any more: each
 * rejects with what the first threw.
 */
function gate(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = Math.max(1, limit);
  const waiting: (() => void)[] = [];
  const thrown: unknown[] = [];
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resume) => waiting.push(resume));
    try {
      if (thrown.length > 0) throw thrown[0];
      return await task();
    } catch (error) {
      thrown.push(error);
      throw error;
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}

/** Trains, again after a fault; the weights are stored before the result is returned. */
async function train(context: SearchContext, record: CandidateRecord, job: TrainingJob): Promise<TrainedStep> {
  const { trainer, settings, signal, store } = context;
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const outcome = await trainer.train(job, {
      ...(signal === undefined ? {} : { signal }),
      onProgress: (progress) => context.emit({ type: 'training-progress', id: record.id, ...progress }),
    });
    if (outcome.result.status === 'fault' && attempt < settings.trainer.retries) continue;
    if (outcome.result.status === 'fault' && record.id === 'initial') {
      fail(
        'fault',
        `The initial network could not be trained (${outcome.result.message}). Find the cause, then resume.`,
      );
    }
    context.faults.count('trainer', outcome.result.status === 'fault' ? outcome.result.message : null);
    const weights = outcome.weights === null ? null : await store.saveWeights(outcome.weights);
    return { step: 'trained', sameAs: null, result: outcome.result, weights };
  }
}

/**
 * Whether a candidate can do with an earlier result. Not so when it might become an elite although the weights are
 * gone: its descriptors are its own, so the same network can lie in another niche than the one that was dropped.
 * `isOfThisGeneration`: whether the training that made `step` is, so that its weights are still stored.
 */
function canReuse(
  context: SearchContext,
  record: AcceptedCandidate,
  state: SearchState,
  step: TrainedStep,
  isOfThisGeneration: boolean,
): boolean {
  if (step.result.status === 'fault') return false;
  const { verdict } = record.interpreted;
  const outcome = outcomeOf(context.settings, withTraining(record, step));
  if (outcome.kind !== 'trained') return true;
  if (isOfThisGeneration || weightsToKeep(state).has(step.weights ?? '')) return true;
  const incumbent = state.networks.elites.get(
    nicheOf(
      state.networks,
      networkDescriptors(context.settings, { measures: verdict.measures, result: outcome.result }),
    ),
  );
  return incumbent !== undefined && outcome.fitness <= incumbent.fitness;
}

function emitTrained(context: SearchContext, record: TrainedCandidate): void {
  const { result, sameAs } = record.trained;
  const outcome = outcomeOf(context.settings, record);
  context.emit({
    type: 'trained',
    id: record.id,
    sameAs,
    status: result.status,
    fitness: outcome.kind === 'trained' ? outcome.fitness : null,
    accuracy: result.status === 'trained' ? result.accuracy : null,
    seconds: result.status === 'fault' ? null : result.seconds,
    message: result.status === 'fault' ? result.message : null,
  });
}

export function trainingQueue(context: SearchContext): TrainingQueue {
  const byHash = new Map<string, Earlier>();
  const generationOf = new Map<string, number>();
  const enter = gate(context.trainer.capacity);

  async function finish(
    record: AcceptedCandidate,
    network: Network,
    state: SearchState,
    earlier: Earlier | undefined,
  ): Promise<TrainedStep> {
    if (earlier !== undefined && context.settings.reuseResults) {
      const found = await earlier.trained;
      const sameAs = found.sameAs ?? earlier.id;
      const isOfThisGeneration = generationOf.get(sameAs) === record.proposed.generation;
      if (canReuse(context, record, state, found, isOfThisGeneration)) return { ...found, sameAs };
    }
    return enter(async () => train(context, record, await jobOf(context, record, network, state)));
  }

  function note(record: AcceptedCandidate | TrainedCandidate, trained: Promise<TrainedStep>): void {
    byHash.set(record.interpreted.verdict.hash, { id: record.id, trained });
    generationOf.set(record.id, record.proposed.generation);
  }

  return {
    remember(record) {
      if (record.trained !== null) note(record, Promise.resolve(record.trained));
    },
    async add(record, network, state) {
      const earlier = byHash.get(record.interpreted.verdict.hash);
      const trained = finish(record, network, state, earlier);
      note(record, trained);
      const step = await trained;
      const recorded = await recordStep(context, withTraining(record, step), step);
      emitTrained(context, recorded);
      return recorded;
    },
  };
}
