/**
 * One training, start to end, inside a training process: seeded order, augmentation, one graph a step, evaluation.
 * The same job gives the same weights and curve, to the bit, on the same machine and number of threads.
 */
import { performance } from 'node:perf_hooks';
import { buildEvaluationGraph } from '../../core/autodiff/evaluation-graph.ts';
import type { TrainingGraph } from '../../core/autodiff/graph.ts';
import { buildTrainingGraph } from '../../core/autodiff/training-graph.ts';
import { fail } from '../../core/failure.ts';
import { initialWeights } from '../../core/network/initialise.ts';
import { shapeOfValue } from '../../core/network/ir.ts';
import { readSafetensors, writeSafetensors } from '../../core/tensors/safetensors.ts';
import { elementCount, sameShape, showShape, type Tensor } from '../../core/tensors/tensor.ts';
import { drawAugmentation, writeImage } from '../../core/training/augmentation.ts';
import { epochOrder, stepsPerEpoch } from '../../core/training/batches.ts';
import { coefficientAt } from '../../core/training/coefficients.ts';
import { devices } from '../../core/training/devices/table.ts';
import { fillDropoutMask } from '../../core/training/dropout-masks.ts';
import type { Epoch, TrainingJob } from '../../core/training/job.ts';
import { estimateMemory } from '../../core/training/memory.ts';
import { fillNoise } from '../../core/training/noise.ts';
import { halfNormalisation, type Normalisation, pixelTable } from '../../core/training/normalisation.ts';
import { learningRateAt } from '../../core/training/schedules.ts';
import { inheritedWeights } from '../../core/training/weights.ts';
import { channelStatistics, type Dataset } from '../datasets/dataset.ts';
import { selectImages, splitTraining } from '../datasets/split.ts';
import { type LabelledImages, scoresOf, weightFeeds } from './evaluation.ts';
import type { Answer, Report, SessionSettings } from './messages.ts';
import { type Feeds, openSession, plainTensor, scalarOf, sessionTensor } from './session.ts';

/** The training accuracy is measured on so many images at most, the first ones, to save time. */
const trainingImagesScored = 2000;

/** Where a training's time goes, in seconds; for profiles. */
interface TrainingTimes {
  augment: number;
  run: number;
  evaluate: number;
}

export interface TrainingHooks {
  report(report: Report): void;
  /** Every step's loss, for tests and profiles. */
  onStep?(step: number, loss: number): void;
  /** Whether the training is to end, with what it has come to. */
  stopping?(): boolean;
  readonly times?: TrainingTimes;
}

interface PreparedImages {
  readonly training: LabelledImages;
  readonly validation: LabelledImages;
  readonly test: LabelledImages;
  readonly normalisation: Normalisation;
}

function checkFit(job: TrainingJob, dataset: Dataset): void {
  const { network, recipe } = job;
  if (!sameShape(network.input, dataset.shape)) {
    fail(
      'dataset',
      `The network takes images of ${showShape(network.input)}, dataset ${dataset.name} has ${showShape(dataset.shape)}. ` +
        'Read the network with the input size of the dataset.',
    );
  }
  const classes = shapeOfValue(network, network.output)[1];
  if (classes !== dataset.classes.length) {
    fail(
      'dataset',
      `The network tells ${classes} classes apart, dataset ${dataset.name} has ${dataset.classes.length}.`,
    );
  }
  const smallest = Math.min(dataset.shape[1], dataset.shape[2]);
  if (recipe.crop >= smallest) {
    fail('recipe', `A crop of ${recipe.crop} pixels needs images larger than that; the smaller side is ${smallest}.`);
  }
}

