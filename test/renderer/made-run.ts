/** A run made up for tests of its pictures: 100 niches of either archive, elites where a formula says, known figures. */
import { cvtNiches } from '../../core/archive/cvt-niches.ts';
import { reachedFrom } from '../../core/archive/niches.ts';
import type { Archives, NetworkEliteView, PromptEliteView } from '../../core/contract/archives.ts';
import type { CandidateDetail, CandidateRow } from '../../core/contract/candidates.ts';
import type { DifferenceView } from '../../core/contract/networks.ts';
import type { RunDetail, RunRow } from '../../core/contract/runs.ts';
import { parseSettings } from '../../core/search/setting-paths.ts';
import { runCentroids } from './archives/centroids.ts';

export const centroids: [number, number][] = runCentroids(100).map(([x, y]) => [x, y]);
export const prompts = ['add-layer', 'improve', 'add-residual'];

/** Niches filled after generation 0 and 1: those below 1 M FLOPs, and of them only some at first. */
const low = [...centroids.keys()].filter((niche) => (centroids[niche]?.[1] ?? 1) < 0.35);
const filledAfter = [low.filter((_, index) => index % 2 === 0), low];

export const idOf = (niche: number): string =>
  `g00${filledAfter[0]?.includes(niche) === true ? 0 : 1}-${String(niche).padStart(3, '0')}`;
export const fitnessOf = (niche: number): number => 0.2 + 0.5 * (centroids[niche]?.[0] ?? 0);

function networkElite(niche: number): NetworkEliteView {
  const [x, y] = centroids[niche] ?? [0, 0];
  const width = 10 + niche;
  return {
    niche,
    id: idOf(niche),
    generation: filledAfter[0]?.includes(niche) === true ? 0 : 1,
    fitness: fitnessOf(niche),
    place: [x, y],
    prompt: prompts[niche % prompts.length] ?? null,
    temperature: 0.6,
    measures: {
      params: 1000 * (niche + 1),
      flops: 10 ** (4 + 5 * y),
      width,
      depth: 4,
      widthToDepth: width / 4,
      activationBytes: 1e6,
    },
    testAccuracy: fitnessOf(niche) - 0.01,
    hash: `hash-${niche}`,
  };
}

function promptElite(niche: number, index: number): PromptEliteView {
  const [x, y] = centroids[niche] ?? [0, 0];
  return {
    niche,
    id: idOf(niche),
    generation: 0,
    fitness: index,
    place: [x, y],
    prompt: prompts[index % prompts.length] ?? null,
    temperature: y,
    curiosity: index - 2,
  };
}

/** Niches above 10 M FLOPs, which the budget does not allow, and those that none of the three prompts leads to. */
const within = (boxes: { low: number[]; high: number[] }[]) => {
  const reached = reachedFrom(cvtNiches(centroids), boxes);
  return [...centroids.keys()].filter((niche) => !reached.has(niche));
};
const beyond = within([{ low: [0, 0], high: [1, 0.6] }]);
const unprompted = within(prompts.map((_, number) => ({ low: [number / 13, 0], high: [number / 13, 1] })));
const plain = { unit: '', figure: 'plain' } as const;

export function archivesAt(generation: number): Archives {
  const elites = filledAfter[generation] ?? [];
  return {
    run: 'made',
    generation,
    latest: 1,
    networks: {
      kind: 'cvt',
      bins: null,
      unreachable: { niches: beyond, why: 'beyond budget.flops' },
      health: {
        tried: 40,
        axes: [],
        unreachable: beyond.length,
        remarks: [`${beyond.length} of 100 niches cannot be reached: budget.flops allows 10 M (FLOPs).`],
      },
      axes: [
        {
          descriptor: 'widthToDepth',
          ...plain,
          label: 'width / depth',
          scale: 'log10',
          min: -0.5,
          max: 2.5,
          names: null,
          clipped: { below: 2, above: 0 },
        },
        {
          descriptor: 'flops',
          unit: '',
          figure: 'si',
          label: 'FLOPs',
          scale: 'log10',
          min: 4,
          max: 9,
          names: null,
          clipped: { below: 0, above: 3 },
        },
      ],
      centroids,
      normalised: true,
      elites: elites.map(networkElite),
    },
    prompts: {
      kind: 'cvt',
      bins: null,
      unreachable: { niches: unprompted, why: 'no prompt lies there' },
      axes: [
        {
          descriptor: 'prompt',
          ...plain,
          label: 'prompt',
          scale: 'linear',
          min: 0,
          max: 13,
          names: prompts,
          clipped: { below: 0, above: 0 },
        },
        {
          descriptor: 'temperature',
          ...plain,
          label: 'temperature',
          scale: 'linear',
          min: 0,
          max: 1,
          names: null,
          clipped: { below: 0, above: 0 },
        },
      ],
      centroids,
      normalised: true,
      elites: elites.slice(0, 5).map(promptElite),
    },
  };
}

