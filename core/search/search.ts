/**
 * The search (Algorithm 1): generation by generation, propose, generate, interpret, train, insert. A function of
 * settings, seed and what is stored: resuming is running again, each stored step being read instead of done.
 */
import { fail } from '../failure.ts';
import { remadeWeights, triedAgain } from './again.ts';
import type { EndedCandidate, Inserted, Proposed } from './candidate.ts';
import type { SearchSummary } from './events.ts';
import { initialNetworkSource } from './initial-network.ts';
import { insertGeneration } from './insertion.ts';
import { largestPromptNumber, type PromptSet } from './prompt-set.ts';
import type { Proposal } from './proposal.ts';
import {
  candidateId,
  recordProposal,
  recordStep,
  type SearchContext,
  type SearchOptions,
  searchContext,
} from './search-context.ts';
import type { Settings } from './settings.ts';
import { emptyState, type SearchState, sourceOfParent, weightsToKeep } from './state.ts';
import { standingOf, summaryOf, type Tally, tally } from './tally.ts';
import { type TrainingQueue, trainingQueue } from './training-queue.ts';
import { given, read } from './writing.ts';
import { writingQueue } from './writing-queue.ts';

export type { SearchOptions } from './search-context.ts';

/**
 * Choices that contradict each other or the world.
 * `trainingImages`: those of the dataset less the held-out ones; null where they are not known yet.
 * @throws FailureError kind `usage` naming the settings
 */
export function checkChoices(settings: Settings, prompts: PromptSet, trainingImages: number | null): void {
  if (settings.fitness.split === 'validation' && settings.validationImages === 0) {
    fail('usage', 'fitness.split is validation, but validationImages is 0. Hold out some images, or select on test.');
  }
  const { normalise, axis, kind } = settings.promptArchive;
  const longest = largestPromptNumber(prompts);
  // A row is a whole number of its own; on an axis of numbers the last may lie at its end.
  if (normalise && (kind === 'categorical' ? axis <= longest : axis < longest)) {
    fail(
      'usage',
      `promptArchive.axis is ${axis}, too short for prompts numbered to ${longest} (set ${prompts.name}). Set it to ${longest + 1}.`,
    );
  }
  const images = settings.recipe.trainImages ?? trainingImages;
  if (settings.budget.trainingFlops !== null && images === null) {
    fail('usage', 'budget.trainingFlops needs to know the number of images: set recipe.trainImages.');
  }
}

const datasetOfSearches =
  'Searches begin with a network for images of 3x32x32 in ten classes: choose such a dataset; smaller images become one by `dataset import --as 3x32x32`.';

/** The initial network's record up to its training; its text is the paper's, not a model's. */
async function initialCandidate(context: SearchContext, queue: TrainingQueue, state: SearchState) {
  const proposed: Proposed = {
    step: 'proposed',
    generation: -1,
    index: 0,
    operator: 'initial',
    parents: [],
    individual: null,
    selection: 'none',
    selectedNiche: null,
    promptText: '',
    seed: 0,
  };
  const stored = await recordProposal(context, 'initial', proposed);
  const generated = await given(context, stored, initialNetworkSource);
  const { record, network } = await read(context, generated, null);
  if (network !== null) return queue.add(record, network, state);
  if (record.trained === null) {
    const { kind, message } = record.interpreted.verdict.reason;
    if (kind === 'fault') return fail('fault', message);
    // Of another size or number of classes than the paper's data has.
    const hint = kind === 'shape' || kind === 'output' ? ` ${datasetOfSearches}` : '';
    return fail('usage', `The initial network is refused under these settings: ${message}.${hint}`);
  }
  queue.remember(record);
  return record;
}

/**
 * All candidates of a generation up to their training, written in order and trained meanwhile. Whatever goes wrong, it
 * returns only when no text and no training is under way.
 */
async function generationCandidates(
  context: SearchContext,
  queue: TrainingQueue,
  state: SearchState,
  proposals: readonly Proposal[],
): Promise<EndedCandidate[]> {
  const finished: Promise<EndedCandidate>[] = [];
  const errors: unknown[] = [];
  const writing = writingQueue(context, state.generation, proposals);
  try {
    for (const [index, proposal] of proposals.entries()) {
      context.signal?.throwIfAborted();
      if (errors.length > 0) break;
      const text = await writing.read(index);
      const { record, network } = await read(context, text, sourceOfParent(state, proposal.parents[0]));
      if (network === null) {
        queue.remember(record);
        finished.push(Promise.resolve(record));
        continue;
      }
      const training = queue.add(record, network, state);
      training.catch((error: unknown) => errors.push(error));
      finished.push(training);
    }
  } finally {
    await writing.end();
    await Promise.allSettled(finished);
  }
  if (errors.length > 0) throw errors[0];
  return Promise.all(finished);
}

