/**
 * Elementwise activations. Forward: the ONNX operator of that name where there is one; gradient: dy times the derivative
 * as PyTorch defines it, its choice at kinks included.
 */
import { fail } from '../../failure.ts';
import type { NodeOf, Operator } from '../../network/ir.ts';
import { float } from '../../onnx/graph-builder.ts';
import type { Emitter, Tensor } from '../emitter.ts';
import { type Call, inputOf, type Rule, requireParameter } from '../rule.ts';

/** A steep HardSigmoid, clip(alpha x, 0, 1), is the step function [x > 0] in one vectorised pass. */
const STEP = { alpha: float(1e38), beta: float(0) };

/** [x > 0] as 0 or 1. */
export function positive(emit: Emitter, x: Tensor): Tensor {
  return emit.unary('HardSigmoid', x, STEP);
}

/** [min < x < max] as 0 or 1. */
function between(emit: Emitter, x: Tensor, min: number, max: number): Tensor {
  const above = emit.subtract(x, emit.scalar(min));
  const below = emit.subtract(emit.scalar(max), x);
  return emit.multiply(positive(emit, above), positive(emit, below));
}

/** exp(min(x, 0)): 1 for positive x, without overflow. */
function expOfNegative(emit: Emitter, x: Tensor): Tensor {
  const bounded = emit.node('Min', [x, emit.scalar(0)], x.shape);
  return emit.unary('Exp', bounded);
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

export const relu: Rule<'relu'> = elementwise(
  (emit, x) => emit.unary('Relu', x),
  (emit, { y, dy }) => emit.multiply(positive(emit, y), dy),
);

export const leakyRelu: Rule<'leakyRelu'> = elementwise(
  (emit, x, { negativeSlope }) => emit.unary('LeakyRelu', x, { alpha: float(negativeSlope) }),
  (emit, { x, dy }, { negativeSlope }) => {
    const slope = emit.scalar(negativeSlope);
    // max([x > 0], slope) is 1 or slope, exactly, as long as the slope is at most 1.
    if (negativeSlope >= 0 && negativeSlope <= 1) {
      return emit.multiply(emit.node('Max', [positive(emit, x), slope], x.shape), dy);
    }
    return emit.select('Greater', x, emit.scalar(0), dy, emit.multiply(dy, slope));
  },
);

/** The slopes laid along axis 1 of x. */
function preluSlope(call: Call<'prelu'>): Tensor {
  const weight = requireParameter(call, 'weight');
  const trailing = inputOf(call, 0).shape.length - 2;
  return call.emit.reshape(weight, [...weight.shape, ...Array.from({ length: Math.max(0, trailing) }, () => 1)]);
}

/** x > 0 ? x : w x, with one w for all or one a channel; dw is the sum of dy x where x <= 0. */
export const prelu: Rule<'prelu'> = {
  evaluate: (call) => call.emit.node('PRelu', [inputOf(call, 0), preluSlope(call)], inputOf(call, 0).shape),
  train(call) {
    const { emit } = call;
    const x = inputOf(call, 0);
    const slope = preluSlope(call);
    return {
      output: emit.node('PRelu', [x, slope], x.shape),
      backward(dy) {
        const negative = emit.node('Min', [x, emit.scalar(0)], x.shape);
        return {
          inputs: [
            call.needs[0] === true ? emit.select('Greater', x, emit.scalar(0), dy, emit.multiply(dy, slope)) : null,
          ],
          weight: emit.reshape(
            emit.sumTo(emit.multiply(dy, negative), slope.shape),
            requireParameter(call, 'weight').shape,
          ),
        };
      },
    };
  },
};

/** clip(x, min, max); the gradient is 0 on the bounds themselves. */
function clip(emit: Emitter, x: Tensor, min: number, max: number): Tensor {
  return emit.node('Clip', [x, emit.scalar(min), emit.scalar(max)], x.shape);
}

export const relu6: Rule<'relu6'> = elementwise(
  (emit, x) => clip(emit, x, 0, 6),
  (emit, { y, dy }) => emit.multiply(between(emit, y, 0, 6), dy),
);

export const hardtanh: Rule<'hardtanh'> = elementwise(
  (emit, x, { min, max }) => clip(emit, x, min, max),
  (emit, { x, dy }, { min, max }) => emit.multiply(between(emit, x, min, max), dy),
);

/** x > 0 ? x : alpha (e^x - 1). */
export const elu: Rule<'elu'> = elementwise(
  (emit, x, { alpha }) => emit.unary('Elu', x, { alpha: float(alpha) }),
  (emit, { x, dy }, { alpha }) => {
    const slope = expOfNegative(emit, x);
    if (alpha === 1) return emit.multiply(dy, slope);
    const scaled = emit.multiply(dy, emit.multiply(slope, emit.scalar(alpha)));
    return emit.select('Greater', x, emit.scalar(0), dy, scaled);
  },
);

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** scale (x > 0 ? x : alpha (e^x - 1)); constants of Klambauer et al. 2017. */
export const selu: Rule<'selu'> = elementwise(
  (emit, x) => emit.unary('Selu', x, { alpha: float(SELU_ALPHA), gamma: float(SELU_SCALE) }),
  (emit, { x, dy }) => {
    const negative = emit.multiply(expOfNegative(emit, x), emit.scalar(SELU_SCALE * SELU_ALPHA));
    const slope = emit.select('Greater', x, emit.scalar(0), emit.scalar(SELU_SCALE), negative);
    return emit.multiply(dy, slope);
  },
);

function positiveAlpha(alpha: number): number {
  if (alpha > 0) return alpha;
  return fail('unsupported', `CELU is supported for a positive alpha, not ${alpha}.`);
}

/** x > 0 ? x : alpha (e^(x / alpha) - 1). */
export const celu: Rule<'celu'> = elementwise(
  (emit, x, { alpha }) => emit.unary('Celu', x, { alpha: float(positiveAlpha(alpha)) }),
  (emit, { x, dy }, { alpha }) =>
    emit.multiply(dy, expOfNegative(emit, alpha === 1 ? x : emit.multiply(x, emit.scalar(1 / alpha)))),
);

/** x Phi(x), or its tanh approximation 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
export const gelu: Rule<'gelu'> = elementwise(
  (emit, x, { approximate }) => emit.unary('Gelu', x, { approximate }),
  (emit, { x, dy }, { approximate }) => {
    const { add, multiply, scalar, unary } = emit;
    const square = multiply(x, x);
    if (approximate === 'none') {
      // Phi(x) + x phi(x)
      const cumulative = multiply(add(unary('Erf', multiply(x, scalar(Math.SQRT1_2))), scalar(1)), scalar(0.5));
      const density = multiply(unary('Exp', multiply(square, scalar(-0.5))), scalar(1 / Math.sqrt(2 * Math.PI)));
      return multiply(dy, add(cumulative, multiply(x, density)));
    }
    const root = Math.sqrt(2 / Math.PI);
    const inner = multiply(x, add(multiply(square, scalar(root * 0.044715)), scalar(root)));
    const t = unary('Tanh', inner);
    const innerSlope = add(multiply(square, scalar(3 * root * 0.044715)), scalar(root));
    const left = multiply(add(t, scalar(1)), scalar(0.5));
    const right = multiply(multiply(x, scalar(0.5)), multiply(oneMinusSquare(emit, t), innerSlope));
    return multiply(dy, add(left, right));
  },
);

/** 1 - t^2, written (1 - t)(1 + t), which keeps its precision near |t| = 1. */
function oneMinusSquare(emit: Emitter, t: Tensor): Tensor {
  return emit.multiply(emit.subtract(emit.scalar(1), t), emit.add(emit.scalar(1), t));
}

export const sigmoid: Rule<'sigmoid'> = elementwise(
  (emit, x) => emit.unary('Sigmoid', x),
  (emit, { y, dy }) => emit.multiply(dy, emit.multiply(y, emit.subtract(emit.scalar(1), y))),
);

export const tanh: Rule<'tanh'> = elementwise(
  (emit, x) => emit.unary('Tanh', x),
  (emit, { y, dy }) => emit.multiply(dy, oneMinusSquare(emit, y)),
);

/** x s(x) with s the logistic function; derivative s (1 + x (1 - s)). */
export const silu: Rule<'silu'> = elementwise(
  (emit, x) => emit.multiply(x, emit.unary('Sigmoid', x)),
  (emit, { x, dy }) => {
    const s = emit.unary('Sigmoid', x);
    const slope = emit.add(emit.scalar(1), emit.multiply(x, emit.subtract(emit.scalar(1), s)));
    return emit.multiply(dy, emit.multiply(s, slope));
  },
);

/** x tanh(softplus(x)); derivative t + x s(x) (1 - t^2). */
export const mish: Rule<'mish'> = elementwise(
  (emit, x) => emit.multiply(x, emit.unary('Tanh', emit.unary('Softplus', x))),
  (emit, { x, dy }) => {
    const t = emit.unary('Tanh', emit.unary('Softplus', x));
    const tail = emit.multiply(emit.multiply(x, emit.unary('Sigmoid', x)), oneMinusSquare(emit, t));
    return emit.multiply(dy, emit.add(t, tail));
  },
);

/** clip(x / 6 + 1 / 2, 0, 1). */
export const hardsigmoid: Rule<'hardsigmoid'> = elementwise(
  (emit, x) => emit.unary('HardSigmoid', x, { alpha: float(1 / 6), beta: float(0.5) }),
  (emit, { x, dy }) => emit.multiply(emit.multiply(between(emit, x, -3, 3), emit.scalar(1 / 6)), dy),
);

/** x clip(x / 6 + 1 / 2, 0, 1); derivative 0 up to -3, x / 3 + 1 / 2 between, 1 from 3 on. */
export const hardswish: Rule<'hardswish'> = elementwise(
  (emit, x) => emit.unary('HardSwish', x),
  (emit, { x, dy }) => {
    const inner = emit.add(emit.multiply(x, emit.scalar(1 / 3)), emit.scalar(0.5));
    const upper = emit.select('Less', x, emit.scalar(3), inner, emit.scalar(1));
    return emit.multiply(dy, emit.select('Greater', x, emit.scalar(-3), upper, emit.scalar(0)));
  },
);

/** log(1 + e^(beta x)) / beta, and x itself where beta x > threshold; derivative s(beta x), there 1. */
export const softplus: Rule<'softplus'> = elementwise(
  (emit, x, { beta, threshold }) => {
    const scaled = beta === 1 ? x : emit.multiply(x, emit.scalar(beta));
    const smooth = emit.unary('Softplus', scaled);
    const result = beta === 1 ? smooth : emit.multiply(smooth, emit.scalar(1 / beta));
    // From 17 on, log(1 + e^-z) is below half a unit in the last place of z.
    if (threshold >= 17) return result;
    return emit.select('Greater', scaled, emit.scalar(threshold), x, result);
  },
  (emit, { x, dy }, { beta, threshold }) => {
    const scaled = beta === 1 ? x : emit.multiply(x, emit.scalar(beta));
    const slope = emit.unary('Sigmoid', scaled);
    if (threshold >= 17) return emit.multiply(dy, slope);
    const cut = emit.select('Greater', scaled, emit.scalar(threshold), emit.scalar(1), slope);
    return emit.multiply(dy, cut);
  },
);
