/**
 * What an operation becomes in the graph of a training step, counted before any is built (core/autodiff/rules): its operations,
 * the numbers that the graph carries along, what pools read, and values that are larger than those of the network. Upper
 * estimates, for one image.
 */
import { elementsOfSample } from './dimensions.ts';
import { forElementwise } from './elementwise.ts';
import type { NetworkNode, NodeParameters, Operator, OperatorAttributes, Pair, Shape } from './ir.ts';

export interface GraphSize {
  /** Operations of a training step: forward, backward, the update of its parameters. */
  readonly operations: number;
  /** Places of a convolution's kernel. */
  readonly taps: number;
  /** Bytes of constants. */
  readonly constantBytes: number;
  /** Numbers that a pool reads. */
  readonly reads: number;
  /** Numbers of the largest value that is made on the way and is none of the network's; 0 where there is none. */
  readonly elements: number;
}

export interface SizeQuestion<O extends Operator> {
  readonly attributes: OperatorAttributes[O];
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  /** How many of its parameters are trained. */
  readonly parameters: number;
}

/** Operations of each operator, forward and backward, with some to spare; what depends on sizes comes on top. */
const operations: Readonly<Record<Operator, number>> = {
  // Rows of elementwise.ts take no more; those that networks have by the hundred are counted closer below.
  ...forElementwise(() => 16),
  conv2d: 24,
  convTranspose2d: 32,
  linear: 16,
  batchNorm: 70,
  layerNorm: 36,
  groupNorm: 36,
  instanceNorm: 60,
  dropout: 10,
  maxPool2d: 16,
  avgPool2d: 24,
  adaptiveAvgPool2d: 16,
  adaptiveMaxPool2d: 16,
  relu: 8,
  leakyRelu: 8,
  prelu: 14,
  relu6: 10,
  elu: 10,
  celu: 10,
  gelu: 24,
  silu: 12,
  hardtanh: 10,
  sigmoid: 8,
  tanh: 8,
  softplus: 12,
  logSigmoid: 10,
  threshold: 8,
  hardshrink: 10,
  softshrink: 8,
  power: 10,
  clamp: 8,
  round: 10,
  softmax: 10,
  logSoftmax: 12,
  reshape: 5,
  permute: 5,
  concat: 4,
  add: 12,
  subtract: 12,
  multiply: 14,
  divide: 14,
  maximum: 18,
  minimum: 18,
  compare: 4,
  where: 12,
  matmul: 14,
  affine: 8,
  mean: 10,
  sum: 8,
  max: 14,
  maxAlong: 10,
  slice: 14,
  gather: 10,
  pad: 20,
  expand: 10,
  resize: 12,
  recurrent: 40,
  parameter: 2,
  buffer: 1,
  constant: 1,
  detach: 1,
  byMode: 2,
  noise: 4,
};

/** Operations that a step of plain SGD with momentum and decay takes for a parameter. */
const updateOperations = 8;

/** Operations for each step of a sequence. */
const stepOperations = { tanh: 20, relu: 20, lstm: 54, gru: 54 } as const;

/** Operations for each place of a kernel that is visited by itself. */
const tapOperations = 7;

/** Places of a kernel up to which the gradient of its weight visits one after the other; as many as a patch of 32 x 32 has. */
export const mostTapsOneByOne = 1024;

function sizes(shape: Shape | undefined): number[] {
  return (shape ?? []).map((size) => (typeof size === 'number' ? size : size.batch));
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((result, each) => result * each, 1);
}

/** Columns of a grouped kernel may be so many times as large as a value: they are there for one layer at a time. */
const columnsFactor = 8;

const nothing = { taps: 0, constantBytes: 0, reads: 0, elements: 0 };

type Special = Partial<GraphSize>;

/**
 * The gradient of a convolution's weight from x [N, C, H, W] to y [N, O, H', W'] (convolution-weight.ts): the padded input, and what
 * each place of the kernel sees of it, side by side where there are groups.
 */
