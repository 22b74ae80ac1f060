/** One printer per operator: the Python expression that computes it. Complete by type: an operator without one does not compile. */
import { type ElementwiseOperator, forElementwise } from '../elementwise.ts';
import type { Operator, OperatorAttributes, Pair } from '../ir.ts';
import { paddingText } from './modules.ts';
import { bare, levels } from './precedence.ts';
import { binary, functional, layerOr, operand, type Printer, type Printing } from './printing.ts';
import { callText, floatText, numberText, singleText, sizesText, tupleText, unless } from './python-text.ts';

/** A convolution of one dimension sees its single row as none. */
function alongRow<O extends 'conv2d' | 'convTranspose2d'>(print: Printer<O>): Printer<O> {
  return (printing) => {
    const rank =
      printing.node.parameters.weight === undefined ? printing.shape(1).length : printing.sizes('weight').length;
    if (rank !== 3) return print(printing);
    const x = `${printing.input(0)}.squeeze(2)`;
    return `${print({ ...printing, input: (place) => (place === 0 ? x : printing.input(place)) })}.unsqueeze(2)`;
  };
}

function convolution(printing: Printing<'conv2d'>): string {
  const { node, attributes, input, parameter, layer } = printing;
  if (layer !== null) return `${layer}(${bare(input(0))})`;
  const computed = node.parameters.weight === undefined;
  const weight = computed ? bare(input(1)) : parameter('weight');
  const bias = computed ? (node.inputs.length > 2 ? bare(input(2)) : 'None') : parameter('bias');
  const rank = computed ? printing.shape(1).length : printing.sizes('weight').length;
  const axes = rank === 3 ? 1 : 2;
  const along = (sizes: Pair) => sizesText(axes === 1 ? sizes.slice(1) : sizes);
  return callText(`F.conv${axes}d`, [bare(input(0)), weight], {
    bias: unless(bias, 'None'),
    stride: unless(along(attributes.stride), '1'),
    padding: unless(paddingText(attributes, axes), '0'),
    dilation: unless(along(attributes.dilation), '1'),
    groups: unless(attributes.groups, 1),
  });
}

function transposedConvolution({ attributes, input, parameter, layer, sizes }: Printing<'convTranspose2d'>): string {
  if (layer !== null) return `${layer}(${bare(input(0))})`;
  const axes = sizes('weight').length === 3 ? 1 : 2;
  const along = (each: Pair) => sizesText(axes === 1 ? each.slice(1) : each);
  return callText(`F.conv_transpose${axes}d`, [bare(input(0)), parameter('weight')], {
    bias: unless(parameter('bias'), 'None'),
    stride: unless(along(attributes.stride), '1'),
    padding: unless(along(attributes.padding), '0'),
    output_padding: unless(along(attributes.outputPadding), '0'),
    groups: unless(attributes.groups, 1),
    dilation: unless(along(attributes.dilation), '1'),
  });
}

function pool(
  name: string,
  attributes: OperatorAttributes['maxPool2d'] | OperatorAttributes['avgPool2d'],
  x: string,
): string {
  const { kernel, stride, padding, ceilMode } = attributes;
  const more =
    'dilation' in attributes
      ? { dilation: unless(sizesText(attributes.dilation), '1'), ceil_mode: ceilMode ? 'True' : null }
      : {
          ceil_mode: ceilMode ? 'True' : null,
          count_include_pad: attributes.countIncludePad ? null : 'False',
          divisor_override: attributes.divisor,
        };
  return callText(name, [bare(x), sizesText(kernel)], {
    stride: unless(sizesText(stride), sizesText(kernel)),
    padding: unless(sizesText(padding), '0'),
    ...more,
  });
}

function reduction(name: string): Printer<'mean' | 'sum' | 'max'> {
  return ({ input, attributes: { axes, keep } }) =>
    callText(`${input(0)}.${name}`, [], {
      dim: axes.length === 1 ? String(axes[0]) : tupleText(axes),
      keepdim: keep ? 'True' : null,
    });
}

