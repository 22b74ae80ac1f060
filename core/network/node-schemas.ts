/**
 * A node of each operator as it may stand in a file: its attributes, how many inputs; complete by type, as the
 * other tables. Attributes stand in the interpreter's order, in which the hash reads them.
 */
import * as z from 'zod';
import { type ElementwiseOperator, forElementwise } from './elementwise.ts';
import type { NodeOf, Operator } from './ir.ts';

/** A number of JSON, or the name of one that JSON lacks: masks hold -Infinity. */
export const numberSchema = z.union([z.number(), z.enum(['Infinity', '-Infinity', 'NaN', '-0']).transform(Number)]);

/** Larger sizes are damage: their products would no longer be exact. */
export const sizeSchema = z
  .int()
  .min(0)
  .max(2 ** 40);
const counting = z
  .int()
  .min(1)
  .max(2 ** 31);
const axis = z.int().min(0).max(63);
const axes = z.array(axis);
const pair = z.tuple([sizeSchema, sizeSchema]);
const steps = z.tuple([counting, counting]);
const padding = z.tuple([sizeSchema, sizeSchema, sizeSchema, sizeSchema]);
const shift = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31);

const pool = { kernel: steps, stride: steps, padding: pair };

const scale = z.number().nullable();

/** What takes its weight from a parameter, or weight and bias from inputs. */
const weighted = [1, 3] as const;
const reduction = { axes, keep: z.boolean() };

const name = z.string().exactOptional();
const parameters = z.strictObject({
  weight: name,
  bias: name,
  runningMean: name,
  runningVar: name,
  batchesTracked: name,
  buffer: name,
});

const place = z.strictObject({ line: counting, column: counting }).nullable();
const dimension = z.union([sizeSchema, z.strictObject({ batch: sizeSchema.min(1) })]);

/** A node of an operator with so many inputs, or between so many, and these attributes. */
function node<O extends Operator, S extends z.ZodRawShape>(
  operator: O,
  inputs: number | readonly [least: number, most: number],
  attributes: S,
) {
  const [least, most] = typeof inputs === 'number' ? [inputs, inputs] : inputs;
  return z.strictObject({
    operator: z.literal(operator),
    attributes: z.strictObject(attributes),
    inputs: z.array(sizeSchema).min(least).max(most),
    parameters,
    shape: z.array(dimension),
    module: z.string().nullable(),
    place,
  });
}

/** Those of elementwise.ts: each knows its operator by name, which the compiler does not follow. */
const elementwise = forElementwise((operator) => node(operator, 1, {})) as unknown as {
  readonly [O in ElementwiseOperator]: z.ZodType<NodeOf<O>>;
};

