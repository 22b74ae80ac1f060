/** The seam between the loop and how offspring are proposed: strategies by name. */
import { fail } from '../failure.ts';
import type { Strategy } from './proposal.ts';
import type { StrategyName } from './settings.ts';
import { proposeCrossoverOnly, proposeLlmatic, proposeMutationOnly } from './strategies/llmatic.ts';
import { proposeRandomNetworks } from './strategies/random-network.ts';

const strategies: Readonly<Partial<Record<StrategyName, Strategy>>> = {
  llmatic: proposeLlmatic,
  'mutation-only': proposeMutationOnly,
  'crossover-only': proposeCrossoverOnly,
  'random-nn': proposeRandomNetworks,
};

/** The strategies that can be run. */
export const availableStrategies: readonly string[] = Object.keys(strategies);

/** @throws FailureError kind `usage` for a strategy that is named but not built yet */
export function strategyOf(name: StrategyName): Strategy {
  const strategy = strategies[name];
  if (strategy === undefined) {
    return fail(
      'usage',
      `The strategy ${name} is not available in this version. Available are ${availableStrategies.join(', ')}.`,
    );
  }
  return strategy;
}
