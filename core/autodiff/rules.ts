/** The table of gradient rules: one for every operator of the network IR, or it does not compile. */
import type { Operator } from '../network/ir.ts';
import type { Rule } from './rule.ts';
import * as activations from './rules/activations.ts';
import * as arithmetic from './rules/arithmetic.ts';
import { adaptiveAvgPool2d, avgPool2d } from './rules/average-pool.ts';
import { batchNorm } from './rules/batch-norm.ts';
import { conv2d } from './rules/convolution.ts';
import { dropout } from './rules/dropout.ts';
import * as elementary from './rules/elementary-functions.ts';
import { elementwiseRules } from './rules/elementwise-functions.ts';
import { instanceNorm } from './rules/instance-norm.ts';
import * as layout from './rules/layout.ts';
import { linear } from './rules/linear.ts';
import { matmul } from './rules/matrix-product.ts';
import { adaptiveMaxPool2d, maxPool2d } from './rules/max-pool.ts';
import { groupNorm, layerNorm } from './rules/normalisation.ts';
import { recurrent } from './rules/recurrent.ts';
import * as reductions from './rules/reductions.ts';
import { resize } from './rules/resize.ts';
import * as selection from './rules/selection.ts';
import { logSoftmax, softmax } from './rules/softmax.ts';
import { convTranspose2d } from './rules/transposed-convolution.ts';
import * as values from './rules/values.ts';

export type RuleTable = { readonly [O in Operator]: Rule<O> };

/** Rules for onnxruntime's CPU provider. */
export const rules: RuleTable = {
  conv2d,
  convTranspose2d,
  linear,
  batchNorm,
  layerNorm,
  groupNorm,
  instanceNorm,
  dropout,
  maxPool2d,
  avgPool2d,
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  ...elementwiseRules,
  leakyRelu: activations.leakyRelu,
  prelu: activations.prelu,
  elu: activations.elu,
  celu: activations.celu,
  gelu: activations.gelu,
  hardtanh: activations.hardtanh,
  softplus: activations.softplus,
  logSigmoid: elementary.logSigmoid,
  threshold: elementary.threshold,
  hardshrink: elementary.hardshrink,
  softshrink: elementary.softshrink,
  power: elementary.power,
  clamp: elementary.clamp,
  round: elementary.round,
  softmax,
  logSoftmax,
  reshape: layout.reshape,
  permute: layout.permute,
  concat: layout.concat,
  add: arithmetic.add,
  subtract: arithmetic.subtract,
  multiply: arithmetic.multiply,
  divide: arithmetic.divide,
  maximum: arithmetic.maximum,
  minimum: arithmetic.minimum,
  compare: selection.compare,
  where: selection.where,
  matmul,
  affine: arithmetic.affine,
  mean: reductions.mean,
  sum: reductions.sum,
  max: reductions.max,
  maxAlong: selection.maxAlong,
  slice: selection.slice,
  gather: selection.gather,
  pad: selection.pad,
  expand: values.expand,
  resize,
  recurrent,
  parameter: values.parameter,
  buffer: values.buffer,
  constant: values.constant,
  detach: values.detach,
  byMode: values.byMode,
  noise: values.noise,
};
