/** Weights from a file made to fit a network: all of them, or those that happen to agree. */
import { fail } from '../failure.ts';
import type { Network } from '../network/ir.ts';
import { sameShape, showShape, type Tensor } from '../tensors/tensor.ts';

interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: 'float32' | 'int64';
}

function slotsOf(network: Network): Slot[] {
  const parameters = network.parameters.map(({ name, shape }): Slot => ({ name, shape, type: 'float32' }));
  return [...parameters, ...network.buffers.map(({ name, shape, type }): Slot => ({ name, shape, type }))];
}

/** The tensor in the slot's type: doubles are rounded to float32, small integers widened; null where it cannot be. */
function converted(tensor: Tensor, { type, shape }: Slot): Tensor | null {
  if (tensor.type === type) return tensor;
  if (type === 'float32' && tensor.type === 'float64') return { type, shape, data: Float32Array.from(tensor.data) };
  if (type === 'int64' && (tensor.type === 'int32' || tensor.type === 'int8' || tensor.type === 'uint8')) {
    return { type, shape, data: BigInt64Array.from([...tensor.data].map(BigInt)) };
  }
  return null;
}

/**
 * Every parameter and buffer of the network out of `tensors`, as load_state_dict takes them; only num_batches_tracked
 * may be absent (files older than PyTorch 0.4.1 lack it).
 * @throws FailureError `weights` that names every missing, misshaped and foreign tensor.
 */
export function weightsFor(network: Network, tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  const problems: string[] = [];
  const slots = slotsOf(network);
  for (const slot of slots) {
    const tensor = tensors.get(slot.name);
    if (tensor === undefined) {
      if (slot.type === 'int64') weights.set(slot.name, { type: 'int64', shape: [], data: new BigInt64Array(1) });
      else problems.push(`"${slot.name}" ${showShape(slot.shape)} is missing`);
      continue;
    }
    if (!sameShape(tensor.shape, slot.shape)) {
      problems.push(`"${slot.name}" is ${showShape(tensor.shape)} where the network has ${showShape(slot.shape)}`);
      continue;
    }
    const fitting = converted(tensor, slot);
    if (fitting === null) problems.push(`"${slot.name}" holds ${tensor.type}, not ${slot.type}`);
    else weights.set(slot.name, fitting);
  }
  const known = new Set(slots.map(({ name }) => name));
  for (const [name, { shape }] of tensors) {
    if (!known.has(name)) problems.push(`"${name}" ${showShape(shape)} is not a weight of the network`);
  }
  if (problems.length > 0) {
    fail(
      'weights',
      `The weights do not fit the network: ${problems.join('; ')}. Give the weights of this very network.`,
    );
  }
  return weights;
}

/** `fresh` with those tensors replaced that `tensors` has under the same name, with the same shape and kind of type. */
export function inheritedWeights(
  network: Network,
  fresh: ReadonlyMap<string, Tensor>,
  tensors: ReadonlyMap<string, Tensor>,
): Map<string, Tensor> {
  const weights = new Map(fresh);
  for (const slot of slotsOf(network)) {
    const tensor = tensors.get(slot.name);
    if (tensor === undefined || !sameShape(tensor.shape, slot.shape)) continue;
    const fitting = converted(tensor, slot);
    if (fitting !== null) weights.set(slot.name, fitting);
  }
  return weights;
}
