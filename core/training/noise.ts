/** Random numbers that a network draws in training (torch.randn and torch.rand in forward), drawn by the host. */
import type { NoiseDistribution } from '../network/ir.ts';
import { randomStream } from '../random/stream.ts';

/**
 * Fills `numbers` from the distribution. The same seed, step and node give the same numbers.
 * @param node index of the noise node in the network
 */
export function fillNoise(
  numbers: Float32Array,
  distribution: NoiseDistribution,
  key: { readonly seed: number; readonly step: number; readonly node: number },
): void {
  const stream = randomStream('noise', key.seed, key.step, key.node);
  const next =
    distribution.kind === 'normal'
      ? () => distribution.mean + distribution.deviation * stream.normal()
      : () => distribution.low + (distribution.high - distribution.low) * stream.uniform();
  for (let i = 0; i < numbers.length; i++) numbers[i] = next();
}
