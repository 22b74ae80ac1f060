/** From bytes to a network's input: per-channel tables of the 256 values, rounded as PyTorch's float32 arithmetic is. */

/** Per-channel mean and deviation of pixels scaled to 0..1. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** (x - 0.5) / 0.5 in every channel, as in PyTorch's CIFAR-10 tutorial. */
export function halfNormalisation(channels: number): Normalisation {
  const halves = new Array<number>(channels).fill(0.5);
  return { mean: halves, deviation: halves };
}

/**
 * What each byte becomes, [channels x 256]: ToTensor and Normalize of torchvision, each step rounded to float32.
 * A channel that does not vary (deviation 0) is only centred.
 */
export function pixelTable({ mean, deviation }: Normalisation): Float32Array {
  const table = new Float32Array(mean.length * 256);
  for (const [channel, centre] of mean.entries()) {
    const scale = Math.fround(deviation[channel] ?? 1) || 1;
    for (let byte = 0; byte < 256; byte++) {
      const pixel = Math.fround(byte / 255);
      table[channel * 256 + byte] = Math.fround(pixel - Math.fround(centre)) / scale;
    }
  }
  return table;
}
