/**
 * The network IR: what a Python network means once it is read. A small typed graph in evaluation order, serialisable
 * as JSON and versioned. Names of parameters and buffers are those of PyTorch's state_dict.
 */
import type { ElementwiseOperator } from './elementwise.ts';

/** A size of an axis: a number, or a multiple of the batch size N (`{batch: 1}` is N, `{batch: 64}` is 64 N). */
export type Dimension = number | { readonly batch: number };

/** Sizes of a value, the batch axis included: usually `[{batch: 1}, C, H, W]` or `[{batch: 1}, F]`. */
export type Shape = readonly Dimension[];

export type Pair = readonly [number, number];

/** Rows and columns added before and after: [top, left, bottom, right], as ONNX orders them. */
export type Padding2d = readonly [number, number, number, number];

interface Pool2d {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly ceilMode: boolean;
}

/** What noise is drawn from. */
export type NoiseDistribution =
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number };

/** Every operator with its attributes (those of elementwise.ts have none): the table that shapes, gradients, ONNX nodes and FLOPs each complete. */
export interface OperatorAttributes extends Record<ElementwiseOperator, Record<never, never>> {
  /** torch.nn.Conv2d. x: [N, C, H, W] -> [N, O, H', W']; weight [O, C / groups, kH, kW], bias [O]. */
  conv2d: {
    readonly kernel: Pair;
    readonly stride: Pair;
    readonly padding: Padding2d;
    readonly dilation: Pair;
    readonly groups: number;
  };
  /**
   * torch.nn.ConvTranspose2d: the adjoint of conv2d. x: [N, C, H, W] -> [N, O, H', W'];
   * weight [C, O / groups, kH, kW], bias [O]. `outputPadding` lengthens the output at its end.
   */
  convTranspose2d: {
    readonly kernel: Pair;
    readonly stride: Pair;
    readonly padding: Pair;
    readonly outputPadding: Pair;
    readonly dilation: Pair;
    readonly groups: number;
  };
  /** torch.nn.Linear on the last axis. weight [out, in], bias [out]. */
  linear: Record<never, never>;
  /** torch.nn.BatchNorm1d/2d over axis 1. `momentum: null` is PyTorch's cumulative average. */
  batchNorm: { readonly eps: number; readonly momentum: number | null };
  /**
   * torch.nn.LayerNorm and RMSNorm: over the given last axes, mean taken away when `centre`, divided by the root of
   * the mean square plus eps. weight and bias have the sizes of those axes.
   */
  layerNorm: { readonly axes: readonly number[]; readonly eps: number; readonly centre: boolean };
  /** torch.nn.GroupNorm, and InstanceNorm with as many groups as channels. weight [C], bias [C]. */
  groupNorm: { readonly groups: number; readonly eps: number };
  /**
   * torch.nn.InstanceNorm1d/2d with running statistics: groupNorm with a group for each channel in training, by the
   * running statistics in evaluation. weight [C], bias [C].
   */
  instanceNorm: { readonly eps: number; readonly momentum: number };
  /**
   * Zeroes with probability p in training, scales by 1 / (1 - p); `channel` drops whole [H, W] maps (Dropout2d),
   * `alpha` sets to SELU's negative limit and keeps mean and variance (AlphaDropout).
   */
  dropout: { readonly p: number; readonly kind: 'element' | 'channel' | 'alpha' };
  maxPool2d: Pool2d & { readonly dilation: Pair };
  avgPool2d: Pool2d & { readonly countIncludePad: boolean; readonly divisor: number | null };
  /** torch.nn.AdaptiveAvgPool2d; `output` has the sizes already resolved (no None). */
  adaptiveAvgPool2d: { readonly output: Pair };
  adaptiveMaxPool2d: { readonly output: Pair };
  leakyRelu: { readonly negativeSlope: number };
  /** torch.nn.PReLU: weight [1] or [C]. */
  prelu: Record<never, never>;
  elu: { readonly alpha: number };
  celu: { readonly alpha: number };
  gelu: { readonly approximate: 'none' | 'tanh' };
  hardtanh: { readonly min: number; readonly max: number };
  softplus: { readonly beta: number; readonly threshold: number };
  logSigmoid: Record<never, never>;
  /** x > threshold ? x : value. */
  threshold: { readonly threshold: number; readonly value: number };
  /** |x| > lambda ? x : 0. */
  hardshrink: { readonly lambda: number };
  /** x moved towards 0 by lambda, 0 where |x| <= lambda. */
  softshrink: { readonly lambda: number };
  /** x to the power of a number. */
  power: { readonly exponent: number };
  /** torch.clamp with one bound or two; unlike hardtanh's, its gradient passes on the bounds themselves. */
  clamp: { readonly min: number | null; readonly max: number | null };
  /** Functions whose gradient is zero. */
  round: { readonly to: 'floor' | 'ceil' | 'nearest' | 'zero' | 'sign' };
  softmax: { readonly axis: number };
  logSoftmax: { readonly axis: number };
  /** Flatten, view, reshape, squeeze, unsqueeze: the node's shape says all. */
  reshape: Record<never, never>;
  /** permute and transpose: output axis i is input axis order[i]. */
  permute: { readonly order: readonly number[] };
  /** torch.cat of two or more inputs. */
  concat: { readonly axis: number };
  /** Elementwise on two values with NumPy broadcasting. */
  add: Record<never, never>;
  subtract: Record<never, never>;
  multiply: Record<never, never>;
  divide: Record<never, never>;
  /** The larger, the smaller of two; at ties each gets half of the gradient. */
  maximum: Record<never, never>;
  minimum: Record<never, never>;
  /** 1 where the comparison holds, else 0. */
  compare: { readonly relation: 'less' | 'lessOrEqual' | 'greater' | 'greaterOrEqual' | 'equal' | 'notEqual' };
  /** torch.where: the second input where the first is not 0, else the third. */
  where: Record<never, never>;
  /** torch.matmul of two values of two axes or more; leading axes broadcast. */
  matmul: Record<never, never>;
  /** scale * x + shift, for arithmetic with Python numbers. */
  affine: { readonly scale: number; readonly shift: number };
  mean: { readonly axes: readonly number[]; readonly keep: boolean };
  sum: { readonly axes: readonly number[]; readonly keep: boolean };
  /** Largest over axes (torch.amax; adaptive max pooling to one). Gradient shared equally among ties, as torch.amax. */
  max: { readonly axes: readonly number[]; readonly keep: boolean };
  /** Largest along one axis (torch.max with dim). Gradient to the first of equals. */
  maxAlong: { readonly axis: number; readonly keep: boolean };
  /** Elements start, start + step, ... before end of one axis; step > 0. */
  slice: { readonly axis: number; readonly start: number; readonly end: number; readonly step: number };
  /** The given places of one axis, in that order; repeats allowed. */
  gather: { readonly axis: number; readonly indices: readonly number[] };
  /** Constant padding: places added before and after each axis, negative ones cut off. */
  pad: { readonly before: readonly number[]; readonly after: readonly number[]; readonly value: number };
  /** Axes of size 1 repeated to the node's shape, new ones in front: expand. */
  expand: Record<never, never>;
  /** torch.nn.functional.interpolate of [N, C, H, W] to a size; `scale` is the factor given, null when sizes were. */
  resize: {
    readonly mode: 'nearest' | 'bilinear' | 'bicubic';
    readonly size: Pair;
    readonly alignCorners: boolean;
    readonly scale: readonly [number | null, number | null];
  };
  /**
   * One direction of one layer of torch.nn.RNN, LSTM or GRU. Inputs: x [T, N, I], weight_ih, weight_hh, then bias_ih and
   * bias_hh when `bias`, then the first hidden state [N, H] (and cell) when `initial`. Yields hidden states [T, N, H], or
   * with `cell` the last cell state [N, H] of an LSTM.
   */
  recurrent: {
    readonly kind: 'tanh' | 'relu' | 'lstm' | 'gru';
    readonly reverse: boolean;
    readonly bias: boolean;
    readonly initial: boolean;
    readonly yields: 'hidden' | 'cell';
  };
  /** A parameter as a value (role weight). */
  parameter: Record<never, never>;
  /** A float buffer as a value (role buffer). */
  buffer: Record<never, never>;
  /** Numbers known when the network was built, row by row; one number stands for all. */
  constant: { readonly values: readonly number[] };
  /** The same value, through which no gradient flows. */
  detach: Record<never, never>;
  /** Two values of one shape: the first in training, the second in evaluation. */
  byMode: Record<never, never>;
  /** Numbers drawn afresh for each training step, independently: between low and high, or normal. */
  noise: { readonly distribution: NoiseDistribution };
}

