/**
 * What each operator is to the parts of the app that go by its kind: one row an operator, complete by type. Its attributes are in
 * ir.ts; shapes, gradients, ONNX nodes and text have tables of rules beside it.
 */
import type { LayerKind } from './asks.ts';
import { type ElementwiseOperator, forElementwise, type ResultType, type Saved } from './elementwise.ts';
import type { Operator } from './ir.ts';
import {
  concatLayout,
  convolutionLayout,
  elementwiseStrides,
  expandLayout,
  gatherLayout,
  type Layout,
  type LayoutQuestion,
  layerNormLayout,
  permuteLayout,
  reshapeLayout,
  type Strides,
  sameLayout,
  sliceLayout,
  suggestedStrides,
} from './layouts.ts';

export interface OperatorTraits<O extends Operator> {
  /** Where the result lies in memory. */
  readonly layout: Layout<O>;
  readonly saves: Saved;
  /** The same for the form that changes its first input. */
  readonly savesInPlace: Exclude<Saved, 'both'>;
  readonly type: ResultType;
  /** Whether inputs may change places; hashes of version 1 know it of sums and products alone. */
  readonly commutative: 'no' | 'everywhere' | 'but in hashes';
  /** Gives elements of its input in other places: random numbers stay random numbers. */
  readonly rearranges: boolean;
  /** Gives a mask for masks. */
  readonly keepsMask: boolean;
  /** What prompts and grammars call a layer of it; null for none. */
  readonly kind: LayerKind | null;
  /** Class of torch.nn of an activation that grammars write; null for any other. */
  readonly activation: string | null;
}

type Rest = Omit<OperatorTraits<Operator>, 'layout' | 'saves' | 'type'>;

const plain: Rest = {
  savesInPlace: 'neither',
  commutative: 'no',
  rearranges: false,
  keepsMask: false,
  kind: null,
  activation: null,
};

/** A row; what it does not say is as of most operators. */
function operator<O extends Operator>(
  layout: Layout<O>,
  saves: Saved,
  type: ResultType,
  more: Partial<Rest> = {},
): OperatorTraits<O> {
  return { layout, saves, type, ...plain, ...more };
}

/** The row of an operator that computes each element from those in the same place. */
function elementwise<O extends Operator>(saves: Saved, type: ResultType, more: Partial<Rest> = {}): OperatorTraits<O> {
  return operator('elementwise', saves, type, more);
}

