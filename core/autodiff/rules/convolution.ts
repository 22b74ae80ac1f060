/**
 * torch.nn.Conv2d. y[n, o, p] = sum over c and taps t of w[o, c, t] x[n, c, s p + d t - pad] + b[o].
 * dx is a convolution of dy with flipped weights (stride 1) or a transposed convolution; dw correlates x with dy, as
 * matrix products over taps.
 */
import type { NodeOf, Padding2d } from '../../network/ir.ts';
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';
import { type Call, type Differentiable, inputOf, type Rule, requireParameter, type TrainingCall } from '../rule.ts';
import { channelSum } from './channel-reduction.ts';
import { convolutionWeightGradient } from './convolution-weight.ts';

type Attributes = NodeOf<'conv2d'>['attributes'];

/** A weight as the operators take it: that of a one-dimensional convolution, [O, C / g, k], is one of a single row. */
export function planeWeight(emit: Emitter, weight: Tensor): Tensor {
  const [outputs = 1, inputs = 1, taps = 1] = weight.shape;
  return weight.shape.length === 3 ? emit.reshape(weight, [outputs, inputs, 1, taps]) : weight;
}

/** The weight and the bias: parameters, or computed values, which are the inputs after the first. */
function given(call: Call<'conv2d'>): { weight: Tensor; bias: Tensor | undefined } {
  const bias = call.parameter('bias') ?? call.inputs[2];
  const weight = call.parameter('weight') ?? call.inputs[1] ?? requireParameter(call, 'weight');
  return { weight: planeWeight(call.emit, weight), bias };
}

function convolve(call: Call<'conv2d'>): Tensor {
  const { kernel, stride, padding, dilation, groups } = call.attributes;
  const { weight, bias } = given(call);
  const inputs = [inputOf(call, 0), weight, ...(bias === undefined ? [] : [bias])];
  return call.emit.node('Conv', inputs, call.shape, {
    kernel_shape: kernel,
    strides: stride,
    pads: padding,
    dilations: dilation,
    group: groups,
  });
}

/** Weights [O, C / g, kH, kW] as the convolution from dy to dx wants them: [C, O / g, kH, kW], taps reversed. */
function flippedWeight(emit: Emitter, weight: Tensor, groups: number): Tensor {
  const [outputs, inputs, rows, columns] = [0, 1, 2, 3].map((axis) => sizeAt(weight.shape, axis)) as [
    number,
    number,
    number,
    number,
  ];
  const flipped =
    rows === 1 && columns === 1
      ? weight
      : emit.slice(weight, [
          { axis: 2, start: rows - 1, end: -1, step: -1 },
          { axis: 3, start: columns - 1, end: -1, step: -1 },
        ]);
  if (groups === 1) return emit.transpose(flipped, [1, 0, 2, 3]);
  const grouped = emit.reshape(flipped, [groups, outputs / groups, inputs, rows, columns]);
  return emit.reshape(emit.transpose(grouped, [0, 2, 1, 3, 4]), [groups * inputs, outputs / groups, rows, columns]);
}

/** Gradient of the input: [N, C, H, W]. */
function inputGradient(emit: Emitter, dy: Tensor, weight: Tensor, x: Tensor, attributes: Attributes): Tensor {
  const { kernel, stride, padding, dilation, groups } = attributes;
  const extent = [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1] as const;
  const flippedPadding: Padding2d = [
    extent[0] - 1 - padding[0],
    extent[1] - 1 - padding[1],
    extent[0] - 1 - padding[2],
    extent[1] - 1 - padding[3],
  ];
  if (stride[0] === 1 && stride[1] === 1 && flippedPadding.every((size) => size >= 0)) {
    return emit.node('Conv', [dy, flippedWeight(emit, weight, groups)], x.shape, {
      kernel_shape: kernel,
      pads: flippedPadding,
      dilations: dilation,
      group: groups,
    });
  }
  const remainder = [0, 1].map((axis) => {
    const reached =
      ((dy.shape[axis + 2] ?? 0) - 1) * (stride[axis] ?? 1) +
      (extent[axis] ?? 1) -
      (padding[axis] ?? 0) -
      (padding[axis + 2] ?? 0);
    return (x.shape[axis + 2] ?? 0) - reached;
  });
  return emit.node('ConvTranspose', [dy, weight], x.shape, {
    kernel_shape: kernel,
    strides: stride,
    pads: padding,
    dilations: dilation,
    group: groups,
    output_padding: remainder,
  });
}

function train(call: TrainingCall<'conv2d'>): Differentiable {
  const { emit, attributes } = call;
  const x = inputOf(call, 0);
  const { weight, bias } = given(call);
  const computed = call.parameter('weight') === undefined;
  return {
    output: convolve(call),
    backward(dy) {
      const dx = call.needs[0] === true ? inputGradient(emit, dy, weight, x, attributes) : null;
      const shape = (computed ? call.inputs[1] : call.parameter('weight'))?.shape ?? weight.shape;
      const dw = emit.reshape(convolutionWeightGradient(emit, x, dy, weight.shape, attributes), shape);
      const db = bias === undefined ? null : channelSum(emit, dy);
      if (!computed) return { inputs: [dx], weight: dw, ...(db === null ? {} : { bias: db }) };
      return { inputs: call.inputs.length > 2 ? [dx, dw, db] : [dx, dw] };
    },
  };
}

export const conv2d: Rule<'conv2d'> = { evaluate: convolve, train };
