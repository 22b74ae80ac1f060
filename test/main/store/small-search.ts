/** A whole search in milliseconds: the real loop and the real store, with stand-ins for model, interpreter and trainer. */
import { createHash } from 'node:crypto';
import { fail } from '../../../core/failure.ts';
import type { Measures, Network } from '../../../core/network/ir.ts';
import type { SearchEvent } from '../../../core/search/events.ts';
import type { Interpreter, LanguageModel } from '../../../core/search/ports.ts';
import { runSearch } from '../../../core/search/search.ts';
import { parseSettings } from '../../../core/search/setting-paths.ts';
import type { Settings } from '../../../core/search/settings.ts';
import type { Trainer } from '../../../core/training/job.ts';
import { readPromptSet } from '../../../main/prompt-sets.ts';
import type { RunDescription } from '../../../main/store/run-description.ts';
import type { RunStore } from '../../../main/store/run-folder.ts';
import { description } from './arbitrary-steps.ts';

export const smallSettings: Settings = parseSettings({
  seed: 3,
  generations: 4,
  offspring: 6,
  initialisation: { networks: 3 },
  networkArchive: {
    niches: 12,
    samples: 400,
    widthToDepth: { scale: 'log10', min: -0.5, max: 2.5 },
    flops: { scale: 'log10', min: 4, max: 9 },
  },
  promptArchive: { niches: 12, samples: 400, axis: 13 },
  recipe: { trainImages: 100 },
});

export const smallDescription: RunDescription = {
  ...description,
  settings: smallSettings,
  prompts: readPromptSet('paper'),
  seed: smallSettings.seed,
};

/** `overlong`: one prompt in seven is longer than the model's context. */
const model = (overlong: boolean): LanguageModel => ({
  name: 'stand-in',
  hash: 'c'.repeat(64),
  contextLength: 1000,
  async generate({ prompt, seed, temperature }) {
    if (overlong && seed % 7 === 0) fail('context', 'The prompt is longer than the context of the model.');
    const text = createHash('sha256').update(`${prompt}|${seed}|${temperature}`).digest('hex').slice(0, 2);
    return { text, tokens: 2, seconds: 0.001, finish: 'end' };
  },
  async close() {},
});

function measuresOf(number: number): Measures {
  const flops = 10 ** (4 + (number % 50) / 10);
  const width = 2 + (number % 31);
  const depth = 2 + (number % 7);
  return { params: number, flops, width, depth, widthToDepth: width / depth, activationBytes: 1000 };
}

const network: Network = {
  version: 1,
  input: [3, 32, 32],
  nodes: [],
  output: 0,
  parameters: [],
  buffers: [],
  modules: [],
};

/** Each two-digit text is a network of its own, a fifth of them none. */
const interpreter: Interpreter = (text) => {
  const number = text.startsWith('import') ? 0 : Number.parseInt(text, 16);
  if (number % 5 === 4) return { ok: false, reason: { kind: 'syntax', message: `line 1: ${text}`, line: 1 } };
  return { ok: true, value: { source: text, network, hash: `hash-${number}`, measures: measuresOf(number) } };
};

/** Results follow from the job's seed, in no order of time; one in nine faults, one in eleven diverges. */
function trainer(capacity: number, faults: boolean): Trainer {
  return {
    capacity,
    async train({ seed }) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
      if (faults && seed % 9 === 0)
        return { result: { status: 'fault', kind: 'crash', message: 'gone' }, weights: null };
      if (seed % 11 === 0) {
        return { result: { status: 'diverged', step: 3, curve: [], seconds: 0, device: 'cpu' }, weights: null };
      }
      const accuracy = (seed % 1000) / 1000;
      const scores = { train: null, validation: null, test: accuracy };
      return {
        result: {
          status: 'trained',
          accuracy: scores,
          loss: { train: null, validation: null, test: 1 - accuracy },
          curve: [{ epoch: 0, loss: 1.5, learningRate: 0.1 }],
          steps: 10,
          seconds: 0.01,
          device: 'cpu',
        },
        weights: new TextEncoder().encode(`weights of ${seed}`),
      };
    },
    async close() {},
  };
}

/** Runs a small search over a store, with the store's own settings, on from wherever the store is. */
export function smallSearch(
  store: RunStore,
  capacity = 2,
  onEvent: (event: SearchEvent) => void = () => {},
  { faults = true, overlong = false }: { readonly faults?: boolean; readonly overlong?: boolean } = {},
) {
  return runSearch({
    onEvent,
    settings: parseSettings(store.description.settings),
    prompts: readPromptSet('paper'),
    model: model(overlong),
    interpreter,
    trainer: trainer(capacity, faults),
    store,
  });
}
