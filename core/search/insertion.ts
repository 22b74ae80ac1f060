/**
 * The end of a generation: its candidates enter the network archive in order of their index, and the strategy is told
 * what became of each. A pure function of the state before and the records.
 */
import { insert, nicheOf } from '../archive/archive.ts';
import { fail } from '../failure.ts';
import { acceptedOf, type EndedCandidate, type Inserted, resultOf } from './candidate.ts';
import type { CommonSettings } from './common-settings.ts';
import { networkDescriptors } from './descriptors/of-networks.ts';
import type { InitialNetwork } from './elites.ts';
import { outcomeOf } from './fitness.ts';
import { passedOver, placementOf } from './placement.ts';
import type { SearchState } from './state.ts';
import { type Ended, nothingTold } from './strategy.ts';

export interface GenerationInserted {
  readonly state: SearchState;
  /** One step for each record, in the same order. */
  readonly steps: readonly Inserted[];
}

type Selected = Omit<Ended, 'network'>;

function selected(settings: CommonSettings, records: readonly EndedCandidate[]): Selected[] {
  const outcomes = records.map((record) => ({ record, outcome: outcomeOf(settings, record) }));
  let best: EndedCandidate | null = null;
  let highest = Number.NEGATIVE_INFINITY;
  for (const { record, outcome } of outcomes) {
    if (outcome.kind !== 'trained' || outcome.fitness <= highest) continue;
    best = record;
    highest = outcome.fitness;
  }
  const all = settings.insert === 'all';
  return outcomes.map((each) => ({ ...each, selected: all || each.record === best }));
}

/** Enters those that have a fitness, each seeing the archive as the one before left it. */
function enterNetworks(
  settings: CommonSettings,
  before: SearchState['networks'],
  candidates: readonly Selected[],
): { networks: SearchState['networks']; ended: Ended[] } {
  let networks = before;
  const ended = candidates.map((candidate): Ended => {
    const { record, outcome } = candidate;
    if (outcome.kind !== 'trained') return { ...candidate, network: null };
    const accepted = acceptedOf(record) ?? fail('internal', `Candidate ${record.id} was trained, but not accepted.`);
    const { source, hash, measures } = accepted;
    const descriptors = networkDescriptors(settings, { measures, result: outcome.result });
    if (!candidate.selected) return { ...candidate, network: passedOver(nicheOf(networks, descriptors), descriptors) };
    const loss = outcome.result.loss[settings.fitness.split];
    const value = { source, hash, measures, loss, weights: record.trained?.weights ?? null };
    const individual = { id: record.id, fitness: outcome.fitness, descriptors, value };
    const insertion = insert(networks, individual);
    networks = insertion.archive;
    return { ...candidate, network: placementOf(individual, insertion) };
  });
  return { networks, ended };
}

function fitnessOfEnded({ outcome }: Ended): number | null {
  return outcome.kind === 'trained' ? outcome.fitness : null;
}

function initialNetworkOf(settings: CommonSettings, ended: Ended): InitialNetwork {
  const { record } = ended;
  const { source, hash, measures } = acceptedOf(record) ?? fail('internal', 'The initial network was refused.');
  const loss = resultOf(record)?.loss[settings.fitness.split] ?? null;
  return { source, hash, measures, loss, weights: record.trained?.weights ?? null, fitness: fitnessOfEnded(ended) };
}

/**
 * Inserts a whole generation, or the initial network alone, and moves the state on to the next one.
 */
export function insertGeneration(
  settings: CommonSettings,
  before: SearchState,
  records: readonly EndedCandidate[],
): GenerationInserted {
  const { networks, ended } = enterNetworks(settings, before.networks, selected(settings, records));
  const step = (each: Ended, told = nothingTold): Inserted => ({
    step: 'inserted',
    fitness: fitnessOfEnded(each),
    network: each.network,
    ...told,
  });
  const [first] = ended;
  if (first?.record.proposed.operator === 'initial') {
    const initial = initialNetworkOf(settings, first);
    const strategy = before.strategy.tellInitial(initial.fitness);
    return { state: { ...before, networks, initial, strategy }, steps: ended.map((each) => step(each)) };
  }
  const { strategy, told } = before.strategy.tell(ended, before.initial);
  const generation = before.generation + 1;
  return {
    state: { ...before, networks, strategy, generation },
    steps: ended.map((each, index) => step(each, told[index])),
  };
}