function weightGradient(
  x: readonly number[],
  y: readonly number[],
  { kernel, padding, stride, dilation, groups }: OperatorAttributes['conv2d'],
): Special {
  const [, inputs = 1] = x;
  const [, outputs = 1, rows = 1, columns = 1] = y;
  const taps = product(kernel);
  const extents = ([0, 1] as const).map((axis) => {
    const reach = ((y[axis + 2] ?? 1) - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
    return Math.max(reach, (x[axis + 2] ?? 1) + padding[axis] + padding[axis === 0 ? 2 : 3]);
  });
  const padded = inputs * product(extents);
  const depthwise = groups > 1 && groups === inputs && outputs === inputs;
  if (depthwise && !(taps <= 9 && product(stride) === 1)) return { taps, elements: padded };
  const sideBySide = !depthwise && (groups > 1 || taps === 1 || inputs * taps <= 80);
  if (!depthwise && !sideBySide && taps > mostTapsOneByOne) return { taps, elements: padded };
  const columnsOfTaps = sideBySide ? (taps * inputs * rows * columns) / columnsFactor : 0;
  return { operations: tapOperations * taps, taps, elements: Math.max(padded, columnsOfTaps) };
}

/** Windows of equal reach, and constants: a factor for each place, and a window of weights. */
function pool({ output }: SizeQuestion<Operator>, kernel: Pair, weights: boolean): Special {
  const taps = product(kernel);
  const places = product(sizes(output).slice(2));
  return { reads: taps * elementsOfSample(output), constantBytes: weights ? 4 * (taps + places) : 0 };
}

/** Matrices [rows, H] and [columns, W] that act on both sides of an image. */
function matrices({ inputs, output }: SizeQuestion<Operator>, [rows, columns]: Pair): Special {
  const [, channels = 1, height = 1, width = 1] = sizes(inputs[0]);
  return {
    constantBytes: 4 * (rows * height + columns * width),
    elements: Math.max(channels * rows * width, channels * height * columns, elementsOfSample(output)),
  };
}

function adaptiveMaxPool(question: SizeQuestion<'adaptiveMaxPool2d'>): Special {
  const { output } = question.attributes;
  const [, channels = 1, height = 1, width = 1] = sizes(question.inputs[0]);
  // Windows of unequal size are made equal: the longest one of each axis for each place.
  const [rows, columns] = ([height, width] as const).map(
    (size, axis) => (Math.ceil(size / (output[axis] ?? 1)) + 1) * (output[axis] ?? 1),
  ) as [number, number];
  return {
    constantBytes: 4 * (height * rows + width * columns) + 8 * (rows + columns),
    elements: channels * rows * columns,
    reads: channels * rows * columns,
  };
}

/** Each step of a sequence by itself. */
function sequence({ attributes: { kind }, inputs }: SizeQuestion<'recurrent'>): Special {
  const [length = 1] = sizes(inputs[0]);
  return { operations: stepOperations[kind] * length };
}

/** By operator, what depends on sizes. */
const specials: { readonly [O in Operator]?: (question: SizeQuestion<O>) => Special } = {
  conv2d: ({ attributes, inputs, output }) => weightGradient(sizes(inputs[0]), sizes(output), attributes),
  convTranspose2d({ attributes, inputs, output }) {
    const { padding } = attributes;
    return weightGradient(sizes(output), sizes(inputs[0]), { ...attributes, padding: [...padding, ...padding] });
  },
  maxPool2d: (question) => pool(question, question.attributes.kernel, false),
  avgPool2d: (question) => pool(question, question.attributes.kernel, true),
  adaptiveAvgPool2d: (question) => matrices(question, question.attributes.output),
  adaptiveMaxPool2d: adaptiveMaxPool,
  resize: (question) => matrices(question, question.attributes.size),
  concat: ({ inputs }) => ({ operations: 4 * inputs.length }),
  gather: ({ attributes: { indices } }) => ({ constantBytes: 16 * indices.length }),
  constant: ({ output }) => ({ constantBytes: 4 * elementsOfSample(output) }),
  recurrent: sequence,
};

/**
 * Numbers that padding adds to and leaves, had nothing been cut off at the other end: known before it is clear whether that much is
 * there to be cut.
 */
function padded({ attributes: { before, after }, inputs }: Pick<SizeQuestion<'pad'>, 'attributes' | 'inputs'>): number {
  return product(
    sizes(inputs[0]).map((size, axis) => size + Math.max(0, before[axis] ?? 0) + Math.max(0, after[axis] ?? 0)),
  );
}

type EarlyQuestion<O extends Operator> = Pick<SizeQuestion<O>, 'attributes' | 'inputs'>;

const early: { readonly [O in Operator]?: (question: EarlyQuestion<O>) => number } = { pad: padded };

/** Numbers of a value that an operation makes on the way, whatever its result; 0 for most. */
export function elementsOnTheWay<O extends Operator>(operator: O, question: EarlyQuestion<O>): number {
  return early[operator]?.(question) ?? 0;
}

/** What an operation becomes in the graph of a training step. */
export function graphSizeOf<O extends Operator>(operator: O, question: SizeQuestion<O>): GraphSize {
  const special = specials[operator]?.(question) ?? {};
  const fixed = operations[operator] + updateOperations * question.parameters;
  return { ...nothing, ...special, operations: fixed + (special.operations ?? 0) };
}

/** Counts parameters once, whoever reads them. */
export function parameterCounter(): (parameters: NodeParameters) => number {
  const seen = new Set<string>();
  return ({ weight, bias }) => {
    const before = seen.size;
    for (const name of [weight, bias]) if (name !== undefined) seen.add(name);
    return seen.size - before;
  };
}

/** Operations and bytes of constants of a whole training step. @param input shape of value 0 */
export function graphSizeOfNodes(
  nodes: readonly NetworkNode[],
  input: Shape,
): Pick<GraphSize, 'operations' | 'constantBytes'> {
  const newParameters = parameterCounter();
  let operations = 0;
  let constantBytes = 0;
  for (const { operator, attributes, inputs, shape, parameters } of nodes) {
    const size = graphSizeOf<Operator>(operator, {
      attributes,
      inputs: inputs.map((value) => (value === 0 ? input : (nodes[value - 1]?.shape ?? []))),
      output: shape,
      parameters: newParameters(parameters),
    });
    operations += size.operations;
    constantBytes += size.constantBytes;
  }
  return { operations, constantBytes };
}
