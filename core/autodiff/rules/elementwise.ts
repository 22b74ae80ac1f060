/** How rules of elementwise functions are made, and the pieces that their derivatives share. */
import type { NodeOf, Operator } from '../../network/ir.ts';
import { float } from '../../onnx/graph-builder.ts';
import type { Emitter, Tensor } from '../emitter.ts';
import { type Call, inputOf, type Rule } from '../rule.ts';

/** A steep HardSigmoid, clip(alpha x, 0, 1), is the step function [x > 0] in one vectorised pass. */
const STEP = { alpha: float(1e38), beta: float(0) };

/** [x > 0] as 0 or 1. */
export function positive(emit: Emitter, x: Tensor): Tensor {
  return emit.unary('HardSigmoid', x, STEP);
}

/** [min < x < max] as 0 or 1. */
export function between(emit: Emitter, x: Tensor, min: number, max: number): Tensor {
  const above = emit.subtract(x, emit.scalar(min));
  const below = emit.subtract(emit.scalar(max), x);
  return emit.multiply(positive(emit, above), positive(emit, below));
}

/** exp(min(x, 0)): 1 for positive x, without overflow. */
export function expOfNegative(emit: Emitter, x: Tensor): Tensor {
  const bounded = emit.node('Min', [x, emit.scalar(0)], x.shape);
  return emit.unary('Exp', bounded);
}

/** clip(x, min, max); the gradient is 0 on the bounds themselves. */
export function clip(emit: Emitter, x: Tensor, min: number, max: number): Tensor {
  return emit.node('Clip', [x, emit.scalar(min), emit.scalar(max)], x.shape);
}

/** 1 - t^2, written (1 - t)(1 + t), which keeps its precision near |t| = 1. */
export function oneMinusSquare(emit: Emitter, t: Tensor): Tensor {
  return emit.multiply(emit.subtract(emit.scalar(1), t), emit.add(emit.scalar(1), t));
}

/** sign(x), 0 at 0. */
export function sign(emit: Emitter, x: Tensor): Tensor {
  const below = emit.select('Less', x, emit.scalar(0), emit.scalar(-1), emit.scalar(0));
  return emit.select('Greater', x, emit.scalar(0), emit.scalar(1), below);
}

interface Values {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly dy: Tensor;
}

/** A rule from the function and its gradient dx(x, y, dy). */
export function elementwise<O extends Operator>(
  forward: (emit: Emitter, x: Tensor, attributes: NodeOf<O>['attributes']) => Tensor,
  gradient: (emit: Emitter, values: Values, attributes: NodeOf<O>['attributes']) => Tensor,
): Rule<O> {
  const evaluate = (call: Call<O>): Tensor => forward(call.emit, inputOf(call, 0), call.attributes);
  return {
    evaluate,
    train(call) {
      const x = inputOf(call, 0);
      const y = evaluate(call);
      return { output: y, backward: (dy) => ({ inputs: [gradient(call.emit, { x, y, dy }, call.attributes)] }) };
    },
  };
}