function isSameInsertion(a: Inserted, b: Inserted): boolean {
  return (
    a.fitness === b.fitness &&
    a.credit === b.credit &&
    a.nextTemperature === b.nextTemperature &&
    a.network?.niche === b.network?.niche &&
    a.network?.added === b.network?.added &&
    a.prompt?.niche === b.prompt?.niche &&
    a.prompt?.added === b.prompt?.added
  );
}

/** Inserts a generation; what is stored already must agree. Returns the next state. */
async function insertCandidates(
  context: SearchContext,
  state: SearchState,
  records: readonly EndedCandidate[],
  counted: Tally,
): Promise<SearchState> {
  const { settings, store } = context;
  const { state: next, steps } = insertGeneration(settings, state, records);
  let isNew = false;
  for (const [index, record] of records.entries()) {
    const step = steps[index];
    if (step === undefined) return fail('internal', `Candidate ${record.id} was not inserted.`);
    counted.add(record);
    if (record.inserted !== null) {
      if (isSameInsertion(record.inserted, step)) continue;
      fail(
        'run',
        `Candidate ${record.id} is stored with another insertion than these settings and its records give. Resume with the settings of the run; if they are the same, the run is damaged.`,
      );
    }
    isNew = true;
    await recordStep(context, { ...record, inserted: step }, step);
    const { step: _, ...placed } = step;
    context.emit({ type: 'inserted', id: record.id, ...placed });
  }
  // A generation read from the store may be followed by one under way, whose weights are no elites' yet.
  if (isNew) await store.keepWeights(weightsToKeep(next));
  return next;
}

async function nextGeneration(
  context: SearchContext,
  queue: TrainingQueue,
  state: SearchState,
  counted: Tally,
): Promise<SearchState> {
  const { settings } = context;
  const { generation, networks, initial, strategy } = state;
  if (initial === null) return fail('internal', 'The initial network is missing.');
  const proposals = strategy.ask({ generation, networks, initial });
  await triedAgain(context, state, proposals);
  const stored = (context.find(candidateId(generation, proposals.length - 1))?.inserted ?? null) !== null;
  if (!stored) {
    const phase = strategy.isInitialising(networks) ? 'initialisation' : 'evolution';
    context.emit({ type: 'generation-started', generation, phase, offspring: proposals.length });
  }
  const records = await generationCandidates(context, queue, state, proposals);
  const next = await insertCandidates(context, state, records, counted);
  const standing = standingOf(settings, next);
  context.emit({ type: 'generation-finished', generation, stored, ...standing, ...counted.counts() });
  return next;
}

/**
 * Runs a search to its end, or on to its end where the store holds its beginning.
 * @throws FailureError kind `usage` for settings that contradict each other, `run` for a store that holds another run,
 * `fault` when the model or the trainer is plainly broken; the signal's reason when aborted. What is stored stays valid.
 */
export async function runSearch(options: SearchOptions): Promise<SearchSummary> {
  checkChoices(options.settings, options.prompts, options.trainingImages ?? null);
  const context = searchContext(options);
  const { settings, store } = context;
  context.signal?.throwIfAborted();
  const { seed, strategy, generations, offspring, dataset } = settings;
  const resumed = store.find('initial') !== null;
  const model = options.model.name;
  context.emit({ type: 'started', seed, strategy, generations, offspring, model, dataset, resumed });
  const queue = trainingQueue(context);
  const counted = tally(settings);
  const start = emptyState(settings, options.prompts, options.niches);
  const initial = await initialCandidate(context, queue, start);
  let state = await insertCandidates(context, start, [initial], counted);
  while (state.generation < generations) state = await nextGeneration(context, queue, state, counted);
  if (resumed) await remadeWeights(context, state);
  await store.keepWeights(weightsToKeep(state));
  const summary = summaryOf(settings, state, counted, context.find);
  context.emit({ type: 'finished', summary });
  return summary;
}
