import { describe, expect, test } from 'vitest';
import { presets } from '../../../core/search/presets.ts';
import type { PromptProposal } from '../../../core/search/proposal.ts';
import { applySettings } from '../../../core/search/setting-paths.ts';
import { crossoverOnly, llmatic, mutationOnly } from '../../../core/search/strategies/llmatic.ts';
import { randomNetworks } from '../../../core/search/strategies/random-network.ts';
import { paperPrompts } from './paper-prompts.ts';
import {
  initialNetwork,
  networksAt,
  type OpenState,
  promptsAt,
  promptsOf,
  proposedFrom,
  row,
  stateOf,
} from './states.ts';

const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Past initialisation: ten networks, three prompt individuals. */
const evolving = stateOf({
  networks: networksAt(all),
  prompts: promptsAt([
    { niche: 1, curiosity: 2, prompt: 'add-layer', temperature: 0.3 },
    { niche: 4, curiosity: -1, prompt: 'add-dropout', temperature: 0.97 },
    { niche: 7, curiosity: 2, prompt: 'improve', temperature: 0.5 },
  ]),
});

function propose(state: OpenState, ...assignments: string[]): PromptProposal[] {
  const settings = applySettings(presets.paper, assignments);
  if (settings.strategy === 'random-nn') return promptsOf(proposedFrom(randomNetworks, null, settings, state));
  const variants = { llmatic, 'mutation-only': mutationOnly, 'crossover-only': crossoverOnly };
  return promptsOf(proposedFrom(variants[settings.strategy], state, settings, state));
}

/** The proposals of many generations of the same archives. */
function generations(count: number, state: OpenState, ...assignments: string[]): PromptProposal[][] {
  return Array.from({ length: count }, (_, generation) => propose({ ...state, generation }, ...assignments));
}

function tallied<T extends string>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Pearson's statistic of counts that should be equal, against the 99.9 % quantile for its degrees of freedom. */
function expectUniform(counts: readonly number[], quantile: number): void {
  const mean = counts.reduce((a, b) => a + b) / counts.length;
  const statistic = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  expect(statistic).toBeLessThan(quantile);
}

const mutationsOnly = ['operators.crossover=0'];
const crossoversOnly = ['operators.mutation=0'];

describe('initialisation', () => {
  const beginning = stateOf({ networks: networksAt(all.slice(0, 9)), prompts: promptsAt([]) });

  test('proposes random mutations of the initial network while both archives are small', () => {
    const list = propose(beginning);
    expect(list.length).toBe(100);
    for (const { operator, parents, selection, selectedNiche } of list) {
      expect([operator, parents, selection, selectedNiche]).toEqual(['mutation', ['initial'], 'random', null]);
    }
  });

  test('ends when the network archive holds ten, or the prompt archive does', () => {
    const isRandom = (state: OpenState): boolean =>
      propose(state, ...mutationsOnly).every((proposal) => proposal.selection === 'random');
    const prompts = (count: number) =>
      promptsAt(all.slice(0, count).map((niche) => ({ niche, curiosity: 0, prompt: 'improve', temperature: 0.6 })));
    expect(isRandom({ ...beginning, prompts: prompts(9) })).toBe(true);
    expect(isRandom({ ...beginning, prompts: prompts(10) })).toBe(false);
    expect(isRandom({ ...beginning, prompts: prompts(9), networks: networksAt(all) })).toBe(false);
  });
});

describe('operators', () => {
  test('are drawn once a generation with 0.7 and 0.3', () => {
    const drawn = generations(2000, evolving, 'offspring=2').map(
      (list) => new Set(list.map((proposal) => proposal.operator)),
    );
    expect(drawn.every((kinds) => kinds.size === 1)).toBe(true);
    const share = drawn.filter((kinds) => kinds.has('crossover')).length / drawn.length;
    // Four standard deviations of a binomial share.
    expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 2000));
  });

  test('or once an offspring, where the settings say so; weights need not sum to 1', () => {
    const list = generations(
      40,
      evolving,
      'operators.drawnPer=offspring',
      'operators.mutation=1',
      'operators.crossover=1',
    );
    const share = list.flat().filter((proposal) => proposal.operator === 'crossover').length / 4000;
    expect(Math.abs(share - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 4000));
    expect(list.some((proposals) => new Set(proposals.map((proposal) => proposal.operator)).size === 2)).toBe(true);
  });

  test('crossover waits until there are two networks to cross', () => {
    const alone = { ...evolving, networks: networksAt([3]) };
    const list = propose(alone, ...crossoversOnly, 'initialisation.networks=1');
    expect(list.every((proposal) => proposal.operator === 'mutation')).toBe(true);
  });
});