export type Operator = keyof OperatorAttributes;

/** Names of the parameters and buffers that a node reads, by role. */
export interface NodeParameters {
  readonly weight?: string;
  readonly bias?: string;
  readonly runningMean?: string;
  readonly runningVar?: string;
  readonly batchesTracked?: string;
  /** Of operator buffer. */
  readonly buffer?: string;
}

interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

/** One evaluated operation. Value 0 is the network's input; node i of the list yields value i + 1. */
export interface NodeOf<O extends Operator> {
  readonly operator: O;
  readonly attributes: OperatorAttributes[O];
  /** Values read, in order; each smaller than the node's own. */
  readonly inputs: readonly number[];
  readonly parameters: NodeParameters;
  /** Shape of the value it yields. */
  readonly shape: Shape;
  /** Qualified name of the registered module that made it (`features.0`), null for functional forms. */
  readonly module: string | null;
  readonly place: SourcePlace | null;
}

export type NetworkNode = { [O in Operator]: NodeOf<O> }[Operator];

/**
 * How PyTorch initialises a parameter: uniform in [-bound, bound] or [low, high], normal, normal cut off (trunc_normal_),
 * orthogonal rows or columns, a constant, or given numbers; zeros strewn into it, parts drawn otherwise.
 */
export type Initializer =
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }
  | {
      readonly kind: 'truncatedNormal';
      readonly mean: number;
      readonly deviation: number;
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: 'orthogonal'; readonly gain: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'values'; readonly values: readonly number[] }
  /** Normal around 0, with so many zeros at random places of each column (nn.init.sparse_). */
  | { readonly kind: 'sparse'; readonly deviation: number; readonly zeros: number }
  /** Drawn, then parts of it drawn otherwise, in that order. */
  | { readonly kind: 'patched'; readonly of: Initializer; readonly patches: readonly InitializerPatch[] };

