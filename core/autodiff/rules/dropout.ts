/**
 * torch.nn.Dropout and Dropout2d: a product with multipliers that the host draws (0, or 1 / (1 - p)).
 * AlphaDropout (Klambauer et al. 2017): with q = 1 - p, m 0 or 1, and SELU's limit l, y = a (x m + l (1 - m)) + b where
 * a = (q + l^2 q p)^(-1/2) and b = -a p l.
 */
import type { Emitter, Tensor } from '../emitter.ts';
import { type Differentiable, inputOf, type Rule } from '../rule.ts';

const SELU_LIMIT = -1.7580993408473766;

function alphaDropout(emit: Emitter, x: Tensor, kept: Tensor, p: number): Differentiable {
  const a = p === 1 ? 0 : 1 / Math.sqrt((1 - p) * (1 + p * SELU_LIMIT ** 2));
  const slope = emit.multiply(kept, emit.scalar(a));
  // Where dropped a l + b, where kept b.
  const shift = emit.add(
    emit.multiply(kept, emit.scalar(-a * SELU_LIMIT)),
    emit.scalar(a * SELU_LIMIT - a * p * SELU_LIMIT),
  );
  return {
    output: emit.add(emit.multiply(x, slope), shift),
    backward: (dy) => ({ inputs: [emit.multiply(dy, slope)] }),
  };
}

export const dropout: Rule<'dropout'> = {
  evaluate: (call) => inputOf(call, 0),
  train(call) {
    const { emit } = call;
    const { p, kind } = call.attributes;
    const x = inputOf(call, 0);
    const shape = kind === 'channel' ? x.shape.map((size, axis) => (axis < 2 ? size : 1)) : x.shape;
    const mask = p === 0 ? null : call.dropoutMask(p, shape);
    if (mask === null) return { output: x, backward: (dy) => ({ inputs: [dy] }) };
    if (kind === 'alpha') return alphaDropout(emit, x, emit.multiply(mask, emit.scalar(1 - p)), p);
    return {
      output: emit.multiply(x, mask),
      backward: (dy) => ({ inputs: [emit.multiply(dy, mask)] }),
    };
  },
};
