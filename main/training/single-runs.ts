/** Logits and gradients of given images, inside a training process: what `network predict` and `network gradients` ask. */
import { buildEvaluationGraph } from '../../core/autodiff/evaluation-graph.ts';
import { buildGradientGraph } from '../../core/autodiff/gradient-graph.ts';
import type { GradientGraph } from '../../core/autodiff/graph.ts';
import { fail } from '../../core/failure.ts';
import { type Network, shapeOfValue } from '../../core/network/ir.ts';
import { readSafetensors, writeSafetensors } from '../../core/tensors/safetensors.ts';
import { elementCount, showShape, type Tensor } from '../../core/tensors/tensor.ts';
import { devices } from '../../core/training/devices/table.ts';
import { estimateMemory } from '../../core/training/memory.ts';
import { weightsFor } from '../../core/training/weights.ts';
import { logitsOf, weightFeeds } from './evaluation.ts';
import type { Answer, SessionSettings } from './messages.ts';
import { type Feeds, openSession, plainTensor, sessionTensor } from './session.ts';

/** Images in one run of a prediction. */
const largestBatch = 250;

export interface GivenImages {
  readonly network: Network;
  /** Safetensors bytes. */
  readonly weights: Uint8Array;
  /** [count, C, H, W], normalised by the caller. */
  readonly images: Float32Array;
  readonly count: number;
}

function checkImages({ network, images, count }: GivenImages): number {
  const imageSize = elementCount(network.input);
  if (images.length !== count * imageSize) {
    fail(
      'input',
      `${count} images of ${showShape(network.input)} are ${count * imageSize} numbers, not ${images.length}.`,
    );
  }
  return imageSize;
}

/**
 * Logits in evaluation mode, [n, classes].
 * @throws FailureError `weights` or `input` where they do not fit the network
 */
export async function predict(given: GivenImages, settings: SessionSettings, alive: () => void): Promise<Answer> {
  const imageSize = checkImages(given);
  const weights = weightsFor(given.network, readSafetensors(given.weights));
  const graph = buildEvaluationGraph(given.network, {
    batch: Math.min(largestBatch, given.count),
    formulation: devices[settings.device].formulation,
  });
  const session = await openSession(graph, settings);
  try {
    const write = (image: number, target: Float32Array, offset: number) =>
      target.set(given.images.subarray(image * imageSize, (image + 1) * imageSize), offset);
    const result = await logitsOf(graph, session, weightFeeds(graph, weights), given.count, write, alive);
    return { kind: 'logits', ...result };
  } finally {
    await session.release();
  }
}

function gradientFeeds(
  graph: GradientGraph,
  weights: ReadonlyMap<string, Tensor>,
  images: Float32Array,
  labels: Int32Array,
): Feeds {
  const feeds: Feeds = new Map();
  for (const input of graph.inputs) {
    if (input.role === 'images') {
      feeds.set(input.name, sessionTensor({ type: 'float32', shape: input.shape, data: images }));
    } else if (input.role === 'labels') {
      feeds.set(input.name, sessionTensor({ type: 'int32', shape: input.shape, data: labels }));
    } else if (input.role === 'parameter' || input.role === 'statistic') {
      const tensor = weights.get(input.state);
      if (tensor === undefined) fail('internal', `The gradient graph reads ${input.state}, which there is not.`);
      feeds.set(input.name, sessionTensor(tensor));
    } else {
      fail('internal', `The gradient graph has an input ${input.name} of role ${input.role}.`);
    }
  }
  return feeds;
}

/**
 * Mean cross-entropy over the images and its gradient by every parameter, as safetensors: training mode, batch
 * normalisation by these images' statistics, dropout as identity. All images go into one run.
 * @throws FailureError `weights` or `input` where they do not fit the network; `memory` where one run would be too large
 */
export async function gradients(
  given: GivenImages & { readonly labels: Int32Array },
  settings: SessionSettings,
): Promise<Answer> {
  checkImages(given);
  const { network, labels, count } = given;
  const classes = shapeOfValue(network, network.output)[1];
  if (labels.length !== count) fail('input', `There are ${count} images but ${labels.length} labels.`);
  const wrong = labels.findIndex((label) => label < 0 || label >= Number(classes));
  if (wrong >= 0)
    fail('input', `Label ${wrong} is ${labels[wrong]}; the network's classes are 0 to ${Number(classes) - 1}.`);
  const needed = estimateMemory(network, count, 1).trainingBytes;
  if (needed > settings.memoryLimitBytes) {
    const [need, limit] = [needed, settings.memoryLimitBytes].map((bytes) => Math.ceil(bytes / 1e6));
    fail(
      'memory',
      `Gradients over ${count} images at once need about ${need} MB; ${limit} are allowed. Give fewer images.`,
    );
  }
  const weights = weightsFor(network, readSafetensors(given.weights));
  const graph = buildGradientGraph(network, { batch: count, formulation: devices[settings.device].formulation });
  const session = await openSession(graph, settings);
  try {
    const outputs = await session.run(gradientFeeds(graph, weights, given.images, labels));
    const tensors = new Map<string, Tensor>();
    for (const output of graph.outputs) {
      const tensor = outputs.get(output.name);
      if (tensor === undefined) fail('internal', `The gradient graph did not yield ${output.name}.`);
      if (output.role === 'gradient') tensors.set(output.state, plainTensor(tensor));
      if (output.role === 'loss') tensors.set('loss', plainTensor(tensor));
    }
    return { kind: 'gradients', tensors: writeSafetensors(tensors) };
  } finally {
    await session.release();
  }
}
