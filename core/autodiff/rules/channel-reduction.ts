/**
 * Sums and means over all axes but axis 1. In stages, innermost first: short sums keep more of float32's precision than one long
 * one, and the CPU provider is faster at them.
 */
import { type Emitter, elementCount, sizeAt, type Tensor } from '../emitter.ts';

/** [N, C, ...] -> [N, C] */
function sumOfPlaces(emit: Emitter, x: Tensor): Tensor {
  const trailing = x.shape.length - 2;
  if (trailing === 2 && sizeAt(x.shape, 2) * sizeAt(x.shape, 3) >= 1024) {
    return emit.reduce('ReduceSum', emit.reduce('ReduceSum', x, [3], false), [2], false);
  }
  const axes = Array.from({ length: trailing }, (_, i) => i + 2);
  return emit.reduce('ReduceSum', x, axes, false);
}

/** [N, C, ...] -> [C] */
export function channelSum(emit: Emitter, x: Tensor): Tensor {
  return emit.reduce('ReduceSum', sumOfPlaces(emit, x), [0], false);
}

/** [N, C, ...] -> [C] in float64: the images' sums, which are float32, are added in float64. */
export function channelSum64(emit: Emitter, x: Tensor): Tensor {
  return emit.reduce('ReduceSum', emit.cast(sumOfPlaces(emit, x), 'float64'), [0], false);
}

/** [N, C, ...] -> [C] in float64, for any batch. */
export function channelMean64(emit: Emitter, x: Tensor): Tensor {
  const places = elementCount(x.shape.slice(2));
  const perImage = emit.reduce('ReduceMean', emit.cast(sumOfPlaces(emit, x), 'float64'), [0], false);
  return emit.multiply(perImage, emit.scalar64(1 / places));
}
