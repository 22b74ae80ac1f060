/** Weights of a network under the names of its clean source, so that they load into that strictly. */
import { fail } from '../../failure.ts';
import { elementCount, sameShape, showShape, type Tensor } from '../../tensors/tensor.ts';
import { initialBuffer } from '../initialise.ts';
import type { CleanNetwork } from './clean-source.ts';

/**
 * @param weights by the names of the network that was printed
 * @returns one tensor for each name of the source's state_dict; zeros for the direction of a recurrent layer that the
 * network never reads, and for buffers that the weights lack what the source makes them
 * @throws FailureError (`weights`) where one is missing or of another size
 */
export function renamedWeights(
  { network, origins }: CleanNetwork,
  weights: ReadonlyMap<string, Tensor>,
): Map<string, Tensor> {
  const renamed = new Map<string, Tensor>();
  const names = new Map([...network.parameters, ...network.buffers].map(({ name, shape }) => [name, shape]));
  // Names of shared parameters beyond the first are in the state_dict alone.
  for (const [name, origin] of origins) {
    const shape = weights.get(origin)?.shape;
    if (!names.has(name) && shape !== undefined) names.set(name, shape);
  }
  const buffers = new Map(network.buffers.map((buffer) => [buffer.name, buffer]));
  for (const [name, shape] of names) {
    const origin = origins.get(name);
    const given = origin === undefined ? undefined : weights.get(origin);
    if (given !== undefined && !sameShape(given.shape, shape)) {
      return fail('weights', `The weight "${origin}" is ${showShape(given.shape)}, not ${showShape(shape)}.`);
    }
    const buffer = buffers.get(name);
    if (given !== undefined) renamed.set(name, given);
    else if (buffer !== undefined) renamed.set(name, initialBuffer(buffer));
    else if (origin !== undefined) return fail('weights', `The weight "${origin}" ${showShape(shape)} is missing.`);
    else renamed.set(name, { type: 'float32', shape, data: new Float32Array(elementCount(shape)) });
  }
  return renamed;
}
