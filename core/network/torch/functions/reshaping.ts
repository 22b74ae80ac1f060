/** flatten, view, reshape, squeeze, unsqueeze, permute, transpose: sizes and axes as PyTorch takes them. */
import { type Place, refuse } from '../../../python/reason.ts';
import { typeName } from '../../../python/types/type-name.ts';
import type { Value } from '../../../python/types/values.ts';
import { dimensionOf, elementCount, formatShape } from '../../dimensions.ts';
import type { Dimension, Shape } from '../../ir.ts';
import { stridesOf } from '../../layouts.ts';
import { numbers } from '../../strides.ts';
import { axisOf, integersOf } from '../world/arguments.ts';
import { dimensionFrom } from '../world/sizes.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';

/** flatten: axes start..end become one. */
export function flattenTensor(
  world: TorchWorld,
  input: TensorValue,
  start: Value,
  end: Value,
  name: string,
  place: Place,
): TensorValue {
  const { shape } = input.tensor;
  const first = axisOf(start, shape.length, { what: `${name}: start_dim`, place });
  const last = axisOf(end, shape.length, { what: `${name}: end_dim`, place });
  if (first > last) refuse('value', 'flatten() has invalid args: start_dim cannot come after end_dim', place);
  const joined = dimensionOf(elementCount(shape.slice(first, last + 1)));
  if (joined === null) return refuse('unsupported', `${name} of several batch axes is not supported`, place);
  const target = [...shape.slice(0, first), joined, ...shape.slice(last + 1)];
  return world.emitView({ inputs: [input], target, name, label: 'flatten', place }, 'reshape');
}

/** The sizes given to view or reshape, as dimensions; -1 is resolved. */
export function targetShape(input: TensorValue, sizes: readonly Value[], name: string, place: Place): Shape {
  let open = -1;
  const target: Dimension[] = sizes.map((size, axis) => {
    const dimension = dimensionFrom(size);
    if (dimension === null) {
      return refuse('type', `${name}: argument 'shape' must be ints, not ${typeName(size)}`, place);
    }
    if (dimension === -1) {
      if (open >= 0) refuse('value', `${name}: only one dimension can be inferred`, place);
      open = axis;
      return 1;
    }
    if (typeof dimension === 'number' && dimension < 0) {
      refuse('value', `${name}: invalid shape dimension ${dimension}`, place);
    }
    return dimension;
  });
  if (open < 0) return target;
  const whole = elementCount(input.tensor.shape);
  const known = elementCount(target);
  const rest = dimensionOf({ coefficient: whole.coefficient / known.coefficient, power: whole.power - known.power });
  if (rest === null || known.power > whole.power || !Number.isInteger(whole.coefficient / known.coefficient)) {
    const shown = target.map((size, axis) => (axis === open ? -1 : size));
    refuse(
      'shape',
      `${name}: shape ${formatShape(shown)} is invalid for an input of size ${formatShape(input.tensor.shape)}`,
      place,
    );
  }
  target[open] = rest;
  return target;
}

/** Sizes from `view(a, b)` or `view((a, b))`. */
export function spread(values: readonly Value[]): readonly Value[] {
  const [only] = values;
  if (values.length !== 1 || only === null || typeof only !== 'object') return values;
  return only.kind === 'tuple' || only.kind === 'list' ? only.items : values;
}

/** squeeze: without axes all sizes of 1 go (the batch axis is never taken for one). */
export function squeezeTensor(world: TorchWorld, input: TensorValue, dim: Value, place: Place): TensorValue {
  const { shape } = input.tensor;
  const named = { what: 'squeeze(): dim', place };
  const axes =
    dim === null
      ? shape.map((_, axis) => axis)
      : integersOf(dim, named).map((each) => axisOf(BigInt(each), shape.length, named));
  const stays = (axis: number) => !(shape[axis] === 1 && axes.includes(axis));
  const target = shape.filter((_, axis) => stays(axis));
  const strides = stridesOf(input.tensor).filter((_, axis) => stays(axis));
  return world.emitView({ inputs: [input], target, name: 'squeeze', place }, 'reshape', strides);
}

export function unsqueezeTensor(world: TorchWorld, input: TensorValue, dim: Value, place: Place): TensorValue {
  const { shape } = input.tensor;
  const axis = axisOf(dim, shape.length + 1, { what: 'unsqueeze(): dim', place });
  const target = [...shape.slice(0, axis), 1, ...shape.slice(axis)];
  const own = stridesOf(input.tensor);
  const [size = 1] = numbers(shape.slice(axis, axis + 1));
  const strides = [...own.slice(0, axis), (own[axis] ?? 1) * size, ...own.slice(axis)];
  return world.emitView({ inputs: [input], target, name: 'unsqueeze', place }, 'reshape', strides);
}

export function permuteTensor(
  world: TorchWorld,
  input: TensorValue,
  dims: readonly Value[],
  name: string,
  place: Place,
): TensorValue {
  const rank = input.tensor.shape.length;
  if (dims.length !== rank) {
    refuse(
      'shape',
      `${name}: number of dimensions in the tensor input does not match the length of the desired ordering of dimensions, ${rank} is not equal to ${dims.length}`,
      place,
    );
  }
  const order = dims.map((dim) => axisOf(dim, rank, { what: `${name}: dims`, place }));
  if (new Set(order).size !== rank) refuse('value', `${name}: duplicate dims are not allowed`, place);
  return world.emit({ operator: 'permute', attributes: { order }, inputs: [input], name, label: name, place });
}

export function transposeTensor(world: TorchWorld, input: TensorValue, a: Value, b: Value, place: Place): TensorValue {
  const rank = input.tensor.shape.length;
  const first = axisOf(a, rank, { what: 'transpose(): dim0', place });
  const second = axisOf(b, rank, { what: 'transpose(): dim1', place });
  const order = input.tensor.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
  return world.emit({
    operator: 'permute',
    attributes: { order },
    inputs: [input],
    name: 'transpose',
    label: 'transpose',
    place,
  });
}
