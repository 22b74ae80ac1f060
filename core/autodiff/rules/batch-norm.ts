/**
 * torch.nn.BatchNorm1d/2d over axis 1 (Ioffe and Szegedy 2015). With n elements a channel, r = 1 / sqrt(var + eps) and
 * c = x - mean: y = w r c + b, and
 * dw = r sum(dy c), db = sum(dy), dx = w r (dy - sum(dy) / n - c r^2 sum(dy c) / n).
 * Running statistics move by `momentum` towards the batch's mean and unbiased variance.
 *
 * What there is one of a channel is computed in float64, as PyTorch does: its errors would shift all of a channel alike
 * and not average out. Elements stay float32: c is x minus the mean rounded to float32, and the rounding, `residue`,
 * is taken into account where c is used.
 */
import { fail } from '../../failure.ts';
import { float } from '../../onnx/graph-builder.ts';
import { type Emitter, elementCount, sizeAt, type Tensor } from '../emitter.ts';
import { type Call, type Gradients, inputOf, type Rule, type TrainingCall } from '../rule.ts';
import { channelMean64, channelSum64 } from './channel-reduction.ts';
import { equal, movedTowards, normaliseByStatistics } from './running-statistics.ts';

/** scale[channel] x + shift[channel] in one pass: the inference operator with mean 0 and variance 1. */
function scaleAndShift(emit: Emitter, x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const channels = sizeAt(x.shape, 1);
  const inputs = [x, scale, shift, equal(emit, channels, 0), equal(emit, channels, 1)];
  return emit.node('BatchNormalization', inputs, x.shape, { epsilon: float(0) });
}

interface Normalised {
  readonly output: Tensor;
  /** x - mean, up to {@link residue}. */
  readonly centred: Tensor;
  /** Float64, [C]: what the mean of `centred` is instead of 0. */
  readonly residue: Tensor;
  /** Float64, [C]. */
  readonly mean: Tensor;
  /** Float64, [C]: over n, not n - 1. */
  readonly variance: Tensor;
  /** Float64, [C]: r = 1 / sqrt(var + eps). */
  readonly inverse: Tensor;
  /** Float64, [C]: w r. */
  readonly scale: Tensor;
  readonly count: number;
}

/** Normalisation by the batch's own statistics. */
function normalise(call: Call<'batchNorm'>, x: Tensor): Normalised {
  const { emit } = call;
  const { add, multiply, subtract, cast, scalar64, unary } = emit;
  const channels = sizeAt(x.shape, 1);
  const count = elementCount(x.shape) / channels;
  const mean = channelMean64(emit, x);
  const minusRounded = unary('Neg', cast(mean, 'float32'));
  const residue = add(mean, cast(minusRounded, 'float64'));
  const centred = scaleAndShift(emit, x, equal(emit, channels, 1), minusRounded);
  const square = channelMean64(emit, multiply(centred, centred));
  const variance = subtract(square, multiply(residue, residue));
  const inverse = unary('Reciprocal', unary('Sqrt', add(variance, scalar64(call.attributes.eps))));
  const weight = call.parameter('weight');
  const bias = call.parameter('bias');
  const scale = weight === undefined ? inverse : multiply(cast(weight, 'float64'), inverse);
  const correction = multiply(residue, scale);
  const shift = bias === undefined ? unary('Neg', correction) : subtract(cast(bias, 'float64'), correction);
  const output = scaleAndShift(emit, centred, cast(scale, 'float32'), cast(shift, 'float32'));
  return { output, centred, residue, mean, variance, inverse, scale, count };
}

/** Next running statistics, by PyTorch's rule; without momentum the average over all batches so far. */
function updateStatistics(call: TrainingCall<'batchNorm'>, { mean, variance, count }: Normalised): void {
  const { emit } = call;
  const tracked = call.parameter('batchesTracked');
  let factor = call.attributes.momentum === null ? null : emit.scalar64(call.attributes.momentum);
  if (tracked !== undefined) {
    const next = emit.add(tracked, { name: emit.builder.integers([1], []), shape: [] });
    call.updateStatistic('batchesTracked', next);
    factor ??= emit.unary('Reciprocal', emit.castInteger(next));
  }
  const runningMean = call.parameter('runningMean');
  const runningVar = call.parameter('runningVar');
  if (factor === null || runningMean === undefined || runningVar === undefined) return;
  call.updateStatistic('runningMean', movedTowards(emit, runningMean, mean, factor));
  const unbiased = emit.multiply(variance, emit.scalar64(count / (count - 1)));
  call.updateStatistic('runningVar', movedTowards(emit, runningVar, unbiased, factor));
}

function backward(call: TrainingCall<'batchNorm'>, normalised: Normalised, dy: Tensor): Gradients {
  const { emit } = call;
  const { multiply, subtract, cast, scalar64 } = emit;
  const { centred, residue, inverse, scale, count } = normalised;
  const total = channelSum64(emit, dy);
  const product = channelSum64(emit, multiply(dy, centred));
  /** r sum(dy c), c being exactly centred. */
  const dot = multiply(subtract(product, multiply(residue, total)), inverse);
  const parameters = {
    ...(call.parameter('weight') === undefined ? {} : { weight: cast(dot, 'float32') }),
    ...(call.parameter('bias') === undefined ? {} : { bias: cast(total, 'float32') }),
  };
  if (call.needs[0] !== true) return { inputs: [null], ...parameters };
  const share = multiply(scale, scalar64(-1 / count));
  const byCentred = multiply(multiply(dot, inverse), share);
  const shift = subtract(multiply(total, share), multiply(residue, byCentred));
  const direct = scaleAndShift(emit, dy, cast(scale, 'float32'), cast(shift, 'float32'));
  const indirect = multiply(centred, emit.reshape(cast(byCentred, 'float32'), channelShape(centred.shape)));
  return { inputs: [emit.add(direct, indirect)], ...parameters };
}

/** [C, 1, ...]: what broadcasts along axis 1. */
function channelShape(shape: readonly number[]): number[] {
  return shape.slice(1).map((size, i) => (i === 0 ? size : 1));
}

export const batchNorm: Rule<'batchNorm'> = {
  // Without running statistics PyTorch normalises by the batch in evaluation, too.
  evaluate: (call) => normaliseByStatistics(call) ?? normalise(call, inputOf(call, 0)).output,
  train(call) {
    const x = inputOf(call, 0);
    const normalised = normalise(call, x);
    if (normalised.count < 2) {
      const shape = x.shape.join(', ');
      fail(
        'shape',
        `Batch normalisation of [${shape}] has one value a channel: train with more than one image in a batch.`,
      );
    }
    if (call.updatesStatistics) updateStatistics(call, normalised);
    return { output: normalised.output, backward: (dy) => backward(call, normalised, dy) };
  },
};
