/** Elementwise arithmetic with NumPy broadcasting; gradients are summed back to each operand's shape. */
import { broadcastShape, type Emitter, type Tensor } from '../emitter.ts';
import { type Call, inputOf, type Rule } from '../rule.ts';

type Binary = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum';

interface Operands {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly y: Tensor;
}

/** A rule from the operation and its two partial gradients, given before they are summed to the operand's shape. */
function binary<O extends Binary>(
  operation: (emit: Emitter, a: Tensor, b: Tensor) => Tensor,
  left: (emit: Emitter, operands: Operands, dy: Tensor) => Tensor,
  right: (emit: Emitter, operands: Operands, dy: Tensor) => Tensor,
): Rule<O> {
  const evaluate = (call: Call<O>): Tensor => operation(call.emit, inputOf(call, 0), inputOf(call, 1));
  return {
    evaluate,
    train(call) {
      const { emit, needs } = call;
      const a = inputOf(call, 0);
      const b = inputOf(call, 1);
      const y = evaluate(call);
      return {
        output: y,
        backward: (dy) => ({
          inputs: [
            needs[0] === true ? emit.sumTo(left(emit, { a, b, y }, dy), a.shape) : null,
            needs[1] === true ? emit.sumTo(right(emit, { a, b, y }, dy), b.shape) : null,
          ],
        }),
      };
    },
  };
}

export const add: Rule<'add'> = binary(
  (emit, a, b) => emit.add(a, b),
  (_emit, _operands, dy) => dy,
  (_emit, _operands, dy) => dy,
);

export const subtract: Rule<'subtract'> = binary(
  (emit, a, b) => emit.subtract(a, b),
  (_emit, _operands, dy) => dy,
  (emit, _operands, dy) => emit.unary('Neg', dy),
);

export const multiply: Rule<'multiply'> = binary(
  (emit, a, b) => emit.multiply(a, b),
  (emit, { b }, dy) => emit.multiply(dy, b),
  (emit, { a }, dy) => emit.multiply(dy, a),
);

/** d(a / b) = da / b - (a / b) db / b. */
export const divide: Rule<'divide'> = binary(
  (emit, a, b) => emit.divide(a, b),
  (emit, { b }, dy) => emit.divide(dy, b),
  (emit, { b, y }, dy) => emit.unary('Neg', emit.multiply(dy, emit.divide(y, b))),
);

/** The share of dy for the operand that is taken: all, half at ties, none. */
function shareOf(emit: Emitter, dy: Tensor, taken: Tensor, other: Tensor): Tensor {
  const half = emit.multiply(dy, emit.scalar(0.5));
  return emit.select('Greater', taken, other, dy, emit.select('Equal', taken, other, half, emit.scalar(0)));
}

function extreme(operator: 'Max' | 'Min') {
  return (emit: Emitter, a: Tensor, b: Tensor) => emit.node(operator, [a, b], broadcastShape(a.shape, b.shape));
}

export const maximum: Rule<'maximum'> = binary(
  extreme('Max'),
  (emit, { a, b }, dy) => shareOf(emit, dy, a, b),
  (emit, { a, b }, dy) => shareOf(emit, dy, b, a),
);

export const minimum: Rule<'minimum'> = binary(
  extreme('Min'),
  (emit, { a, b }, dy) => shareOf(emit, dy, b, a),
  (emit, { a, b }, dy) => shareOf(emit, dy, a, b),
);

/** scale x + shift. */
export const affine: Rule<'affine'> = {
  evaluate(call) {
    const { emit } = call;
    const { scale, shift } = call.attributes;
    const x = inputOf(call, 0);
    const scaled = scale === 1 ? x : emit.multiply(x, emit.scalar(scale));
    return shift === 0 ? scaled : emit.add(scaled, emit.scalar(shift));
  },
  train(call) {
    const { emit } = call;
    const { scale } = call.attributes;
    return {
      output: affine.evaluate(call),
      backward: (dy) => ({ inputs: [scale === 1 ? dy : emit.multiply(dy, emit.scalar(scale))] }),
    };
  },
};
