/** Softmax and its logarithm along one axis. */
import { inputOf, type Rule } from '../rule.ts';

/** dx = y (dy - sum(dy y)). */
export const softmax: Rule<'softmax'> = {
  evaluate: (call) => call.emit.unary('Softmax', inputOf(call, 0), { axis: call.attributes.axis }),
  train(call) {
    const { emit } = call;
    const y = softmax.evaluate(call);
    return {
      output: y,
      backward(dy) {
        const dot = emit.reduce('ReduceSum', emit.multiply(dy, y), [axisOf(call.attributes.axis, y.shape)], true);
        return { inputs: [emit.multiply(y, emit.subtract(dy, dot))] };
      },
    };
  },
};

/** dx = dy - e^y sum(dy). */
export const logSoftmax: Rule<'logSoftmax'> = {
  evaluate: (call) => call.emit.logSoftmax(inputOf(call, 0), call.attributes.axis),
  train(call) {
    const { emit } = call;
    const y = logSoftmax.evaluate(call);
    return {
      output: y,
      backward(dy) {
        const total = emit.reduce('ReduceSum', dy, [axisOf(call.attributes.axis, y.shape)], true);
        return { inputs: [emit.subtract(dy, emit.multiply(emit.unary('Exp', y), total))] };
      },
    };
  },
};

function axisOf(axis: number, shape: readonly number[]): number {
  return axis < 0 ? axis + shape.length : axis;
}
