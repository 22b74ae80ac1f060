/** Hand-made states: archives on given centroids, filled with individuals whose place is known. */
import { type Archive, emptyArchive, insert } from '../../../core/archive/archive.ts';
import { cvtNiches } from '../../../core/archive/cvt-niches.ts';
import type { EndedCandidate, Proposed, TrainedStep } from '../../../core/search/candidate.ts';
import type { InitialNetwork, NetworkElite, PromptElite } from '../../../core/search/elites.ts';
import { insertGeneration } from '../../../core/search/insertion.ts';
import type { PromptEvolution } from '../../../core/search/prompt-evolution.ts';
import type { PromptProposal, Proposal } from '../../../core/search/proposal.ts';
import type { Settings } from '../../../core/search/settings.ts';
import type { SearchState } from '../../../core/search/state.ts';
import { llmatic } from '../../../core/search/strategies/llmatic.ts';
import { type Strategy, type StrategyRun, type StrategyWorld, strategyRun } from '../../../core/search/strategy.ts';
import type { TrainedResult } from '../../../core/training/job.ts';
import { measuresOf, netText } from './fakes.ts';
import { paperPrompts } from './paper-prompts.ts';

/** Ten niches in a row along the first axis: niche i around (i + 0.5) / 10. */
export const row = Array.from({ length: 10 }, (_, niche) => [(niche + 0.5) / 10, 0.5]);

export function initialNetwork(fitness: number | null = 0.4): InitialNetwork {
  const sizes = { w: 10, d: 2, f: 13_312 };
  const source = `import torch\n\n${netText(sizes)}`;
  return { source, hash: 'h10-13312', measures: measuresOf(sizes), loss: 0.6, weights: 'initial-weights', fitness };
}

/** Network elite `n<niche>` in each of the niches; the loss falls with the fitness. */
export function networksAt(niches: readonly number[], fitness: (niche: number) => number = () => 0.5) {
  return niches.reduce<Archive<NetworkElite>>(
    (archive, niche) => {
      const sizes = { w: 8 * (niche + 1), d: 2, f: 20_000 };
      const source = `import torch\n\n${netText(sizes)}`;
      const value = {
        source,
        hash: `n${niche}`,
        measures: measuresOf(sizes),
        loss: 1 - fitness(niche),
        weights: `weights-${niche}`,
      };
      const individual = { id: `n${niche}`, fitness: fitness(niche), descriptors: row[niche] ?? [], value };
      return insert(archive, individual).archive;
    },
    emptyArchive<NetworkElite>(cvtNiches(row), { clip: true }),
  );
}

/** Prompt individuals in the niches given, with their prompt, temperature and curiosity. */
export function promptsAt(
  individuals: readonly (PromptElite & { niche: number; curiosity: number; fitness?: number })[],
) {
  return individuals.reduce<Archive<PromptElite>>(
    (archive, { niche, curiosity, fitness = 1, prompt, temperature }) => {
      const individual = { id: `p${niche}`, fitness, descriptors: row[niche] ?? [], value: { prompt, temperature } };
      const next = insert(archive, individual).archive;
      return { ...next, elites: next.elites.with(niche, { ...individual, niche, curiosity }) };
    },
    emptyArchive<PromptElite>(cvtNiches(row), { clip: true }),
  );
}

/** A state of a search whose strategy keeps a prompt archive, with what that strategy knows in sight. */
export type OpenState = Omit<SearchState, 'strategy'> & PromptEvolution;

export function stateOf(changes: Partial<OpenState> = {}): OpenState {
  return {
    generation: 3,
    networks: networksAt([0]),
    prompts: promptsAt([]),
    scores: new Map(),
    initial: initialNetwork(),
    previousBest: 0.5,
    ...changes,
  };
}

export function worldOf(settings: Settings): StrategyWorld {
  const own = settings.strategies[settings.strategy];
  return { settings, own, prompts: paperPrompts, promptNiches: cvtNiches(row) };
}

/** What a strategy proposes from a state. */
export function proposedFrom<Own>(strategy: Strategy<Own>, own: Own, settings: Settings, state: OpenState): Proposal[] {
  const { generation, networks } = state;
  const initial = state.initial ?? initialNetwork();
  return [...strategyRun(strategy, worldOf(settings), own).ask({ generation, networks, initial })];
}

/** The proposals that are prompts. */
export function promptsOf(proposals: readonly Proposal[]): PromptProposal[] {
  return proposals.filter((proposal) => proposal.kind === 'prompt');
}

/** A generation inserted as LLMatic is told of it, with what it then knows in sight. */
export function insertInto(settings: Settings, before: OpenState, records: readonly EndedCandidate[]) {
  const world = worldOf(settings);
  let own: PromptEvolution = before;
  const strategy: StrategyRun = {
    ...strategyRun(llmatic, world, own),
    tell(ended, initial) {
      const { own: next, told } = llmatic.tell(own, world, ended, initial);
      own = next;
      return { strategy, told };
    },
  };
  const { generation, networks, initial } = before;
  const { state, steps } = insertGeneration(settings, { generation, networks, initial, strategy }, records);
  const { prompts, scores, previousBest } = own;
  const after: OpenState = {
    generation: state.generation,
    networks: state.networks,
    initial: state.initial,
    prompts,
    scores,
    previousBest,
  };
  return { state: after, steps };
}

export function proposedOf(changes: Partial<Proposed> = {}): Proposed {
  return {
    step: 'proposed',
    generation: 3,
    index: 0,
    operator: 'mutation',
    parents: ['initial'],
    individual: { prompt: 'improve', temperature: 0.6 },
    selection: 'random',
    selectedNiche: null,
    promptText: '',
    seed: 0,
    ...changes,
  };
}

export function trainedResult(fitness: number): TrainedResult {
  const accuracy = { train: fitness, validation: fitness, test: fitness };
  const loss = { train: 1 - fitness, validation: 1 - fitness, test: 1 - fitness };
  return { status: 'trained', accuracy, loss, curve: [], steps: 1, seconds: 1, device: 'fake' };
}

/** A finished candidate that lies in a niche of the row by its width: its fitness, or how it failed. */
export function candidate(
  id: string,
  proposed: Proposed,
  end: { niche: number; fitness: number } | 'refused' | 'diverged' | 'fault',
): EndedCandidate {
  const place = typeof end === 'object' ? end : { niche: 0, fitness: 0 };
  const measures = {
    params: 1,
    flops: 0.5,
    width: place.niche + 0.5,
    depth: 1,
    widthToDepth: place.niche + 0.5,
    activationBytes: 1,
  };
  const accepted = { kind: 'accepted' as const, source: netText({ w: 1, d: 1, f: 1 }), hash: id, measures };
  const results: Record<'diverged' | 'fault', TrainedStep['result']> = {
    diverged: { status: 'diverged', step: 1, curve: [], seconds: 1, device: 'fake' },
    fault: { status: 'fault', kind: 'crash', message: 'gone' },
  };
  const known = {
    id,
    proposed,
    generated: { step: 'generated', text: 'x', tokens: 1, seconds: 1, finish: 'end' },
    inserted: null,
  } as const;
  if (end === 'refused') {
    const reason = { kind: 'shape', message: 'line 3: sizes' };
    return { ...known, interpreted: { step: 'interpreted', verdict: { kind: 'refused', reason } }, trained: null };
  }
  const result = typeof end === 'object' ? trainedResult(end.fitness) : results[end];
  const weights = typeof end === 'object' ? `w-${id}` : null;
  return {
    ...known,
    interpreted: { step: 'interpreted', verdict: accepted },
    trained: { step: 'trained', sameAs: null, result, weights },
  };
}
