/** Dropout's random multipliers (Srivastava et al. 2014, as torch.nn.Dropout scales them), drawn by the host. */
import { randomStream } from '../random/stream.ts';

/**
 * Fills `mask` with 0 (probability `p`) and `scale`. The same seed, step and node give the same mask.
 * @param node index of the dropout node in the network
 */
export function fillDropoutMask(
  mask: Float32Array,
  { p, scale }: { readonly p: number; readonly scale: number },
  key: { readonly seed: number; readonly step: number; readonly node: number },
): void {
  const stream = randomStream('dropout', key.seed, key.step, key.node);
  const threshold = p * 4294967296;
  for (let i = 0; i < mask.length; i++) mask[i] = stream.uint32() < threshold ? 0 : scale;
}
