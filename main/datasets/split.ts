/** Holding out a validation split of the training images: pure and seeded, the same for every training of a run. */
import { fail } from '../../core/failure.ts';
import { randomStream } from '../../core/random/stream.ts';
import type { Dataset, Split } from './dataset.ts';

export interface TrainingSplit {
  /** Indices into the dataset's training split that are trained on, ascending. */
  readonly training: Uint32Array;
  /** Indices held out, ascending; disjoint from `training`, together they are all. */
  readonly validation: Uint32Array;
}

/**
 * Draws `validationImages` of the dataset's training images to be held out, stratified: each class gives its share,
 * rounded down, and the classes with the largest remainders (ties by lower label) one more.
 * Depends on the labels and the seed alone.
 * @throws FailureError `dataset` when nothing would be left to train on.
 */
export function splitTraining(dataset: Dataset, validationImages: number, splitSeed: number): TrainingSplit {
  const { labels, count } = dataset.train;
  if (!Number.isInteger(validationImages) || validationImages < 0 || validationImages >= count) {
    fail(
      'dataset',
      `Cannot hold out ${validationImages} of the ${count} training images of dataset ${dataset.name}: ` +
        `choose validationImages from 0 to ${count - 1}.`,
    );
  }
  const members: number[][] = dataset.classes.map(() => []);
  for (let i = 0; i < count; i++) members[labels[i] ?? 0]?.push(i);
  const shares = members.map((indices, label) => {
    const exact = (indices.length * validationImages) / count;
    return { label, take: Math.floor(exact), remainder: exact - Math.floor(exact) };
  });
  let missing = validationImages - shares.reduce((sum, share) => sum + share.take, 0);
  const byRemainder = [...shares].sort((a, b) => b.remainder - a.remainder || a.label - b.label);
  for (const share of byRemainder) {
    if (missing === 0) break;
    share.take++;
    missing--;
  }
  const held = new Uint8Array(count);
  for (const { label, take } of shares) {
    const order = randomStream('validation split', splitSeed, label).shuffled(members[label] ?? []);
    for (const index of order.slice(0, take)) held[index] = 1;
  }
  const training = new Uint32Array(count - validationImages);
  const validation = new Uint32Array(validationImages);
  let trained = 0;
  let validated = 0;
  for (let i = 0; i < count; i++) {
    if (held[i] === 1) validation[validated++] = i;
    else training[trained++] = i;
  }
  return { training, validation };
}

/** A new split of the images at `indices`, in that order. `imageBytes`: channels x height x width. */
export function selectImages(split: Split, indices: ArrayLike<number>, imageBytes: number): Split {
  const images = new Uint8Array(indices.length * imageBytes);
  const labels = new Uint8Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] ?? 0;
    if (!(index < split.count)) throw new RangeError(`Image ${index} of a split of ${split.count}.`);
    images.set(split.images.subarray(index * imageBytes, (index + 1) * imageBytes), i * imageBytes);
    labels[i] = split.labels[index] ?? 0;
  }
  return { images, labels, count: indices.length };
}
