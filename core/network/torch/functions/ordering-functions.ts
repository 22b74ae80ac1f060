/**
 * Order among numbers: argmax, sort, topk and their kin. The rank of a number is how many stand before it; the k-th number is
 * the one of rank k, taken by a mask, so that its gradient goes where it came from (PyTorch's sort and topk).
 */

import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { HostValue, Value } from '../../../python/types/values.ts';
import type { Shape } from '../../ir.ts';
import { axisOf, booleanOf, flagOf, integerOf } from '../world/arguments.ts';
import { laidAs } from '../world/composed-layouts.ts';
import {
  addAxis,
  apply,
  filledTensor,
  mixing,
  permuteAxes,
  reduceAxes,
  reshapeTo,
  type Site,
  scale,
  sizeAlong,
  sum2,
  tensorByPlace,
} from '../world/operations.ts';
import { makeTensor } from '../world/tensor.ts';
import { unknowable } from '../world/unknowable.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { masked, places } from './computed-indices.ts';
import { everywhere, type FunctionDefinition } from './function-definition.ts';

/** Numbers of elements that a comparison of all with all may have, for one sample. */
const mostCompared = 20_000_000;

/** What torch.max and torch.topk give: values and indices, by name and by place. */
export function valuesAndIndices(values: TensorValue, indices: TensorValue, name: string): HostValue {
  const items: readonly Value[] = [values, indices];
  return {
    kind: 'host',
    typeName: `torch.return_types.${name}`,
    attribute: (attribute) => (attribute === 'values' ? values : attribute === 'indices' ? indices : undefined),
    length: () => 2n,
    iterate: () => items,
    item(index, place) {
      const found = typeof index === 'bigint' ? items.at(Number(index)) : undefined;
      return found ?? refuse('index', 'tuple index out of range', place);
    },
  };
}

/** A comparison as a mask. */
function compared(
  world: TorchWorld,
  a: TensorValue,
  b: TensorValue,
  relation: 'less' | 'greater' | 'equal',
  site: Site,
): TensorValue {
  return world.emit({ operator: 'compare', attributes: { relation }, inputs: [a, b], type: 'bool', ...site });
}

/** The place of the largest along an axis, the first of equals. */
export function argmaxAlong(world: TorchWorld, x: TensorValue, axis: number, keep: boolean, site: Site): TensorValue {
  const size = sizeAlong(x, axis, site);
  const largest = apply(world, 'maxAlong', { axis, keep: true }, [x], site);
  const column = reshapeTo(
    world,
    places(world, size),
    [size, ...new Array<number>(x.tensor.shape.length - axis - 1).fill(1)],
    site,
  );
  const equal = compared(world, x, largest, 'equal', site);
  const far = filledTensor(world, size, [], 'int64');
  const at = world.emit({ operator: 'where', attributes: {}, inputs: [equal, column, far], type: 'int64', ...site });
  const first = { operator: 'max', attributes: { axes: [axis], keep }, type: 'int64' } as const;
  const negated = (value: TensorValue) =>
    world.emit({ operator: 'affine', attributes: { scale: -1, shift: 0 }, inputs: [value], type: 'int64', ...site });
  return negated(world.emit({ ...first, inputs: [negated(at)], ...site }));
}

/** An axis last, and the way back. */
function atEnd(world: TorchWorld, x: TensorValue, axis: number, site: Site) {
  const last = x.tensor.shape.length - 1;
  const rest = x.tensor.shape.map((_, i) => i).filter((i) => i !== axis);
  const back = Array.from({ length: last }, (_, i) => i);
  back.splice(axis, 0, last);
  return {
    moved: permuteAxes(world, x, [...rest, axis], site),
    back: (value: TensorValue) => permuteAxes(world, value, back, site),
  };
}

