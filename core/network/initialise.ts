/** Initial weights of a network: the distributions of PyTorch's layers, drawn from seeded streams. */
import { type RandomStream, randomStream } from '../random/stream.ts';
import { elementCount, type Tensor } from '../tensors/tensor.ts';
import type { Buffer, Initializer, Network, Parameter } from './ir.ts';

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

/** Draws of the distribution until one lies between the bounds, as trunc_normal_ gives them. */
function truncatedNormal(
  stream: RandomStream,
  { mean, deviation, low, high }: Extract<Initializer, { readonly kind: 'truncatedNormal' }>,
): number {
  // Where the bounds leave out nearly everything, the nearest bound stands for the rest.
  let value = mean;
  for (let attempt = 0; attempt < 200; attempt++) {
    value = mean + deviation * stream.normal();
    if (value >= low && value <= high) return value;
  }
  return Math.min(Math.max(value, low), high);
}

/** Orthogonal rows, or columns where there are more rows (Saxe et al. 2013), by Gram and Schmidt. */
function orthogonal(stream: RandomStream, shape: readonly number[], gain: number): Float32Array {
  const rows = shape[0] ?? 1;
  const columns = elementCount(shape.slice(1));
  const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = Float64Array.from({ length }, () => stream.normal());
    for (const other of vectors) {
      const along = other.reduce((sum, value, k) => sum + value * (vector[k] ?? 0), 0);
      for (let k = 0; k < length; k++) vector[k] = (vector[k] ?? 0) - along * (other[k] ?? 0);
    }
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    vectors.push(vector.map((value) => value / norm));
  }
  return Float32Array.from({ length: rows * columns }, (_, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    return gain * ((rows < columns ? vectors[row]?.[column] : vectors[column]?.[row]) ?? 0);
  });
}

/** Normal numbers with zeros at random rows of each column (Martens 2010). */
function sparse(stream: RandomStream, shape: readonly number[], deviation: number, zeros: number): Float32Array {
  const [rows = 1, columns = 1] = shape;
  const data = Float32Array.from({ length: rows * columns }, () => deviation * stream.normal());
  const places = Array.from({ length: rows }, (_, row) => row);
  for (let column = 0; column < columns; column++) {
    for (const row of stream.shuffled(places).slice(0, zeros)) data[row * columns + column] = 0;
  }
  return data;
}

function draw(initializer: Initializer, shape: readonly number[], stream: RandomStream): Float32Array {
  const count = elementCount(shape);
  const filled = (next: (index: number) => number) => {
    const data = new Float32Array(count);
    for (let i = 0; i < count; i++) data[i] = next(i);
    return data;
  };
  switch (initializer.kind) {
    case 'constant':
      return filled(() => initializer.value);
    case 'values':
      return filled((index) => initializer.values[index] ?? 0);
    case 'uniform':
      return filled(() => (2 * stream.uniform() - 1) * initializer.bound);
    case 'range':
      return filled(() => initializer.low + stream.uniform() * (initializer.high - initializer.low));
    case 'normal':
      return filled(() => initializer.mean + initializer.deviation * stream.normal());
    case 'truncatedNormal':
      return filled(() => truncatedNormal(stream, initializer));
    case 'orthogonal':
      return orthogonal(stream, shape, initializer.gain);
    case 'sparse':
      return sparse(stream, shape, initializer.deviation, initializer.zeros);
    case 'patched': {
      const data = draw(initializer.of, shape, stream);
      for (const { start, count: length, by } of initializer.patches) data.set(draw(by, [length], stream), start);
      return data;
    }
  }
}

function drawParameter({ initializer, shape }: Parameter, seed: number, place: number): Tensor {
  return { type: 'float32', shape, data: draw(initializer, shape, randomStream('initial weights', seed, place)) };
}

/** What a buffer holds from the start: what the source computes. */
export function initialBuffer({ shape, type, value }: Buffer): Tensor {
  const count = elementCount(shape);
  const values = typeof value === 'number' ? new Array<number>(count).fill(value) : value;
  return type === 'int64'
    ? { type, shape, data: BigInt64Array.from(values, BigInt) }
    : { type, shape, data: Float32Array.from(values) };
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
