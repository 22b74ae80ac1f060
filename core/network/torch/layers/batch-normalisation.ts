/** torch.nn.BatchNorm1d, BatchNorm2d, SyncBatchNorm and F.batch_norm. */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { InstanceValue, Value } from '../../../python/types/values.ts';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import { floatOf } from '../world/arguments.ts';
import { apply, product2, reduceAxes, type Site, scale, sizeAlong } from '../world/operations.ts';
import { unknowable } from '../world/unknowable.ts';
import type { TensorValue } from '../world/values.ts';
import { isParameter } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { argumentsOf, attributeOf, bufferOf, describe, type LayerDefinition, parameterOf, present } from './layer.ts';
import { trains } from './module-mode.ts';
import {
  addAffine,
  addStatistics,
  alongChannels,
  checkRank,
  computedAffine,
  ofLayer,
  statisticsOf,
} from './normalisation.ts';

/** Gives the parameters and statistics of a lazy batch norm their sizes, from its first input. */
function materialise(world: TorchWorld, self: InstanceValue, channels: number): void {
  if (attributeOf(self, 'num_features') !== 0n) return;
  self.attributes.set('num_features', BigInt(channels));
  const affine = ['weight', 'bias'].map((name) => parameterOf(self, name));
  const statistics = ['running_mean', 'running_var'].map((name) => bufferOf(self, name));
  for (const each of [...affine, ...statistics]) {
    if (each === undefined) continue;
    world.evaluator.meter.parameters(channels);
    each.parameter.shape = [channels];
  }
}

function batchNorm(world: TorchWorld, name: string, ranks: readonly number[], lazy = false): LayerDefinition {
  return {
    name,
    ...(lazy ? { base: name.replace('Lazy', '') } : {}),
    signature: `${lazy ? '' : 'num_features, '}eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None`,
    build(self, taken) {
      const { place } = taken;
      const { integer, flag } = argumentsOf(world, name, taken);
      const shape = lazy ? null : [integer('num_features')];
      if (lazy) self.attributes.set('num_features', 0n);
      const affine = flag('affine');
      addAffine(world, self, shape, { weight: affine, bias: affine }, place);
      const [features = 0] = shape ?? [];
      if (features < 0)
        refuse('value', `Trying to create tensor with negative dimension ${features}: [${features}]`, place);
      addStatistics(world, self, shape, flag('track_running_stats'));
    },
    forward(self, input, place) {
      checkRank(input, ranks, name, place);
      if (lazy) materialise(world, self, sizeAlong(input, 1, { name: `${name}()`, place }));
      const statistics = { ...statisticsOf(self), batchesTracked: bufferOf(self, 'num_batches_tracked') };
      const momentum = attributeOf(self, 'momentum');
      const { runningMean, runningVar } = statistics;
      if (
        runningMean !== undefined &&
        runningVar !== undefined &&
        trains(self) !== (world.reading.mode === 'training')
      ) {
        const site = { name: `${name}()`, place };
        if (world.reading.mode === 'evaluation')
          return unknowable(world, input.tensor.shape, inBatches(site.name), place);
        const eps = floatOf(attributeOf(self, 'eps'), { what: `${name}(): argument 'eps'`, place });
        const { weight = null, bias = null } = ofLayer(self);
        return byRunning(world, input, { mean: runningMean, variance: runningVar, weight, bias, eps }, site);
      }
      return world.emit({
        operator: 'batchNorm',
        attributes: {
          eps: floatOf(attributeOf(self, 'eps'), { what: `${name}(): argument 'eps'`, place }),
          momentum: momentum === null ? null : floatOf(momentum, { what: `${name}(): argument 'momentum'`, place }),
        },
        inputs: [input],
        parameters: { ...ofLayer(self), ...present(statistics) },
        name: describe(self, ['num_features']),
        label: 'batch_norm',
        place,
      });
    },
  };
}

function inBatches(name: string): string {
  return `${name} normalises by the images of the batch in evaluation too: it would mix samples`;
}

export function batchNormalisationLayers(world: TorchWorld): LayerDefinition[] {
  return [
    batchNorm(world, 'BatchNorm1d', [2, 3]),
    batchNorm(world, 'BatchNorm2d', [4]),
    batchNorm(world, 'LazyBatchNorm1d', [2, 3], true),
    batchNorm(world, 'LazyBatchNorm2d', [4], true),
    batchNorm(world, 'SyncBatchNorm', [2, 3, 4]),
  ];
}

