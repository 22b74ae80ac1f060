/** What a trainer is asked for: a candidate's job, with the weights it begins with, which are trained again where lost. */
import { fail } from '../failure.ts';
import type { Network } from '../network/ir.ts';
import { derivedSeed } from '../random/stream.ts';
import type { TrainingJob } from '../training/job.ts';
import type { CandidateRecord } from './candidate.ts';
import type { SearchContext } from './search-context.ts';
import { type SearchState, weightsByOwner } from './state.ts';

function jobFrom(
  { settings }: SearchContext,
  { proposed }: CandidateRecord,
  network: Network,
  initialWeights: Uint8Array | null,
): TrainingJob {
  const { generation = 0, index = 0 } = proposed ?? {};
  return {
    network,
    recipe: settings.recipe,
    dataset: settings.dataset,
    validationImages: settings.validationImages,
    splitSeed: derivedSeed(settings.seed, 'split'),
    seed: derivedSeed(settings.seed, generation, index, 'training'),
    initialWeights,
  };
}

/** The network of a candidate that was accepted, read from its stored source. */
export async function networkAgain(context: SearchContext, id: string): Promise<Network> {
  return (await context.readAgain(id))?.network ?? fail('run', `The stored source of ${id} is no network any more.`);
}

/** The job of a candidate; its weights are those of its first parent where the settings say so. */
export async function jobOf(
  context: SearchContext,
  record: CandidateRecord,
  network: Network,
  state: SearchState,
): Promise<TrainingJob> {
  const parent = record.proposed.parents[0];
  const inherits = context.settings.inheritWeights && parent !== undefined && weightsByOwner(state).has(parent);
  return jobFrom(context, record, network, inherits ? await wholeWeights(context, parent) : null);
}

/**
 * The weights of a trained candidate, trained again where the store has lost them: the same job gives the same bits.
 * Null where it gave none, or others.
 */
export async function wholeWeights(context: SearchContext, id: string): Promise<Uint8Array | null> {
  const { store, settings, signal } = context;
  const trained = context.find(id)?.trained ?? null;
  const hash = trained?.weights ?? null;
  if (trained === null || hash === null) return null;
  const stored = store.loadWeights(hash);
  if (stored !== null) return stored;
  const owner = context.find(trained.sameAs ?? id) ?? fail('run', `Candidate ${trained.sameAs} is not in the run.`);
  const parent = owner.proposed.parents[0];
  const inherited = settings.inheritWeights && parent !== undefined ? await wholeWeights(context, parent) : null;
  const { result, weights } = await context.trainer.train(
    jobFrom(context, owner, await networkAgain(context, owner.id), inherited),
    {
      ...(signal === undefined ? {} : { signal }),
      onProgress: (progress) => context.emit({ type: 'training-progress', id, ...progress }),
    },
  );
  const tell = (done: boolean, message: string): void =>
    context.emit({ type: 'again', id, what: 'weights', done, takenBack: 0, message });
  if (weights === null) {
    tell(false, `The weights of ${id} were missing or damaged, and training it again gave none: ${result.status}.`);
    return null;
  }
  const isSame = (await store.saveWeights(weights)) === hash;
  tell(
    isSame,
    isSame
      ? `The weights of ${id} were missing or damaged: it was trained again, with the same bits.`
      : `The weights of ${id} were missing or damaged, and training it again gave others: this is another machine, or another version.`,
  );
  return isSame ? weights : null;
}
