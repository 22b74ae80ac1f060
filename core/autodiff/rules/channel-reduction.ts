/**
 * Sums and means over all axes but axis 1. In stages, innermost first: short sums keep more of float32's precision than
 * one long one, and the CPU provider is faster at them.
 */
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';

function inStages(emit: Emitter, operator: 'ReduceSum' | 'ReduceMean', x: Tensor): Tensor {
  let result = x;
  const trailing = x.shape.length - 2;
  const isLarge = trailing === 2 && sizeAt(x.shape, 2) * sizeAt(x.shape, 3) >= 1024;
  if (isLarge) {
    result = emit.reduce(operator, emit.reduce(operator, result, [3], false), [2], false);
  } else {
    const axes = Array.from({ length: trailing }, (_, i) => i + 2);
    result = emit.reduce(operator, result, axes, false);
  }
  return emit.reduce(operator, result, [0], false);
}

/** [N, C, ...] -> [C] */
export function channelSum(emit: Emitter, x: Tensor): Tensor {
  return inStages(emit, 'ReduceSum', x);
}

/** [N, C, ...] -> [C] */
export function channelMean(emit: Emitter, x: Tensor): Tensor {
  return inStages(emit, 'ReduceMean', x);
}
