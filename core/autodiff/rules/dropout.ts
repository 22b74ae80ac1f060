/** torch.nn.Dropout and Dropout2d: a product with multipliers that the host draws (0, or 1 / (1 - p)). */
import { inputOf, type Rule } from '../rule.ts';

export const dropout: Rule<'dropout'> = {
  evaluate: (call) => inputOf(call, 0),
  train(call) {
    const { emit } = call;
    const { p, kind } = call.attributes;
    const x = inputOf(call, 0);
    const shape = kind === 'channel' ? x.shape.map((size, axis) => (axis < 2 ? size : 1)) : x.shape;
    const mask = p === 0 ? null : call.dropoutMask(p, shape);
    if (mask === null) return { output: x, backward: (dy) => ({ inputs: [dy] }) };
    return {
      output: emit.multiply(x, mask),
      backward: (dy) => ({ inputs: [emit.multiply(dy, mask)] }),
    };
  },
};
