/** Mean, sum and maximum over axes. */
import { type Emitter, elementCount, type Tensor } from '../emitter.ts';
import { inputOf, type Rule } from '../rule.ts';

/** The result's shape with the reduced axes kept as 1: what broadcasts against the input. */
function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/** A gradient of the reduced shape spread over the input's. */
function spread(emit: Emitter, dy: Tensor, shape: readonly number[], axes: readonly number[]): Tensor {
  const kept = emit.reshape(dy, keptShape(shape, axes));
  return emit.expand(kept, shape);
}

export const sum: Rule<'sum'> = {
  evaluate: (call) => call.emit.reduce('ReduceSum', inputOf(call, 0), call.attributes.axes, call.attributes.keep),
  train(call) {
    const x = inputOf(call, 0);
    return {
      output: sum.evaluate(call),
      backward: (dy) => ({ inputs: [spread(call.emit, dy, x.shape, call.attributes.axes)] }),
    };
  },
};

/** The gradient is shared evenly over the elements. */
export const mean: Rule<'mean'> = {
  evaluate: (call) => call.emit.reduce('ReduceMean', inputOf(call, 0), call.attributes.axes, call.attributes.keep),
  train(call) {
    const { emit } = call;
    const x = inputOf(call, 0);
    const { axes } = call.attributes;
    return {
      output: mean.evaluate(call),
      backward(dy) {
        const count = elementCount(x.shape) / elementCount(keptShape(x.shape, axes));
        return { inputs: [spread(emit, emit.multiply(dy, emit.scalar(1 / count)), x.shape, axes)] };
      },
    };
  },
};

/** torch.amax: the gradient goes to the largest elements, in equal shares where several are equal. */
export const max: Rule<'max'> = {
  evaluate: (call) => call.emit.reduce('ReduceMax', inputOf(call, 0), call.attributes.axes, call.attributes.keep),
  train(call) {
    const { emit } = call;
    const x = inputOf(call, 0);
    const { axes } = call.attributes;
    const y = max.evaluate(call);
    return {
      output: y,
      backward(dy) {
        const kept = keptShape(x.shape, axes);
        const isLargest = emit.select('Equal', x, emit.reshape(y, kept), emit.scalar(1), emit.scalar(0));
        const ties = emit.reduce('ReduceSum', isLargest, axes, true);
        const share = emit.divide(emit.reshape(dy, kept), ties);
        return { inputs: [emit.multiply(isLargest, share)] };
      },
    };
  },
};