const initial = { network: 'initial', fitness: 0.15, testAccuracy: 0.14 };
const bestNiche = low.reduce((best, niche) => (fitnessOf(niche) > fitnessOf(best) ? niche : best));
export const best = {
  network: idOf(bestNiche),
  fitness: fitnessOf(bestNiche),
  testAccuracy: fitnessOf(bestNiche) - 0.01,
};

export const row: RunRow = {
  id: 'made',
  folder: '/runs/made',
  created: '2026-01-02T03:04:05.000Z',
  preset: 'demo',
  seed: 1,
  strategy: 'llmatic',
  model: 'a model',
  dataset: 'builtin',
  state: 'finished',
  generations: { done: 2, planned: 2 },
  offspring: low.length,
  candidates: low.length + 1,
  ended: low.length + 1,
  niches: centroids.length,
  filled: low.length,
  qdScore: 12.5,
  initial,
  best,
  seconds: 90,
  setAside: 0,
  trusted: true,
  notes: [],
  problem: null,
};

const history = [-1, 0, 1].map((generation) => ({
  generation,
  best: {
    network: generation < 0 ? 'initial' : best.network,
    fitness: generation < 0 ? initial.fitness : best.fitness,
  },
  filled: generation < 0 ? 1 : (filledAfter[generation]?.length ?? 0),
  coverage: 0.1,
  qdScore: 4 * (generation + 2),
  promptsFilled: 5,
  generated: 10 * (generation + 1),
  trainable: 9 * (generation + 1),
  distinct: 9 * (generation + 1),
  trained: 9 * (generation + 1),
  readable: 9 * (generation + 1),
  repairable: 0,
  diverged: 0,
  setAside: 0,
  bestOfGeneration: generation < 0 ? null : 0.4,
}));

export const detail: RunDetail = {
  row,
  settings: parseSettings({ budget: { flops: 1e7 }, fitness: { measure: 'accuracy', split: 'validation' } }),
  model: { file: null, name: 'a model', hash: 'a', contextLength: 2048, form: 'completion' },
  images: { name: 'builtin', hash: 'b', classes: 10, shape: [3, 32, 32] },
  device: 'cpu',
  workers: 1,
  threads: 1,
  versions: {},
  prompts: prompts.map((id) => ({ id, text: id })),
  history,
  counts: {
    generated: 20,
    trainable: 18,
    distinct: 18,
    trained: 18,
    readable: 18,
    repairable: 1,
    diverged: 0,
    setAside: 0,
    added: 40,
    refused: { unsupported: 1, shape: 1 },
  },
  byPrompt: prompts.map((prompt) => ({
    prompt,
    operator: 'mutation' as const,
    offspring: 6,
    trainable: 5,
    asWritten: 4,
    repairable: 0,
    followed: prompt === 'improve' ? null : 3,
    copies: 1,
    distinct: 4,
    added: 3,
    byReason: { unsupported: 1 },
    tokens: 600,
    seconds: 2.5,
    temperature: 0.6,
  })),
  sessions: [],
};

const parentSource =
  'import torch\n\nclass Net(nn.Module):\n    def __init__(self):\n        self.fc1 = nn.Linear(1024, 10)\n';
/** What the refused candidate `g001-999` holds; its reason stands at line 4. */
export const refusedText =
  'class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.x = nn.GRU(4, 4)\n';

/** What repair would have made of another one, {@link slipId}. */
export const slipId = 'g001-998';
const slip = {
  applied: false,
  reason: {
    kind: 'shape',
    message: 'line 11: Linear(1024, 10) got an input of 2048 features (from flatten of [N, 8, 16, 16])',
    line: 11,
  },
  from: `${parentSource}\n    def forward(self, x):\n        return self.fc1(x)\n`,
  source: `${parentSource.replace('1024', '2048')}\n    def forward(self, x):\n        return self.fc1(torch.flatten(x, 1))\n`,
  repairs: [
    { kind: 'flatten' as const, line: 8, message: 'x is flattened before self.fc1: images reach it' },
    {
      kind: 'input-size' as const,
      line: 5,
      message: 'Linear: in_features is 2048, not 1024: so many features reach it',
    },
  ],
};

