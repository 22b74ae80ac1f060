/** The built-in dataset from its seed: balanced, shuffled labels and one picture per label. */
import { randomStream } from '../../../core/random/stream.ts';
import type { Split } from '../dataset.ts';
import { builtinClasses } from './figures.ts';
import { type PictureSettings, paintPicture, plane } from './picture.ts';

/** Raised whenever the bytes change. */
export const generatorVersion = 1;
export const builtinSeed = 0;
export const builtinShape: readonly [number, number, number] = [3, 32, 32];

const settings: PictureSettings = { colourHint: 0.2, groundHint: 0.45, wander: 3.5, noise: 0.16 };

/** Images of one split, [count, 3, 32, 32]; each depends only on (seed, split name, its index, its label). */
export function generateSplit(seed: number, name: 'train' | 'test', count: number): Split {
  const classes = builtinClasses.length;
  const inOrder = Array.from({ length: count }, (_, index) => index % classes);
  const labels = Uint8Array.from(randomStream('builtin', seed, name, 'labels').shuffled(inOrder));
  const images = new Uint8Array(count * 3 * plane);
  const canvas = new Float64Array(3 * plane);
  for (let index = 0; index < count; index++) {
    const random = randomStream('builtin', seed, name, index);
    paintPicture(random, labels[index] ?? 0, settings, canvas, images, index * 3 * plane);
  }
  return { images, labels, count };
}