function reshape({ node, input, shape, dimension }: Printing<'reshape'>): string {
  const own = shape(0);
  const target = node.shape;
  const [first] = own;
  const [batch] = target;
  const kept = typeof first === 'object' && typeof batch === 'object' && first.batch === batch.batch;
  if (kept && target.length === 2 && own.length > 2 && typeof target[1] === 'number') {
    return `${input(0)}.flatten(1)`;
  }
  const open = target.filter((size) => typeof size !== 'number').length === 1;
  const sizes = target.map((size) => (typeof size !== 'number' && open ? '-1' : dimension(size)));
  return `${input(0)}.reshape(${target.length === 0 ? '()' : sizes.join(', ')})`;
}

function affine({ input, raw, isMask, attributes: { scale, shift } }: Printing<'affine'>): string {
  if (isMask(0) && scale === -1 && shift === 1) return `~${raw(0, levels.unary)}`;
  if (scale === -1 && shift !== 0) return `${floatText(shift)} - ${input(0, levels.product)}`;
  if (shift === 0)
    return scale === -1 ? `-${input(0, levels.unary)}` : `${input(0, levels.product)} * ${floatText(scale)}`;
  const x = scale === 1 ? input(0, levels.sum) : `${input(0, levels.product)} * ${floatText(scale)}`;
  return shift < 0 ? `${x} - ${floatText(-shift)}` : `${x} + ${floatText(shift)}`;
}

const relationText = {
  less: '<',
  lessOrEqual: '<=',
  greater: '>',
  greaterOrEqual: '>=',
  equal: '==',
  notEqual: '!=',
} as const;

function slice({ input, attributes }: Printing<'slice'>): string {
  const { axis, start, end, step } = attributes;
  const before = Array.from({ length: axis }, () => ':');
  const range = `${start === 0 ? '' : start}:${end}${step === 1 ? '' : `:${step}`}`;
  return `${input(0)}[${[...before, range].join(', ')}]`;
}

function pad({ input, attributes }: Printing<'pad'>): string {
  const { before, after, value } = attributes;
  const amounts = before.map((amount, axis) => [amount, after[axis] ?? 0] as const).reverse();
  while (amounts.length > 1 && amounts.at(-1)?.every((amount) => amount === 0)) amounts.pop();
  return callText('F.pad', [bare(input(0)), tupleText(amounts.flat())], {
    value: value === 0 ? null : floatText(value),
  });
}

function resize({ input, attributes }: Printing<'resize'>): string {
  const { mode, size, alignCorners, scale } = attributes;
  const [rows, columns] = scale;
  const factors = rows !== null && columns !== null ? tupleText([floatText(rows), floatText(columns)]) : null;
  return callText('F.interpolate', [bare(input(0))], {
    size: factors === null ? tupleText(size) : null,
    scale_factor: factors,
    mode: mode === 'nearest' ? null : `'${mode}'`,
    align_corners: mode === 'nearest' ? null : alignCorners ? 'True' : 'False',
  });
}

function norm(name: string, more: (printing: Printing<'layerNorm'>) => (string | number)[]): Printer<'layerNorm'> {
  return layerOr((printing) =>
    callText(name, [bare(printing.input(0)), ...more(printing)], { eps: numberText(printing.attributes.eps) }),
  );
}

const layerNorm: Printer<'layerNorm'> = (printing) => {
  const { attributes, shape, parameter } = printing;
  const sizes = tupleText(attributes.axes.map((axis) => String(shape(0)[axis])));
  if (attributes.centre) return norm('F.layer_norm', () => [sizes, parameter('weight'), parameter('bias')])(printing);
  return norm('F.rms_norm', () => [sizes, parameter('weight')])(printing);
};

function expand({ node, input, number, dimension }: Printing<'expand'>): string {
  const value = number(0);
  const sizes = node.shape.map(dimension);
  if (value === null) return `${input(0)}.expand(${sizes.join(', ')})`;
  if (value === 0) return callText('torch.zeros', sizes);
  return value === 1 ? callText('torch.ones', sizes) : callText('torch.full', [tupleText(sizes), singleText(value)]);
}

