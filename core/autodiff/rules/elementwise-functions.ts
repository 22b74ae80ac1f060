/** The rules of core/network/elementwise.ts: forward and derivative as PyTorch gives them, its choice at kinks included. */
import type { ElementwiseOperator } from '../../network/elementwise.ts';
import { float } from '../../onnx/graph-builder.ts';
import type { Rule } from '../rule.ts';
import { between, clip, elementwise, expOfNegative, oneMinusSquare, positive, sign } from './elementwise.ts';

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

export const elementwiseRules: { readonly [O in ElementwiseOperator]: Rule<O> } = {
  relu: elementwise(
    (emit, x) => emit.unary('Relu', x),
    (emit, { y, dy }) => emit.multiply(positive(emit, y), dy),
  ),
  relu6: elementwise(
    (emit, x) => clip(emit, x, 0, 6),
    (emit, { y, dy }) => emit.multiply(between(emit, y, 0, 6), dy),
  ),
  /** scale (x > 0 ? x : alpha (e^x - 1)); constants of Klambauer et al. 2017. */
  selu: elementwise(
    (emit, x) => emit.unary('Selu', x, { alpha: float(SELU_ALPHA), gamma: float(SELU_SCALE) }),
    (emit, { x, dy }) => {
      const negative = emit.multiply(expOfNegative(emit, x), emit.scalar(SELU_SCALE * SELU_ALPHA));
      const slope = emit.select('Greater', x, emit.scalar(0), emit.scalar(SELU_SCALE), negative);
      return emit.multiply(dy, slope);
    },
  ),
  /** x s(x) with s the logistic function; derivative s (1 + x (1 - s)). */
  silu: elementwise(
    (emit, x) => emit.multiply(x, emit.unary('Sigmoid', x)),
    (emit, { x, dy }) => {
      const s = emit.unary('Sigmoid', x);
      const slope = emit.add(emit.scalar(1), emit.multiply(x, emit.subtract(emit.scalar(1), s)));
      return emit.multiply(dy, emit.multiply(s, slope));
    },
  ),
  /** x tanh(softplus(x)); derivative t + x s(x) (1 - t^2). */
  mish: elementwise(
    (emit, x) => emit.multiply(x, emit.unary('Tanh', emit.unary('Softplus', x))),
    (emit, { x, dy }) => {
      const t = emit.unary('Tanh', emit.unary('Softplus', x));
      const tail = emit.multiply(emit.multiply(x, emit.unary('Sigmoid', x)), oneMinusSquare(emit, t));
      return emit.multiply(dy, emit.add(t, tail));
    },
  ),
  /** x clip(x / 6 + 1 / 2, 0, 1); derivative 0 up to -3, x / 3 + 1 / 2 between, 1 from 3 on. */
  hardswish: elementwise(
    (emit, x) => emit.unary('HardSwish', x),
    (emit, { x, dy }) => {
      const inner = emit.add(emit.multiply(x, emit.scalar(1 / 3)), emit.scalar(0.5));
      const upper = emit.select('Less', x, emit.scalar(3), inner, emit.scalar(1));
      return emit.multiply(dy, emit.select('Greater', x, emit.scalar(-3), upper, emit.scalar(0)));
    },
  ),
  /** clip(x / 6 + 1 / 2, 0, 1). */
  hardsigmoid: elementwise(
    (emit, x) => emit.unary('HardSigmoid', x, { alpha: float(1 / 6), beta: float(0.5) }),
    (emit, { x, dy }) => emit.multiply(emit.multiply(between(emit, x, -3, 3), emit.scalar(1 / 6)), dy),
  ),
  /** x / (1 + |x|); derivative 1 / (1 + |x|)^2. */
  softsign: elementwise(
    (emit, x) => emit.divide(x, emit.add(emit.unary('Abs', x), emit.scalar(1))),
    (emit, { x, dy }) => {
      const inverse = emit.unary('Reciprocal', emit.add(emit.unary('Abs', x), emit.scalar(1)));
      return emit.multiply(dy, emit.multiply(inverse, inverse));
    },
  ),
  sigmoid: elementwise(
    (emit, x) => emit.unary('Sigmoid', x),
    (emit, { y, dy }) => emit.multiply(dy, emit.multiply(y, emit.subtract(emit.scalar(1), y))),
  ),
  tanh: elementwise(
    (emit, x) => emit.unary('Tanh', x),
    (emit, { y, dy }) => emit.multiply(dy, oneMinusSquare(emit, y)),
  ),
  exp: elementwise(
    (emit, x) => emit.unary('Exp', x),
    (emit, { y, dy }) => emit.multiply(dy, y),
  ),
  log: elementwise(
    (emit, x) => emit.unary('Log', x),
    (emit, { x, dy }) => emit.divide(dy, x),
  ),
  /** dy / (2 y). */
  sqrt: elementwise(
    (emit, x) => emit.unary('Sqrt', x),
    (emit, { y, dy }) => emit.divide(emit.multiply(dy, emit.scalar(0.5)), y),
  ),
  abs: elementwise(
    (emit, x) => emit.unary('Abs', x),
    (emit, { x, dy }) => emit.multiply(dy, sign(emit, x)),
  ),
  sin: elementwise(
    (emit, x) => emit.sine(x),
    (emit, { x, dy }) => emit.multiply(dy, emit.cosine(x)),
  ),
  cos: elementwise(
    (emit, x) => emit.cosine(x),
    (emit, { x, dy }) => emit.unary('Neg', emit.multiply(dy, emit.sine(x))),
  ),
  /** 2 / sqrt(pi) e^(-x^2). */
  erf: elementwise(
    (emit, x) => emit.unary('Erf', x),
    (emit, { x, dy }) => {
      const density = emit.unary('Exp', emit.unary('Neg', emit.multiply(x, x)));
      return emit.multiply(dy, emit.multiply(density, emit.scalar(2 / Math.sqrt(Math.PI))));
    },
  ),
};
