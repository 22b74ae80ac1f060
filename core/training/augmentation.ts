/**
 * Augmentation as standard for CIFAR-10 (He et al. 2016, section 4.2): a mirror left to right and a crop out of the
 * padded image. Drawn for each image and epoch from its own stream, so that it depends on neither batch nor order.
 */
import { randomStream } from '../random/stream.ts';

export interface AugmentationRule {
  /** Mirror with probability one half. */
  readonly flip: boolean;
  /** Pixels of reflected padding on each side; 0 crops nothing. */
  readonly crop: number;
}

export interface Augmentation {
  readonly mirrored: boolean;
  /** Where the crop begins relative to the unpadded image, -crop to crop. */
  readonly top: number;
  readonly left: number;
}

const asItIs: Augmentation = { mirrored: false, top: 0, left: 0 };

/** What happens to image `image` (its index in the training images) in an epoch of a training with this seed. */
export function drawAugmentation(rule: AugmentationRule, seed: number, epoch: number, image: number): Augmentation {
  if (!rule.flip && rule.crop === 0) return asItIs;
  const stream = randomStream('augmentation', seed, epoch, image);
  const mirrored = rule.flip && stream.integer(2) === 1;
  if (rule.crop === 0) return { mirrored, top: 0, left: 0 };
  const top = stream.integer(2 * rule.crop + 1) - rule.crop;
  const left = stream.integer(2 * rule.crop + 1) - rule.crop;
  return { mirrored, top, left };
}

/** Index -2 becomes 2 and size becomes size - 2: reflection without repeating the edge (torch's padding mode `reflect`). */
function reflected(index: number, size: number): number {
  if (index < 0) return -index;
  return index < size ? index : 2 * (size - 1) - index;
}

/** A set of byte images and how its bytes become numbers. */
export interface ImageSource {
  /** [n, C, H, W] bytes. */
  readonly images: Uint8Array;
  /** [C, H, W]. */
  readonly shape: readonly [number, number, number];
  /** [C x 256], see pixelTable. */
  readonly table: Float32Array;
}

/**
 * Writes image `image` of the source, cropped from its reflected padding, then mirrored, then normalised, as float32
 * [C, H, W] into `target` at element `offset`. `|top|` and `|left|` must be less than H and W.
 */
export function writeImage(
  { images, shape, table }: ImageSource,
  image: number,
  { mirrored, top, left }: Augmentation,
  target: Float32Array,
  offset: number,
): void {
  const [channels, height, width] = shape;
  const plane = height * width;
  const columns = new Int32Array(width);
  for (let x = 0; x < width; x++) columns[x] = reflected(left + (mirrored ? width - 1 - x : x), width);
  let position = offset;
  for (let channel = 0; channel < channels; channel++) {
    const start = (image * channels + channel) * plane;
    const values = channel * 256;
    for (let y = 0; y < height; y++) {
      const row = start + reflected(top + y, height) * width;
      for (let x = 0; x < width; x++) {
        target[position++] = table[values + (images[row + (columns[x] ?? 0)] ?? 0)] ?? 0;
      }
    }
  }
}
