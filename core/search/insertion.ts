/**
 * The end of a generation: its candidates enter both archives in order of their index, credits and scores are given,
 * temperatures change (section 4.1). A pure function of the state before and the records.
 */
import { creditCuriosity, type Individual, type Insertion, insert, nicheOf } from '../archive/archive.ts';
import { fail } from '../failure.ts';
import type { CandidateRecord, Inserted, Placement } from './candidate.ts';
import { networkDescriptors, promptDescriptors } from './descriptors.ts';
import { type Outcome, outcomeOf } from './fitness.ts';
import { type PromptSet, promptNumber } from './prompt-set.ts';
import type { Settings } from './settings.ts';
import type { NetworkElite, PromptElite, SearchState } from './state.ts';

interface Ended {
  readonly record: CandidateRecord;
  readonly outcome: Outcome;
  /** Whether the settings let it try to enter the archives. */
  readonly selected: boolean;
}

export interface GenerationInserted {
  readonly state: SearchState;
  /** One step for each record, in the same order. */
  readonly steps: readonly Inserted[];
}

function ended(settings: Settings, records: readonly CandidateRecord[]): Ended[] {
  const outcomes = records.map((record) => ({
    record,
    outcome: outcomeOf(settings, record) ?? fail('internal', `Candidate ${record.id} has no outcome to insert.`),
  }));
  let best: CandidateRecord | null = null;
  let highest = Number.NEGATIVE_INFINITY;
  for (const { record, outcome } of outcomes) {
    if (outcome.kind !== 'trained' || outcome.fitness <= highest) continue;
    best = record;
    highest = outcome.fitness;
  }
  const all = settings.insert === 'all';
  return outcomes.map((each) => ({ ...each, selected: all || each.record === best }));
}

function placementOf<T>(individual: Individual<T>, insertion: Insertion<T>): Placement {
  return {
    niche: insertion.niche,
    descriptors: [...individual.descriptors],
    clipped: [...insertion.clippedAxes],
    added: insertion.added,
    why: insertion.why,
    replaced: insertion.replaced?.id ?? null,
  };
}

/** Where it would have been, had the settings let it try. */
function passedOver(niche: number, descriptors: readonly number[]): Placement {
  const why = 'not selected for insertion';
  return { niche, descriptors: [...descriptors], clipped: [], added: false, why, replaced: null };
}

function networkIndividual(settings: Settings, record: CandidateRecord, outcome: Outcome): Individual<NetworkElite> {
  const verdict = record.interpreted?.verdict;
  if (outcome.kind !== 'trained' || verdict?.kind !== 'accepted') {
    return fail('internal', `Candidate ${record.id} was not trained and cannot enter the network archive.`);
  }
  return {
    id: record.id,
    fitness: outcome.fitness,
    descriptors: networkDescriptors(settings, verdict.measures),
    value: {
      source: verdict.source,
      hash: verdict.hash,
      measures: verdict.measures,
      loss: outcome.result.loss[settings.fitness.split],
      weights: record.trained?.weights ?? null,
    },
  };
}

/** Step of a candidate that enters nothing. */
function notEntered(credit: number): Inserted {
  return { step: 'inserted', fitness: null, network: null, prompt: null, credit, nextTemperature: null };
}

/** One candidate after the other; each sees the archives as the one before left them. */
class Generation {
  readonly settings: Settings;
  readonly prompts: PromptSet;
  /** As it was at the start: who was selected is named by its niches. */
  readonly before: SearchState;
  state: SearchState;

  constructor(settings: Settings, prompts: PromptSet, before: SearchState) {
    this.settings = settings;
    this.prompts = prompts;
    this.before = before;
    this.state = before;
  }

  /** Credits the selected individual; returns what it got: 0 when none was selected, or it is no longer an elite. */
  creditSelected(record: CandidateRecord, credit: number): number {
    const niche = record.proposed?.selection === 'curious' ? record.proposed.selectedNiche : null;
    if (this.settings.curiosity.creditTo !== 'selected' || niche === null) return 0;
    const id = this.before.prompts.elites.get(niche)?.id;
    if (id === undefined || this.state.prompts.elites.get(niche)?.id !== id) return 0;
    this.state = { ...this.state, prompts: creditCuriosity(this.state.prompts, niche, id, credit) };
    return credit;
  }

  enterNetwork(individual: Individual<NetworkElite>, selected: boolean): Placement {
    if (!selected) return passedOver(nicheOf(this.state.networks, individual.descriptors), individual.descriptors);
    const insertion = insert(this.state.networks, individual);
    this.state = { ...this.state, networks: insertion.archive };
    return placementOf(individual, insertion);
  }