/** For each element of the last axis, how many stand before it; equal ones in their order. */
function ranks(world: TorchWorld, x: TensorValue, descending: boolean, site: Site): TensorValue {
  const rank = x.tensor.shape.length;
  const size = sizeAlong(x, rank - 1, site);
  const elements = x.tensor.shape.reduce<number>(
    (total, each) => total * (typeof each === 'number' ? each : each.batch),
    size,
  );
  if (elements > mostCompared) {
    refuse('budget', `${site.name} compares ${elements} pairs of numbers, more than ${mostCompared}`, site.place);
  }
  const [own, others] = [addAxis(world, x, rank, site), addAxis(world, x, rank - 1, site)];
  const before = compared(world, others, own, descending ? 'greater' : 'less', site);
  const earlier = tensorByPlace(world, (i) => Number(i % size < Math.floor(i / size)), [size, size], 'bool');
  const equal = compared(world, others, own, 'equal', site);
  const both = { operator: 'multiply', attributes: {}, type: 'int64' } as const;
  const ties = world.emit({ ...both, inputs: [equal, earlier], ...site });
  const whole = makeTensor(world, { ...before.tensor, type: 'int64' });
  return reduceAxes(world, 'sum', sum2(world, whole, ties, site), [rank], false, site);
}

interface Ordered {
  readonly values: TensorValue;
  readonly indices: TensorValue;
}

/** The numbers of ranks `from` to `to` along an axis, in order, with their places. */
function ordered(
  world: TorchWorld,
  x: TensorValue,
  axis: number,
  how: { readonly descending: boolean; readonly from: number; readonly to: number },
  site: Site,
): Ordered {
  const { moved, back } = atEnd(world, x, axis, site);
  const rank = moved.tensor.shape.length;
  const size = sizeAlong(moved, rank - 1, site);
  const count = how.to - how.from;
  const wanted = tensorByPlace(world, (i) => how.from + i, [count, 1], 'int64');
  const order = ranks(world, moved, how.descending, site);
  const mask = compared(world, addAxis(world, order, rank - 1, site), wanted, 'equal', site);
  const row = addAxis(world, moved, rank - 1, site);
  const taken = (from: TensorValue) =>
    back(reduceAxes(world, 'sum', masked(world, mask, from, site), [rank], false, site));
  return { values: taken(row), indices: taken(places(world, size)) };
}

/** Along the batch nothing is ordered: it would mix samples. */
function mixed(world: TorchWorld, shape: Shape, name: string, place: Place): Ordered {
  const why = mixing(name);
  return {
    values: unknowable(world, shape, why, place),
    indices: unknowable(world, shape, why, place, 'int64'),
  };
}

function extremePlaces(world: TorchWorld): FunctionDefinition[] {
  return (['argmax', 'argmin'] as const).map((name) => ({
    name,
    where: everywhere,
    signature: 'dim=None, keepdim=False',
    run(input, { get, place }) {
      const site = { name, place };
      const x = name === 'argmin' ? scale(world, input, -1, site) : input;
      const keep = flagOf(get('keepdim'), { what: `${name}(): keepdim`, place });
      const { shape } = x.tensor;
      if (get('dim') === null) {
        const total = shape.reduce<number>(
          (product, size) => product * (typeof size === 'number' ? size : Number.NaN),
          1,
        );
        if (Number.isNaN(total)) return unknowable(world, keep ? shape.map(() => 1) : [], mixing(name), place, 'int64');
        return argmaxAlong(world, reshapeTo(world, x, [total], site), 0, false, site);
      }
      const axis = axisOf(get('dim'), shape.length, { what: `${name}(): dim`, place });
      if (typeof shape[axis] === 'number') return argmaxAlong(world, x, axis, keep, site);
      const left = keep ? shape.with(axis, 1) : shape.filter((_, i) => i !== axis);
      return unknowable(world, left, mixing(name), place, 'int64');
    },
  }));
}

