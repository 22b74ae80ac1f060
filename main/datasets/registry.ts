/** Datasets by name. */
import { fail } from '../../core/failure.ts';
import { builtinClasses } from './builtin/figures.ts';
import { builtinSeed, builtinShape, generateSplit } from './builtin/generator.ts';
import { contentHash, type Dataset } from './dataset.ts';

/**
 * Opens a dataset with all its images in memory.
 * @throws FailureError `dataset` when there is none of this name, or its files are damaged.
 */
export async function openDataset(name: string): Promise<Dataset> {
  if (name !== 'builtin') fail('dataset', `There is no dataset ${JSON.stringify(name)}. Known: builtin.`);
  const content = {
    classes: builtinClasses,
    shape: builtinShape,
    train: generateSplit(builtinSeed, 'train', 10_000),
    test: generateSplit(builtinSeed, 'test', 2_000),
  };
  return { name, hash: contentHash(content), ...content };
}