function prepareImages(job: TrainingJob, dataset: Dataset): PreparedImages {
  const { recipe } = job;
  const { shape } = dataset;
  const imageBytes = elementCount(shape);
  const split = splitTraining(dataset, job.validationImages, job.splitSeed);
  const used = split.training.subarray(0, recipe.trainImages ?? split.training.length);
  const chosen = selectImages(dataset.train, used, imageBytes);
  const normalisation =
    recipe.normalisation === 'half' ? halfNormalisation(shape[0]) : channelStatistics(chosen, shape);
  const table = pixelTable(normalisation);
  return {
    training: { ...chosen, shape, table },
    validation: { ...selectImages(dataset.train, split.validation, imageBytes), shape, table },
    test: { ...dataset.test, shape, table },
    normalisation,
  };
}

/**
 * Feeds of everything that a step carries over to the next: weights, running statistics, averages of both (which begin
 * as they do), and what the optimizer keeps (zeros at first).
 */
function initialState(graph: TrainingGraph, weights: ReadonlyMap<string, Tensor>): Feeds {
  const feeds: Feeds = new Map();
  for (const input of graph.inputs) {
    if (input.role === 'momentum' || input.role === 'secondMoment') {
      const data = new Float32Array(elementCount(input.shape));
      feeds.set(input.name, sessionTensor({ type: 'float32', shape: input.shape, data }));
    } else if ('state' in input) {
      const tensor = weights.get(input.state);
      if (tensor === undefined) fail('internal', `The training graph reads ${input.state}, which there is not.`);
      feeds.set(input.name, sessionTensor(tensor));
    }
  }
  return feeds;
}

/** Images, labels, learning rate, coefficients and masks of one step, written into tensors that are used again for each. */
function stepFeeds(graph: TrainingGraph, job: TrainingJob, source: LabelledImages) {
  const { recipe, seed } = job;
  const feeds: Feeds = new Map();
  const writers: ((batch: Uint32Array, epoch: number, step: number, steps: number) => void)[] = [];
  for (const input of graph.inputs) {
    const size = elementCount(input.shape);
    if (input.role === 'labels') {
      const data = new Int32Array(size);
      feeds.set(input.name, sessionTensor({ type: 'int32', shape: input.shape, data }));
      writers.push((batch) => {
        for (const [i, image] of batch.entries()) data[i] = source.labels[image] ?? 0;
      });
      continue;
    }
    const data = new Float32Array(size);
    if (input.role === 'images') {
      const imageSize = size / graph.batch;
      const [, height, width] = source.shape;
      writers.push((batch, epoch) => {
        for (const [i, image] of batch.entries()) {
          const augmentation = drawAugmentation(recipe, seed, epoch, image, [height, width]);
          writeImage(source, image, augmentation, data, i * imageSize);
        }
      });
    } else if (input.role === 'learningRate') {
      writers.push((_batch, _epoch, step, steps) => {
        data[0] = learningRateAt(recipe, step, steps);
      });
    } else if (input.role === 'coefficient') {
      const { coefficient } = input;
      writers.push((_batch, _epoch, step, steps) => {
        data[0] = coefficientAt(recipe, coefficient, step, steps);
      });
    } else if (input.role === 'dropoutMask') {
      writers.push((_batch, _epoch, step) => fillDropoutMask(data, input, { seed, step, node: input.node }));
    } else if (input.role === 'noise') {
      const { distribution, node } = input;
      writers.push((_batch, _epoch, step) => fillNoise(data, distribution, { seed, step, node }));
    } else {
      continue;
    }
    feeds.set(input.name, sessionTensor({ type: 'float32', shape: input.shape, data }));
  }
  return {
    feeds,
    write(batch: Uint32Array, epoch: number, step: number, steps: number): void {
      for (const writer of writers) writer(batch, epoch, step, steps);
    },
  };
}

/** The weights and running statistics that a training leaves; where there are averages, these in their place. */
function trainedWeights(
  graph: TrainingGraph,
  weights: ReadonlyMap<string, Tensor>,
  state: Feeds,
): ReadonlyMap<string, Tensor> {
  const trained = new Map(weights);
  for (const averages of [false, true]) {
    for (const input of graph.inputs) {
      const kept = averages ? input.role === 'average' : input.role === 'parameter' || input.role === 'statistic';
      const tensor = state.get(input.name);
      if (kept && 'state' in input && tensor !== undefined) trained.set(input.state, plainTensor(tensor));
    }
  }
  return trained;
}

