/** What a search knows between two generations: the network archive, the initial network, and its strategy. */
import { type Archive, emptyArchive } from '../archive/archive.ts';
import { centroidalVoronoi } from '../archive/centroids.ts';
import { cvtNiches } from '../archive/cvt-niches.ts';
import { randomStream } from '../random/stream.ts';
import type { CommonSettings } from './common-settings.ts';
import type { InitialNetwork, NetworkElite } from './elites.ts';
import type { PromptSet } from './prompt-set.ts';
import type { Settings } from './settings.ts';
import { strategies } from './strategies/table.ts';
import type { StrategyRun } from './strategy.ts';

export interface SearchState {
  /** The generation to come, from 0. */
  readonly generation: number;
  readonly networks: Archive<NetworkElite>;
  /** Null before the initial network is inserted. */
  readonly initial: InitialNetwork | null;
  /** The strategy with what it has been told. */
  readonly strategy: StrategyRun;
}

/** Centroids [niches][2] of both archives, in the unit square: what takes time about the state before a search. */
export interface Centroids {
  readonly networks: readonly (readonly number[])[];
  readonly prompts: readonly (readonly number[])[];
}

/** All that the centroids depend on. */
export interface CentroidSettings {
  readonly seed: number;
  readonly networkArchive: { readonly niches: number; readonly samples: number };
  readonly promptArchive: { readonly niches: number; readonly samples: number };
}

export function centroidsOf(settings: CentroidSettings): Centroids {
  const made = (name: 'networkArchive' | 'promptArchive'): number[][] => {
    const { niches, samples } = settings[name];
    const random = randomStream(settings.seed, 'centroids', name);
    return centroidalVoronoi({ count: niches, dimensions: 2, samples, random });
  };
  return { networks: made('networkArchive'), prompts: made('promptArchive') };
}

/** The network archive before anything is inserted. */
export function emptyNetworks({ networkArchive }: CommonSettings, { networks }: Centroids): Archive<NetworkElite> {
  return emptyArchive(cvtNiches(networks), { clip: networkArchive.normalise });
}

/** The state before anything is inserted. */
export function emptyState(
  settings: Settings,
  prompts: PromptSet,
  centroids: Centroids = centroidsOf(settings),
): SearchState {
  const own = settings.strategies[settings.strategy] ?? {};
  const world = { settings, own, prompts, promptCentroids: centroids.prompts };
  return {
    generation: 0,
    networks: emptyNetworks(settings, centroids),
    initial: null,
    strategy: strategies[settings.strategy].begin(world),
  };
}

/** Hashes of the weights that must stay: those of the elites, and the initial network's, which children may inherit. */
export function weightsToKeep(state: SearchState): Set<string> {
  const kept = [...state.networks.elites.values()].map((elite) => elite.value.weights);
  return new Set([...kept, state.initial?.weights ?? null].filter((hash) => hash !== null));
}