export const nodeSchemas: { readonly [O in Operator]: z.ZodType<NodeOf<O>> } = {
  conv2d: node('conv2d', weighted, { kernel: steps, stride: steps, dilation: steps, groups: counting, padding }),
  convTranspose2d: node('convTranspose2d', weighted, {
    kernel: steps,
    stride: steps,
    dilation: steps,
    groups: counting,
    padding: pair,
    outputPadding: pair,
  }),
  linear: node('linear', weighted, {}),
  batchNorm: node('batchNorm', 1, { eps: numberSchema, momentum: numberSchema.nullable() }),
  layerNorm: node('layerNorm', 1, { axes, eps: numberSchema, centre: z.boolean() }),
  groupNorm: node('groupNorm', 1, { groups: counting, eps: numberSchema }),
  instanceNorm: node('instanceNorm', 1, { eps: numberSchema, momentum: numberSchema }),
  dropout: node('dropout', 1, { p: z.number().min(0).max(1), kind: z.enum(['element', 'channel', 'alpha']) }),
  maxPool2d: node('maxPool2d', 1, { ...pool, dilation: steps, ceilMode: z.boolean() }),
  avgPool2d: node('avgPool2d', 1, {
    ...pool,
    ceilMode: z.boolean(),
    countIncludePad: z.boolean(),
    divisor: numberSchema.nullable(),
  }),
  adaptiveAvgPool2d: node('adaptiveAvgPool2d', 1, { output: steps }),
  adaptiveMaxPool2d: node('adaptiveMaxPool2d', 1, { output: steps }),
  ...elementwise,
  leakyRelu: node('leakyRelu', 1, { negativeSlope: numberSchema }),
  prelu: node('prelu', 1, {}),
  elu: node('elu', 1, { alpha: numberSchema }),
  celu: node('celu', 1, { alpha: numberSchema }),
  gelu: node('gelu', 1, { approximate: z.enum(['none', 'tanh']) }),
  hardtanh: node('hardtanh', 1, { min: numberSchema, max: numberSchema }),
  softplus: node('softplus', 1, { beta: numberSchema, threshold: numberSchema }),
  logSigmoid: node('logSigmoid', 1, {}),
  threshold: node('threshold', 1, { threshold: numberSchema, value: numberSchema }),
  hardshrink: node('hardshrink', 1, { lambda: numberSchema }),
  softshrink: node('softshrink', 1, { lambda: numberSchema }),
  power: node('power', 1, { exponent: numberSchema }),
  clamp: node('clamp', 1, { min: numberSchema.nullable(), max: numberSchema.nullable() }),
  round: node('round', 1, { to: z.enum(['floor', 'ceil', 'nearest', 'zero', 'sign']) }),
  softmax: node('softmax', 1, { axis }),
  logSoftmax: node('logSoftmax', 1, { axis }),
  reshape: node('reshape', 1, {}),
  permute: node('permute', 1, { order: axes }),
  concat: node('concat', [1, Number.POSITIVE_INFINITY], { axis }),
  add: node('add', 2, {}),
  subtract: node('subtract', 2, {}),
  multiply: node('multiply', 2, {}),
  divide: node('divide', 2, {}),
  maximum: node('maximum', 2, {}),
  minimum: node('minimum', 2, {}),
  compare: node('compare', 2, {
    relation: z.enum(['less', 'lessOrEqual', 'greater', 'greaterOrEqual', 'equal', 'notEqual']),
  }),
  where: node('where', 3, {}),
  matmul: node('matmul', 2, {}),
  affine: node('affine', 1, { scale: numberSchema, shift: numberSchema }),
  mean: node('mean', 1, reduction),
  sum: node('sum', 1, reduction),
  max: node('max', 1, reduction),
  maxAlong: node('maxAlong', 1, { axis, keep: z.boolean() }),
  slice: node('slice', 1, { axis, start: sizeSchema, end: sizeSchema, step: counting }),
  gather: node('gather', 1, { axis, indices: z.array(sizeSchema) }),
  pad: node('pad', 1, { before: z.array(shift), after: z.array(shift), value: numberSchema }),
  expand: node('expand', 1, {}),
  resize: node('resize', 1, {
    mode: z.enum(['nearest', 'bilinear', 'bicubic']),
    size: steps,
    alignCorners: z.boolean(),
    scale: z.tuple([scale, scale]),
  }),
  recurrent: node('recurrent', [3, 7], {
    kind: z.enum(['tanh', 'relu', 'lstm', 'gru']),
    reverse: z.boolean(),
    bias: z.boolean(),
    initial: z.boolean(),
    yields: z.enum(['hidden', 'cell']),
  }),
  parameter: node('parameter', 0, {}),
  buffer: node('buffer', 0, {}),
  constant: node('constant', 0, { values: z.array(numberSchema) }),
  detach: node('detach', 1, {}),
  byMode: node('byMode', 2, {}),
  noise: node('noise', 0, {
    distribution: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('uniform'), low: numberSchema, high: numberSchema }),
      z.strictObject({ kind: z.literal('normal'), mean: numberSchema, deviation: numberSchema }),
    ]),
  }),
};
