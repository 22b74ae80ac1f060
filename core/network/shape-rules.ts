/**
 * One shape rule per operator: sizes of the inputs -> size of the output, or a reason in PyTorch's vocabulary.
 * The table is complete by type: an operator without a rule does not compile.
 */
import { refuse } from '../python/reason.ts';
import { broadcast, elementCount, formatShape, sameDimension } from './dimensions.ts';
import type { Dimension, Operator, OperatorAttributes, Pair, Shape } from './ir.ts';

export interface ShapeQuestion<O extends Operator> {
  readonly attributes: OperatorAttributes[O];
  readonly inputs: readonly Shape[];
  /** Shape of the weight, where the operator has one. */
  readonly weight: readonly number[] | null;
  /** Only of reshape: the shape asked for. */
  readonly target: Shape | null;
  /** How a message names the operation: `Linear(1024, 10)`, `torch.flatten`. */
  readonly name: string;
  /** Where its input comes from: `from flatten of [N, 32, 8, 8]`. */
  readonly origin: string;
}

export type ShapeRule<O extends Operator> = (question: ShapeQuestion<O>) => Shape;

type Question = ShapeQuestion<Operator>;

function inputOf(question: Question): Shape {
  const [input] = question.inputs;
  if (input === undefined) throw new Error(`${question.name} has no input.`);
  return input;
}

/** [N, C, H, W] with sizes that are numbers, the first aside. */
function image(question: Question): readonly [Dimension, number, number, number] {
  const input = inputOf(question);
  const [batch, channels, height, width] = input;
  if (input.length !== 4 || batch === undefined) {
    return refuse(
      'shape',
      `${question.name} expected a 4D input [N, C, H, W], but got a ${input.length}D input ${formatShape(input)} (${question.origin})`,
    );
  }
  if (typeof channels !== 'number' || typeof height !== 'number' || typeof width !== 'number') {
    return refuse(
      'shape',
      `${question.name} got ${formatShape(input)}, whose channels or sizes depend on the batch size (${question.origin})`,
    );
  }
  return [batch, channels, height, width];
}

function same(question: Question): Shape {
  return inputOf(question);
}

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

function conv2d(question: ShapeQuestion<'conv2d'>): Shape {
  const { kernel, stride, padding, dilation, groups } = question.attributes;
  const [batch, channels, height, width] = image(question);
  const [out = 0, inPerGroup = 0] = question.weight ?? [];
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

function pool2d(
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

function adaptive(question: Question, output: Pair): Shape {
  const [batch, channels] = image(question);
  return [batch, channels, ...output];
}

function linear(question: ShapeQuestion<'linear'>): Shape {
  const input = inputOf(question);
  const [out = 0, inFeatures = 0] = question.weight ?? [];
  const last = input.at(-1);
  if (last === undefined || !sameDimension(last, inFeatures)) {
    const features = last === undefined ? 'no' : typeof last === 'number' ? `${last}` : formatShape([last]);
    refuse('shape', `${question.name} got an input of ${features} features (${question.origin})`);
  }
  return [...input.slice(0, -1), out];
}

function batchNorm(question: ShapeQuestion<'batchNorm'>): Shape {
  const input = inputOf(question);
  const channels = input[1];
  const [expected] = question.weight ?? [];
  if (expected !== undefined && channels !== expected) {
    refuse(
      'shape',
      `${question.name} expected an input of ${expected} channels, but got ${formatShape(input)} (${question.origin})`,
    );
  }
  return input;
}

function prelu(question: ShapeQuestion<'prelu'>): Shape {
  const input = inputOf(question);
  const [count = 1] = question.weight ?? [];
  if (count !== 1 && input[1] !== count) {
    refuse(
      'shape',
      `${question.name} has ${count} parameters, but its input ${formatShape(input)} has another number of channels (${question.origin})`,
    );
  }
  return input;
}

function elementwise(question: Question): Shape {
  const [a = [], b = []] = question.inputs;
  const result = broadcast(a, b);
  if (result !== null) return result;
  return refuse(
    'shape',
    `${question.name}: sizes ${formatShape(a)} and ${formatShape(b)} do not match (${question.origin})`,
  );
}

function reshape(question: ShapeQuestion<'reshape'>): Shape {
  const { target } = question;
  if (target === null) throw new Error('A reshape needs its target shape.');
  const [from, to] = [elementCount(inputOf(question)), elementCount(target)];
  if (from.coefficient !== to.coefficient || from.power !== to.power) {
    refuse(
      'shape',
      `${question.name}: shape ${formatShape(target)} is invalid for an input of size ${formatShape(inputOf(question))} (${question.origin})`,
    );
  }
  return target;
}

function permute(question: ShapeQuestion<'permute'>): Shape {
  const input = inputOf(question);
  return question.attributes.order.map((axis) => input[axis] ?? 1);
}

function concat(question: ShapeQuestion<'concat'>): Shape {
  const { axis } = question.attributes;
  const [first = [], ...rest] = question.inputs;
  let total: Dimension = first[axis] ?? 0;
  for (const other of rest) {
    const fits =
      other.length === first.length && other.every((size, i) => i === axis || sameDimension(size, first[i] ?? -1));
    if (!fits) {
      refuse(
        'shape',
        `${question.name}: sizes of tensors must match except in dimension ${axis}: ${formatShape(first)} and ${formatShape(other)} (${question.origin})`,
      );
    }
    const size = other[axis] ?? 0;
    if (typeof total === 'number' && typeof size === 'number') total += size;
    else if (typeof total === 'object' && typeof size === 'object') total = { batch: total.batch + size.batch };
    else refuse('unsupported', `${question.name} of a batch and a fixed size is not supported`);
  }
  return first.map((size, i) => (i === axis ? total : size));
}

function reduce(question: Question, { axes, keep }: OperatorAttributes['mean']): Shape {
  const input = inputOf(question);
  if (keep) return input.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return input.filter((_, axis) => !axes.includes(axis));
}

/** Every operator's rule. */
export const shapeRules: { readonly [O in Operator]: ShapeRule<O> } = {
  conv2d,
  linear,
  batchNorm,
  dropout: same,
  maxPool2d: (question) => pool2d(question, question.attributes, question.attributes.dilation),
  avgPool2d: (question) => pool2d(question, question.attributes, [1, 1]),
  adaptiveAvgPool2d: (question) => adaptive(question, question.attributes.output),
  adaptiveMaxPool2d: (question) => adaptive(question, question.attributes.output),
  relu: same,
  leakyRelu: same,
  prelu,
  relu6: same,
  elu: same,
  selu: same,
  celu: same,
  gelu: same,
  silu: same,
  mish: same,
  hardswish: same,
  hardsigmoid: same,
  hardtanh: same,
  sigmoid: same,
  tanh: same,
  softplus: same,
  softmax: same,
  logSoftmax: same,
  reshape,
  permute,
  concat,
  add: elementwise,
  subtract: elementwise,
  multiply: elementwise,
  divide: elementwise,
  affine: same,
  mean: (question) => reduce(question, question.attributes),
  sum: (question) => reduce(question, question.attributes),
  max: (question) => reduce(question, question.attributes),
};