function sortings(world: TorchWorld): FunctionDefinition[] {
  const sort = (name: 'sort' | 'argsort' | 'msort'): FunctionDefinition => ({
    name,
    where: everywhere,
    signature: name === 'msort' ? '' : 'dim=-1, descending=False, stable=False',
    run(x, { get, place }) {
      const site = { name, place };
      const { shape } = x.tensor;
      const given = name === 'msort' ? 0n : get('dim');
      const axis = axisOf(given, shape.length, { what: `${name}(): dim`, place });
      const descending =
        name !== 'msort' && booleanOf(get('descending'), world.evaluator, { what: 'descending', place });
      const size = shape[axis];
      const found =
        typeof size === 'number'
          ? ordered(world, x, axis, { descending, from: 0, to: size }, site)
          : mixed(world, shape, name, place);
      const laid = (result: TensorValue) => laidAs(world, result, x, 'elementwise');
      if (name === 'sort') return valuesAndIndices(laid(found.values), laid(found.indices), name);
      return laid(name === 'argsort' ? found.indices : found.values);
    },
  });
  return [
    sort('sort'),
    sort('argsort'),
    sort('msort'),
    {
      name: 'topk',
      where: everywhere,
      signature: 'k, dim=-1, largest=True, sorted=True',
      run(x, { get, place }) {
        const site = { name: 'topk', place };
        const { shape } = x.tensor;
        const axis = axisOf(get('dim'), shape.length, { what: 'topk(): dim', place });
        const k = integerOf(get('k'), { what: 'topk(): k', place });
        const descending = booleanOf(get('largest'), world.evaluator, { what: 'largest', place });
        const size = shape[axis];
        if (k < 0 || (typeof size === 'number' && k > size)) {
          return refuse('index', 'selected index k out of range', place);
        }
        const { values, indices } =
          typeof size === 'number'
            ? ordered(world, x, axis, { descending, from: 0, to: k }, site)
            : mixed(world, shape.with(axis, k), 'topk', place);
        return valuesAndIndices(laidAs(world, values, x, 'rows'), laidAs(world, indices, x, 'rows'), 'topk');
      },
    },
    {
      name: 'kthvalue',
      where: everywhere,
      signature: 'k, dim=-1, keepdim=False',
      run(x, { get, place }) {
        const k = integerOf(get('k'), { what: 'kthvalue(): k', place });
        const keep = flagOf(get('keepdim'), { what: 'kthvalue(): keepdim', place });
        return single(world, x, get('dim'), () => k - 1, keep, 'kthvalue', place);
      },
    },
    {
      name: 'median',
      where: everywhere,
      signature: 'dim=None, keepdim=False',
      run(x, { get, place }) {
        const keep = flagOf(get('keepdim'), { what: 'median(): keepdim', place });
        const middle = (size: number) => Math.floor((size - 1) / 2);
        if (get('dim') !== null) return single(world, x, get('dim'), middle, keep, 'median', place);
        const total = x.tensor.shape.reduce<number>(
          (product, size) => product * (typeof size === 'number' ? size : Number.NaN),
          1,
        );
        if (Number.isNaN(total)) return unknowable(world, [], mixing('median'), place);
        const site = { name: 'median', place };
        const at = middle(total);
        const flat = reshapeTo(world, x, [total], site);
        const { values } = ordered(world, flat, 0, { descending: false, from: at, to: at + 1 }, site);
        return reshapeTo(world, values, [], site);
      },
    },
  ];
}

/** The number of one rank along an axis, with its place. */
function single(
  world: TorchWorld,
  x: TensorValue,
  dim: Value,
  rankIn: (size: number) => number,
  keep: boolean,
  name: string,
  place: Place,
): HostValue {
  const site = { name, place };
  const { shape } = x.tensor;
  const axis = axisOf(dim, shape.length, { what: `${name}(): dim`, place });
  const size = shape[axis];
  const left = keep ? shape.with(axis, 1) : shape.filter((_, i) => i !== axis);
  if (typeof size !== 'number') {
    const { values, indices } = mixed(world, left, name, place);
    return valuesAndIndices(values, indices, name);
  }
  const at = rankIn(size);
  if (at < 0 || at >= size) return refuse('index', `${name}(): selected number out of range`, place);
  const { values, indices } = ordered(world, x, axis, { descending: false, from: at, to: at + 1 }, site);
  return valuesAndIndices(reshapeTo(world, values, left, site), reshapeTo(world, indices, left, site), name);
}

export function orderingFunctions(world: TorchWorld): FunctionDefinition[] {
  return [
    ...extremePlaces(world),
    ...sortings(world),
    {
      name: 'aminmax',
      where: everywhere,
      signature: '*, dim=None, keepdim=False',
      run(x, { get, place }) {
        const site = { name: 'aminmax', place };
        const dim = get('dim');
        const keep = flagOf(get('keepdim'), { what: 'aminmax(): keepdim', place });
        const axes =
          dim === null
            ? x.tensor.shape.map((_, axis) => axis)
            : [axisOf(dim, x.tensor.shape.length, { what: 'aminmax(): dim', place })];
        const largest = (value: TensorValue) => reduceAxes(world, 'max', value, axes, keep, site);
        return tuple([scale(world, largest(scale(world, x, -1, site)), -1, site), largest(x)]);
      },
    },
  ];
}
