/** What an update rule is given: one parameter, its gradient, and the states that the rule keeps from step to step. */
import type { Emitter, Tensor } from '../emitter.ts';
import type { CoefficientName } from '../graph.ts';
import type { OptimizerOptions } from './options.ts';

/** States of a parameter that start as zeros. */
type MomentRole = 'momentum' | 'secondMoment';

export interface UpdateCall {
  readonly emit: Emitter;
  readonly options: OptimizerOptions;
  readonly weight: Tensor;
  /** Of the weight's shape. */
  readonly gradient: Tensor;
  /** Scalar: the learning rate of this parameter. */
  readonly learningRate: Tensor;
  /** Weight decay of this parameter, 0 where it does not decay. */
  readonly weightDecay: number;
  /** The state as the last step left it. */
  moment(role: MomentRole): Tensor;
  /** Gives the state its value for the next step. */
  keep(role: MomentRole, next: Tensor): void;
  /** Scalar: a number that the host computes for each step. */
  coefficient(name: CoefficientName): Tensor;
}

/** Emits the update of one parameter and returns its next value. */
export type UpdateRule = (call: UpdateCall) => Tensor;

/** old + share (new - old), torch.lerp: whatever the rounding of the share, it stays where old and new agree. */
export function towards(emit: Emitter, old: Tensor, now: Tensor, share: Tensor): Tensor {
  return emit.add(old, emit.multiply(emit.subtract(now, old), share));
}
