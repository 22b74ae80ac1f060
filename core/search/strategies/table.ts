/** The strategies by name: a new one is a file beside this and a row. */
import { strategyRow } from '../strategy.ts';
import { crossoverOnly, llmatic, mutationOnly } from './llmatic.ts';
import { randomNetworks } from './random-network.ts';

export const strategies = {
  llmatic: strategyRow(llmatic),
  'mutation-only': strategyRow(mutationOnly),
  'crossover-only': strategyRow(crossoverOnly),
  'random-nn': strategyRow(randomNetworks),
} as const;

export type StrategyName = keyof typeof strategies;

const [first, ...others] = Object.keys(strategies) as [StrategyName, ...StrategyName[]];

export const strategyNames: readonly [StrategyName, ...StrategyName[]] = [first, ...others];
