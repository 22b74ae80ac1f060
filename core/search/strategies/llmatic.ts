/**
 * The paper's own way of proposing offspring (section 3, Algorithm 1): one operator a generation, prompts half by
 * curiosity and half at random, temperatures half mutated; crossover of random networks with their nearest.
 */
import { type Elite, elitesOf, nearestElites } from '../../archive/archive.ts';
import { crossoverPrompt, mutationPrompt } from '../prompt-text.ts';
import { type Proposal, type ProposalRequest, proposalStream } from '../proposal.ts';
import type { Settings } from '../settings.ts';
import { inInitialisation, type NetworkElite, type PromptElite } from '../state.ts';

/** Places 0..count-1, of which exactly round(share * count), randomly chosen, are true. */
function randomShare(request: ProposalRequest, purpose: string, count: number, share: number): boolean[] {
  const chosen = Math.round(share * count);
  return proposalStream(request, purpose).shuffled(Array.from({ length: count }, (_, place) => place < chosen));
}

/** A temperature moved by a uniform draw and clamped to its range. */
function mutatedTemperature(request: ProposalRequest, index: number, from: number): number {
  const { mutationRange, minimum, maximum } = request.settings.temperature;
  const move = (2 * proposalStream(request, 'temperature', index).uniform() - 1) * mutationRange;
  return Math.min(maximum, Math.max(minimum, from + move));
}

type Selected = Pick<Proposal, 'selection' | 'selectedNiche'> & {
  readonly prompt: string;
  readonly text: string;
  readonly temperature: number;
};

function randomPrompt(request: ProposalRequest, index: number): Selected {
  const prompt = proposalStream(request, 'prompt', index).choice(request.prompts.mutation);
  return {
    selection: 'random',
    selectedNiche: null,
    prompt: prompt.id,
    text: prompt.text,
    temperature: request.settings.temperature.initial,
  };
}

/** The individuals of the prompt archive, most curious first, ties in random order. */
function byCuriosity(request: ProposalRequest): Elite<PromptElite>[] {
  return proposalStream(request, 'curious')
    .shuffled(elitesOf(request.state.prompts))
    .sort((a, b) => b.curiosity - a.curiosity);
}

function curiousPrompts(request: ProposalRequest, count: number): Selected[] {
  const ranked = byCuriosity(request).slice(0, count);
  if (ranked.length === 0) return [];
  return Array.from({ length: count }, (_, place) => ranked[place % ranked.length]).flatMap((elite) => {
    const prompt = request.prompts.mutation.find((candidate) => candidate.id === elite?.value.prompt);
    if (elite === undefined || prompt === undefined) return [];
    return {
      selection: 'curious',
      selectedNiche: elite.niche,
      prompt: prompt.id,
      text: prompt.text,
      temperature: elite.value.temperature,
    };
  });
}

interface Parent {
  readonly id: string;
  readonly source: string;
}

function parentOf(elite: Elite<NetworkElite>): Parent {
  return { id: elite.id, source: elite.value.source };
}

/** The parent of a mutation. In the beginning it is the initial network, as Algorithm 1 selects it. */
function mutationParent(request: ProposalRequest, index: number, initialising: boolean): Parent {
  const initial: Parent = { id: 'initial', source: request.initial.source };
  const elites = elitesOf(request.state.networks);
  if (initialising || elites.length === 0) return initial;
  const lossOf = (elite: Elite<NetworkElite>): number => elite.value.loss ?? Number.POSITIVE_INFINITY;
  const pool =
    request.settings.selection.parents === 'random'
      ? elites
      : elites.sort((a, b) => lossOf(a) - lossOf(b) || a.niche - b.niche).slice(0, 3);
  return parentOf(proposalStream(request, 'parent', index).choice(pool));
}

