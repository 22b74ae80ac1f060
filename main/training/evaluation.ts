/** Accuracy and mean cross-entropy of a network in evaluation mode, over a split. */
import type { EvaluationGraph } from '../../core/autodiff/graph.ts';
import { fail } from '../../core/failure.ts';
import type { Tensor } from '../../core/tensors/tensor.ts';
import { asItIs, type ImageSource, writeImage } from '../../core/training/augmentation.ts';
import { type Feeds, type GraphSession, plainTensor, sessionTensor } from './session.ts';

export interface Scores {
  /** Share of images whose largest logit is that of their class; the first of equal ones counts. */
  readonly accuracy: number;
  /** Mean over the images of -log softmax(logits)[label], in double precision. */
  readonly loss: number;
}

export interface LabelledImages extends ImageSource {
  readonly labels: Uint8Array;
  readonly count: number;
}

/** Feeds of the graph's weights and running statistics. @throws FailureError `internal` when one is missing. */
export function weightFeeds(graph: EvaluationGraph, weights: ReadonlyMap<string, Tensor>): Feeds {
  const feeds: Feeds = new Map();
  for (const input of graph.inputs) {
    if (input.role !== 'parameter' && input.role !== 'statistic') continue;
    const tensor = weights.get(input.state);
    if (tensor === undefined) fail('internal', `The evaluation graph reads ${input.state}, which there is not.`);
    feeds.set(input.name, sessionTensor(tensor));
  }
  return feeds;
}

/** -log softmax(row)[label] and whether the label has the largest logit. */
function scoreRow(logits: Float32Array, start: number, classes: number, label: number): [number, boolean] {
  let best = 0;
  let largest = -Infinity;
  for (let k = 0; k < classes; k++) {
    const value = logits[start + k] ?? Number.NaN;
    if (Number.isNaN(value)) return [Number.NaN, false];
    if (value > largest) {
      largest = value;
      best = k;
    }
  }
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += Math.exp((logits[start + k] ?? 0) - largest);
  return [Math.log(sum) - ((logits[start + label] ?? 0) - largest), best === label];
}

/**
 * Logits of `count` images, [count, classes], `graph.batch` at a time; the last batch is filled up with zeros, which
 * changes nothing for the others, since in evaluation mode images do not see each other.
 * @param write writes image i as float32 [C, H, W] into the target at an offset
 */
export async function logitsOf(
  graph: EvaluationGraph,
  session: GraphSession,
  weights: Feeds,
  count: number,
  write: (image: number, target: Float32Array, offset: number) => void,
  alive: () => void,
): Promise<{ readonly logits: Float32Array; readonly classes: number }> {
  const images = graph.inputs.find((input) => input.role === 'images');
  const output = graph.outputs.find((candidate) => candidate.role === 'logits');
  if (images === undefined || output === undefined) fail('internal', 'The evaluation graph lacks images or logits.');
  const classes = output.shape[1] ?? 0;
  const imageSize = images.shape.slice(1).reduce((product, size) => product * size, 1);
  const logits = new Float32Array(count * classes);
  for (let first = 0; first < count; first += graph.batch) {
    const here = Math.min(graph.batch, count - first);
    const data = new Float32Array(graph.batch * imageSize);
    for (let i = 0; i < here; i++) write(first + i, data, i * imageSize);
    const feeds = new Map(weights).set(images.name, sessionTensor({ type: 'float32', shape: images.shape, data }));
    const result = (await session.run(feeds)).get(output.name);
    const values = result === undefined ? undefined : plainTensor(result).data;
    if (!(values instanceof Float32Array)) fail('internal', 'The evaluation graph did not yield its logits.');
    logits.set(values.subarray(0, here * classes), first * classes);
    alive();
  }
  return { logits, classes };
}

/** Scores of the first `count` images; null where there are none. */
export async function scoresOf(
  graph: EvaluationGraph,
  session: GraphSession,
  weights: Feeds,
  source: LabelledImages,
  count: number,
  alive: () => void,
): Promise<Scores | null> {
  if (count === 0) return null;
  const write = (image: number, target: Float32Array, offset: number) =>
    writeImage(source, image, asItIs, target, offset);
  const { logits, classes } = await logitsOf(graph, session, weights, count, write, alive);
  let right = 0;
  let total = 0;
  for (let image = 0; image < count; image++) {
    const [loss, hit] = scoreRow(logits, image * classes, classes, source.labels[image] ?? 0);
    total += loss;
    if (hit) right++;
  }
  return { accuracy: right / count, loss: total / count };
}
