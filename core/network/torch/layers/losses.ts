/**
 * torch.nn's losses. Training has its own loss, so a network may keep one, with its buffers in state_dict; the few that
 * compare two tensors number by number are computed too, for networks that look at themselves.
 */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { InstanceValue, Value } from '../../../python/types/values.ts';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import { floatOf, tensorOf } from '../world/arguments.ts';
import { apply, product2, reduceAxes, type Site, scale, tensorFromNumber } from '../world/operations.ts';
import { isParameter, isTensor, type TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { attributeOf, type LayerDefinition } from './layer.ts';
import { register } from './module.ts';
import { bufferFrom } from './parameter-values.ts';

const reduced = "size_average=None, reduce=None, reduction='mean'";

/** Constructors by class; what is called weight or pos_weight becomes a buffer. */
const constructors: Readonly<Record<string, string>> = {
  CrossEntropyLoss: `weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0`,
  NLLLoss: `weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'`,
  NLLLoss2d: `weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'`,
  BCELoss: `weight=None, ${reduced}`,
  BCEWithLogitsLoss: `weight=None, ${reduced}, pos_weight=None`,
  MSELoss: reduced,
  L1Loss: reduced,
  SmoothL1Loss: `${reduced}, beta=1.0`,
  HuberLoss: "reduction='mean', delta=1.0",
  KLDivLoss: `${reduced}, log_target=False`,
  CTCLoss: "blank=0, reduction='mean', zero_infinity=False",
  PoissonNLLLoss: "log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction='mean'",
  GaussianNLLLoss: "*, full=False, eps=1e-6, reduction='mean'",
  HingeEmbeddingLoss: `margin=1.0, ${reduced}`,
  MarginRankingLoss: `margin=0.0, ${reduced}`,
  CosineEmbeddingLoss: `margin=0.0, ${reduced}`,
  MultiMarginLoss: `p=1, margin=1.0, weight=None, ${reduced}`,
  MultiLabelMarginLoss: reduced,
  MultiLabelSoftMarginLoss: `weight=None, ${reduced}`,
  SoftMarginLoss: reduced,
  TripletMarginLoss: `margin=1.0, p=2.0, eps=1e-6, swap=False, ${reduced}`,
  TripletMarginWithDistanceLoss: "*, distance_function=None, margin=1.0, swap=False, reduction='mean'",
};

/** What a loss compares number by number, before it is reduced. */
type Comparison = (
  world: TorchWorld,
  input: TensorValue,
  target: TensorValue,
  get: Taken['get'],
  site: Site,
) => TensorValue;

function absolute(world: TorchWorld, input: TensorValue, target: TensorValue, site: Site): TensorValue {
  return apply(world, 'abs', {}, [apply(world, 'subtract', {}, [input, target], site)], site);
}

/** 0.5 d^2 / beta below beta, d - beta / 2 above, where d = |input - target|; Huber's is beta times that. */
function smooth(world: TorchWorld, input: TensorValue, target: TensorValue, beta: number, site: Site): TensorValue {
  const far = absolute(world, input, target, site);
  if (beta === 0) return far;
  const near = scale(world, product2(world, far, far, site), 0.5 / beta, site);
  const below = apply(world, 'compare', { relation: 'less' }, [far, tensorFromNumber(world, beta)], site);
  return apply(world, 'where', {}, [below, near, scale(world, far, 1, site, -beta / 2)], site);
}

const number = (value: Value, what: string, place: Place) => floatOf(value, { what, place });

const comparisons: Readonly<
  Record<string, { readonly layer: string; readonly extra: string; readonly of: Comparison }>
> = {
  mse_loss: {
    layer: 'MSELoss',
    extra: '',
    of(world, input, target, _get, site) {
      const difference = apply(world, 'subtract', {}, [input, target], site);
      return product2(world, difference, difference, site);
    },
  },
  l1_loss: {
    layer: 'L1Loss',
    extra: '',
    of: (world, input, target, _get, site) => absolute(world, input, target, site),
  },
  smooth_l1_loss: {
    layer: 'SmoothL1Loss',
    extra: ', beta=1.0',
    of: (world, input, target, get, site) =>
      smooth(world, input, target, number(get('beta'), 'beta', site.place), site),
  },
  huber_loss: {
    layer: 'HuberLoss',
    extra: ', delta=1.0',
    of(world, input, target, get, site) {
      const delta = number(get('delta'), 'delta', site.place);
      return scale(world, smooth(world, input, target, delta, site), delta, site);
    },
  },
  kl_div: {
    layer: 'KLDivLoss',
    extra: ', log_target=False',
    of(world, input, target, get, site) {
      const logged = get('log_target') === true;
      const [chance, log] = logged
        ? [apply(world, 'exp', {}, [target], site), target]
        : [target, apply(world, 'log', {}, [target], site)];
      return product2(world, chance, apply(world, 'subtract', {}, [log, input], site), site);
    },
  },
  binary_cross_entropy_with_logits: {
    layer: 'BCEWithLogitsLoss',
    extra: ', pos_weight=None, weight=None',
    of(world, input, target, get, site) {
      if (get('weight') !== null || get('pos_weight') !== null) {
        refuse('unsupported', `${site.name} with weights is not computed in forward`, site.place);
      }
      // (1 - t) x - log sigmoid(x)
      const rest = product2(world, scale(world, target, -1, site, 1), input, site);
      return apply(world, 'subtract', {}, [rest, apply(world, 'logSigmoid', {}, [input], site)], site);
    },
  },
};

/** The mean, the sum or each number of a loss. @throws a reason for another word, as PyTorch does */
function reduceLoss(world: TorchWorld, each: TensorValue, reduction: Value, name: string, site: Site): TensorValue {
  if (reduction === 'none') return each;
  const axes = each.tensor.shape.map((_, axis) => axis);
  if (reduction === 'mean' || reduction === 'sum') return reduceAxes(world, reduction, each, axes, false, site);
  if (reduction !== 'batchmean' || name !== 'kl_div') {
    return refuse('value', `${String(reduction)} is not a valid value for reduction`, site.place);
  }
  return refuse('unsupported', "kl_div with reduction='batchmean' is not computed in forward", site.place);
}

function compute(
  world: TorchWorld,
  name: string,
  input: TensorValue,
  target: Value,
  get: Taken['get'],
  place: Place,
): Value {
  const site = { name, place };
  const comparison = comparisons[name];
  if (comparison === undefined) {
    return refuse('unsupported', `${name} is not computed in forward: training has its own loss`, place);
  }
  const other = tensorOf(target, { what: `${name}(): argument 'target'`, place });
  return reduceLoss(world, comparison.of(world, input, other, get, site), get('reduction'), name, site);
}

function buildLoss(world: TorchWorld, self: InstanceValue, { get, place }: Taken, signature: string): void {
  for (const name of ['weight', 'pos_weight']) {
    if (!new RegExp(`\\b${name}=`).test(signature)) continue;
    const given = get(name);
    self.attributes.delete(name);
    const buffer = isParameter(given) ? given.read(place) : given;
    if (buffer !== null && !isTensor(buffer)) refuse('type', `${self.type.name}: ${name} must be a Tensor`, place);
    register(self, '_buffers', name, buffer === null ? null : bufferFrom(world, buffer, true, place));
  }
}

/** The losses of torch.nn as layers. */
export function lossLayers(world: TorchWorld): LayerDefinition[] {
  return Object.entries(constructors).map(([name, signature]) => ({
    name,
    signature,
    takes: 'input, target, *args, **kwargs',
    build: (self, taken) => buildLoss(world, self, taken, signature),
    forward(self, input, place, { get }) {
      const [known] = Object.entries(comparisons).find(([, { layer }]) => layer === name) ?? [name];
      return compute(world, known, input, get('target'), (each) => attributeOf(self, each), place);
    },
  }));
}

/** Those of torch.nn.functional that are computed. */
export function lossFunctions(world: TorchWorld): FunctionDefinition[] {
  return Object.entries(comparisons).map(([name, { extra }]) => ({
    name,
    where: ['functional'],
    signature: `target, ${reduced}${extra}`,
    run: (input, { get, place }) => compute(world, name, input, get('target'), get, place),
  }));
}
