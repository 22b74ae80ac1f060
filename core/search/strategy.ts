/**
 * The seam between the loop and how a search goes on: a strategy is asked for the offspring of a generation and told
 * what became of each. It keeps what it learns as a value of its own, a function of what it was told, so that a resumed
 * search knows what the interrupted one knew. The loop records, checks budgets, trains, and keeps the network archive.
 */
import * as z from 'zod';
import type { Archive } from '../archive/archive.ts';
import type { Niches } from '../archive/niches.ts';
import type { EndedCandidate, Inserted, Placement } from './candidate.ts';
import type { CommonSettings } from './common-settings.ts';
import type { InitialNetwork, NetworkElite, PromptElite } from './elites.ts';
import type { Outcome } from './fitness.ts';
import type { PromptSet } from './prompt-set.ts';
import type { Proposal } from './proposal.ts';

/** What stays the same for a whole run. */
export interface StrategyWorld {
  readonly settings: CommonSettings;
  /** Its own settings, as its schema reads them. */
  readonly own: unknown;
  readonly prompts: PromptSet;
  /** The niches of a prompt archive, for strategies that keep one. */
  readonly promptNiches: Niches;
}

/** The run as it stands at the start of a generation. */
export interface Standing {
  /** From 0. */
  readonly generation: number;
  readonly networks: Archive<NetworkElite>;
  readonly initial: InitialNetwork;
}

/** An offspring at the end of its generation. */
export interface Ended {
  readonly record: EndedCandidate;
  readonly outcome: Outcome;
  /** Whether the settings let it try to enter the archives. */
  readonly selected: boolean;
  /** What became of it in the network archive; null where it has no fitness. */
  readonly network: Placement | null;
}

/** What a strategy makes of an offspring, kept in its last step. */
export type Told = Pick<Inserted, 'prompt' | 'credit' | 'nextTemperature'>;

/** What a strategy without credits makes of every offspring. */
export const nothingTold: Told = { prompt: null, credit: 0, nextTemperature: null };

/** The schema of a strategy that has no settings of its own. */
export const noSettings = z.strictObject({});

/** `Own`: what it knows; `Schema`: reads its own settings. */
export interface Strategy<Own, Schema extends z.ZodObject = typeof noSettings> {
  /** What it does, for people, in one sentence. */
  readonly sentence: string;
  /** Settings of its own, below `strategies.NAME`. */
  readonly settings: Schema;
  /** Whether it asks a language model. */
  readonly usesModel: boolean;
  /** What it knows before anything was told. */
  begin(world: StrategyWorld): Own;
  /** Whether offspring are still those of a random beginning. */
  isInitialising(own: Own, world: StrategyWorld, networks: Archive<NetworkElite>): boolean;
  /** The offspring of a generation; the same arguments give the same answer. */
  ask(own: Own, world: StrategyWorld, standing: Standing): readonly Proposal[];
  /** Told of the initial network before the first generation. `fitness`: null when it was trained without a result. */
  tellInitial(own: Own, world: StrategyWorld, fitness: number | null): Own;
  /** Told of a whole generation in order of the index; answers for each in the same order. */
  tell(
    own: Own,
    world: StrategyWorld,
    ended: readonly Ended[],
    initial: InitialNetwork | null,
  ): { readonly own: Own; readonly told: readonly Told[] };
  /** The prompt archive that it keeps, if it keeps one. */
  promptArchive(own: Own): Archive<PromptElite> | null;
}

/** A strategy with what it knows: a value; being told gives the next one. */
export interface StrategyRun {
  readonly prompts: Archive<PromptElite> | null;
  isInitialising(networks: Archive<NetworkElite>): boolean;
  ask(standing: Standing): readonly Proposal[];
  tellInitial(fitness: number | null): StrategyRun;
  tell(
    ended: readonly Ended[],
    initial: InitialNetwork | null,
  ): { readonly strategy: StrategyRun; readonly told: readonly Told[] };
}

/** A strategy as the table has it: what it keeps is its own affair. */
export interface StrategyRow<Schema extends z.ZodObject = z.ZodObject>
  extends Pick<Strategy<never, Schema>, 'sentence' | 'settings' | 'usesModel'> {
  begin(world: StrategyWorld): StrategyRun;
}

export function strategyRow<Own, Schema extends z.ZodObject>(strategy: Strategy<Own, Schema>): StrategyRow<Schema> {
  const { sentence, settings, usesModel } = strategy;
  return { sentence, settings, usesModel, begin: (world) => strategyRun(strategy, world) };
}

/** `own`: what it knows; by default what it knows at the beginning. */
export function strategyRun<Own>(
  strategy: Strategy<Own>,
  world: StrategyWorld,
  own: Own = strategy.begin(world),
): StrategyRun {
  return {
    prompts: strategy.promptArchive(own),
    isInitialising: (networks) => strategy.isInitialising(own, world, networks),
    ask: (standing) => strategy.ask(own, world, standing),
    tellInitial: (fitness) => strategyRun(strategy, world, strategy.tellInitial(own, world, fitness)),
    tell(ended, initial) {
      const { own: next, told } = strategy.tell(own, world, ended, initial);
      return { strategy: strategyRun(strategy, world, next), told };
    },
  };
}