function candidateRow(id: string): CandidateRow {
  const elite = archivesAt(1).networks.elites.find((each) => each.id === id);
  const refused = elite === undefined;
  return {
    id,
    generation: elite?.generation ?? 1,
    index: elite?.niche ?? 99,
    operator: 'mutation',
    parents: ['initial'],
    prompt: elite?.prompt ?? 'improve',
    temperature: 0.6,
    step: 'inserted',
    outcome: refused ? 'refused' : 'trained',
    repair: id === slipId ? 'possible' : null,
    reason: refused ? { kind: 'unsupported', message: 'line 4: nn.GRU is not supported yet', line: 4 } : null,
    standsInFor: null,
    fitness: elite?.fitness ?? null,
    fitnessToBe: null,
    accuracy: refused ? null : { train: 0.5, validation: elite.fitness, test: elite.testAccuracy },
    measures: elite?.measures ?? null,
    hash: elite?.hash ?? null,
    sameAs: null,
    niche: elite?.niche ?? null,
    added: !refused,
    elite: !refused,
  };
}

export function candidateDetail(id: string): CandidateDetail {
  const own = candidateRow(id);
  const { niche } = own;
  const step = { network: 'initial', generation: -1, operator: 'initial' as const, prompt: null, temperature: null };
  return {
    row: own,
    seed: 7,
    selection: 'random',
    promptText: `${parentSource}\n"""Improve the above network"""\n\n`,
    text: own.outcome === 'refused' ? refusedText : `${parentSource}        self.fc2 = nn.Linear(10, 10)\n`,
    tokens: 50,
    generateSeconds: 0.5,
    finish: 'end',
    source: own.outcome === 'refused' ? null : `${parentSource}        self.fc2 = nn.Linear(10, 10)\n`,
    repaired: id === slipId ? slip : null,
    parentSource,
    loss: own.outcome === 'refused' ? null : { train: 1, validation: 1.1, test: 1.2 },
    curve:
      own.outcome === 'refused' ? [] : [0, 1, 2].map((epoch) => ({ epoch, loss: 2 - epoch / 2, learningRate: 0.01 })),
    trainSeconds: 3,
    device: 'cpu',
    networkPlacement:
      niche === null
        ? null
        : { niche, descriptors: [0, 0], clipped: [], added: true, why: 'empty niche', replaced: null },
    promptPlacement: null,
    credit: 0,
    nextTemperature: null,
    lineage: [
      ...(id === 'initial'
        ? []
        : [{ ...step, parents: [], fitness: initial.fitness, testAccuracy: initial.testAccuracy }]),
      {
        network: id,
        generation: own.generation,
        operator: 'mutation',
        prompt: own.prompt,
        temperature: own.temperature,
        parents: ['initial'],
        fitness: own.fitness,
        testAccuracy: own.accuracy?.test ?? null,
      },
    ],
    children: [],
  };
}

export function candidates(): CandidateRow[] {
  return ['g001-999', ...archivesAt(1).networks.elites.map(({ id }) => id)].map(candidateRow);
}

/** A class that is not the one that was read. */
export const cleanSource = {
  source: 'import torch.nn as nn\n\n\nclass Net(nn.Module):\n    pass\n',
  hash: 'c'.repeat(64),
};

const sizes = { width: 10, depth: 2, widthToDepth: 5, activationBytes: 25_000 };

/** One operation of each kind of change, and enough kept ones to be folded away. */
export function difference(before: string, after: string): DifferenceView {
  const operation = (index: number, operator: string, weight: number[] | null = null) => ({
    index,
    layer: weight === null ? null : `${operator}1`,
    operator,
    weight,
    attributes: weight === null ? [] : [`stride=[${weight.length},${weight.length}]`],
    output: '[N, 8, 32, 32]',
  });
  return {
    before: { id: before, hash: 'a'.repeat(64), measures: { ...sizes, params: 10_000, flops: 20_000 } },
    after: { id: after, hash: 'b'.repeat(64), measures: { ...sizes, params: 12_500, flops: 20_000 } },
    counts: { same: 6, rewired: 1, changed: 1, removed: 1, added: 1 },
    changes: [
      { kind: 'changed', before: operation(0, 'conv2d', [8, 3]), after: operation(0, 'conv2d', [16, 3, 3]) },
      { kind: 'removed', before: operation(1, 'relu'), after: null },
      { kind: 'added', before: null, after: operation(1, 'tanh') },
      ...[2, 3, 4, 5, 6, 7].map((index) => ({
        kind: 'same' as const,
        before: operation(index, 'abs'),
        after: operation(index, 'abs'),
      })),
      { kind: 'rewired', before: operation(8, 'add'), after: operation(8, 'add') },
    ],
  };
}
