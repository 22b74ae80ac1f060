/** Operators that bring values in or pass them on: parameters, buffers, constants, detach, expand. */
import type { Tensor } from '../emitter.ts';
import { type Call, inputOf, type Rule, requireParameter, withoutGradient } from '../rule.ts';

/** The gradient of a parameter read as a value is that of the value. */
export const parameter: Rule<'parameter'> = {
  evaluate: (call) => requireParameter(call, 'weight'),
  train: (call) => ({ output: requireParameter(call, 'weight'), backward: (dy) => ({ inputs: [], weight: dy }) }),
};

export const buffer: Rule<'buffer'> = withoutGradient((call) => requireParameter(call, 'buffer'));

export const constant: Rule<'constant'> = withoutGradient(({ emit, attributes: { values }, shape }) => {
  const [first = 0] = values;
  const count = shape.reduce((product, size) => product * size, 1);
  return emit.constant(values.length === 1 ? new Float32Array(count).fill(first) : values, shape);
});

export const detach: Rule<'detach'> = withoutGradient((call) => inputOf(call, 0));

/** Sizes as an int64 tensor made when the graph runs: the batch axis is a multiple of the number of images. */
function runningShape({ emit, node, images }: Call<'expand'>): Tensor {
  const { builder } = emit;
  const shape = builder.node('Shape', [images.name]);
  const batch = builder.node('Slice', [shape, builder.integers([0]), builder.integers([1])]);
  const parts = node.shape.map((size) =>
    typeof size === 'number' ? builder.integers([size]) : builder.node('Mul', [batch, builder.integers([size.batch])]),
  );
  return { name: builder.node('Concat', parts, { axis: 0 }), shape: [parts.length] };
}

/** The gradient is summed over what was repeated. */
export const expand: Rule<'expand'> = {
  evaluate(call) {
    const x = inputOf(call, 0);
    const symbolic = call.batch === null && call.node.shape.some((size) => typeof size !== 'number');
    return symbolic ? call.emit.node('Expand', [x, runningShape(call)], call.shape) : call.emit.expand(x, call.shape);
  },
  train(call) {
    const x = inputOf(call, 0);
    return {
      output: call.emit.expand(x, call.shape),
      backward: (dy) => ({ inputs: [call.emit.sumTo(dy, x.shape)] }),
    };
  },
};
