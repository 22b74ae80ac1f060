/** Weights from a file made to fit a network: all of them, or those that happen to agree. */
import { fail } from '../failure.ts';
import { initialBuffer } from '../network/initialise.ts';
import type { Buffer, Network } from '../network/ir.ts';
import { sameShape, showShape, type Tensor } from '../tensors/tensor.ts';

interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: 'float32' | 'int64';
  /** Of a buffer of whole numbers: what the source makes them. */
  readonly whole: Buffer | null;
}

function slotsOf(network: Network): Slot[] {
  const parameters = network.parameters.map(({ name, shape }): Slot => ({ name, shape, type: 'float32', whole: null }));
  const buffers = network.buffers.map((buffer): Slot => {
    const { name, shape, type } = buffer;
    return { name, shape, type, whole: type === 'int64' ? buffer : null };
  });
  return [...parameters, ...buffers];
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
 * The buffer's whole numbers where they are part of the network once it is read, as places in a table are; null for all
 * else. Counts of batch normalisation are whole numbers too, but change in training.
 */
function fixedValues({ name, whole }: Slot): Tensor | null {
  return whole === null || /(^|\.)num_batches_tracked$/.test(name) ? null : initialBuffer(whole);
}

/**
 * Tensors under the first names of what they fill. load_state_dict fills a layer that is registered more than once as
 * often, in the order of its names: the last counts. Files may lack all but one of the names.
 */
function underFirstNames({ aliases = [] }: Network, tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const first = new Map(tensors);
  for (const { name, of } of aliases) {
    const tensor = tensors.get(name);
    if (tensor === undefined) continue;
    first.delete(name);
    first.set(of, tensor);
  }
  return first;
}

/**
 * Every parameter and buffer of the network out of `tensors`, as load_state_dict takes them. Absent may be whole numbers
 * only, which then are what the source makes them: num_batches_tracked zero (files older than PyTorch 0.4.1 lack it).
 * @throws FailureError `weights` that names every missing, misshaped and foreign tensor, and whole numbers that differ
 * from those the network was read with.
 */
export function weightsFor(network: Network, given: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const tensors = underFirstNames(network, given);
  const weights = new Map<string, Tensor>();
  const problems: string[] = [];
  const slots = slotsOf(network);
  for (const slot of slots) {
    const tensor = tensors.get(slot.name);
    if (tensor === undefined) {
      if (slot.whole !== null) weights.set(slot.name, initialBuffer(slot.whole));
      else problems.push(`"${slot.name}" ${showShape(slot.shape)} is missing`);
      continue;
    }
    if (!sameShape(tensor.shape, slot.shape)) {
      problems.push(`"${slot.name}" is ${showShape(tensor.shape)} where the network has ${showShape(slot.shape)}`);
      continue;
    }
    const fitting = converted(tensor, slot);
    const fixed = fixedValues(slot);
    if (fitting === null) problems.push(`"${slot.name}" holds ${tensor.type}, not ${slot.type}`);
    else if (fixed?.data.some((value, index) => value !== fitting.data[index])) {
      problems.push(`"${slot.name}" holds other whole numbers than the network's source computes`);
    } else weights.set(slot.name, fitting);
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

/**
 * `fresh` with those tensors replaced that `tensors` has under the same name, with the same shape and kind of type;
 * whole numbers that are part of the network stay.
 */
export function inheritedWeights(
  network: Network,
  fresh: ReadonlyMap<string, Tensor>,
  tensors: ReadonlyMap<string, Tensor>,
): Map<string, Tensor> {
  const weights = new Map(fresh);
  for (const slot of slotsOf(network)) {
    const tensor = tensors.get(slot.name);
    if (tensor === undefined || !sameShape(tensor.shape, slot.shape)) continue;
    if (fixedValues(slot) !== null) continue;
    const fitting = converted(tensor, slot);
    if (fitting !== null) weights.set(slot.name, fitting);
  }
  return weights;
}