/** (x - mean) / sqrt(variance + eps), with a mean and a variance for each channel of axis 1. */
function standardised(
  world: TorchWorld,
  x: TensorValue,
  { mean, variance, eps }: { readonly mean: TensorValue; readonly variance: TensorValue; readonly eps: number },
  site: Site,
): TensorValue {
  const away = apply(world, 'subtract', {}, [x, mean], site);
  const deviation = apply(world, 'sqrt', {}, [scale(world, variance, 1, site, eps)], site);
  return apply(world, 'divide', {}, [away, deviation], site);
}

/** Normalised by statistics of its own, where no axis is the batch's: weights that are standardised (NFNet). */
function byOwnStatistics(world: TorchWorld, x: TensorValue, eps: number, site: Site): TensorValue {
  const axes = x.tensor.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const mean = reduceAxes(world, 'mean', x, axes, true, site);
  const away = apply(world, 'subtract', {}, [x, mean], site);
  const variance = reduceAxes(world, 'mean', product2(world, away, away, site), axes, true, site);
  return standardised(world, x, { mean, variance, eps }, site);
}

/** What the operator takes for a weight or a bias: a parameter, or none. */
function isAffine(value: Value): boolean {
  return value === null || isParameter(value);
}

interface Running {
  readonly mean: Value;
  readonly variance: Value;
  readonly weight: Value;
  readonly bias: Value;
  readonly eps: number;
}

/** By running statistics that stay as they are, and affine. */
function byRunning(world: TorchWorld, x: TensorValue, given: Running, site: Site): TensorValue {
  const laid = (value: Value) => alongChannels(world, value, x.tensor.shape.length, site);
  const [mean, variance] = [laid(given.mean), laid(given.variance)];
  if (mean === null || variance === null) {
    return refuse('value', 'Expected running_mean and running_var to be defined when training=False', site.place);
  }
  const normal = standardised(world, x, { mean, variance, eps: given.eps }, site);
  return computedAffine(world, normal, laid(given.weight), laid(given.bias), site);
}

function functional(world: TorchWorld, input: TensorValue, { get, place }: Taken): TensorValue {
  const site = { name: 'batch_norm', place };
  const rank = input.tensor.shape.length;
  if (rank < 2) refuse('shape', `batch_norm expected an input [N, C, ...] (got ${rank}D input)`, place);
  const eps = floatOf(get('eps'), { what: 'batch_norm(): eps', place });
  const [mean, variance] = [get('running_mean'), get('running_var')];
  const [weight, bias] = [get('weight'), get('bias')];
  const affine = (x: TensorValue) => {
    const laid = (value: Value) => alongChannels(world, value, rank, site);
    return computedAffine(world, x, laid(weight), laid(bias), site);
  };
  const training = world.evaluator.truth(get('training'), place);
  const own = [mean, variance].every((each) => isParameter(each)) && [weight, bias].every(isAffine);
  // By the running statistics of a module: what the operator does in evaluation.
  const asLayer = !training && own && world.reading.mode === 'evaluation';
  if (!training && !asLayer) return byRunning(world, input, { mean, variance, weight, bias, eps }, site);
  if (training && world.reading.mode === 'evaluation' && (mean !== null || variance !== null)) {
    return unknowable(world, input.tensor.shape, inBatches(site.name), place);
  }
  if (input.tensor.shape.every((size) => typeof size === 'number'))
    return affine(byOwnStatistics(world, input, eps, site));
  const parameter = (value: Value) => (isParameter(value) ? value : undefined);
  const statistics = { runningMean: parameter(mean), runningVar: parameter(variance) };
  const tracked = statistics.runningMean !== undefined && statistics.runningVar !== undefined;
  if (!tracked && (mean !== null || variance !== null)) return refuseStatistics(place);
  const plain = [weight, bias].every(isAffine);
  const result = world.emit({
    operator: 'batchNorm',
    attributes: { eps, momentum: floatOf(get('momentum'), { what: 'batch_norm(): momentum', place }) },
    inputs: [input],
    parameters: {
      ...(tracked ? present(statistics) : {}),
      ...(plain ? present({ weight: parameter(weight), bias: parameter(bias) }) : {}),
    },
    label: 'batch_norm',
    ...site,
  });
  return plain ? result : affine(result);
}

function refuseStatistics(place: Place): never {
  return refuse('unsupported', 'batch_norm with statistics that are no buffers of a module is not supported', place);
}

export function batchNormFunction(world: TorchWorld): FunctionDefinition {
  return {
    name: 'batch_norm',
    where: ['functional'],
    signature: 'running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05',
    run: (input, taken) => functional(world, input, taken),
  };
}
