/** What norms with running statistics share: evaluation by them, and their step towards a batch's own. */
import { float } from '../../onnx/graph-builder.ts';
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';
import { type Call, inputOf } from '../rule.ts';

/** `size` equal numbers, [size]. */
export function equal(emit: Emitter, size: number, value: number): Tensor {
  return emit.constant(new Float32Array(size).fill(value), [size]);
}

/** (x - runningMean) / sqrt(runningVar + eps) w + b, or null where the node keeps no statistics. */
export function normaliseByStatistics(call: Call<'batchNorm'> | Call<'instanceNorm'>): Tensor | null {
  const { emit } = call;
  const x = inputOf(call, 0);
  const channels = sizeAt(x.shape, 1);
  const mean = call.parameter('runningMean');
  const variance = call.parameter('runningVar');
  if (mean === undefined || variance === undefined) return null;
  const scale = call.parameter('weight') ?? equal(emit, channels, 1);
  const shift = call.parameter('bias') ?? equal(emit, channels, 0);
  return emit.node('BatchNormalization', [x, scale, shift, mean, variance], x.shape, {
    epsilon: float(call.attributes.eps),
  });
}

/** old (1 - share) + now share; `now` and `share` are float64, the result float32. */
export function movedTowards(emit: Emitter, old: Tensor, now: Tensor, share: Tensor): Tensor {
  const rest = emit.subtract(emit.scalar64(1), share);
  return emit.cast(emit.add(emit.multiply(emit.cast(old, 'float64'), rest), emit.multiply(now, share)), 'float32');
}
