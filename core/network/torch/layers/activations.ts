/** Activations: each once, for its nn module, its F function, its torch function and its tensor method. */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import { elementwiseOperators, elementwiseRows, functionName } from '../../elementwise.ts';
import type { Operator, OperatorAttributes } from '../../ir.ts';
import { axisOf, floatOf } from '../world/arguments.ts';
import type { TensorValue } from '../world/values.ts';

interface Chosen<O extends Operator> {
  readonly operator: O;
  readonly attributes: OperatorAttributes[O];
}

type AnyChosen = { [O in Operator]: Chosen<O> }[Operator];

export interface Activation {
  /** Class of torch.nn, or null. */
  readonly layer: string | null;
  /** Function of torch.nn.functional. */
  readonly name: string;
  /** Parameters besides the input, `inplace` among them where there is one. */
  readonly signature: string;
  /** Signature of the function where it differs from the class's. */
  readonly functionSignature?: string;
  /** Also a function of torch, and a method of tensors. */
  readonly everywhere?: boolean;
  choose(get: (name: string) => Value, input: TensorValue, at: Pick<Taken, 'place'>): AnyChosen;
}

function simple<O extends Operator>(
  layer: string | null,
  name: string,
  operator: O,
  attributes: OperatorAttributes[O],
  inPlace: boolean,
  everywhere = false,
): Activation {
  const chosen = asAny({ operator, attributes });
  return { layer, name, signature: inPlace ? 'inplace=False' : '', everywhere, choose: () => chosen };
}

function asAny<O extends Operator>(chosen: Chosen<O>): AnyChosen {
  return chosen as AnyChosen;
}

function float(get: (name: string) => Value, name: string, { place }: Pick<Taken, 'place'>): number {
  return floatOf(get(name), { what: `argument '${name}'`, place });
}

/** PyTorch's old default for softmax without dim: axis 0 for 0, 1 and 3 dimensions, else 1. */
function softmaxAxis(get: (name: string) => Value, input: TensorValue, { place }: Pick<Taken, 'place'>): number {
  const rank = input.tensor.shape.length;
  const dim = get('dim');
  const axis = dim === null ? ([0, 1, 3].includes(rank) ? 0 : 1) : axisOf(dim, rank, { what: 'dim', place });
  if (typeof input.tensor.shape[axis] !== 'number')
    refuse('unsupported', 'softmax over the batch axis is not supported: it would mix samples', place);
  return axis;
}

/** Those that are a row of elementwise.ts. */
const rows = elementwiseOperators.flatMap((operator): Activation[] => {
  const { text, layer } = elementwiseRows[operator];
  if (layer === null) return [];
  return [simple(layer.name, functionName({ text }), operator, {}, layer.inPlace, layer.everywhere)];
});

export const activations: readonly Activation[] = [
  ...rows,
  simple('LogSigmoid', 'logsigmoid', 'logSigmoid', {}, false),
  {
    layer: 'Threshold',
    name: 'threshold',
    signature: 'threshold, value, inplace=False',
    choose: (get, _input, at) => ({
      operator: 'threshold',
      attributes: { threshold: float(get, 'threshold', at), value: float(get, 'value', at) },
    }),
  },
  {
    layer: 'Hardshrink',
    name: 'hardshrink',
    signature: 'lambd=0.5',
    choose: (get, _input, at) => ({ operator: 'hardshrink', attributes: { lambda: float(get, 'lambd', at) } }),
  },
  {
    layer: 'Softshrink',
    name: 'softshrink',
    signature: 'lambd=0.5',
    choose(get, _input, at) {
      const lambda = float(get, 'lambd', at);
      if (lambda < 0) refuse('value', `lambda must be greater or equal to 0, but found to be ${lambda}.`, at.place);
      return { operator: 'softshrink', attributes: { lambda } };
    },
  },
  {
    layer: 'LeakyReLU',
    name: 'leaky_relu',
    signature: 'negative_slope=0.01, inplace=False',
    choose: (get, _input, at) => ({
      operator: 'leakyRelu',
      attributes: { negativeSlope: float(get, 'negative_slope', at) },
    }),
  },
  {
    layer: 'ELU',
    name: 'elu',
    signature: 'alpha=1.0, inplace=False',
    choose: (get, _input, at) => ({ operator: 'elu', attributes: { alpha: float(get, 'alpha', at) } }),
  },
  {
    layer: 'CELU',
    name: 'celu',
    signature: 'alpha=1.0, inplace=False',
    choose: (get, _input, at) => ({ operator: 'celu', attributes: { alpha: float(get, 'alpha', at) } }),
  },
  {
    layer: 'GELU',
    name: 'gelu',
    signature: "approximate='none'",
    functionSignature: "*, approximate='none'",
    choose(get, _input, { place }) {
      const approximate = get('approximate');
      if (approximate === 'none' || approximate === 'tanh') return { operator: 'gelu', attributes: { approximate } };
      return refuse('value', 'approximate argument must be either none or tanh.', place);
    },
  },
  {
    layer: 'Hardtanh',
    name: 'hardtanh',
    signature: 'min_val=-1.0, max_val=1.0, inplace=False',
    choose(get, _input, at) {
      const [min, max] = [float(get, 'min_val', at), float(get, 'max_val', at)];
      if (!(max > min)) refuse('value', 'max_val must be larger than min_val', at.place);
      return { operator: 'hardtanh', attributes: { min, max } };
    },
  },
  {
    layer: 'Softplus',
    name: 'softplus',
    signature: 'beta=1.0, threshold=20.0',
    choose: (get, _input, at) => ({
      operator: 'softplus',
      attributes: { beta: float(get, 'beta', at), threshold: float(get, 'threshold', at) },
    }),
  },
  {
    layer: 'Softmax',
    name: 'softmax',
    signature: 'dim=None',
    functionSignature: 'dim=None, _stacklevel=3, dtype=None',
    everywhere: true,
    choose: (get, input, at) => ({ operator: 'softmax', attributes: { axis: softmaxAxis(get, input, at) } }),
  },
  {
    layer: 'Softmax2d',
    name: 'softmax2d',
    signature: '',
    choose: () => ({ operator: 'softmax', attributes: { axis: 1 } }),
  },
  {
    layer: 'LogSoftmax',
    name: 'log_softmax',
    signature: 'dim=None',
    functionSignature: 'dim=None, _stacklevel=3, dtype=None',
    everywhere: true,
    choose: (get, input, at) => ({ operator: 'logSoftmax', attributes: { axis: softmaxAxis(get, input, at) } }),
  },
];