describe('mutation', () => {
  test('takes half of its prompts from the most curious individuals, cycling, and half at random', () => {
    const list = propose(evolving, ...mutationsOnly, 'offspring=8', 'temperature.mutatedShare=0');
    expect(list.map((proposal) => proposal.selection)).toEqual([
      ...Array(4).fill('curious'),
      ...Array(4).fill('random'),
    ]);
    const niches = list.slice(0, 4).map((proposal) => proposal.selectedNiche);
    // Curiosity 2, 2 (in either order), -1, then from the start.
    expect(new Set(niches.slice(0, 2))).toEqual(new Set([1, 7]));
    expect(niches[2]).toBe(4);
    expect(niches[3]).toBe(niches[0]);
    const byNiche = new Map(list.slice(0, 4).map((proposal) => [proposal.selectedNiche, proposal.individual]));
    expect(byNiche.get(1)).toEqual({ prompt: 'add-layer', temperature: 0.3 });
    expect(byNiche.get(4)).toEqual({ prompt: 'add-dropout', temperature: 0.97 });
  });

  test('breaks ties of curiosity at random', () => {
    const first = generations(1000, evolving, ...mutationsOnly, 'offspring=2').map((list) =>
      String(list[0]?.selectedNiche),
    );
    const counts = tallied(first);
    expect([...counts.keys()].sort()).toEqual(['1', '7']);
    expectUniform([...counts.values()], 10.83);
  });

  test('draws random prompts uniformly from the set, at the initial temperature', () => {
    const list = generations(60, evolving, ...mutationsOnly, 'temperature.mutatedShare=0').flat();
    const random = list.filter((proposal) => proposal.selection === 'random');
    expect(random.length).toBe(3000);
    expect(random.every((proposal) => proposal.individual?.temperature === 0.6)).toBe(true);
    const counts = tallied(random.map((proposal) => proposal.individual?.prompt ?? ''));
    expect(counts.size).toBe(13);
    expectUniform([...counts.values()], 32.9);
  });

  test('draws parents uniformly from the network archive', () => {
    const counts = tallied(
      generations(50, evolving, ...mutationsOnly)
        .flat()
        .map((proposal) => proposal.parents[0] ?? ''),
    );
    expect(counts.size).toBe(10);
    expectUniform([...counts.values()], 27.9);
  });

  test('mutates exactly half of the temperatures, uniformly within 0.1, clamped to the range', () => {
    const list = generations(60, evolving, ...mutationsOnly);
    const moves: number[] = [];
    for (const proposals of list) {
      for (const selection of ['curious', 'random'] as const) {
        const half = proposals.filter((proposal) => proposal.selection === selection);
        const origin = (proposal: PromptProposal): number => {
          const elite = evolving.prompts.elites.get(proposal.selectedNiche ?? -1);
          return elite?.value.temperature ?? 0.6;
        };
        const moved = half.filter((proposal) => proposal.individual?.temperature !== origin(proposal));
        expect(moved.length).toBe(25);
        moves.push(...moved.filter((p) => origin(p) < 0.9).map((p) => (p.individual?.temperature ?? 0) - origin(p)));
      }
    }
    expect(Math.max(...moves.map(Math.abs))).toBeLessThanOrEqual(0.1 + 1e-12);
    // Twenty equal bins of a uniform draw: chi-square with 19 degrees of freedom.
    expectUniform([...tallied(moves.map((move) => String(Math.floor((move + 0.1) * 100)))).values()], 43.8);
    const hot = list.flat().filter((proposal) => proposal.selectedNiche === 4);
    expect(Math.max(...hot.map((proposal) => proposal.individual?.temperature ?? 0))).toBe(1);
  });

  test('shows the parent and the instruction, exactly', () => {
    const [first] = propose(evolving, ...mutationsOnly, 'temperature.mutatedShare=0');
    const parent = [...evolving.networks.elites.values()].find((elite) => elite.id === first?.parents[0]);
    const text = paperPrompts.mutation.find((prompt) => prompt.id === first?.individual?.prompt)?.text;
    expect(first?.promptText).toBe(`${parent?.value.source}\n"""${text}"""\n\n`);
  });

  test('reference code: the parent is among the three elites of lowest loss', () => {
    const state = { ...evolving, networks: networksAt(all, (niche) => ((niche * 7) % 10) / 10) };
    const list = generations(20, state, ...mutationsOnly, 'selection.parents=best3-by-loss').flat();
    // Fitness 0.9, 0.8, 0.7 lie in the niches 7, 4 and 1.
    const counts = tallied(list.map((proposal) => proposal.parents[0] ?? ''));
    expect(new Set(counts.keys())).toEqual(new Set(['n7', 'n4', 'n1']));
    expectUniform([...counts.values()], 13.8);
  });
});

