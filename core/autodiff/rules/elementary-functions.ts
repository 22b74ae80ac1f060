/** Elementwise functions of mathematics and the rarer activations, with the derivatives that PyTorch gives them. */
import { float } from '../../onnx/graph-builder.ts';
import type { Emitter, Tensor } from '../emitter.ts';
import { inputOf, type Rule, withoutGradient } from '../rule.ts';
import { elementwise, positive } from './activations.ts';

export const exp: Rule<'exp'> = elementwise(
  (emit, x) => emit.unary('Exp', x),
  (emit, { y, dy }) => emit.multiply(dy, y),
);

export const log: Rule<'log'> = elementwise(
  (emit, x) => emit.unary('Log', x),
  (emit, { x, dy }) => emit.divide(dy, x),
);

/** dy / (2 y). */
export const sqrt: Rule<'sqrt'> = elementwise(
  (emit, x) => emit.unary('Sqrt', x),
  (emit, { y, dy }) => emit.divide(emit.multiply(dy, emit.scalar(0.5)), y),
);

/** sign(x), 0 at 0. */
function sign(emit: Emitter, x: Tensor): Tensor {
  const below = emit.select('Less', x, emit.scalar(0), emit.scalar(-1), emit.scalar(0));
  return emit.select('Greater', x, emit.scalar(0), emit.scalar(1), below);
}

export const abs: Rule<'abs'> = elementwise(
  (emit, x) => emit.unary('Abs', x),
  (emit, { x, dy }) => emit.multiply(dy, sign(emit, x)),
);

export const sin: Rule<'sin'> = elementwise(
  (emit, x) => emit.sine(x),
  (emit, { x, dy }) => emit.multiply(dy, emit.cosine(x)),
);

export const cos: Rule<'cos'> = elementwise(
  (emit, x) => emit.cosine(x),
  (emit, { x, dy }) => emit.unary('Neg', emit.multiply(dy, emit.sine(x))),
);

/** 2 / sqrt(pi) e^(-x^2). */
export const erf: Rule<'erf'> = elementwise(
  (emit, x) => emit.unary('Erf', x),
  (emit, { x, dy }) => {
    const density = emit.unary('Exp', emit.unary('Neg', emit.multiply(x, x)));
    return emit.multiply(dy, emit.multiply(density, emit.scalar(2 / Math.sqrt(Math.PI))));
  },
);

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

/** x / (1 + |x|); derivative 1 / (1 + |x|)^2. */
export const softsign: Rule<'softsign'> = elementwise(
  (emit, x) => emit.divide(x, emit.add(emit.unary('Abs', x), emit.scalar(1))),
  (emit, { x, dy }) => {
    const inverse = emit.unary('Reciprocal', emit.add(emit.unary('Abs', x), emit.scalar(1)));
    return emit.multiply(dy, emit.multiply(inverse, inverse));
  },
);

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