/** Numbers drawn anew: by PyTorch's plain draws where they are, else into an empty tensor. */
function noise({ node, attributes: { distribution }, dimension }: Printing<'noise'>): string {
  const sizes = node.shape.length === 0 ? ['()'] : node.shape.map(dimension);
  if (distribution.kind === 'normal') {
    const { mean, deviation } = distribution;
    if (mean === 0 && deviation === 1) return callText('torch.randn', sizes);
    return callText(`${callText('torch.empty', sizes)}.normal_`, [floatText(mean), floatText(deviation)]);
  }
  const { low, high } = distribution;
  if (low === 0 && high === 1) return callText('torch.rand', sizes);
  return callText(`${callText('torch.empty', sizes)}.uniform_`, [floatText(low), floatText(high)]);
}

/** Logical where both are masks, else arithmetic. */
function maskable(mask: string, level: number, otherwise: Printer<'multiply' | 'maximum'>) {
  return (printing: Printing<'multiply'> | Printing<'maximum'>): string =>
    printing.isMask(0) && printing.isMask(1)
      ? `${printing.raw(0, level)} ${mask} ${printing.raw(1, level + 1)}`
      : otherwise(printing as Printing<'multiply' | 'maximum'>);
}

function extreme(name: string): Printer<Operator> {
  return ({ input, number }) => {
    const value = number(1);
    return callText(name, [bare(input(0)), value === null ? bare(input(1)) : `torch.tensor(${singleText(value)})`]);
  };
}

