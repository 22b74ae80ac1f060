/** What a search knows between two generations: the network archive, the initial network, and its strategy. */
import { type Archive, emptyArchive } from '../archive/archive.ts';
import type { Niches } from '../archive/niches.ts';
import type { CommonSettings } from './common-settings.ts';
import type { InitialNetwork, NetworkElite } from './elites.ts';
import { type ArchiveNiches, nichesOf } from './niches-of-archives.ts';
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

/** The network archive before anything is inserted. */
export function emptyNetworks({ networkArchive }: CommonSettings, niches: Niches): Archive<NetworkElite> {
  return emptyArchive(niches, { clip: networkArchive.normalise });
}

/** The state before anything is inserted. */
export function emptyState(
  settings: Settings,
  prompts: PromptSet,
  niches: ArchiveNiches = nichesOf(settings),
): SearchState {
  const own = settings.strategies[settings.strategy] ?? {};
  const world = { settings, own, prompts, promptNiches: niches.prompts };
  return {
    generation: 0,
    networks: emptyNetworks(settings, niches.networks),
    initial: null,
    strategy: strategies[settings.strategy].begin(world),
  };
}

/** The source of a parent that the state knows: an elite, or the initial network. */
export function sourceOfParent(state: SearchState, id: string | undefined): string | null {
  if (id === undefined) return null;
  const elite = [...state.networks.elites.values()].find((candidate) => candidate.id === id);
  return elite?.value.source ?? (id === 'initial' ? (state.initial?.source ?? null) : null);
}

/** Hashes of the weights of each network whose weights must stay, by the candidate's id. */
export function weightsByOwner(state: SearchState): ReadonlyMap<string, string> {
  const owners: (readonly [string, string | null])[] = [
    ['initial', state.initial?.weights ?? null],
    ...[...state.networks.elites.values()].map(({ id, value }) => [id, value.weights] as const),
  ];
  return new Map(owners.flatMap(([id, hash]) => (hash === null ? [] : [[id, hash]])));
}

/** Hashes of the weights that must stay: those of the elites, and the initial network's, which children may inherit. */
export function weightsToKeep(state: SearchState): Set<string> {
  return new Set(weightsByOwner(state).values());
}
