/** The built-in dataset with its bytes kept in the cache folder, and checked against the hash that they must have. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { contentHash, type Dataset } from '../dataset.ts';
import { packed, replaceFile, unpacked } from '../stored.ts';
import { builtinClasses } from './figures.ts';
import { builtinSeed, builtinShape, generateSplit, generatorVersion } from './generator.ts';

export const builtinTrainImages = 10_000;
export const builtinTestImages = 2_000;
/** Content hash of what this version's generator makes, on every platform. */
export const builtinHash = '6222bb5894fcbb8621bf5cdc29f53a16faa6629af1d92bc3742fad0b2b10c267';

type Content = Omit<Dataset, 'name' | 'hash'>;

/** Makes all images anew. */
export function generateBuiltin(): Content {
  return {
    classes: builtinClasses,
    shape: builtinShape,
    train: generateSplit(builtinSeed, 'train', builtinTrainImages),
    test: generateSplit(builtinSeed, 'test', builtinTestImages),
  };
}

async function cached(file: string): Promise<Content | null> {
  const bytes = await readFile(file).catch(() => null);
  const splits = bytes === null ? null : unpacked(bytes, builtinShape, builtinTrainImages, builtinTestImages);
  if (splits === null) return null;
  const content = { classes: builtinClasses, shape: builtinShape, ...splits };
  return contentHash(content) === builtinHash ? content : null;
}

/**
 * Opens the built-in dataset from `home`/cache, making it first where it is missing or damaged.
 * @throws FailureError `internal` when this machine's arithmetic makes other images than the hash stands for
 */
export async function openBuiltin(home: string): Promise<Dataset> {
  const folder = join(home, 'cache');
  const name = `builtin-${generatorVersion}.bin`;
  const kept = await cached(join(folder, name));
  if (kept !== null) return { name: 'builtin', hash: builtinHash, ...kept };
  const made = generateBuiltin();
  const hash = contentHash(made);
  if (hash !== builtinHash) {
    fail(
      'internal',
      `The built-in dataset came out with hash ${hash} instead of ${builtinHash}: please report this platform.`,
    );
  }
  // A cache that cannot be written (read-only or full disk) only costs the seconds to make the images again.
  await replaceFile(folder, name, packed(made)).catch(() => undefined);
  return { name: 'builtin', hash, ...made };
}