/** Mutations for the offspring of these indices. */
function mutations(request: ProposalRequest, indices: readonly number[], initialising: boolean): Map<number, Proposal> {
  const { curiousShare } = request.settings.selection;
  const wanted = initialising ? 0 : Math.round(curiousShare * indices.length);
  const curious = curiousPrompts(request, wanted);
  const { mutatedShare } = request.settings.temperature;
  const mutated = [
    ...randomShare(request, 'mutated curious', curious.length, mutatedShare),
    ...randomShare(request, 'mutated random', indices.length - curious.length, mutatedShare),
  ];
  return new Map(
    indices.map((index, place) => {
      const selected = curious[place] ?? randomPrompt(request, index);
      const parent = mutationParent(request, index, initialising);
      const temperature = mutated[place]
        ? mutatedTemperature(request, index, selected.temperature)
        : selected.temperature;
      return [
        index,
        {
          operator: 'mutation',
          parents: [parent.id],
          individual: { prompt: selected.prompt, temperature },
          selection: selected.selection,
          selectedNiche: selected.selectedNiche,
          promptText: mutationPrompt(parent.source, selected.text),
        },
      ];
    }),
  );
}

/** Crossovers for the offspring of these indices, shared evenly over random networks; needs two elites. */
function crossovers(request: ProposalRequest, indices: readonly number[]): Map<number, Proposal> {
  const { networks } = request.state;
  const { settings, prompts } = request;
  const chosen = proposalStream(request, 'crossover parents')
    .shuffled(elitesOf(networks))
    .slice(0, settings.crossover.parents);
  return new Map(
    indices.flatMap((index, place): [number, Proposal][] => {
      const first = chosen[place % chosen.length];
      if (first === undefined) return [];
      const shown = proposalStream(request, 'crossover networks', index).choice(settings.crossover.networks);
      const parents = [first, ...nearestElites(networks, first, shown - 1)].map(parentOf);
      return [
        [
          index,
          {
            operator: 'crossover',
            parents: parents.map((parent) => parent.id),
            individual: {
              prompt: parents.length === 2 ? 'crossover-two' : 'crossover-three',
              temperature: settings.temperature.crossover,
            },
            selection: 'none',
            selectedNiche: null,
            promptText: crossoverPrompt(
              prompts,
              parents.map((parent) => parent.source),
            ),
          },
        ],
      ];
    }),
  );
}

/** Which offspring cross over; none while there are not two networks to cross. */
function drawsCrossover(request: ProposalRequest, initialising: boolean): boolean[] {
  const { offspring, operators } = request.settings;
  const none = Array.from({ length: offspring }, () => false);
  if (initialising || request.state.networks.elites.size < 2) return none;
  const share = operators.crossover / (operators.mutation + operators.crossover);
  const whole = proposalStream(request, 'operator').uniform() < share;
  if (operators.drawnPer === 'generation') return none.map(() => whole);
  return none.map((_, index) => proposalStream(request, 'operator', index).uniform() < share);
}

export function proposeLlmatic(request: ProposalRequest): Proposal[] {
  const initialising = inInitialisation(request.settings, request.state);
  const crosses = drawsCrossover(request, initialising);
  const indices = crosses.map((_, index) => index);
  const proposals = new Map([
    ...mutations(
      request,
      indices.filter((index) => !crosses[index]),
      initialising,
    ),
    ...crossovers(
      request,
      indices.filter((index) => crosses[index]),
    ),
  ]);
  return indices.flatMap((index) => proposals.get(index) ?? []);
}

function withOperators(request: ProposalRequest, weights: { mutation: number; crossover: number }): ProposalRequest {
  const settings: Settings = { ...request.settings, operators: { ...request.settings.operators, ...weights } };
  return { ...request, settings };
}

/** Ablation Mutation-Only-LLMatic (section 4.2). */
export function proposeMutationOnly(request: ProposalRequest): Proposal[] {
  return proposeLlmatic(withOperators(request, { mutation: 1, crossover: 0 }));
}

/** Ablation Crossover-Only-LLMatic (section 4.2); its beginning is the same, since a crossover needs networks. */
export function proposeCrossoverOnly(request: ProposalRequest): Proposal[] {
  return proposeLlmatic(withOperators(request, { mutation: 0, crossover: 1 }));
}
