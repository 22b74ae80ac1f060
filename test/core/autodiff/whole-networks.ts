/**
 * The thirty networks of test/golden/autodiff/networks in our graphs: their gradients, and the losses of 100 steps of SGD,
 * from the weights, images and masks that whole_networks.py has by the same formulas.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildGradientGraph } from '../../../core/autodiff/gradient-graph.ts';
import type { GradientGraph, GraphInput, TrainingGraph } from '../../../core/autodiff/graph.ts';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import type { Network } from '../../../core/network/ir.ts';
import { elementCount, type Tensor } from '../../../core/tensors/tensor.ts';
import { asItIs, writeImage } from '../../../core/training/augmentation.ts';
import { type DeviceName, devices } from '../../../core/training/devices/table.ts';
import { halfNormalisation, pixelTable } from '../../../core/training/normalisation.ts';
import type { Dataset } from '../../../main/datasets/dataset.ts';
import { readNetworkFile } from '../../../main/interpreter.ts';
import { type Feeds, openSession, scalarOf, sessionTensor } from '../../../main/training/session.ts';
import { numbers } from '../../golden/autodiff/formula.ts';
import { dropoutMask } from './golden-cases.ts';

const folder = join(import.meta.dirname, '..', '..', 'golden', 'autodiff', 'networks');

/** As in whole_networks.py. */
export const recipe = { batch: 32, steps: 100, learningRate: 0.001, momentum: 0.9 } as const;
const madeBatch = 8;

export const networkNames = readdirSync(folder)
  .filter((file) => file.endsWith('.py'))
  .map((file) => file.slice(0, -3))
  .sort();

export async function readNetwork(name: string): Promise<Network> {
  const { network } = await readNetworkFile(join(folder, `${name}.py`), { input: [3, 32, 32], classes: 10 });
  return network;
}

/** One batch: float32 [B, 3, 32, 32] and its labels. */
export interface Batch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/** Uniform numbers in place of images, for gradients that need no data. */
export function madeImages(): Batch {
  const labels = Int32Array.from({ length: madeBatch }, (_, i) => (3 * i) % 10);
  return { images: numbers([madeBatch, 3, 32, 32], 1), labels };
}

/** The images of a step: those of the dataset in their order. */
export function realImages({ train, shape }: Dataset, step: number): Batch {
  const images = new Float32Array(recipe.batch * elementCount(shape));
  const labels = new Int32Array(recipe.batch);
  const source = { ...train, shape, table: pixelTable(halfNormalisation(shape[0])) };
  for (let i = 0; i < recipe.batch; i++) {
    const image = (step * recipe.batch + i) % train.count;
    writeImage(source, image, asItIs, images, i * elementCount(shape));
    labels[i] = train.labels[image] ?? 0;
  }
  return { images, labels };
}

/** Weights by the formula: uniform, of a size that keeps the variance; norms around one. Buffers as they begin. */
function stateOf(network: Network): Map<string, Tensor> {
  const state = new Map<string, Tensor>();
  const parameters = network.parameters.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const [i, { name, shape }] of parameters.entries()) {
    const data =
      shape.length > 1
        ? numbers(shape, 100 + i, { scale: Math.sqrt(6 / elementCount(shape.slice(1))) })
        : numbers(shape, 100 + i, { scale: 0.1, offset: name.includes('bias') ? 0 : 1 });
    state.set(name, { type: 'float32', shape, data });
  }
  for (const { name, shape, type, value } of network.buffers) {
    if (typeof value !== 'number') throw new Error(`The buffer ${name} does not begin as one number.`);
    const data = type === 'int64' ? BigInt64Array.of(BigInt(value)) : new Float32Array(elementCount(shape)).fill(value);
    state.set(name, { type, shape, data } as Tensor);
  }
  return state;
}

function feedsOf(graph: GradientGraph | TrainingGraph, give: (input: GraphInput) => Tensor['data']): Feeds {
  return new Map(
    graph.inputs.map((input) => [
      input.name,
      sessionTensor({ type: input.type, shape: input.shape, data: give(input) } as Tensor),
    ]),
  );
}

const settings = { threads: 1, optimization: 'basic', memoryLimitBytes: 4e9 } as const;

/** All gradients of the batch's loss in one vector, parameters in order of their names. */
export async function gradientsOf(network: Network, batch: Batch, device: DeviceName): Promise<Float32Array> {
  const graph = buildGradientGraph(network, { batch: batch.labels.length, formulation: devices[device].formulation });
  const state = stateOf(network);
  const session = await openSession(graph, { ...settings, device });
  try {
    const outputs = await session.run(
      feedsOf(graph, (input) => {
        if (input.role === 'images') return batch.images;
        if (input.role === 'labels') return batch.labels;
        const tensor = 'state' in input ? state.get(input.state) : undefined;
        if (tensor === undefined) throw new Error(`The gradient graph asks for ${input.name}.`);
        return tensor.data;
      }),
    );
    const names = network.parameters.map(({ name }) => name).sort();
    return Float32Array.from(names.flatMap((name) => [...(outputs.get(`gradient:${name}`)!.data as Float32Array)]));
  } finally {
    await session.release();
  }
}

/** Losses of the steps of SGD on the dataset's images. */
export async function lossesOf(network: Network, dataset: Dataset): Promise<number[]> {
  const { batch, steps, learningRate, momentum } = recipe;
  const graph = buildTrainingGraph(network, { batch, momentum, weightDecay: 0, labelSmoothing: 0 });
  const masks = graph.inputs.filter((input) => input.role === 'dropoutMask').toSorted((a, b) => a.node - b.node);
  const weights = stateOf(network);
  const state: Feeds = new Map();
  const session = await openSession(graph, { ...settings, device: 'cpu' });
  const losses: number[] = [];
  try {
    for (let step = 0; step < steps; step++) {
      const { images, labels } = realImages(dataset, step);
      const fresh = feedsOf(graph, (input) => {
        switch (input.role) {
          case 'images':
            return images;
          case 'labels':
            return labels;
          case 'learningRate':
            return Float32Array.of(learningRate);
          case 'dropoutMask':
            return dropoutMask(100 * masks.indexOf(input), input.p, input.scale, input.shape, step);
          case 'momentum':
            return new Float32Array(elementCount(input.shape));
          default: {
            const tensor = 'state' in input ? weights.get(input.state) : undefined;
            if (tensor === undefined) throw new Error(`The training graph asks for ${input.name}.`);
            return tensor.data;
          }
        }
      });
      const outputs = await session.run(new Map([...fresh, ...state]));
      losses.push(scalarOf(outputs, 'loss'));
      for (const input of graph.inputs) {
        const next = 'next' in input && input.next !== null ? outputs.get(input.next) : undefined;
        if (next !== undefined) state.set(input.name, next);
      }
    }
  } finally {
    await session.release();
  }
  return losses;
}
