/** One training step of a network on random images: whether it is trainable at all. */
import { type Failure, FailureError, fail } from '../../../core/failure.ts';
import { initialWeights } from '../../../core/network/initialise.ts';
import { derivedSeed, randomStream } from '../../../core/random/stream.ts';
import type { Interpretation } from '../../../core/search/ports.ts';
import { readSafetensors, writeSafetensors } from '../../../core/tensors/safetensors.ts';
import type { TrainerPool } from '../../training/pool.ts';

/** Images of the one training step that decides whether a network is trainable. */
const trialImages = 8;

/** Faults of the machine end the evaluation: they say nothing about the network. */
const faults: ReadonlySet<string> = new Set(['fault', 'internal', 'closed']);

/**
 * Runs the step's loss and gradients in a training process, in training mode with dropout as identity, and tells what
 * is not finite; null where all is. Rejects for a fault of the machine, which says nothing about the network.
 */
export function trialStep(
  pool: Pick<TrainerPool, 'request'>,
  seed: number,
  signal: AbortSignal,
): (interpretation: Interpretation) => Promise<Failure | null> {
  return async ({ network, hash }) => {
    const pixels = network.input.reduce((product, size) => product * size, 1);
    const stream = randomStream('trial images', seed);
    const images = Float32Array.from({ length: trialImages * pixels }, () => 2 * stream.uniform() - 1);
    const labels = Int32Array.from({ length: trialImages }, (_, index) => index % 10);
    const weights = writeSafetensors(initialWeights(network, derivedSeed('trial weights', seed, hash)));
    try {
      const answer = await pool.request(
        { kind: 'gradients', network, weights, images, labels, count: trialImages },
        signal,
      );
      if (answer.kind !== 'gradients') return fail('internal', `A trial step was answered with ${answer.kind}.`);
      for (const [name, tensor] of readSafetensors(answer.tensors)) {
        const finite = tensor.data.every(
          (value: number | bigint) => typeof value === 'bigint' || Number.isFinite(value),
        );
        if (finite) continue;
        const what = name === 'loss' ? 'loss' : `gradient of ${name}`;
        return { kind: 'diverged', message: `The first training step gives a ${what} that is not finite.` };
      }
      return null;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof FailureError) || faults.has(error.failure.kind)) throw error;
      return error.failure;
    }
  };
}
