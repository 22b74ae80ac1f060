/** torch.optim.SGD without Nesterov or dampening: g += decay w; v = momentum v + g; w -= rate v. v starts at zero. */
import type { Emitter, Tensor } from './emitter.ts';

export interface SgdTensors {
  readonly weight: Tensor;
  readonly gradient: Tensor;
  /** The velocity v; null without momentum. */
  readonly velocity: Tensor | null;
  readonly learningRate: Tensor;
}

/** The weight and velocity after one step. */
export function sgdStep(
  emit: Emitter,
  { weight, gradient, velocity, learningRate }: SgdTensors,
  { momentum, weightDecay }: { readonly momentum: number; readonly weightDecay: number },
): { weight: Tensor; velocity: Tensor | null } {
  const decayed = weightDecay === 0 ? gradient : emit.add(gradient, emit.multiply(weight, emit.scalar(weightDecay)));
  const moved = velocity === null ? decayed : emit.add(emit.multiply(velocity, emit.scalar(momentum)), decayed);
  return {
    weight: emit.subtract(weight, emit.multiply(moved, learningRate)),
    velocity: velocity === null ? null : moved,
  };
}
