/** torch.matmul over the last two axes: y = a b, da = dy b^T, db = a^T dy, summed over axes that were broadcast. */
import type { Emitter, Tensor } from '../emitter.ts';
import { inputOf, type Rule } from '../rule.ts';

/** The last two axes exchanged. */
export function transposed(emit: Emitter, x: Tensor): Tensor {
  const rank = x.shape.length;
  return emit.transpose(
    x,
    x.shape.map((_, axis) => (axis === rank - 2 ? rank - 1 : axis === rank - 1 ? rank - 2 : axis)),
  );
}

export const matmul: Rule<'matmul'> = {
  evaluate: (call) => call.emit.matmul(inputOf(call, 0), inputOf(call, 1)),
  train(call) {
    const { emit, needs } = call;
    const a = inputOf(call, 0);
    const b = inputOf(call, 1);
    return {
      output: emit.matmul(a, b),
      backward: (dy) => ({
        inputs: [
          needs[0] === true ? emit.sumTo(emit.matmul(dy, transposed(emit, b)), a.shape) : null,
          needs[1] === true ? emit.sumTo(emit.matmul(transposed(emit, a), dy), b.shape) : null,
        ],
      }),
    };
  },
};
