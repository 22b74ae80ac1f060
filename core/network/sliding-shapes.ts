/** Shape rules of what slides over images or samples them anew: convolutions, pools, interpolation. */
import { refuse } from '../python/reason.ts';
import { formatShape } from './dimensions.ts';
import type { OperatorAttributes, Pair, Shape } from './ir.ts';
import { image, inputOf, type Question, type ShapeQuestion, weightSizes } from './shape-question.ts';

/** Output positions of a sliding window. */
function windows(
  size: number,
  kernel: number,
  stride: number,
  before: number,
  after: number,
  dilation: number,
  ceil: boolean,
): number {
  const span = size + before + after - dilation * (kernel - 1) - 1;
  const count = (ceil ? Math.ceil(span / stride) : Math.floor(span / stride)) + 1;
  // PyTorch: with ceil_mode the last window must start inside the image or its left padding.
  return ceil && (count - 1) * stride >= size + before ? count - 1 : count;
}

export function conv2d(question: ShapeQuestion<'conv2d'>): Shape {
  const { kernel, stride, padding, dilation, groups } = question.attributes;
  const [batch, channels, height, width] = image(question);
  const [out = 0, inPerGroup = 0] = weightSizes(question, 1);
  if (out === 0) refuse('shape', `${question.name} has no output channels`);
  if (channels !== inPerGroup * groups) {
    const input = formatShape(inputOf(question));
    refuse(
      'shape',
      `${question.name} expected an input of ${inPerGroup * groups} channels, but got ${channels} channels in ${input} (${question.origin})`,
    );
  }
  const sizes = [height, width].map((size, axis) => {
    const before = padding[axis] ?? 0;
    const after = padding[axis + 2] ?? 0;
    const reach = (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
    if (size + before + after < reach) {
      const padded = [height + padding[0] + padding[2], width + padding[1] + padding[3]];
      refuse(
        'shape',
        `${question.name}: the kernel size can't be greater than the actual input size: padded input (${padded.join(' x ')}), kernel (${kernel.join(' x ')}) (${question.origin})`,
      );
    }
    return windows(size, kernel[axis] ?? 1, stride[axis] ?? 1, before, after, dilation[axis] ?? 1, false);
  });
  return [batch, out, ...sizes];
}

export function pool2d(
  question: Question,
  { kernel, stride, padding, ceilMode }: OperatorAttributes['avgPool2d'] | OperatorAttributes['maxPool2d'],
  dilation: Pair,
): Shape {
  const [batch, channels, height, width] = image(question);
  const sizes = [height, width].map((size, axis) => {
    const pad = padding[axis] ?? 0;
    return windows(size, kernel[axis] ?? 1, stride[axis] ?? 1, pad, pad, dilation[axis] ?? 1, ceilMode);
  });
  if (sizes.some((size) => size < 1)) {
    refuse(
      'shape',
      `${question.name} got an input of (${channels}x${height}x${width}), its output would be (${[channels, ...sizes].join('x')}): too small (${question.origin})`,
    );
  }
  return [batch, channels, ...sizes];
}

export function adaptive(question: Question, output: Pair): Shape {
  const [batch, channels] = image(question);
  return [batch, channels, ...output];
}

/** (size - 1) stride - 2 padding + dilation (kernel - 1) + output padding + 1. */
export function convTranspose2d(question: ShapeQuestion<'convTranspose2d'>): Shape {
  const { kernel, stride, padding, outputPadding, dilation, groups } = question.attributes;
  const [batch, channels, height, width] = image(question);
  const [inChannels = 0, outPerGroup = 0] = weightSizes(question, 1);
  if (channels !== inChannels) {
    const input = formatShape(inputOf(question));
    refuse(
      'shape',
      `${question.name} expected an input of ${inChannels} channels, but got ${channels} channels in ${input} (${question.origin})`,
    );
  }
  const sizes = ([0, 1] as const).map((axis) => {
    const size = axis === 0 ? height : width;
    return (
      (size - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (kernel[axis] - 1) + outputPadding[axis] + 1
    );
  });
  if (sizes.some((size) => size < 1)) {
    refuse(
      'shape',
      `${question.name}: given input size per channel: [${height} x ${width}], calculated output size per channel: [${sizes.join(' x ')}]: output size is too small (${question.origin})`,
    );
  }
  return [batch, outPerGroup * groups, ...sizes];
}

export function resize(question: ShapeQuestion<'resize'>): Shape {
  const [batch, channels] = image(question);
  return [batch, channels, ...question.attributes.size];
}
