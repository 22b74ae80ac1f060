/**
 * Elementwise activations. Forward: the ONNX operator of that name where there is one; gradient: dy times the derivative
 * as PyTorch defines it, its choice at kinks included.
 */
import { fail } from '../../failure.ts';
import { float } from '../../onnx/graph-builder.ts';
import type { Tensor } from '../emitter.ts';
import { type Call, inputOf, type Rule, requireParameter } from '../rule.ts';
import { between, clip, elementwise, expOfNegative, oneMinusSquare, positive } from './elementwise.ts';

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
