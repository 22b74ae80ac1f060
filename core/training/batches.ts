/** Which images each step sees: a fresh seeded order for every epoch, cut into whole batches. */
import { fail } from '../failure.ts';
import { randomStream } from '../random/stream.ts';

/**
 * Steps of one epoch: whole batches only.
 * @throws FailureError `recipe` when there are fewer images than one batch.
 */
export function stepsPerEpoch(images: number, batch: number): number {
  if (images < batch) {
    fail(
      'recipe',
      `A batch of ${batch} needs at least as many training images; there are ${images}. Choose a smaller batch.`,
    );
  }
  return Math.floor(images / batch);
}

/** Order of the training images in an epoch (0-based): a permutation of 0 .. images - 1. */
export function epochOrder(images: number, seed: number, epoch: number): Uint32Array {
  const stream = randomStream('image order', seed, epoch);
  const order = new Uint32Array(images);
  for (let i = 0; i < images; i++) {
    const j = stream.integer(i + 1);
    order[i] = order[j] ?? 0;
    order[j] = i;
  }
  return order;
}
