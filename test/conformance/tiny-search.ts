/** A real search that takes seconds: a model of random weights, two offspring, small archives, few images. */
import { join } from 'node:path';
import type { Params } from '../../core/contract.ts';

const randomModel = join(import.meta.dirname, '..', 'golden', 'llm', 'tiny-random.gguf');

export const tinySearch = {
  preset: 'demo',
  changes: {
    seed: 1,
    generations: 1,
    offspring: 2,
    model: randomModel,
    'networkArchive.niches': 10,
    'networkArchive.samples': 200,
    'promptArchive.niches': 10,
    'promptArchive.samples': 200,
    validationImages: 200,
    'sampling.maxTokens': 16,
    'recipe.epochs': 1,
    'recipe.trainImages': 256,
    'recipe.batch': 64,
    'trainer.workers': 1,
  },
} as const satisfies Omit<Params<'search.start'>, 'name'>;