interface Trajectory {
  readonly curve: Epoch[];
  readonly steps: number;
  /** Steps done: all, unless it was asked to stop. */
  readonly done: number;
  /** First step with a loss that is not finite, null where there was none. */
  readonly divergedAt: number | null;
  readonly weights: ReadonlyMap<string, Tensor>;
}

async function runSteps(
  job: TrainingJob,
  source: LabelledImages,
  weights: ReadonlyMap<string, Tensor>,
  settings: SessionSettings,
  hooks: TrainingHooks,
): Promise<Trajectory> {
  const { recipe } = job;
  const perEpoch = stepsPerEpoch(source.count, recipe.batch);
  const steps = perEpoch * recipe.epochs;
  const graph = buildTrainingGraph(job.network, {
    ...recipe,
    formulation: devices[settings.device].formulation,
    ...(settings.arithmetic === undefined ? {} : { arithmetic: settings.arithmetic }),
  });
  const lossName = graph.outputs.find((output) => output.role === 'loss')?.name;
  if (lossName === undefined) fail('internal', 'The training graph has no loss.');
  const inputs = stepFeeds(graph, job, source);
  let state = initialState(graph, weights);
  const curve: Epoch[] = [];
  const session = await openSession(graph, settings);
  try {
    for (let epoch = 0; epoch < recipe.epochs; epoch++) {
      const order = epochOrder(source.count, job.seed, epoch);
      let total = 0;
      for (let index = 0; index < perEpoch; index++) {
        const step = epoch * perEpoch + index;
        if (hooks.stopping?.() === true) {
          return { curve, steps, done: step, divergedAt: null, weights: trainedWeights(graph, weights, state) };
        }
        const began = performance.now();
        inputs.write(order.subarray(index * recipe.batch, (index + 1) * recipe.batch), epoch, step, steps);
        const augmented = performance.now();
        const outputs = await session.run(new Map([...state, ...inputs.feeds]));
        if (hooks.times !== undefined) {
          hooks.times.augment += (augmented - began) / 1000;
          hooks.times.run += (performance.now() - augmented) / 1000;
        }
        const loss = scalarOf(outputs, lossName);
        hooks.onStep?.(step, loss);
        if (!Number.isFinite(loss)) return { curve, steps, done: step, divergedAt: step, weights };
        total += loss;
        const next: Feeds = new Map(state);
        for (const input of graph.inputs) {
          if (!('next' in input) || input.next === null) continue;
          const tensor = outputs.get(input.next);
          if (tensor !== undefined) next.set(input.name, tensor);
        }
        state = next;
        hooks.report({ kind: 'progress', step: step + 1, steps, epoch, loss });
      }
      const learningRate = learningRateAt(recipe, (epoch + 1) * perEpoch - 1, steps);
      const record: Epoch = { epoch, loss: total / perEpoch, learningRate };
      curve.push(record);
      hooks.report({ kind: 'epoch', epoch: record });
    }
    const trained = trainedWeights(graph, weights, state);
    return { curve, steps, done: steps, divergedAt: null, weights: trained };
  } finally {
    await session.release();
  }
}

/** Thrown by an evaluation that is to end. */
const stopped = Symbol('stopped');

