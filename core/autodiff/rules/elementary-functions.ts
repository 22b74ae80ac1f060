/** Elementwise functions of mathematics and the rarer activations, with the derivatives that PyTorch gives them. */
import { float } from '../../onnx/graph-builder.ts';
import type { Emitter, Tensor } from '../emitter.ts';
import { inputOf, type Rule, withoutGradient } from '../rule.ts';
import { elementwise, positive, sign } from './elementwise.ts';

/** x^p, exactly where the power is one that other operators compute. */
function raised(emit: Emitter, x: Tensor, exponent: number): Tensor {
  switch (exponent) {
    case 0:
      return emit.add(emit.multiply(x, emit.scalar(0)), emit.scalar(1));
    case 1:
      return x;
    case 2:
      return emit.multiply(x, x);
    case 3:
      return emit.multiply(emit.multiply(x, x), x);
    case 0.5:
      return emit.unary('Sqrt', x);
    case -1:
      return emit.unary('Reciprocal', x);
    case -0.5:
      return emit.unary('Reciprocal', emit.unary('Sqrt', x));
    default:
      return emit.node('Pow', [x, emit.scalar(exponent)], x.shape);
  }
}

/** p x^(p - 1). */
export const power: Rule<'power'> = elementwise(
  (emit, x, { exponent }) => raised(emit, x, exponent),
  (emit, { x, dy }, { exponent }) =>
    emit.multiply(dy, emit.multiply(raised(emit, x, exponent - 1), emit.scalar(exponent))),
);

/** The gradient passes where min <= x <= max. */
export const clamp: Rule<'clamp'> = elementwise(
  (emit, x, { min, max }) => {
    const low = min === null ? x : emit.node('Max', [x, emit.scalar(min)], x.shape);
    return max === null ? low : emit.node('Min', [low, emit.scalar(max)], x.shape);
  },
  (emit, { x, dy }, { min, max }) => {
    const zero = emit.scalar(0);
    const low = min === null ? dy : emit.select('Less', x, emit.scalar(min), zero, dy);
    return max === null ? low : emit.select('Greater', x, emit.scalar(max), zero, low);
  },
);

/** Steps: their gradient is zero. */
export const round: Rule<'round'> = withoutGradient((call) => {
  const { emit } = call;
  const x = inputOf(call, 0);
  switch (call.attributes.to) {
    case 'floor':
      return emit.unary('Floor', x);
    case 'ceil':
      return emit.unary('Ceil', x);
    case 'nearest':
      return emit.unary('Round', x);
    case 'zero':
      return emit.multiply(sign(emit, x), emit.unary('Floor', emit.unary('Abs', x)));
    case 'sign':
      return sign(emit, x);
  }
});

/** log(1 / (1 + e^-x)) = -softplus(-x); derivative s(-x). */
export const logSigmoid: Rule<'logSigmoid'> = elementwise(
  (emit, x) => emit.unary('Neg', emit.unary('Softplus', emit.unary('Neg', x))),
  (emit, { x, dy }) => emit.multiply(dy, emit.unary('Sigmoid', emit.unary('Neg', x))),
);

export const threshold: Rule<'threshold'> = elementwise(
  (emit, x, { threshold: limit, value }) => emit.select('Greater', x, emit.scalar(limit), x, emit.scalar(value)),
  (emit, { x, dy }, { threshold: limit }) => emit.select('Greater', x, emit.scalar(limit), dy, emit.scalar(0)),
);

export const hardshrink: Rule<'hardshrink'> = elementwise(
  (emit, x, { lambda }) => emit.select('Greater', emit.unary('Abs', x), emit.scalar(lambda), x, emit.scalar(0)),
  (emit, { x, dy }, { lambda }) =>
    emit.select('Greater', emit.unary('Abs', x), emit.scalar(lambda), dy, emit.scalar(0)),
);

export const softshrink: Rule<'softshrink'> = elementwise(
  (emit, x, { lambda }) => emit.unary('Shrink', x, { lambd: float(lambda), bias: float(lambda) }),
  (emit, { x, dy }, { lambda }) =>
    emit.multiply(dy, positive(emit, emit.subtract(emit.unary('Abs', x), emit.scalar(lambda)))),
);
