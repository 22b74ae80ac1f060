/**
 * torch.nn.ConvTranspose2d: the adjoint of a convolution with the same weight, so its dx is that convolution of dy, and
 * its dw that of the convolution with x and dy in each other's place.
 */
import type { NodeOf } from '../../network/ir.ts';
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';
import { type Call, inputOf, type Rule, requireParameter } from '../rule.ts';
import { channelSum } from './channel-reduction.ts';
import { planeWeight } from './convolution.ts';
import { convolutionWeightGradient } from './convolution-weight.ts';

function convolveTransposed(call: Call<'convTranspose2d'>): Tensor {
  const { emit, attributes, shape } = call;
  const { kernel, stride, padding, outputPadding, dilation, groups } = attributes;
  const bias = call.parameter('bias');
  const inputs = [inputOf(call, 0), planeWeight(emit, requireParameter(call, 'weight'))];
  const common = { kernel_shape: kernel, strides: stride, dilations: dilation, group: groups };
  if (emit.formulation === 'portable' || outputPadding.every((size, axis) => size < (stride[axis] ?? 1))) {
    const pads = { pads: [...padding, ...padding], output_padding: outputPadding };
    return emit.node('ConvTranspose', bias === undefined ? inputs : [...inputs, bias], shape, { ...common, ...pads });
  }
  // PyTorch allows an output padding below the dilation, ONNX Runtime below the stride only: so less is cut off at the end,
  // and where that is not enough, nothing but the bias reaches the rest.
  const after = padding.map((size, axis) => size - (outputPadding[axis] ?? 0));
  const [bottom = 0, right = 0] = after.map((size) => Math.max(0, -size));
  const reached = shape.map((size, axis) => size - (axis === 2 ? bottom : axis === 3 ? right : 0));
  const pads = [...padding, ...after.map((size) => Math.max(0, size))];
  const product = emit.pad(emit.node('ConvTranspose', inputs, reached, { ...common, pads }), [0, 0, bottom, right], 0);
  return bias === undefined ? product : emit.add(product, emit.reshape(bias, [...bias.shape, 1, 1]));
}

/** The convolution whose adjoint this is. */
function adjoint({ kernel, stride, padding, dilation, groups }: NodeOf<'convTranspose2d'>['attributes']) {
  return { kernel, stride, padding: [...padding, ...padding] as const, dilation, groups };
}

/** The adjoint convolution of dy; an output padding of a stride or more makes it reach beyond x. */
function inputGradient(
  emit: Emitter,
  dy: Tensor,
  weight: Tensor,
  x: Tensor,
  { kernel, stride, padding, dilation, groups }: ReturnType<typeof adjoint>,
): Tensor {
  const sizes = ([0, 1] as const).map((axis) => {
    const extent = (kernel[axis] - 1) * dilation[axis] + 1;
    return Math.floor((sizeAt(dy.shape, axis + 2) + 2 * padding[axis] - extent) / stride[axis]) + 1;
  });
  const convolved = emit.node('Conv', [dy, weight], [...x.shape.slice(0, 2), ...sizes], {
    kernel_shape: kernel,
    strides: stride,
    pads: padding,
    dilations: dilation,
    group: groups,
  });
  return emit.slice(
    convolved,
    [2, 3].map((axis) => ({ axis, start: 0, end: sizeAt(x.shape, axis) })),
  );
}

export const convTranspose2d: Rule<'convTranspose2d'> = {
  evaluate: convolveTransposed,
  train(call) {
    const { emit } = call;
    const x = inputOf(call, 0);
    const parameter = requireParameter(call, 'weight');
    const weight = planeWeight(emit, parameter);
    const attributes = adjoint(call.attributes);
    return {
      output: convolveTransposed(call),
      backward: (dy) => ({
        inputs: [call.needs[0] === true ? inputGradient(emit, dy, weight, x, attributes) : null],
        weight: emit.reshape(convolutionWeightGradient(emit, dy, x, weight.shape, attributes), parameter.shape),
        ...(call.parameter('bias') === undefined ? {} : { bias: channelSum(emit, dy) }),
      }),
    };
  },
};