const printers: { readonly [O in Operator]: Printer<O> } = {
  conv2d: alongRow(convolution),
  convTranspose2d: alongRow(transposedConvolution),
  linear: layerOr(({ input, parameter }) =>
    callText('F.linear', [bare(input(0)), parameter('weight')], { bias: unless(parameter('bias'), 'None') }),
  ),
  batchNorm: layerOr(({ input, attributes, parameter }) => {
    const [mean, variance] = [parameter('runningMean'), parameter('runningVar')];
    return callText('F.batch_norm', [bare(input(0)), mean, variance, parameter('weight'), parameter('bias')], {
      training: mean === 'None' ? 'True' : 'self.training',
      momentum: attributes.momentum === null ? 'None' : numberText(attributes.momentum),
      eps: numberText(attributes.eps),
    });
  }),
  layerNorm,
  groupNorm: layerOr(({ input, attributes, parameter }) =>
    callText('F.group_norm', [bare(input(0)), attributes.groups, parameter('weight'), parameter('bias')], {
      eps: numberText(attributes.eps),
    }),
  ),
  instanceNorm: layerOr(({ input }) => input(0)),
  dropout: layerOr(functional('F.dropout')),
  maxPool2d: ({ attributes, input }) => pool('F.max_pool2d', attributes, input(0)),
  avgPool2d: ({ attributes, input }) => pool('F.avg_pool2d', attributes, input(0)),
  adaptiveAvgPool2d: ({ attributes, input }) =>
    callText('F.adaptive_avg_pool2d', [bare(input(0)), sizesText(attributes.output)]),
  adaptiveMaxPool2d: ({ attributes, input }) =>
    callText('F.adaptive_max_pool2d', [bare(input(0)), sizesText(attributes.output)]),
  ...forElementwise((_, { text }) => functional<ElementwiseOperator>(text)),
  leakyRelu: ({ input, attributes }) => callText('F.leaky_relu', [bare(input(0)), floatText(attributes.negativeSlope)]),
  prelu: layerOr(({ input, parameter }) => callText('F.prelu', [bare(input(0)), parameter('weight')])),
  elu: ({ input, attributes }) => callText('F.elu', [bare(input(0)), floatText(attributes.alpha)]),
  celu: ({ input, attributes }) => callText('F.celu', [bare(input(0)), floatText(attributes.alpha)]),
  gelu: ({ input, attributes }) =>
    callText('F.gelu', [bare(input(0))], { approximate: attributes.approximate === 'tanh' ? "'tanh'" : null }),
  hardtanh: ({ input, attributes }) =>
    callText('F.hardtanh', [bare(input(0)), floatText(attributes.min), floatText(attributes.max)]),
  softplus: ({ input, attributes }) =>
    callText('F.softplus', [bare(input(0))], {
      beta: unless(floatText(attributes.beta), '1.0'),
      threshold: unless(floatText(attributes.threshold), '20.0'),
    }),
  logSigmoid: functional('F.logsigmoid'),
  threshold: ({ input, attributes }) =>
    callText('F.threshold', [bare(input(0)), floatText(attributes.threshold), floatText(attributes.value)]),
  hardshrink: ({ input, attributes }) => callText('F.hardshrink', [bare(input(0)), floatText(attributes.lambda)]),
  softshrink: ({ input, attributes }) => callText('F.softshrink', [bare(input(0)), floatText(attributes.lambda)]),
  power: ({ input, attributes }) => `${input(0)} ** ${floatText(attributes.exponent)}`,
  clamp: ({ input, attributes: { min, max } }) =>
    callText('torch.clamp', [bare(input(0))], {
      // PyTorch wants one of them, also where neither bounds anything.
      min: min === null && max !== null ? null : floatText(min ?? Number.NEGATIVE_INFINITY),
      max: max === null ? null : floatText(max),
    }),
  round: ({ input, attributes }) => {
    const names = { floor: 'floor', ceil: 'ceil', nearest: 'round', zero: 'trunc', sign: 'sign' } as const;
    return callText(`torch.${names[attributes.to]}`, [bare(input(0))]);
  },
  softmax: ({ input, attributes }) => callText('F.softmax', [bare(input(0))], { dim: attributes.axis }),
  logSoftmax: ({ input, attributes }) => callText('F.log_softmax', [bare(input(0))], { dim: attributes.axis }),
  reshape,
  permute: ({ input, attributes }) => `${input(0)}.permute(${attributes.order.join(', ')})`,
  concat: ({ node, input, attributes }) =>
    callText('torch.cat', [`[${node.inputs.map((_, place) => bare(input(place))).join(', ')}]`], {
      dim: attributes.axis,
    }),
  add: binary('+', levels.sum),
  subtract: binary('-', levels.sum),
  multiply: maskable('&', levels.and, binary('*', levels.product)),
  divide: binary('/', levels.product),
  maximum: maskable('|', levels.or, extreme('torch.maximum')),
  minimum: extreme('torch.minimum'),
  compare: (printing) =>
    `${printing.input(0, levels.or)} ${relationText[printing.attributes.relation]} ${operand(printing, 1, levels.or)}`,
  where(printing) {
    const condition = printing.isMask(0) ? bare(printing.raw(0)) : `${printing.input(0, levels.or)} != 0`;
    return callText('torch.where', [condition, bare(operand(printing, 1)), bare(operand(printing, 2))]);
  },
  matmul: binary('@', levels.product),
  affine,
  mean: reduction('mean'),
  sum: reduction('sum'),
  max: reduction('amax'),
  maxAlong: ({ input, attributes }) =>
    `${callText(`${input(0)}.max`, [], { dim: attributes.axis, keepdim: attributes.keep ? 'True' : null })}.values`,
  slice,
  gather: ({ input, attributes: { axis, indices } }) =>
    `${input(0)}[${[...Array.from({ length: axis }, () => ':'), `[${indices.join(', ')}]`].join(', ')}]`,
  pad,
  expand,
  resize,
  // Written as a call of the layer that holds both directions: source.ts.
  recurrent: ({ input }) => input(0),
  parameter: ({ parameter }) => parameter('weight'),
  buffer: ({ parameter }) => parameter('buffer'),
  constant: ({ attributes, node, table }) => table(attributes.values, node.shape),
  detach: ({ input }) => `${input(0)}.detach()`,
  byMode: ({ input }) => `${input(0, levels.compare)} if self.training else ${input(1, levels.compare)}`,
  noise,
};

/** The expression of a node. */
export function printNode<O extends Operator>(printing: Printing<O>): string {
  return printers[printing.node.operator](printing);
}