  /** The running score of its prompt, one higher when the offspring beats the previous generation's best. */
  promptScore(prompt: string, fitness: number): number {
    const beats = fitness > (this.before.previousBest ?? Number.NEGATIVE_INFINITY);
    const score = (this.state.promptScores.get(prompt) ?? 0) + (beats ? 1 : 0);
    this.state = { ...this.state, promptScores: new Map(this.state.promptScores).set(prompt, score) };
    return score;
  }

  nextTemperature(temperature: number, fitness: number): number {
    const { step, minimum, maximum } = this.settings.temperature;
    const reached = fitness >= (this.before.previousBest ?? Number.NEGATIVE_INFINITY);
    return Math.min(maximum, Math.max(minimum, temperature + (reached ? step : -step)));
  }

  enterPrompt(individual: Individual<PromptElite>, selected: boolean): Placement {
    if (!selected) return passedOver(nicheOf(this.state.prompts, individual.descriptors), individual.descriptors);
    const insertion = insert(this.state.prompts, individual);
    this.state = { ...this.state, prompts: insertion.archive };
    return placementOf(individual, insertion);
  }

  promptIndividual(record: CandidateRecord, fitness: number, added: boolean, temperature: number) {
    const prompt = record.proposed?.individual?.prompt ?? '';
    const number = promptNumber(this.prompts, prompt) ?? -1;
    const score = this.promptScore(prompt, fitness);
    return {
      id: record.id,
      fitness: this.settings.promptArchive.fitness === 'collective' ? score : added ? 1 : 0,
      descriptors: promptDescriptors(this.settings, number, temperature),
      value: { prompt, temperature },
    };
  }

  /** A newcomer is credited once, when the settings credit it instead of the individual it was made from. */
  creditNewcomer(placement: Placement, id: string, credit: number): number {
    if (this.settings.curiosity.creditTo !== 'newcomer' || !placement.added) return 0;
    this.state = { ...this.state, prompts: creditCuriosity(this.state.prompts, placement.niche, id, credit) };
    return credit;
  }

  insertOne({ record, outcome, selected }: Ended): Inserted {
    const { curiosity } = this.settings;
    if (outcome.kind === 'set aside') return notEntered(0);
    if (outcome.kind === 'untrainable') return notEntered(this.creditSelected(record, curiosity.untrainable));
    const { fitness } = outcome;
    const network = this.enterNetwork(networkIndividual(this.settings, record, outcome), selected);
    const credit = network.added ? curiosity.added : curiosity.notAdded;
    const given = this.creditSelected(record, credit);
    const { operator, individual } = record.proposed ?? {};
    if (operator !== 'mutation' || individual === null || individual === undefined) {
      return { step: 'inserted', fitness, network, prompt: null, credit: given, nextTemperature: null };
    }
    const nextTemperature = this.nextTemperature(individual.temperature, fitness);
    const entrant = this.promptIndividual(record, fitness, network.added, nextTemperature);
    const prompt = this.enterPrompt(entrant, selected);
    const newcomer = this.creditNewcomer(prompt, record.id, credit);
    return { step: 'inserted', fitness, network, prompt, credit: given + newcomer, nextTemperature };
  }
}

/**
 * Inserts a whole generation, or the initial network alone, and moves the state on to the next one.
 * @throws FailureError when a record is not finished
 */
export function insertGeneration(
  settings: Settings,
  prompts: PromptSet,
  before: SearchState,
  records: readonly CandidateRecord[],
): GenerationInserted {
  const generation = new Generation(settings, prompts, before);
  const candidates = ended(settings, records);
  const steps = candidates.map((candidate) => generation.insertOne(candidate));
  const fitnesses = candidates.flatMap(({ outcome }) => (outcome.kind === 'trained' ? [outcome.fitness] : []));
  const best = fitnesses.length === 0 ? null : fitnesses.reduce((a, b) => Math.max(a, b));
  const { state } = generation;
  const first = records[0];
  if (first?.proposed?.operator === 'initial') {
    const verdict = first.interpreted?.verdict;
    if (verdict?.kind !== 'accepted') return fail('internal', 'The initial network was refused.');
    const loss = first.trained?.result.status === 'trained' ? first.trained.result.loss[settings.fitness.split] : null;
    const { source, hash, measures } = verdict;
    const initial = { source, hash, measures, loss, weights: first.trained?.weights ?? null, fitness: best };
    return { state: { ...state, initial, previousBest: best }, steps };
  }
  const previousBest = best ?? before.initial?.fitness ?? null;
  return { state: { ...state, generation: before.generation + 1, previousBest }, steps };
}
