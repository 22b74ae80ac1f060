/**
 * torch.nn.BatchNorm1d/2d over axis 1 (Ioffe and Szegedy 2015). With n elements a channel, r = 1 / sqrt(var + eps) and
 * c = x - mean: y = w r c + b, and
 * dw = r sum(dy c), db = sum(dy), dx = w r (dy - sum(dy) / n - c r^2 sum(dy c) / n).
 * Running statistics move by `momentum` towards the batch's mean and unbiased variance.
 */
import { fail } from '../../failure.ts';
import { float } from '../../onnx/graph-builder.ts';
import { type Emitter, elementCount, sizeAt, type Tensor } from '../emitter.ts';
import { type Call, inputOf, type Rule, type TrainingCall } from '../rule.ts';
import { channelMean, channelSum } from './channel-reduction.ts';

function ones(emit: Emitter, channels: number): Tensor {
  return emit.constant(new Float32Array(channels).fill(1), [channels]);
}

function zeros(emit: Emitter, channels: number): Tensor {
  return emit.constant(new Float32Array(channels), [channels]);
}

/** scale[channel] x + shift[channel] in one pass: the inference operator with mean 0 and variance 1. */
function scaleAndShift(emit: Emitter, x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const channels = sizeAt(x.shape, 1);
  const inputs = [x, scale, shift, zeros(emit, channels), ones(emit, channels)];
  return emit.node('BatchNormalization', inputs, x.shape, { epsilon: float(0) });
}

function evaluate(call: Call<'batchNorm'>): Tensor {
  const { emit } = call;
  const x = inputOf(call, 0);
  const channels = sizeAt(x.shape, 1);
  const scale = call.parameter('weight') ?? ones(emit, channels);
  const shift = call.parameter('bias') ?? zeros(emit, channels);
  const mean = call.parameter('runningMean');
  const variance = call.parameter('runningVar');
  if (mean === undefined || variance === undefined) {
    return normalise(call, x).output;
  }
  return emit.node('BatchNormalization', [x, scale, shift, mean, variance], x.shape, {
    epsilon: float(call.attributes.eps),
  });
}

interface Normalised {
  readonly output: Tensor;
  readonly centred: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** 1 / sqrt(var + eps), [C]. */
  readonly inverse: Tensor;
}

/** Normalisation by the batch's own statistics. */
function normalise(call: Call<'batchNorm'>, x: Tensor): Normalised {
  const { emit } = call;
  const channels = sizeAt(x.shape, 1);
  const mean = channelMean(emit, x);
  const centred = scaleAndShift(emit, x, ones(emit, channels), emit.unary('Neg', mean));
  const variance = channelMean(emit, emit.multiply(centred, centred));
  const inverse = emit.unary('Reciprocal', emit.unary('Sqrt', emit.add(variance, emit.scalar(call.attributes.eps))));
  const weight = call.parameter('weight');
  const scale = weight === undefined ? inverse : emit.multiply(weight, inverse);
  const output = scaleAndShift(emit, centred, scale, call.parameter('bias') ?? zeros(emit, channels));
  return { output, centred, mean, variance, inverse };
}

/** Next running statistics, by PyTorch's rule; without momentum the average over all batches so far. */
function updateStatistics(call: TrainingCall<'batchNorm'>, { mean, variance }: Normalised, count: number): void {
  const { emit } = call;
  const tracked = call.parameter('batchesTracked');
  let factor = call.attributes.momentum === null ? null : emit.scalar(call.attributes.momentum);
  if (tracked !== undefined) {
    const next = emit.add(tracked, { name: emit.builder.integers([1], []), shape: [] });
    call.updateStatistic('batchesTracked', next);
    factor ??= emit.unary('Reciprocal', emit.unary('Cast', next, { to: 1 }));
  }
  const runningMean = call.parameter('runningMean');
  const runningVar = call.parameter('runningVar');
  if (factor === null || runningMean === undefined || runningVar === undefined) return;
  const unbiased = emit.multiply(variance, emit.scalar(count / (count - 1)));
  const rest = emit.subtract(emit.scalar(1), factor);
  const towards = (old: Tensor, now: Tensor): Tensor => emit.add(emit.multiply(old, rest), emit.multiply(now, factor));
  call.updateStatistic('runningMean', towards(runningMean, mean));
  call.updateStatistic('runningVar', towards(runningVar, unbiased));
}

export const batchNorm: Rule<'batchNorm'> = {
  evaluate,
  train(call) {
    const { emit } = call;
    const x = inputOf(call, 0);
    const count = elementCount(x.shape) / sizeAt(x.shape, 1);
    if (count < 2) {
      const shape = x.shape.join(', ');
      fail(
        'shape',
        `Batch normalisation of [${shape}] has one value a channel: train with more than one image in a batch.`,
      );
    }
    const normalised = normalise(call, x);
    if (call.updatesStatistics) updateStatistics(call, normalised, count);
    const { centred, inverse } = normalised;
    const weight = call.parameter('weight');
    return {
      output: normalised.output,
      backward(dy) {
        const total = channelSum(emit, dy);
        const dot = emit.multiply(channelSum(emit, emit.multiply(dy, centred)), inverse);
        const parameters = {
          ...(weight === undefined ? {} : { weight: dot }),
          ...(call.parameter('bias') === undefined ? {} : { bias: total }),
        };
        if (call.needs[0] !== true) return { inputs: [null], ...parameters };
        const scale = weight === undefined ? inverse : emit.multiply(weight, inverse);
        const share = emit.multiply(scale, emit.scalar(-1 / count));
        const direct = scaleAndShift(emit, dy, scale, emit.multiply(total, share));
        const byCentred = emit.multiply(emit.multiply(dot, inverse), share);
        const indirect = scaleAndShift(emit, centred, byCentred, zeros(emit, sizeAt(x.shape, 1)));
        return { inputs: [emit.add(direct, indirect)], ...parameters };
      },
    };
  },
};