describe('crossover', () => {
  test('shares offspring evenly over ten random networks, each with its nearest', () => {
    const list = propose(evolving, ...crossoversOnly);
    const counts = tallied(list.map((proposal) => proposal.parents[0] ?? ''));
    expect([...counts.values()]).toEqual(Array(10).fill(10));
    for (const { operator, parents, individual, selection } of list) {
      expect([operator, selection, individual?.temperature]).toEqual(['crossover', 'none', 0.7]);
      const [first, ...others] = parents.map((id) => Number(id.slice(1)));
      const gap = (n: number): number => (row[n]![0]! - row[first!]![0]!) ** 2;
      const sorted = all.filter((n) => n !== first).sort((a, b) => gap(a) - gap(b) || a - b);
      expect(others).toEqual(sorted.slice(0, others.length));
      expect(individual?.prompt).toBe(parents.length === 2 ? 'crossover-two' : 'crossover-three');
    }
  });

  test('shows two or three networks alike often', () => {
    const sizes = generations(20, evolving, ...crossoversOnly)
      .flat()
      .map((proposal) => proposal.parents.length);
    const three = sizes.filter((size) => size === 3).length;
    expect(new Set(sizes)).toEqual(new Set([2, 3]));
    expect(Math.abs(three / sizes.length - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / sizes.length));
  });

  test('draws its ten networks at random', () => {
    const few = generations(300, evolving, ...crossoversOnly, 'crossover.parents=1', 'offspring=1').flat();
    expectUniform([...tallied(few.map((proposal) => proposal.parents[0] ?? '')).values()], 27.9);
  });

  test('shows the classes as Net1 and Net2 below one set of imports', () => {
    const [first] = propose(evolving, ...crossoversOnly, 'crossover.networks=[2]');
    expect(first?.promptText).toMatch(
      /^import torch\nimport torch\.nn as nn\nimport torch\.nn\.functional as F\n\nclass Net1\(nn\.Module\):\n {4}# w \d+ d 2 f 20000\n {4}pass\n\nclass Net2\(nn\.Module\):\n {4}# w \d+ d 2 f 20000\n {4}pass\n\n"""Combine the above two /,
    );
  });
});

describe('ablations', () => {
  test('mutation-only and crossover-only propose nothing else once evolution has begun', () => {
    for (const operator of ['mutation', 'crossover']) {
      const list = generations(20, evolving, `strategy=${operator}-only`).flat();
      expect(new Set(list.map((proposal) => proposal.operator))).toEqual(new Set([operator]));
    }
  });

  test("random-nn asks for networks from the initial one, with the paper's prompt and no evolution", () => {
    const [first, ...others] = propose(evolving, 'strategy=random-nn');
    expect(first).toMatchObject({ operator: 'random', parents: ['initial'], selection: 'none' });
    expect(first?.promptText).toBe(
      `${initialNetwork().source}\n"""Create a neural network that inherits from nn.Module and performs better than the above neural network"""\n\n`,
    );
    for (const other of others) expect(other).toEqual(first);
  });

  test('the same archives give the same proposals', () => {
    expect(propose(evolving)).toEqual(propose(evolving));
    expect(propose(evolving, 'seed=2')).not.toEqual(propose(evolving));
  });
});
