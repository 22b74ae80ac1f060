/** Operators that move elements without changing them: reshape, permute, concatenation. Gradients move them back. */
import { sizeAt } from '../emitter.ts';
import { inputOf, type Rule } from '../rule.ts';

export const reshape: Rule<'reshape'> = {
  evaluate(call) {
    const reshaped = call.emit.reshape(inputOf(call, 0), call.target);
    return { name: reshaped.name, shape: call.shape };
  },
  train(call) {
    const x = inputOf(call, 0);
    return {
      output: reshape.evaluate(call),
      backward: (dy) => ({ inputs: [call.emit.reshape(dy, x.shape)] }),
    };
  },
};

/** Output axis i is input axis order[i]; the gradient takes the inverse order. */
export const permute: Rule<'permute'> = {
  evaluate: (call) => call.emit.transpose(inputOf(call, 0), call.attributes.order),
  train(call) {
    const { order } = call.attributes;
    return {
      output: permute.evaluate(call),
      backward: (dy) => ({
        inputs: [
          call.emit.transpose(
            dy,
            order.map((_, axis) => order.indexOf(axis)),
          ),
        ],
      }),
    };
  },
};

/** The gradient of each input is its own part of dy. */
export const concat: Rule<'concat'> = {
  evaluate: (call) => call.emit.concat(call.inputs, call.attributes.axis),
  train(call) {
    const { emit, inputs, needs } = call;
    const { axis } = call.attributes;
    return {
      output: concat.evaluate(call),
      backward(dy) {
        let start = 0;
        return {
          inputs: inputs.map((input, i) => {
            const from = start;
            start += sizeAt(input.shape, axis);
            return needs[i] === true ? emit.slice(dy, [{ axis, start: from, end: start }]) : null;
          }),
        };
      },
    };
  },
};
