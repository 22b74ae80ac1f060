/** torch.nn.Linear on the last axis: y = x W^T + b, with W [out, in]; dx = dy W, dW = dy^T x, db = sum of dy. */
import { type Emitter, elementCount, sizeAt, type Tensor } from '../emitter.ts';
import { sumOfRows } from '../row-sum.ts';
import { inputOf, type Rule, requireParameter } from '../rule.ts';

/** Rows of a plain batch are one sum, as they were before tokens were summed in stages. */
function biasGradient(emit: Emitter, dy: Tensor, rows: Tensor): Tensor {
  if (emit.arithmetic >= 2 && dy.shape.length > 2) return sumOfRows(emit, dy, 1);
  return emit.reduce('ReduceSum', rows, [0], false);
}

export const linear: Rule<'linear'> = {
  evaluate(call) {
    const { emit } = call;
    const x = inputOf(call, 0);
    const weight = requireParameter(call, 'weight');
    const bias = call.parameter('bias');
    const added = bias === undefined ? {} : { c: bias };
    if (x.shape.length === 2) return emit.gemm(x, weight, { transB: true, ...added });
    // A vector, such as a parameter that others are computed from, is one row.
    if (x.shape.length === 1) {
      return emit.reshape(emit.gemm(emit.reshape(x, [1, ...x.shape]), weight, { transB: true, ...added }), call.shape);
    }
    const product = emit.matmul(x, emit.transpose(weight, [1, 0]));
    return bias === undefined ? product : emit.add(product, bias);
  },
  train(call) {
    const { emit } = call;
    const x = inputOf(call, 0);
    const weight = requireParameter(call, 'weight');
    const bias = call.parameter('bias');
    const rows = elementCount(x.shape.slice(0, -1));
    const flat = emit.reshape(x, [rows, sizeAt(x.shape, -1)]);
    const product = emit.gemm(flat, weight, { transB: true, ...(bias === undefined ? {} : { c: bias }) });
    return {
      output: emit.reshape(product, call.shape),
      backward(dy) {
        const rowsOfGradient = emit.reshape(dy, [rows, sizeAt(dy.shape, -1)]);
        return {
          inputs: [call.needs[0] === true ? emit.reshape(emit.gemm(rowsOfGradient, weight), x.shape) : null],
          weight: emit.gemm(rowsOfGradient, flat, { transA: true }),
          ...(bias === undefined ? {} : { bias: biasGradient(emit, dy, rowsOfGradient) }),
        };
      },
    };
  },
};
