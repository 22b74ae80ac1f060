/** Operators that bring values in or pass them on: parameters, buffers, constants, noise, detach, a choice by mode, expand. */
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

/** In training its first input, in evaluation its second. */
export const byMode: Rule<'byMode'> = {
  evaluate: (call) => inputOf(call, 1),
  train: (call) => ({ output: inputOf(call, 0), backward: (dy) => ({ inputs: [dy, null] }) }),
};

/** Sizes as an int64 tensor made when the graph runs: the batch axis is a multiple of the number of images. */
function runningShape({ emit, node, images }: Call<'expand'> | Call<'noise'>): Tensor {
  const { builder } = emit;
  const shape = builder.node('Shape', [images.name]);
  const batch = builder.node('Slice', [shape, builder.integers([0]), builder.integers([1])]);
  const parts = node.shape.map((size) =>
    typeof size === 'number' ? builder.integers([size]) : builder.node('Mul', [batch, builder.integers([size.batch])]),
  );
  return { name: builder.node('Concat', parts, { axis: 0 }), shape: [parts.length] };
}

/** A value repeated to the call's shape, whatever the batch. */
function expanded(call: Call<'expand'> | Call<'noise'>, x: Tensor): Tensor {
  const symbolic = call.batch === null && call.node.shape.some((size) => typeof size !== 'number');
  return symbolic ? call.emit.node('Expand', [x, runningShape(call)], call.shape) : call.emit.expand(x, call.shape);
}

/** The gradient is summed over what was repeated. */
export const expand: Rule<'expand'> = {
  evaluate(call) {
    return expanded(call, inputOf(call, 0));
  },
  train(call) {
    const x = inputOf(call, 0);
    return {
      output: call.emit.expand(x, call.shape),
      backward: (dy) => ({ inputs: [call.emit.sumTo(dy, x.shape)] }),
    };
  },
};

/** What the host drew; its mean where nothing is drawn. */
export const noise: Rule<'noise'> = {
  evaluate: averageNoise,
  train: (call) => ({
    output: call.noise(call.attributes.distribution, call.shape) ?? averageNoise(call),
    backward: () => ({ inputs: [] }),
  }),
};

function averageNoise(call: Call<'noise'>): Tensor {
  const { distribution } = call.attributes;
  const mean = distribution.kind === 'normal' ? distribution.mean : (distribution.low + distribution.high) / 2;
  return expanded(call, call.emit.scalar(mean));
}
