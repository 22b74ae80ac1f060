/**
 * Augmentation as standard for CIFAR-10 (He et al. 2016, section 4.2): a mirror left to right and a crop out of the
 * padded image; and cutout, a square set to zero (DeVries and Taylor 2017). Drawn for each image and epoch from its own stream, so that it depends on neither batch nor order.
 */
import { randomStream } from '../random/stream.ts';

export interface AugmentationRule {
  /** Mirror with probability one half. */
  readonly flip: boolean;
  /** Pixels of reflected padding on each side; 0 crops nothing. */
  readonly crop: number;
  /** Side of the square that is set to zero; 0 or nothing cuts none. */
  readonly cutout?: number;
}

export interface Augmentation {
  readonly mirrored: boolean;
  /** Where the crop begins relative to the unpadded image, -crop to crop. */
  readonly top: number;
  readonly left: number;
  /** What is set to zero: rows top to bottom - 1 and columns left to right - 1, within the image or beyond it. */
  readonly hole?: { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };
}

/** Nothing is done to the image. */
export const asItIs: Augmentation = { mirrored: false, top: 0, left: 0 };

/**
 * What happens to image `image` (its index in the training images) in an epoch of a training with this seed.
 * @param size height and width: where the square's middle may lie
 */
export function drawAugmentation(
  rule: AugmentationRule,
  seed: number,
  epoch: number,
  image: number,
  size: readonly [number, number],
): Augmentation {
  const { flip, crop, cutout = 0 } = rule;
  if (!flip && crop === 0 && cutout === 0) return asItIs;
  const stream = randomStream('augmentation', seed, epoch, image);
  const mirrored = flip && stream.integer(2) === 1;
  const top = crop === 0 ? 0 : stream.integer(2 * crop + 1) - crop;
  const left = crop === 0 ? 0 : stream.integer(2 * crop + 1) - crop;
  if (cutout === 0) return { mirrored, top, left };
  const [row, column] = size.map((length) => stream.integer(length) - Math.floor(cutout / 2));
  const hole = { top: row ?? 0, left: column ?? 0, bottom: (row ?? 0) + cutout, right: (column ?? 0) + cutout };
  return { mirrored, top, left, hole };
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
 * Writes image `image` of the source, cropped from its reflected padding, then mirrored, then normalised, then with its
 * hole set to zero, as float32 [C, H, W] into `target` at element `offset`. `|top|` and `|left|` must be less than H, W.
 */
export function writeImage(
  { images, shape, table }: ImageSource,
  image: number,
  { mirrored, top, left, hole }: Augmentation,
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
  if (hole === undefined) return;
  const [first, last] = [Math.max(0, hole.left), Math.min(width, hole.right)];
  for (let channel = 0; channel < channels; channel++) {
    for (let y = Math.max(0, hole.top); y < Math.min(height, hole.bottom); y++) {
      const row = offset + channel * plane + y * width;
      target.fill(0, row + first, row + last);
    }
  }
}