/** @throws {@link stopped} */
async function evaluate(
  job: TrainingJob,
  images: PreparedImages,
  weights: ReadonlyMap<string, Tensor>,
  settings: SessionSettings,
  hooks: TrainingHooks,
) {
  const began = performance.now();
  const graph = buildEvaluationGraph(job.network, {
    batch: job.recipe.evaluationBatch,
    formulation: devices[settings.device].formulation,
  });
  const feeds = weightFeeds(graph, weights);
  const session = await openSession(graph, settings);
  const alive = () => {
    if (hooks.stopping?.() === true) throw stopped;
    hooks.report({ kind: 'alive' });
  };
  const score = (source: LabelledImages, count: number) => scoresOf(graph, session, feeds, source, count, alive);
  try {
    const train = await score(images.training, Math.min(trainingImagesScored, images.training.count));
    const validation = await score(images.validation, images.validation.count);
    const test = await score(images.test, images.test.count);
    return {
      accuracy: {
        train: train?.accuracy ?? null,
        validation: validation?.accuracy ?? null,
        test: test?.accuracy ?? null,
      },
      loss: { train: train?.loss ?? null, validation: validation?.loss ?? null, test: test?.loss ?? null },
    };
  } finally {
    await session.release();
    if (hooks.times !== undefined) hooks.times.evaluate += (performance.now() - began) / 1000;
  }
}

/**
 * Trains and scores a network. Training accuracy is that of the first 2,000 training images (all, where fewer).
 * Asked to stop, it ends after the step under way, without scores.
 * A loss that is not finite ends it as diverged; an estimate beyond the memory limit, before anything is made, as a fault.
 * @throws FailureError `dataset`, `recipe` or `file` where the job cannot be begun
 */
export async function trainNetwork(
  job: TrainingJob,
  dataset: Dataset,
  settings: SessionSettings,
  hooks: TrainingHooks,
): Promise<Answer> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const { device } = settings;
  checkFit(job, dataset);
  const { trainingBytes, evaluationBytes } = estimateMemory(
    job.network,
    job.recipe.batch,
    job.recipe.evaluationBatch,
    job.recipe,
  );
  const needed = Math.max(trainingBytes, evaluationBytes);
  if (needed > settings.memoryLimitBytes) {
    const message =
      `The training needs about ${megabytes(needed)} MB (step ${megabytes(trainingBytes)}, evaluation ` +
      `${megabytes(evaluationBytes)}), more than the ${megabytes(settings.memoryLimitBytes)} MB allowed. ` +
      'Choose a smaller batch, fewer trainers at once, or a higher limit.';
    return { kind: 'fault', again: false, result: { status: 'fault', kind: 'out-of-memory', message } };
  }
  const images = prepareImages(job, dataset);
  const fresh = initialWeights(job.network, job.seed);
  const weights =
    job.initialWeights === null ? fresh : inheritedWeights(job.network, fresh, readSafetensors(job.initialWeights));
  const trajectory = await runSteps(job, images.training, weights, settings, hooks);
  const { curve, steps } = trajectory;
  const diverged = (step: number): Answer => ({
    kind: 'diverged',
    result: { status: 'diverged', step, curve, seconds: seconds(), device },
  });
  if (trajectory.divergedAt !== null) return diverged(trajectory.divergedAt);
  const stoppedAt = (step: number): Answer => ({
    kind: 'stopped',
    result: { status: 'stopped', step, steps, curve, seconds: seconds(), device },
    weights: writeSafetensors(trajectory.weights),
  });
  if (trajectory.done < steps) return stoppedAt(trajectory.done);
  let scores: Awaited<ReturnType<typeof evaluate>>;
  try {
    scores = await evaluate(job, images, trajectory.weights, settings, hooks);
  } catch (error) {
    if (error === stopped) return stoppedAt(steps);
    throw error;
  }
  if (Object.values(scores.loss).some((loss) => loss !== null && !Number.isFinite(loss))) return diverged(steps);
  const { mean, deviation } = images.normalisation;
  return {
    kind: 'trained',
    result: {
      status: 'trained',
      normalisation: { mean: [...mean], deviation: [...deviation] },
      ...scores,
      curve,
      steps,
      seconds: seconds(),
      device,
    },
    weights: writeSafetensors(trajectory.weights),
  };
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
