/**
 * torch.nn.ConvTranspose2d: the adjoint of a convolution with the same weight, so its dx is that convolution of dy, and
 * its dw that of the convolution with x and dy in each other's place.
 */
import type { NodeOf } from '../../network/ir.ts';
import type { Tensor } from '../emitter.ts';
import { type Call, inputOf, type Rule, requireParameter } from '../rule.ts';
import { channelSum } from './channel-reduction.ts';
import { planeWeight } from './convolution.ts';
import { convolutionWeightGradient } from './convolution-weight.ts';

function convolveTransposed(call: Call<'convTranspose2d'>): Tensor {
  const { kernel, stride, padding, outputPadding, dilation, groups } = call.attributes;
  const bias = call.parameter('bias');
  const weight = planeWeight(call.emit, requireParameter(call, 'weight'));
  return call.emit.node(
    'ConvTranspose',
    [inputOf(call, 0), weight, ...(bias === undefined ? [] : [bias])],
    call.shape,
    {
      kernel_shape: kernel,
      strides: stride,
      pads: [...padding, ...padding],
      output_padding: outputPadding,
      dilations: dilation,
      group: groups,
    },
  );
}

/** The convolution whose adjoint this is. */
function adjoint({ kernel, stride, padding, dilation, groups }: NodeOf<'convTranspose2d'>['attributes']) {
  return { kernel, stride, padding: [...padding, ...padding] as const, dilation, groups };
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
        inputs: [
          call.needs[0] === true
            ? emit.node('Conv', [dy, weight], x.shape, {
                kernel_shape: attributes.kernel,
                strides: attributes.stride,
                pads: attributes.padding,
                dilations: attributes.dilation,
                group: attributes.groups,
              })
            : null,
        ],
        weight: emit.reshape(convolutionWeightGradient(emit, dy, x, weight.shape, attributes), parameter.shape),
        ...(call.parameter('bias') === undefined ? {} : { bias: channelSum(emit, dy) }),
      }),
    };
  },
};
