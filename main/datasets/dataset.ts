/** A labelled image set in memory: bytes of a training and a test split, and the measures every user of one needs. */
import { createHash } from 'node:crypto';

/** Images of one split with their labels. */
export interface Split {
  /** [count, channels, height, width] bytes, 0 to 255, row by row; channel order red, green, blue. */
  readonly images: Uint8Array;
  /** [count] class indices. */
  readonly labels: Uint8Array;
  readonly count: number;
}

export interface Dataset {
  /** The name it is opened by: `builtin`, or that of an imported one. */
  readonly name: string;
  /** SHA-256 of the content (see {@link contentHash}), lower-case hexadecimal: equal content, equal hash, whatever the name. */
  readonly hash: string;
  /** Class names by label. */
  readonly classes: readonly string[];
  /** [channels, height, width]. */
  readonly shape: readonly [number, number, number];
  readonly train: Split;
  readonly test: Split;
}

/** Per-channel measures of pixels scaled to 0..1 (byte / 255). */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  /** Population standard deviation (divided by n, as torchvision's published CIFAR-10 figures are). */
  readonly deviation: readonly number[];
}

/**
 * Mean and standard deviation of each channel over all images of a split, in units of byte / 255.
 * Sums are exact integers (up to 2^53, i.e. 138 thousand million pixels), so the order of summing does not matter.
 */
export function channelStatistics(split: Split, shape: readonly [number, number, number]): ChannelStatistics {
  const [channels, height, width] = shape;
  const plane = height * width;
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    let squares = 0;
    for (let image = 0; image < split.count; image++) {
      const start = (image * channels + channel) * plane;
      for (let i = start; i < start + plane; i++) {
        const value = split.images[i] ?? 0;
        sum += value;
        squares += value * value;
      }
    }
    const pixels = Math.max(1, split.count * plane);
    const average = sum / pixels;
    mean.push(average / 255);
    deviation.push(Math.sqrt(Math.max(0, squares / pixels - average * average)) / 255);
  }
  return { mean, deviation };
}

/** Number of images of each class, by label. */
export function classCounts(split: Split, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of split.labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/**
 * SHA-256 over one line of JSON (shape, classes, counts) and then the bytes of training images, training labels,
 * test images and test labels.
 */
export function contentHash(content: Omit<Dataset, 'name' | 'hash'>): string {
  const { classes, shape, train, test } = content;
  const hash = createHash('sha256');
  hash.update(`${JSON.stringify({ shape, classes, train: train.count, test: test.count })}\n`);
  for (const part of [train.images, train.labels, test.images, test.labels]) hash.update(part);
  return hash.digest('hex');
}
