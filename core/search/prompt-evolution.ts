/**
 * What a strategy with a prompt archive knows and how it learns (section 4.1): prompt individuals with curiosity, a
 * running score for each prompt, temperatures that follow the fitness.
 */
import { type Archive, creditCuriosity, emptyArchive, type Individual, insert, nicheOf } from '../archive/archive.ts';
import type { CandidateRecord, Placement } from './candidate.ts';
import type { CommonSettings } from './common-settings.ts';
import { promptDescriptors } from './descriptors/of-prompts.ts';
import type { InitialNetwork, PromptElite } from './elites.ts';
import { passedOver, placementOf } from './placement.ts';
import { highest, type PromptScores, scoreAfter } from './prompt-scores.ts';
import { type PromptSet, promptNumber } from './prompt-set.ts';
import { type Ended, nothingTold, type StrategyWorld, type Told } from './strategy.ts';

export interface PromptEvolution extends PromptScores {
  readonly prompts: Archive<PromptElite>;
}

export function beginPromptEvolution({ settings, promptNiches }: StrategyWorld): PromptEvolution {
  const prompts = emptyArchive<PromptElite>(promptNiches, { clip: settings.promptArchive.normalise });
  return { prompts, scores: new Map(), previousBest: null };
}

/** One offspring after the other; each sees the archive as the one before left it. */
class Learning {
  readonly settings: CommonSettings;
  readonly promptSet: PromptSet;
  /** As it was at the start: who was selected is named by its niche. */
  readonly before: PromptEvolution;
  prompts: Archive<PromptElite>;
  scores: ReadonlyMap<string, number>;

  constructor({ settings, prompts }: StrategyWorld, before: PromptEvolution) {
    this.settings = settings;
    this.promptSet = prompts;
    this.before = before;
    this.prompts = before.prompts;
    this.scores = before.scores;
  }

  /** Credits the selected individual; returns what it got: 0 when none was selected, or it is no longer an elite. */
  creditSelected(record: CandidateRecord, credit: number): number {
    const niche = record.proposed.selection === 'curious' ? record.proposed.selectedNiche : null;
    if (this.settings.curiosity.creditTo !== 'selected' || niche === null) return 0;
    const id = this.before.prompts.elites.get(niche)?.id;
    if (id === undefined || this.prompts.elites.get(niche)?.id !== id) return 0;
    this.prompts = creditCuriosity(this.prompts, niche, id, credit);
    return credit;
  }

  /** The running score of its prompt, one higher when the offspring beats the previous generation's best. */
  score(prompt: string, fitness: number): number {
    const score = scoreAfter({ scores: this.scores, previousBest: this.before.previousBest }, prompt, fitness);
    this.scores = new Map(this.scores).set(prompt, score);
    return score;
  }

  nextTemperature(temperature: number, fitness: number): number {
    const { step, minimum, maximum } = this.settings.temperature;
    const reached = fitness >= (this.before.previousBest ?? Number.NEGATIVE_INFINITY);
    return Math.min(maximum, Math.max(minimum, temperature + (reached ? step : -step)));
  }

  enter(individual: Individual<PromptElite>, selected: boolean): Placement {
    if (!selected) return passedOver(nicheOf(this.prompts, individual.descriptors), individual.descriptors);
    const insertion = insert(this.prompts, individual);
    this.prompts = insertion.archive;
    return placementOf(individual, insertion);
  }

  individual(id: string, prompt: string, fitness: number, added: boolean, temperature: number) {
    const number = promptNumber(this.promptSet, prompt) ?? -1;
    const score = this.score(prompt, fitness);
    return {
      id,
      fitness: this.settings.promptArchive.fitness === 'collective' ? score : added ? 1 : 0,
      descriptors: promptDescriptors(this.settings, number, temperature),
      value: { prompt, temperature },
    };
  }

  /** A newcomer is credited once, when the settings credit it instead of the individual it was made from. */
  creditNewcomer(placement: Placement, id: string, credit: number): number {
    if (this.settings.curiosity.creditTo !== 'newcomer' || !placement.added) return 0;
    this.prompts = creditCuriosity(this.prompts, placement.niche, id, credit);
    return credit;
  }

  tell({ record, outcome, selected, network }: Ended): Told {
    const { curiosity } = this.settings;
    if (outcome.kind === 'set aside') return nothingTold;
    if (outcome.kind === 'untrainable')
      return { ...nothingTold, credit: this.creditSelected(record, curiosity.untrainable) };
    const { fitness } = outcome;
    const added = network?.added ?? false;
    const credit = added ? curiosity.added : curiosity.notAdded;
    const given = this.creditSelected(record, credit);
    const { operator, individual } = record.proposed;
    if (operator !== 'mutation' || individual === null) {
      return { ...nothingTold, credit: given };
    }
    const nextTemperature = this.nextTemperature(individual.temperature, fitness);
    const entrant = this.individual(record.id, individual.prompt, fitness, added, nextTemperature);
    const prompt = this.enter(entrant, selected);
    const newcomer = this.creditNewcomer(prompt, record.id, credit);
    return { prompt, credit: given + newcomer, nextTemperature };
  }
}

/** What is known after a generation, and what each offspring was credited. */
export function tellPromptEvolution(
  before: PromptEvolution,
  world: StrategyWorld,
  ended: readonly Ended[],
  initial: InitialNetwork | null,
): { readonly own: PromptEvolution; readonly told: readonly Told[] } {
  const learning = new Learning(world, before);
  const told = ended.map((each) => learning.tell(each));
  const fitnesses = ended.map(({ outcome }) => (outcome.kind === 'trained' ? outcome.fitness : null));
  const previousBest = highest(fitnesses) ?? initial?.fitness ?? null;
  return { own: { prompts: learning.prompts, scores: learning.scores, previousBest }, told };
}
