/** Initial weights of a network: the distributions of PyTorch's layers, drawn from seeded streams. */
import { randomStream } from '../random/stream.ts';
import { elementCount, type Tensor } from '../tensors/tensor.ts';
import type { Buffer, Network, Parameter } from './ir.ts';

/**
 * Parameters in the order in which the network first reads them, unused ones last: what is drawn for a weight depends
 * on its place in what is computed, not on its name.
 */
function byFirstUse(network: Network): Parameter[] {
  const named = new Map(network.parameters.map((parameter) => [parameter.name, parameter]));
  const ordered = new Set<Parameter>();
  for (const { parameters } of network.nodes) {
    for (const name of [parameters.weight, parameters.bias]) {
      const parameter = name === undefined ? undefined : named.get(name);
      if (parameter !== undefined) ordered.add(parameter);
    }
  }
  for (const parameter of network.parameters) ordered.add(parameter);
  return [...ordered];
}

function drawParameter(parameter: Parameter, seed: number, place: number): Tensor {
  const { initializer, shape } = parameter;
  const data = new Float32Array(elementCount(shape));
  if (initializer.kind === 'constant') {
    data.fill(initializer.value);
  } else {
    const stream = randomStream('initial weights', seed, place);
    for (let i = 0; i < data.length; i++) {
      data[i] =
        initializer.kind === 'uniform'
          ? (2 * stream.uniform() - 1) * initializer.bound
          : initializer.mean + initializer.deviation * stream.normal();
    }
  }
  return { type: 'float32', shape, data };
}

function initialBuffer({ shape, type, value }: Buffer): Tensor {
  const count = elementCount(shape);
  return type === 'int64'
    ? { type, shape, data: new BigInt64Array(count).fill(BigInt(value)) }
    : { type, shape, data: new Float32Array(count).fill(value) };
}

/**
 * Parameters and buffers of a fresh network by state_dict name, in state_dict's order within each kind.
 * The same network and seed give the same values, whatever its layers are named.
 */
export function initialWeights(network: Network, seed: number): Map<string, Tensor> {
  const drawn = new Map(
    byFirstUse(network).map((parameter, place) => [parameter.name, drawParameter(parameter, seed, place)]),
  );
  const weights = new Map<string, Tensor>();
  for (const { name } of network.parameters) {
    const tensor = drawn.get(name);
    if (tensor !== undefined) weights.set(name, tensor);
  }
  for (const buffer of network.buffers) weights.set(buffer.name, initialBuffer(buffer));
  return weights;
}
