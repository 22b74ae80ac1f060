/**
 * One shape rule per operator: sizes of the inputs -> size of the output, or a reason in PyTorch's vocabulary.
 * The table is complete by type: an operator without a rule does not compile.
 */

import { refuse } from '../python/reason.ts';
import { concat, expand, gather, matmul, pad, permute, reshape, slice, where } from './arranging-shapes.ts';
import { broadcast, formatShape, sameDimension } from './dimensions.ts';
import { forElementwise } from './elementwise.ts';
import type { Operator, OperatorAttributes, Shape } from './ir.ts';
import { inputOf, type Question, type ShapeQuestion, type ShapeRule, statedShape } from './shape-question.ts';
import { adaptive, conv2d, convTranspose2d, pool2d, resize } from './sliding-shapes.ts';

function same(question: Question): Shape {
  return inputOf(question);
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

/** Norms with one weight or statistic a channel. */
function channelNorm(question: Question): Shape {
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
function reduce(question: Question, { axes, keep }: OperatorAttributes['mean']): Shape {
  const input = inputOf(question);
  if (keep) return input.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return input.filter((_, axis) => !axes.includes(axis));
}

function maxAlong(question: ShapeQuestion<'maxAlong'>): Shape {
  const { axis, keep } = question.attributes;
  return reduce(question, { axes: [axis], keep });
}

function layerNorm(question: ShapeQuestion<'layerNorm'>): Shape {
  const input = inputOf(question);
  const { axes } = question.attributes;
  if (axes.some((axis) => typeof input[axis] !== 'number')) {
    refuse('unsupported', `${question.name} over the batch axis is not supported: it would mix samples`);
  }
  return input;
}

/** x [T, N, I] -> [T, N, H], or the last cell state [N, H]. */
function recurrent(question: ShapeQuestion<'recurrent'>): Shape {
  const [x = [], inputWeight = [], hiddenWeight = []] = question.inputs;
  const [time, batch, features] = x;
  const hidden = hiddenWeight[1];
  if (x.length !== 3 || batch === undefined || hidden === undefined) {
    return refuse('shape', `${question.name} expected an input of 2 or 3 axes, but got ${formatShape(x)}`);
  }
  if (typeof time !== 'number') {
    const remedy = 'is batch_first=True missing?';
    return refuse('unsupported', `${question.name} takes the batch axis for time, which would mix samples: ${remedy}`);
  }
  if (features !== inputWeight[1]) {
    refuse(
      'shape',
      `${question.name}: input.size(-1) must be equal to input_size. Expected ${String(inputWeight[1])}, got ${String(features)} (${question.origin})`,
    );
  }
  return question.attributes.yields === 'cell' ? [batch, hidden] : [time, batch, hidden];
}

/** Every operator's rule. */
export const shapeRules: { readonly [O in Operator]: ShapeRule<O> } = {
  conv2d,
  convTranspose2d,
  linear,
  batchNorm: channelNorm,
  layerNorm,
  groupNorm: channelNorm,
  instanceNorm: channelNorm,
  dropout: same,
  maxPool2d: (question) => pool2d(question, question.attributes, question.attributes.dilation),
  avgPool2d: (question) => pool2d(question, question.attributes, [1, 1]),
  adaptiveAvgPool2d: (question) => adaptive(question, question.attributes.output),
  adaptiveMaxPool2d: (question) => adaptive(question, question.attributes.output),
  ...forElementwise(() => same),
  leakyRelu: same,
  prelu,
  elu: same,
  celu: same,
  gelu: same,
  hardtanh: same,
  softplus: same,
  logSigmoid: same,
  threshold: same,
  hardshrink: same,
  softshrink: same,
  power: same,
  clamp: same,
  round: same,
  softmax: same,
  logSoftmax: same,
  reshape,
  permute,
  concat,
  add: elementwise,
  subtract: elementwise,
  multiply: elementwise,
  divide: elementwise,
  maximum: elementwise,
  minimum: elementwise,
  compare: elementwise,
  where,
  matmul,
  affine: same,
  mean: (question) => reduce(question, question.attributes),
  sum: (question) => reduce(question, question.attributes),
  max: (question) => reduce(question, question.attributes),
  maxAlong,
  slice,
  gather,
  pad,
  expand,
  resize,
  recurrent,
  parameter: statedShape,
  buffer: statedShape,
  constant: statedShape,
  detach: same,
  byMode: same,
  noise: statedShape,
};
