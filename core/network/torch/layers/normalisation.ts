/** Norms of torch.nn and torch.nn.functional: layer, group, instance, root mean square, local response. */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { InstanceValue, Value } from '../../../python/types/values.ts';
import { formatShape } from '../../dimensions.ts';
import { floatOf, integerOf, integersOf, tensorOf } from '../world/arguments.ts';
import { laidAs } from '../world/composed-layouts.ts';
import { addAxis, apply, product2, reshapeTo, type Site, scale, sizeAlong, sum2 } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import { isParameter, type ParameterValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import {
  addBuffer,
  addParameter,
  argumentsOf,
  attributeOf,
  bufferOf,
  describe,
  type LayerDefinition,
  parameterOf,
  present,
} from './layer.ts';
import { register } from './module.ts';
import { parameterShape } from './parameter.ts';

export interface Affine {
  readonly weight?: ParameterValue;
  readonly bias?: ParameterValue;
}

export function ofLayer(self: InstanceValue): Affine {
  return present({ weight: parameterOf(self, 'weight'), bias: parameterOf(self, 'bias') });
}

export function addAffine(
  world: TorchWorld,
  self: InstanceValue,
  shape: readonly number[] | null,
  { weight, bias }: { readonly weight: boolean; readonly bias: boolean },
  place: Place,
): void {
  if (weight) addParameter(world, self, 'weight', shape, { kind: 'constant', value: 1 }, place);
  else register(self, '_parameters', 'weight', null);
  if (bias) addParameter(world, self, 'bias', shape, { kind: 'constant', value: 0 }, place);
  else register(self, '_parameters', 'bias', null);
}

export function checkRank(input: TensorValue, ranks: readonly number[], name: string, place: Place): void {
  const rank = input.tensor.shape.length;
  if (ranks.includes(rank)) return;
  refuse('shape', `${name} expected ${ranks.map((each) => `${each}D`).join(' or ')} input (got ${rank}D input)`, place);
}

/** The buffers of running statistics, or their absence; their shape is null in a lazy layer. */
export function addStatistics(
  world: TorchWorld,
  self: InstanceValue,
  shape: readonly number[] | null,
  tracked: boolean,
): void {
  if (!tracked) {
    for (const each of ['running_mean', 'running_var', 'num_batches_tracked']) register(self, '_buffers', each, null);
    return;
  }
  addBuffer(world, self, 'running_mean', shape, 'float32', 0);
  addBuffer(world, self, 'running_var', shape, 'float32', 1);
  addBuffer(world, self, 'num_batches_tracked', [], 'int64', 0);
}

export function statisticsOf(self: InstanceValue) {
  return { runningMean: bufferOf(self, 'running_mean'), runningVar: bufferOf(self, 'running_var') };
}

/** Axes of a norm over the last sizes of its input. @throws a reason when the input ends in other sizes */
function lastAxes(input: TensorValue, shape: readonly number[], site: Site): number[] {
  const { shape: own } = input.tensor;
  const last = own.slice(own.length - shape.length);
  if (shape.length > own.length || last.some((size, i) => size !== shape[i])) {
    refuse(
      'shape',
      `${site.name}: given normalized_shape=[${shape.join(', ')}], expected input with shape [*, ${shape.join(', ')}], but got input of size ${formatShape(own)}`,
      site.place,
    );
  }
  return shape.map((_, i) => own.length - shape.length + i);
}

/** Scales and shifts by computed weights, where they are no parameters of the norm's own operator. */
export function computedAffine(world: TorchWorld, x: TensorValue, weight: Value, bias: Value, site: Site): TensorValue {
  const value = (each: Value, what: string) => tensorOf(each, { what, place: site.place });
  const scaled = weight === null ? x : product2(world, x, value(weight, 'weight'), site);
  return bias === null ? scaled : sum2(world, scaled, value(bias, 'bias'), site);
}

/** A vector with an element for each channel, laid along axis 1 of a value with `rank` axes. */
export function alongChannels(world: TorchWorld, value: Value, rank: number, site: Site): TensorValue | null {
  if (value === null) return null;
  let tensor = tensorOf(value, { what: `${site.name}(): weights and statistics`, place: site.place });
  for (let axis = 2; axis < rank; axis++) tensor = addAxis(world, tensor, 1, site);
  return tensor;
}

function lastNorm(
  world: TorchWorld,
  input: TensorValue,
  shape: readonly number[],
  how: { readonly eps: number; readonly centre: boolean; readonly weight: Value; readonly bias: Value },
  site: Site,
): TensorValue {
  const { eps, centre, weight, bias } = how;
  const axes = lastAxes(input, shape, site);
  const label = centre ? 'layer_norm' : 'rms_norm';
  const plain = [weight, bias].every((each) => each === null || isParameter(each));
  const request = {
    operator: 'layerNorm',
    attributes: { axes, eps, centre },
    inputs: [input],
    label,
    ...site,
  } as const;
  if (!plain) return computedAffine(world, world.emit(request), weight, bias, site);
  for (const each of [weight, bias]) {
    if (isParameter(each)) sameSizes(parameterShape(each), shape, site);
  }
  const parameters = present({
    weight: isParameter(weight) ? weight : undefined,
    bias: isParameter(bias) ? bias : undefined,
  });
  return world.emit({ ...request, parameters });
}

function sameSizes(a: readonly number[], b: readonly number[], { name, place }: Site): void {
  if (a.length === b.length && a.every((size, i) => size === b[i])) return;
  refuse('shape', `${name}: expected weight to be of same shape as normalized_shape, but got [${a}] and [${b}]`, place);
}

function layerNorm(world: TorchWorld): LayerDefinition {
  return {
    name: 'LayerNorm',
    signature: 'normalized_shape, eps=1e-05, elementwise_affine=True, bias=True, device=None, dtype=None',
    build(self, taken) {
      const { flag } = argumentsOf(world, 'LayerNorm', taken);
      const { place } = taken;
      const shape = integersOf(taken.get('normalized_shape'), { what: 'LayerNorm(): normalized_shape', place });
      const affine = flag('elementwise_affine');
      self.attributes.set('normalized_shape', tuple(shape.map(BigInt)));
      addAffine(world, self, shape, { weight: affine, bias: affine && flag('bias') }, place);
    },
    forward(self, input, place) {
      const shape = integersOf(attributeOf(self, 'normalized_shape'), { what: 'normalized_shape', place });
      const eps = floatOf(attributeOf(self, 'eps'), { what: 'eps', place });
      const { weight = null, bias = null } = ofLayer(self);
      const name = `LayerNorm([${shape.join(', ')}])`;
      return lastNorm(world, input, shape, { eps, centre: true, weight, bias }, { name, place });
    },
  };
}

/** PyTorch's eps where none is given: the distance of 1 to the next float32. */
const float32Epsilon = 2 ** -23;

function epsilonOf(value: Value, place: Place): number {
  return value === null ? float32Epsilon : floatOf(value, { what: 'eps', place });
}

function rmsNorm(world: TorchWorld): LayerDefinition {
  return {
    name: 'RMSNorm',
    signature: 'normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None',
    build(self, taken) {
      const { place } = taken;
      const { flag } = argumentsOf(world, 'RMSNorm', taken);
      const shape = integersOf(taken.get('normalized_shape'), { what: 'RMSNorm(): normalized_shape', place });
      if (flag('elementwise_affine')) addParameter(world, self, 'weight', shape, { kind: 'constant', value: 1 }, place);
      else register(self, '_parameters', 'weight', null);
    },
    forward(self, input, place) {
      const shape = integersOf(attributeOf(self, 'normalized_shape'), { what: 'normalized_shape', place });
      const how = { eps: epsilonOf(attributeOf(self, 'eps'), place), centre: false, bias: null };
      const name = `RMSNorm([${shape.join(', ')}])`;
      return lastNorm(world, input, shape, { ...how, weight: ofLayer(self).weight ?? null }, { name, place });
    },
  };
}

function groupedNorm(
  world: TorchWorld,
  input: TensorValue,
  groups: number,
  eps: number,
  affine: Affine,
  site: Site,
  label: string,
): TensorValue {
  const { shape } = input.tensor;
  if (shape.length < 2) refuse('shape', `${site.name} expected an input of 2 axes or more`, site.place);
  const channels = sizeAlong(input, 1, site);
  if (groups <= 0 || channels % groups !== 0) {
    refuse(
      'shape',
      `${site.name}: expected number of channels in input to be divisible by num_groups, but got input of shape ${formatShape(shape)} and num_groups=${groups}`,
      site.place,
    );
  }
  return world.emit({
    operator: 'groupNorm',
    attributes: { groups, eps },
    inputs: [input],
    ...(Object.keys(affine).length === 0 ? {} : { parameters: affine }),
    label,
    ...site,
  });
}

function groupNorm(world: TorchWorld): LayerDefinition {
  return {
    name: 'GroupNorm',
    signature: 'num_groups, num_channels, eps=1e-05, affine=True, device=None, dtype=None',
    build(self, taken) {
      const { integer, flag } = argumentsOf(world, 'GroupNorm', taken);
      const [groups, channels] = [integer('num_groups'), integer('num_channels')];
      if (groups === 0 || channels % groups !== 0)
        refuse('value', `num_channels (${channels}) must be divisible by num_groups (${groups})`, taken.place);
      const affine = flag('affine');
      addAffine(world, self, [channels], { weight: affine, bias: affine }, taken.place);
    },
    forward(self, input, place) {
      const groups = integerOf(attributeOf(self, 'num_groups'), { what: 'num_groups', place });
      const eps = floatOf(attributeOf(self, 'eps'), { what: 'eps', place });
      const site = { name: describe(self, ['num_groups', 'num_channels']), place };
      return groupedNorm(world, input, groups, eps, ofLayer(self), site, 'group_norm');
    },
  };
}

function instanceNorm(world: TorchWorld, name: string, rank: number): LayerDefinition {
  return {
    name,
    signature:
      'num_features, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None',
    build(self, taken) {
      const { integer, flag } = argumentsOf(world, name, taken);
      const features = integer('num_features');
      const affine = flag('affine');
      addAffine(world, self, [features], { weight: affine, bias: affine }, taken.place);
      addStatistics(world, self, [features], flag('track_running_stats'));
    },
    forward(self, input, place) {
      checkRank(input, [rank], name, place);
      const eps = floatOf(attributeOf(self, 'eps'), { what: 'eps', place });
      const site = { name: describe(self, ['num_features']), place };
      const places = input.tensor.shape.slice(2);
      if (places.every((size) => size === 1)) {
        refuse(
          'value',
          `Expected more than 1 spatial element when training, got input size ${formatShape(input.tensor.shape)}`,
          place,
        );
      }
      const statistics = present(statisticsOf(self));
      if (statistics.runningMean === undefined) {
        const channels = sizeAlong(input, 1, site);
        const result = groupedNorm(world, input, channels, eps, ofLayer(self), site, 'instance_norm');
        return laidAs(world, result, input, 'rows');
      }
      const given = attributeOf(self, 'momentum');
      // Unlike batch normalisation's, a momentum of None leaves the statistics as they are.
      const momentum = given === null ? 0 : floatOf(given, { what: `${name}(): argument 'momentum'`, place });
      return world.emit({
        operator: 'instanceNorm',
        attributes: { eps, momentum },
        inputs: [input],
        parameters: { ...ofLayer(self), ...statistics },
        label: 'instance_norm',
        ...site,
      });
    },
  };
}

/** x / (k + alpha avg(x^2 over neighbouring channels))^beta (Krizhevsky et al. 2012, as PyTorch averages it). */
function localResponse(world: TorchWorld, x: TensorValue, get: (name: string) => Value, site: Site): TensorValue {
  const { place } = site;
  const size = integerOf(get('size'), { what: 'size', place });
  const float = (name: string) => floatOf(get(name), { what: name, place });
  const { shape } = x.tensor;
  if (shape.length < 3)
    refuse('value', `Expected 3D or higher dimensionality input (got ${shape.length} dimensions)`, place);
  const square = product2(world, x, x, site);
  const places = shape.slice(2).reduce<number>((product, each) => product * (typeof each === 'number' ? each : 0), 1);
  const flat = reshapeTo(world, square, [shape[0] ?? 1, 1, sizeAlong(x, 1, site), places], site);
  const before = [0, 0, Math.floor(size / 2), 0];
  const after = [0, 0, Math.floor((size - 1) / 2), 0];
  const padded = apply(world, 'pad', { before, after, value: 0 }, [flat], site);
  const window = { kernel: [size, 1], stride: [1, 1], padding: [0, 0] } as const;
  const attributes = { ...window, ceilMode: false, countIncludePad: true, divisor: null };
  const mean = reshapeTo(world, apply(world, 'avgPool2d', attributes, [padded], site), shape, site);
  const raised = apply(
    world,
    'power',
    { exponent: float('beta') },
    [scale(world, mean, float('alpha'), site, float('k'))],
    site,
  );
  return apply(world, 'divide', {}, [x, raised], site, 'local_response_norm');
}

export function normalisationLayers(world: TorchWorld): LayerDefinition[] {
  return [
    layerNorm(world),
    rmsNorm(world),
    groupNorm(world),
    instanceNorm(world, 'InstanceNorm1d', 3),
    instanceNorm(world, 'InstanceNorm2d', 4),
    {
      name: 'LocalResponseNorm',
      signature: 'size, alpha=0.0001, beta=0.75, k=1.0',
      forward: (self, input, place) =>
        localResponse(world, input, (name) => attributeOf(self, name), { name: 'LocalResponseNorm()', place }),
    },
  ];
}

/** F.layer_norm, F.rms_norm, F.group_norm, F.instance_norm, F.local_response_norm, F.normalize. */
export function normalisationFunctions(world: TorchWorld) {
  const shapeOf = ({ get, place }: Taken) => integersOf(get('normalized_shape'), { what: 'normalized_shape', place });
  const grouped = (input: TensorValue, groups: number, { get, place }: Taken, name: string): TensorValue => {
    const site = { name, place };
    const [weight, bias] = [get('weight'), get('bias')];
    const eps = floatOf(get('eps'), { what: 'eps', place });
    const own = [weight, bias].every((each) => each === null || isParameter(each));
    if (own) {
      const affine = present({
        weight: isParameter(weight) ? weight : undefined,
        bias: isParameter(bias) ? bias : undefined,
      });
      return groupedNorm(world, input, groups, eps, affine, site, name);
    }
    const plain = groupedNorm(world, input, groups, eps, {}, site, name);
    const laid = (value: Value) => alongChannels(world, value, input.tensor.shape.length, site);
    return computedAffine(world, plain, laid(weight), laid(bias), site);
  };
  return [
    {
      name: 'layer_norm',
      signature: 'normalized_shape, weight=None, bias=None, eps=1e-05',
      run: (input: TensorValue, taken: Taken): Value => {
        const { get, place } = taken;
        const how = {
          eps: floatOf(get('eps'), { what: 'eps', place }),
          centre: true,
          weight: get('weight'),
          bias: get('bias'),
        };
        return lastNorm(world, input, shapeOf(taken), how, { name: 'layer_norm', place });
      },
    },
    {
      name: 'rms_norm',
      signature: 'normalized_shape, weight=None, eps=None',
      run: (input: TensorValue, taken: Taken): Value => {
        const { get, place } = taken;
        const how = { eps: epsilonOf(get('eps'), place), centre: false, weight: get('weight'), bias: null };
        return lastNorm(world, input, shapeOf(taken), how, { name: 'rms_norm', place });
      },
    },
    {
      name: 'group_norm',
      signature: 'num_groups, weight=None, bias=None, eps=1e-05',
      run: (input: TensorValue, taken: Taken): Value =>
        grouped(
          input,
          integerOf(taken.get('num_groups'), { what: 'num_groups', place: taken.place }),
          taken,
          'group_norm',
        ),
    },
    {
      name: 'instance_norm',
      signature:
        'running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-05',
      run: (input: TensorValue, taken: Taken): Value => {
        const site = { name: 'instance_norm', place: taken.place };
        if (taken.get('running_mean') !== null)
          refuse(
            'unsupported',
            'instance_norm with running statistics is not supported: use nn.InstanceNorm2d(..., track_running_stats=True)',
            taken.place,
          );
        return grouped(input, sizeAlong(input, 1, site), taken, 'instance_norm');
      },
    },
    {
      name: 'local_response_norm',
      signature: 'size, alpha=0.0001, beta=0.75, k=1.0',
      run: (input: TensorValue, { get, place }: Taken): Value =>
        localResponse(world, input, get, { name: 'local_response_norm', place }),
    },
  ];
}