export const operators: { readonly [O in Operator]: OperatorTraits<O> } = {
  conv2d: operator({ own: convolutionLayout }, 'inputs', 'float', { kind: 'convolution' }),
  convTranspose2d: operator('suggested', 'inputs', 'float'),
  linear: operator('rows', 'inputs', 'float', { kind: 'linear' }),
  batchNorm: operator('suggested', 'inputs', 'float', { kind: 'normalisation' }),
  layerNorm: operator({ own: layerNormLayout }, 'inputs', 'float'),
  groupNorm: operator('suggested', 'inputs', 'float'),
  instanceNorm: operator('rows', 'inputs', 'float'),
  dropout: elementwise('neither', 'float', { kind: 'dropout' }),
  maxPool2d: operator('suggested', 'inputs', 'float', { kind: 'pooling' }),
  avgPool2d: operator('suggested', 'inputs', 'float', { kind: 'pooling' }),
  adaptiveAvgPool2d: operator('suggested', 'inputs', 'float', { kind: 'pooling' }),
  adaptiveMaxPool2d: operator('suggested', 'inputs', 'float', { kind: 'pooling' }),
  ...forElementwise((_, { saves, savesInPlace, type, layer }) =>
    elementwise<ElementwiseOperator>(saves, type, {
      savesInPlace,
      activation: layer?.grammar === true ? layer.name : null,
    }),
  ),
  leakyRelu: elementwise('inputs', 'float', { savesInPlace: 'output', activation: 'LeakyReLU' }),
  prelu: elementwise('inputs', 'float'),
  elu: elementwise('inputs', 'float', { savesInPlace: 'output', activation: 'ELU' }),
  celu: elementwise('inputs', 'float', { savesInPlace: 'output' }),
  gelu: elementwise('inputs', 'float', { activation: 'GELU' }),
  hardtanh: elementwise('inputs', 'first', { savesInPlace: 'output' }),
  softplus: elementwise('inputs', 'float'),
  logSigmoid: operator('rows', 'inputs', 'float'),
  threshold: elementwise('inputs', 'float'),
  hardshrink: elementwise('inputs', 'float'),
  softshrink: elementwise('inputs', 'float'),
  power: elementwise('inputs', 'float'),
  clamp: elementwise('inputs', 'first'),
  round: elementwise('neither', 'first'),
  softmax: operator('rows', 'output', 'float'),
  logSoftmax: operator('rows', 'output', 'float'),
  reshape: operator({ view: reshapeLayout }, 'neither', 'first', { rearranges: true, keepsMask: true }),
  permute: operator({ view: permuteLayout }, 'neither', 'first', { rearranges: true, keepsMask: true }),
  concat: operator({ own: concatLayout }, 'neither', 'first', { keepsMask: true }),
  add: elementwise('neither', 'integers', { commutative: 'everywhere', kind: 'residual' }),
  subtract: elementwise('neither', 'integers'),
  multiply: elementwise('inputs', 'integers', { savesInPlace: 'inputs', commutative: 'everywhere', keepsMask: true }),
  divide: elementwise('inputs', 'float', { savesInPlace: 'inputs' }),
  maximum: elementwise('inputs', 'integers', { commutative: 'but in hashes', keepsMask: true }),
  minimum: elementwise('inputs', 'integers', { commutative: 'but in hashes' }),
  compare: elementwise('neither', 'float'),
  where: elementwise('neither', 'integers'),
  matmul: operator('rows', 'inputs', 'integers'),
  affine: elementwise('neither', 'float'),
  mean: operator('rows', 'neither', 'float', { kind: 'pooling' }),
  sum: operator('rows', 'neither', 'integers'),
  max: operator('rows', 'both', 'first', { kind: 'pooling' }),
  maxAlong: operator('rows', 'inputs', 'first'),
  slice: operator({ view: sliceLayout }, 'neither', 'first', { rearranges: true, keepsMask: true }),
  gather: operator({ own: gatherLayout }, 'neither', 'first', { rearranges: true, keepsMask: true }),
  pad: operator('suggested', 'neither', 'first'),
  expand: operator({ view: expandLayout }, 'neither', 'first', { rearranges: true }),
  resize: operator('suggested', 'neither', 'float'),
  recurrent: operator('rows', 'inputs', 'float', { kind: 'recurrent' }),
  parameter: operator('rows', 'neither', 'float'),
  buffer: operator('rows', 'neither', 'float'),
  constant: operator('rows', 'neither', 'float'),
  detach: operator({ view: sameLayout }, 'neither', 'first', { rearranges: true }),
  byMode: operator('rows', 'neither', 'float'),
  noise: operator('rows', 'neither', 'float'),
};

/** Strides of an operation's result. */
export function resultStrides<O extends Operator>(name: O, question: LayoutQuestion<O>): Strides {
  const { layout }: OperatorTraits<O> = operators[name];
  if (layout === 'rows') return null;
  if (layout === 'elementwise') return elementwiseStrides(question.inputs, question.shape);
  if (layout === 'suggested') return suggestedStrides(question.inputs, question.shape);
  return 'own' in layout ? layout.own(question) : layout.view(question);
}

/** Whether an operation gives a view of its first input's memory. */
export function isView(name: Operator): boolean {
  const { layout } = operators[name];
  return typeof layout === 'object' && 'view' in layout;
}
