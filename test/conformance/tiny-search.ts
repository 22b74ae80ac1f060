/** A real search with the embedded model that takes seconds: few offspring, small archives, few images. */
import type { Params } from '../../core/contract.ts';

export const tinySearch = {
  preset: 'demo',
  changes: {
    seed: 1,
    generations: 2,
    offspring: 3,
    'networkArchive.niches': 10,
    'networkArchive.samples': 200,
    'promptArchive.niches': 10,
    'promptArchive.samples': 200,
    validationImages: 100,
    'recipe.epochs': 1,
    'recipe.trainImages': 128,
    'recipe.batch': 64,
    'trainer.workers': 1,
  },
} as const satisfies Omit<Params<'search.start'>, 'name'>;

/** The same search as words of the command line. */
export function tinySearchWords(out: string): string[] {
  const sets = Object.entries(tinySearch.changes).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
  return ['search', '--preset', tinySearch.preset, ...sets, '--out', out, '--json'];
}
