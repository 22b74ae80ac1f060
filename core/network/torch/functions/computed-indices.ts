/**
 * Elements taken and put by indices that forward computes: gather, scatter, one_hot. Such an index is compared with every
 * place, which gives a mask: what is taken is the masked sum, and its gradient goes where the mask says, as PyTorch's does.
 */
import { refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import { formatShape, sameDimension } from '../../dimensions.ts';
import type { Shape } from '../../ir.ts';
import { axisOf, integerOf, tensorOf } from '../world/arguments.ts';
import { becomes } from '../world/locked-views.ts';
import {
  addAxis,
  apply,
  cut,
  dropAxis,
  expandTo,
  permuteAxes,
  reduceAxes,
  type Site,
  sizeAlong,
  sum2,
  tensorByPlace,
  tensorFromNumber,
} from '../world/operations.ts';
import { knownNumbers, makeTensor } from '../world/tensor.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { operandOf } from './elementwise-functions.ts';
import { everywhere, type FunctionDefinition } from './function-definition.ts';

/** 0, 1, ... size - 1. */
export function places(world: TorchWorld, size: number): TensorValue {
  return tensorByPlace(world, (i) => i, [size], 'int64');
}

/** A mask [..., size]: where an index is each place; negative ones count from the end where `wraps`. */
export function atPlaces(world: TorchWorld, index: TensorValue, size: number, site: Site): TensorValue {
  const column = addAxis(world, index, index.tensor.shape.length, site);
  const equal = { operator: 'compare', attributes: { relation: 'equal' }, type: 'bool' } as const;
  return world.emit({ ...equal, inputs: [column, places(world, size)], ...site });
}

/** `where(mask, x, 0)`. */
export function masked(world: TorchWorld, mask: TensorValue, x: TensorValue, site: Site): TensorValue {
  return apply(world, 'where', {}, [mask, x, tensorFromNumber(world, x.tensor.type === 'float32' ? 0 : 0n)], site);
}

/** An axis moved to the end. */
function toEnd(world: TorchWorld, x: TensorValue, axis: number, site: Site): TensorValue {
  const rest = x.tensor.shape.map((_, i) => i).filter((i) => i !== axis);
  return permuteAxes(world, x, [...rest, axis], site);
}

/** The last axis moved back to its place. */
function fromEnd(world: TorchWorld, x: TensorValue, axis: number, site: Site): TensorValue {
  const last = x.tensor.shape.length - 1;
  const order = Array.from({ length: last }, (_, i) => i);
  order.splice(axis, 0, last);
  return permuteAxes(world, x, order, site);
}

/** The part of a tensor that an index of a smaller size reaches, apart from one axis. @throws a reason of kind shape */
function asLarge(world: TorchWorld, x: TensorValue, index: Shape, axis: number, site: Site): TensorValue {
  return x.tensor.shape.reduce((result, size, i) => {
    const wanted = index[i] ?? 1;
    if (i === axis || sameDimension(size, wanted)) return result;
    if (typeof size === 'number' && typeof wanted === 'number' && wanted <= size) {
      return cut(world, result, i, 0, wanted, site);
    }
    return refuse(
      'shape',
      `Size does not match at dimension ${i} expected index ${formatShape(index)} to be no larger than self ${formatShape(x.tensor.shape)} apart from dimension ${axis}`,
      site.place,
    );
  }, x);
}

/** torch.gather: index has the axes of x and says for each of its elements which place of one axis it takes. */
export function gatherComputed(
  world: TorchWorld,
  x: TensorValue,
  axis: number,
  index: TensorValue,
  site: Site,
): TensorValue {
  checkIndex(index, x, site);
  const from = toEnd(world, asLarge(world, x, index.tensor.shape, axis, site), axis, site);
  const at = toEnd(world, index, axis, site);
  const rank = at.tensor.shape.length;
  const mask = atPlaces(world, at, sizeAlong(x, axis, site), site);
  const taken = masked(world, mask, addAxis(world, from, rank - 1, site), site);
  return fromEnd(world, reduceAxes(world, 'sum', taken, [rank], false, site), axis, site);
}

function checkIndex(index: TensorValue, x: TensorValue, { name, place }: Site): void {
  if (index.tensor.type !== 'int64') refuse('type', `${name}(): Expected dtype int64 for index`, place);
  if (index.tensor.shape.length === x.tensor.shape.length) return;
  refuse('shape', `${name}(): Index tensor must have the same number of dimensions as input tensor`, place);
}

/** torch.scatter and scatter_add: puts elements at the places of one axis that an index says. */
function scattered(
  world: TorchWorld,
  x: TensorValue,
  axis: number,
  index: TensorValue,
  source: TensorValue,
  adds: boolean,
  site: Site,
): TensorValue {
  checkIndex(index, x, site);
  const size = sizeAlong(x, axis, site);
  index.tensor.shape.forEach((length, i) => {
    if (i !== axis && !sameDimension(length, x.tensor.shape[i] ?? 1)) {
      refuse('unsupported', `${site.name} with an index smaller than the tensor is not supported`, site.place);
    }
  });
  const at = toEnd(world, index, axis, site);
  const rank = at.tensor.shape.length;
  const mask = atPlaces(world, at, size, site);
  const given =
    source.tensor.shape.length === 0
      ? source
      : addAxis(world, toEnd(world, asLarge(world, source, index.tensor.shape, -1, site), axis, site), rank, site);
  const laid = expandTo(world, given, [...at.tensor.shape, 1], site);
  const put = fromEnd(
    world,
    reduceAxes(world, 'sum', masked(world, mask, laid, site), [rank - 1], false, site),
    axis,
    site,
  );
  if (adds) return sum2(world, x, put, site);
  const one = { operator: 'max', attributes: { axes: [rank - 1], keep: false }, type: 'bool' } as const;
  const hit = fromEnd(world, world.emit({ ...one, inputs: [mask], ...site }), axis, site);
  return apply(world, 'where', {}, [hit, put, x], site);
}

function scatterings(world: TorchWorld): FunctionDefinition[] {
  const names = ['scatter', 'scatter_', 'scatter_add', 'scatter_add_'] as const;
  return names.map((name) => ({
    name,
    where: name.endsWith('_') ? ['method'] : everywhere,
    signature: name.includes('add') ? 'dim, index, src' : 'dim, index, src=None, value=None, reduce=None',
    run(x, { get, place }) {
      const site = { name, place };
      const axis = axisOf(get('dim'), x.tensor.shape.length, { what: `${name}(): dim`, place });
      const index = tensorOf(get('index'), { what: `${name}(): index`, place });
      const adds = name.includes('add');
      if (!adds && get('reduce') !== null) return refuse('unsupported', `${name} with reduce is not supported`, place);
      const given: Value = adds ? get('src') : (get('src') ?? get('value'));
      const source = operandOf(world, given, `${name}(): src`, place);
      const result = scattered(world, x, axis, index, source, adds, site);
      return name.endsWith('_') ? becomes(world, x, result, place) : result;
    },
  }));
}

export function computedIndexFunctions(world: TorchWorld): FunctionDefinition[] {
  return [
    ...scatterings(world),
    {
      name: 'one_hot',
      where: ['functional'],
      signature: 'num_classes=-1',
      run(index, { get, place }) {
        const site = { name: 'one_hot', place };
        const given = integerOf(get('num_classes'), { what: 'one_hot(): num_classes', place });
        const numbers = knownNumbers(world, index);
        if (index.tensor.type !== 'int64') {
          return refuse('type', 'one_hot is only applicable to index tensor of type LongTensor.', place);
        }
        if (given < 0 && numbers === null) {
          return refuse('unsupported', 'one_hot without num_classes would depend on the data', place);
        }
        const classes = given < 0 ? (numbers?.reduce((most, each) => Math.max(most, each + 1), 0) ?? 0) : given;
        return makeTensor(world, { ...atPlaces(world, index, classes, site).tensor, type: 'int64' });
      },
    },
    {
      name: 'take_along_dim',
      where: everywhere,
      signature: 'indices, dim=None',
      run(x, { get, place }) {
        const site = { name: 'take_along_dim', place };
        const index = tensorOf(get('indices'), { what: 'take_along_dim(): indices', place });
        const axis = axisOf(get('dim'), x.tensor.shape.length, { what: 'take_along_dim(): dim', place });
        const target = x.tensor.shape.map((size, i) => (i === axis ? (index.tensor.shape[i] ?? 1) : size));
        return gatherComputed(world, x, axis, expandTo(world, index, target, site), site);
      },
    },
  ];
}

/** x[places, index] where `places` numbers the images: for each image the place of axis 1 that its index says. */
export function perImage(world: TorchWorld, x: TensorValue, index: TensorValue, site: Site): TensorValue {
  const { shape } = x.tensor;
  const rest = shape.slice(2);
  const laid = rest.reduce<TensorValue>(
    (result) => addAxis(world, result, result.tensor.shape.length, site),
    addAxis(world, index, 1, site),
  );
  const wide = expandTo(world, laid, [shape[0] ?? 1, 1, ...rest], site);
  return dropAxis(world, gatherComputed(world, x, 1, wide, site), 1, site);
}
