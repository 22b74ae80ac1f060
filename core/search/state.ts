/** What a search knows between two generations: both archives and the figures that selection and insertion need. */
import { type Archive, emptyArchive } from '../archive/archive.ts';
import { centroidalVoronoi } from '../archive/centroids.ts';
import type { Measures } from '../network/ir.ts';
import { randomStream } from '../random/stream.ts';
import type { Settings } from './settings.ts';

/** What the network archive keeps of an elite, besides its fitness and descriptors. */
export interface NetworkElite {
  /** As the interpreter cut it out: what a child's prompt shows. */
  readonly source: string;
  readonly hash: string;
  readonly measures: Measures;
  /** Mean cross-entropy on the split of the fitness; null where it was not measured. */
  readonly loss: number | null;
  /** Content hash of its trained weights. */
  readonly weights: string | null;
}

/** What the prompt archive keeps of an individual. */
export interface PromptElite {
  /** Id of its prompt in the prompt set. */
  readonly prompt: string;
  readonly temperature: number;
}

export interface InitialNetwork extends NetworkElite {
  /** Null when it was trained without a result. */
  readonly fitness: number | null;
}

export interface SearchState {
  /** The generation to come, from 0. */
  readonly generation: number;
  readonly networks: Archive<NetworkElite>;
  readonly prompts: Archive<PromptElite>;
  /** Collective prompt fitness: one running score a prompt, by its id. */
  readonly promptScores: ReadonlyMap<string, number>;
  /** Null before the initial network is inserted. */
  readonly initial: InitialNetwork | null;
  /** Best fitness of the last generation alone; the initial network's where that has none; null where neither has. */
  readonly previousBest: number | null;
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

/** The state before anything is inserted. */
export function emptyState(settings: Settings, centroids: Centroids = centroidsOf(settings)): SearchState {
  return {
    generation: 0,
    networks: emptyArchive(centroids.networks, { clip: settings.networkArchive.normalise }),
    prompts: emptyArchive(centroids.prompts, { clip: settings.promptArchive.normalise }),
    promptScores: new Map(),
    initial: null,
    previousBest: null,
  };
}

/** Whether offspring are still random mutations of the initial network: neither archive holds enough yet. */
export function inInitialisation(settings: Settings, state: SearchState): boolean {
  return (
    state.networks.elites.size < settings.initialisation.networks &&
    state.prompts.elites.size < settings.initialisation.promptIndividuals
  );
}

/** Hashes of the weights that must stay: those of the elites, and the initial network's, which children may inherit. */
export function weightsToKeep(state: SearchState): Set<string> {
  const kept = [...state.networks.elites.values()].map((elite) => elite.value.weights);
  return new Set([...kept, state.initial?.weights ?? null].filter((hash) => hash !== null));
}
