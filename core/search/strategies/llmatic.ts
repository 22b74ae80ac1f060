/**
 * The paper's own way of proposing offspring (section 3, Algorithm 1): one operator a generation, prompts half by
 * curiosity and half at random, temperatures half mutated; crossover of random networks with their nearest.
 */
import { type Archive, type Elite, elitesOf, nearestElites } from '../../archive/archive.ts';
import type { RandomStream } from '../../random/stream.ts';
import type { CommonSettings } from '../common-settings.ts';
import type { NetworkElite, PromptElite } from '../elites.ts';
import { beginPromptEvolution, type PromptEvolution, tellPromptEvolution } from '../prompt-evolution.ts';
import { crossoverPrompt, mutationPrompt } from '../prompt-text.ts';
import { generationStream, type PromptProposal } from '../proposal.ts';
import { noSettings, type Standing, type Strategy, type StrategyWorld } from '../strategy.ts';

/** What it is asked from: the world, the archives, what it knows. */
interface Asked extends StrategyWorld, Standing {
  readonly evolution: PromptEvolution;
}

/** The stream of one purpose in the generation to come. */
function drawn({ settings, generation }: Asked, ...purpose: (string | number)[]): RandomStream {
  return generationStream(settings.seed, generation, ...purpose);
}

/** Whether offspring are still random mutations of the initial network: neither archive holds enough yet. */
function inInitialisation(
  { settings }: StrategyWorld,
  { prompts }: PromptEvolution,
  networks: Archive<NetworkElite>,
): boolean {
  const { initialisation } = settings;
  return networks.elites.size < initialisation.networks && prompts.elites.size < initialisation.promptIndividuals;
}

/** Places 0..count-1, of which exactly round(share * count), randomly chosen, are true. */
function randomShare(request: Asked, purpose: string, count: number, share: number): boolean[] {
  const chosen = Math.round(share * count);
  return drawn(request, purpose).shuffled(Array.from({ length: count }, (_, place) => place < chosen));
}

/** A temperature moved by a uniform draw and clamped to its range. */
function mutatedTemperature(request: Asked, index: number, from: number): number {
  const { mutationRange, minimum, maximum } = request.settings.temperature;
  const move = (2 * drawn(request, 'temperature', index).uniform() - 1) * mutationRange;
  return Math.min(maximum, Math.max(minimum, from + move));
}

type Selected = Pick<PromptProposal, 'selection' | 'selectedNiche'> & {
  readonly prompt: string;
  readonly text: string;
  readonly temperature: number;
};

function randomPrompt(request: Asked, index: number): Selected {
  const prompt = drawn(request, 'prompt', index).choice(request.prompts.mutation);
  return {
    selection: 'random',
    selectedNiche: null,
    prompt: prompt.id,
    text: prompt.text,
    temperature: request.settings.temperature.initial,
  };
}

/** The individuals of the prompt archive, most curious first, ties in random order. */
function byCuriosity(request: Asked): Elite<PromptElite>[] {
  return drawn(request, 'curious')
    .shuffled(elitesOf(request.evolution.prompts))
    .sort((a, b) => b.curiosity - a.curiosity);
}

function curiousPrompts(request: Asked, count: number): Selected[] {
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
function mutationParent(request: Asked, index: number, initialising: boolean): Parent {
  const initial: Parent = { id: 'initial', source: request.initial.source };
  const elites = elitesOf(request.networks);
  if (initialising || elites.length === 0) return initial;
  const lossOf = (elite: Elite<NetworkElite>): number => elite.value.loss ?? Number.POSITIVE_INFINITY;
  const pool =
    request.settings.selection.parents === 'random'
      ? elites
      : elites.sort((a, b) => lossOf(a) - lossOf(b) || a.niche - b.niche).slice(0, 3);
  return parentOf(drawn(request, 'parent', index).choice(pool));
}

/** Mutations for the offspring of these indices. */
function mutations(request: Asked, indices: readonly number[], initialising: boolean): Map<number, PromptProposal> {
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
          kind: 'prompt',
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
function crossovers(request: Asked, indices: readonly number[]): Map<number, PromptProposal> {
  const { settings, prompts, networks } = request;
  const chosen = drawn(request, 'crossover parents').shuffled(elitesOf(networks)).slice(0, settings.crossover.parents);
  return new Map(
    indices.flatMap((index, place): [number, PromptProposal][] => {
      const first = chosen[place % chosen.length];
      if (first === undefined) return [];
      const shown = drawn(request, 'crossover networks', index).choice(settings.crossover.networks);
      const parents = [first, ...nearestElites(networks, first, shown - 1)].map(parentOf);
      return [
        [
          index,
          {
            kind: 'prompt',
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
function drawsCrossover(request: Asked, initialising: boolean): boolean[] {
  const { offspring, operators } = request.settings;
  const none = Array.from({ length: offspring }, () => false);
  if (initialising || request.networks.elites.size < 2) return none;
  const share = operators.crossover / (operators.mutation + operators.crossover);
  const whole = drawn(request, 'operator').uniform() < share;
  if (operators.drawnPer === 'generation') return none.map(() => whole);
  return none.map((_, index) => drawn(request, 'operator', index).uniform() < share);
}

function propose(request: Asked): PromptProposal[] {
  const initialising = inInitialisation(request, request.evolution, request.networks);
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

/** `weights`: what an ablation sets instead of the settings. */
function variant(
  sentence: string,
  weights?: Pick<CommonSettings['operators'], 'mutation' | 'crossover'>,
): Strategy<PromptEvolution> {
  return {
    sentence,
    settings: noSettings,
    usesModel: true,
    begin: beginPromptEvolution,
    isInitialising: (own, world, networks) => inInitialisation(world, own, networks),
    ask(evolution, world, standing) {
      const { settings } = world;
      const operators = { ...settings.operators, ...weights };
      return propose({ ...world, settings: { ...settings, operators }, ...standing, evolution });
    },
    tellInitial: (own, _, fitness) => ({ ...own, previousBest: fitness }),
    tell: tellPromptEvolution,
    promptArchive: ({ prompts }) => prompts,
  };
}

export const llmatic = variant(
  'The paper: mutation by curious and random prompts, crossover of neighbours, two archives.',
);

/** Ablation Mutation-Only-LLMatic (section 4.2). */
export const mutationOnly = variant('LLMatic without crossover.', { mutation: 1, crossover: 0 });

/** Ablation Crossover-Only-LLMatic (section 4.2); its beginning is the same, since a crossover needs networks. */
export const crossoverOnly = variant('LLMatic without mutation, once there are networks to cross.', {
  mutation: 0,
  crossover: 1,
});