/** Elements from `start` on, row by row. */
export interface InitializerPatch {
  readonly start: number;
  readonly count: number;
  readonly by: Initializer;
}

export interface Parameter {
  /** As in state_dict: `conv1.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /** False for requires_grad=False: it stays as it is. */
  readonly trainable?: false;
}

export interface Buffer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: 'float32' | 'int64';
  /** One number for all, or each, row by row. */
  readonly value: number | readonly number[];
}

/** `name` is another name of the parameter or buffer called `of`. */
export interface Alias {
  readonly name: string;
  readonly of: string;
}

/** A registered leaf module: what depth and width count. */
export interface ModuleRecord {
  readonly path: string;
  /** PyTorch class name: `Conv2d`. */
  readonly type: string;
  /** out_channels or out_features, null where the layer has neither. */
  readonly outFeatures: number | null;
  /** Whether forward runs it or reads a weight of it. */
  readonly used: boolean;
}

export interface Network {
  readonly version: 1;
  /** Sizes of one input image without the batch axis: [C, H, W]. */
  readonly input: readonly number[];
  readonly nodes: readonly NetworkNode[];
  /** Index of the output value; its shape is [N, classes]. */
  readonly output: number;
  /** In state_dict order, registered but unused ones included. */
  readonly parameters: readonly Parameter[];
  readonly buffers: readonly Buffer[];
  /** Further names that state_dict gives a parameter or buffer of a layer that is registered more than once. */
  readonly aliases?: readonly Alias[];
  readonly modules: readonly ModuleRecord[];
}

/** Measures as reading notes fix them: multiply-accumulates of one sample; widest layer; used leaf layers. */
export interface Measures {
  readonly params: number;
  /** FLOPs (multiply-accumulates x1 of one sample in convolutions, linear layers and matrix products). */
  readonly flops: number;
  readonly width: number;
  readonly depth: number;
  readonly widthToDepth: number;
  /** Largest sum of bytes of all values of one sample, float32: the activations a training step must keep. */
  readonly activationBytes: number;
}

/** A concrete size for a given batch. */
function sizeOf(dimension: Dimension, batch: number): number {
  return typeof dimension === 'number' ? dimension : dimension.batch * batch;
}

/** Concrete sizes of a shape for a given batch. */
export function sizesOf(shape: Shape, batch: number): number[] {
  return shape.map((dimension) => sizeOf(dimension, batch));
}

/** Shape of a value of the network: 0 is the input. @throws RangeError on a value that does not exist. */
export function shapeOfValue(network: Network, value: number): Shape {
  if (value === 0) return [{ batch: 1 }, ...network.input];
  const node = network.nodes[value - 1];
  if (node === undefined) throw new RangeError(`The network has no value ${value}.`);
  return node.shape;
}
