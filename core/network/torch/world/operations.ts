/** Operations on tensors that layers and functions are composed of: one call each, shapes checked by the operators. */
import { type Place, refuse } from '../../../python/reason.ts';
import { dimensionOf, elementCount, formatShape, sameShape } from '../../dimensions.ts';
import type { Dimension, Operator, OperatorAttributes, Shape } from '../../ir.ts';
import { suggestedStrides } from '../../layouts.ts';
import { inOwnMemory } from './composed-layouts.ts';
import { constantDraw, type ElementType } from './known.ts';
import { makeTensor } from './tensor.ts';
import { unknowable } from './unknowable.ts';
import type { TensorValue } from './values.ts';
import type { TorchWorld } from './world.ts';

/** Who asks: the name that messages use, and where. */
export interface Site {
  readonly name: string;
  readonly place: Place;
}

/** Any operator on tensors. */
export function apply<O extends Operator>(
  world: TorchWorld,
  operator: O,
  attributes: OperatorAttributes[O],
  inputs: readonly TensorValue[],
  site: Site,
  label = site.name,
): TensorValue {
  return world.emit({ operator, attributes, inputs, ...site, label });
}

/** A Python number as a tensor without axes. */
export function tensorFromNumber(world: TorchWorld, value: bigint | number | boolean): TensorValue {
  const type: ElementType = typeof value === 'number' ? 'float32' : typeof value === 'boolean' ? 'bool' : 'int64';
  return tensorOfNumbers(world, [Number(value)], [], type);
}

/** A tensor of known numbers, row by row. */
export function tensorOfNumbers(
  world: TorchWorld,
  numbers: ArrayLike<number>,
  shape: readonly number[],
  type: ElementType = 'float32',
): TensorValue {
  world.evaluator.meter.table(numbers.length);
  return makeTensor(world, { shape, type, known: { kind: 'numbers', data: new Float64Array(numbers) } });
}

/** A tensor of numbers that follow from their places, row by row; paid for before the first is made. */
export function tensorByPlace(
  world: TorchWorld,
  numberAt: (place: number) => number,
  shape: readonly number[],
  type: ElementType = 'float32',
): TensorValue {
  const count = shape.reduce((product, size) => product * size, 1);
  world.evaluator.meter.table(count);
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = numberAt(i);
  return makeTensor(world, { shape, type, known: { kind: 'numbers', data } });
}

/** A tensor of one number repeated; its sizes may depend on the batch. */
export function filledTensor(
  world: TorchWorld,
  value: number,
  shape: Shape,
  type: ElementType = 'float32',
): TensorValue {
  return makeTensor(world, { shape, type, known: constantDraw(value) });
}

/** The same elements in other sizes. */
export function reshapeTo(world: TorchWorld, x: TensorValue, target: Shape, site: Site): TensorValue {
  return world.emitView({ inputs: [x], target, ...site }, 'reshape');
}

export function permuteAxes(world: TorchWorld, x: TensorValue, order: readonly number[], site: Site): TensorValue {
  return order.every((axis, i) => axis === i) ? x : apply(world, 'permute', { order }, [x], site);
}

/** Two axes exchanged. */
export function swapAxes(world: TorchWorld, x: TensorValue, a: number, b: number, site: Site): TensorValue {
  const order = x.tensor.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis));
  return permuteAxes(world, x, order, site);
}

export function concatenate(world: TorchWorld, parts: readonly TensorValue[], axis: number, site: Site): TensorValue {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    return inOwnMemory(world, only, suggestedStrides([only.tensor], only.tensor.shape));
  }
  return apply(world, 'concat', { axis }, parts, site);
}

/** A new axis of size 1. */
export function addAxis(world: TorchWorld, x: TensorValue, axis: number, site: Site): TensorValue {
  const { shape } = x.tensor;
  return reshapeTo(world, x, [...shape.slice(0, axis), 1, ...shape.slice(axis)], site);
}

export function dropAxis(world: TorchWorld, x: TensorValue, axis: number, site: Site): TensorValue {
  return reshapeTo(
    world,
    x,
    x.tensor.shape.filter((_, i) => i !== axis),
    site,
  );
}

/** The size of an axis. @throws a reason where it depends on the batch */
export function sizeAlong(x: TensorValue, axis: number, { name, place }: Site): number {
  const size = x.tensor.shape[axis];
  if (typeof size === 'number') return size;
  return refuse(
    'unsupported',
    `${name} along the batch axis is not supported: it would mix or leave out samples`,
    place,
  );
}

/** Elements start to end of one axis. */
export function cut(
  world: TorchWorld,
  x: TensorValue,
  axis: number,
  start: number,
  end: number,
  site: Site,
  step = 1,
): TensorValue {
  const whole = start === 0 && step === 1 && x.tensor.shape[axis] === end;
  return whole ? x : apply(world, 'slice', { axis, start, end, step }, [x], site);
}

/** Parts of the given lengths, in order. */
export function cutInto(
  world: TorchWorld,
  x: TensorValue,
  axis: number,
  lengths: readonly number[],
  site: Site,
): TensorValue[] {
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return cut(world, x, axis, start - length, start, site);
  });
}

export function expandTo(world: TorchWorld, x: TensorValue, target: Shape, site: Site): TensorValue {
  if (sameShape(x.tensor.shape, target)) return x;
  return world.emit({ operator: 'expand', attributes: {}, inputs: [x], target, ...site, label: 'expand' });
}

export function scale(world: TorchWorld, x: TensorValue, factor: number, site: Site, shift = 0): TensorValue {
  const scaled = factor === 1 ? x : apply(world, 'affine', { scale: factor, shift: 0 }, [x], site);
  return shift === 0 ? scaled : apply(world, 'affine', { scale: 1, shift }, [scaled], site);
}

/** The number of a known tensor without axes, null for any other. */
export function scalarOf({ tensor: { known, shape } }: TensorValue): number | null {
  return known?.kind === 'numbers' && shape.length === 0 ? (known.data[0] ?? null) : null;
}

export function sum2(world: TorchWorld, a: TensorValue, b: TensorValue, site: Site): TensorValue {
  const number = a.tensor.known === null ? scalarOf(b) : null;
  if (number !== null) return scale(world, a, 1, site, number);
  return apply(world, 'add', {}, [a, b], site);
}

export function product2(world: TorchWorld, a: TensorValue, b: TensorValue, site: Site): TensorValue {
  const number = a.tensor.known === null ? scalarOf(b) : null;
  if (number !== null) return scale(world, a, number, site);
  return apply(world, 'multiply', {}, [a, b], site);
}

/** torch.matmul: vectors are rows or columns, leading axes broadcast. */
export function matrixProduct(world: TorchWorld, a: TensorValue, b: TensorValue, site: Site): TensorValue {
  const [left, right] = [a.tensor.shape.length, b.tensor.shape.length];
  if (left === 0 || right === 0) {
    return refuse(
      'shape',
      `${site.name}: both arguments to matmul need to be at least 1D, but they are ${left}D and ${right}D`,
      site.place,
    );
  }
  const rows = left === 1 ? addAxis(world, a, 0, site) : a;
  const columns = right === 1 ? addAxis(world, b, 1, site) : b;
  let result = apply(world, 'matmul', {}, [rows, columns], site, 'matmul');
  if (right === 1) result = dropAxis(world, result, result.tensor.shape.length - 1, site);
  if (left === 1) result = dropAxis(world, result, result.tensor.shape.length - (right === 1 ? 1 : 2), site);
  return result;
}

/** a // b. */
export function floorDivide(world: TorchWorld, a: TensorValue, b: TensorValue, site: Site): TensorValue {
  const whole = a.tensor.type !== 'float32' && b.tensor.type !== 'float32';
  const quotient = apply(world, 'divide', {}, [a, b], site);
  return world.emit({
    operator: 'round',
    attributes: { to: 'floor' },
    inputs: [quotient],
    type: whole ? 'int64' : 'float32',
    ...site,
  });
}

/** The product of sizes as one size. @throws a reason where the batch size would be squared */
export function joinedSize(sizes: Shape, site: Site): Dimension {
  const joined = dimensionOf(elementCount(sizes));
  return (
    joined ??
    refuse('unsupported', `${site.name} of several batch axes ${formatShape(sizes)} is not supported`, site.place)
  );
}

/** Why a network may not depend on a value over the batch. */
export function mixing(name: string): string {
  return `${name} over the batch axis is not supported: it would mix samples`;
}

/** Reduces axes by their mean, their sum or their largest element; what mixes samples cannot be known. */
export function reduceAxes(
  world: TorchWorld,
  operator: 'mean' | 'sum' | 'max',
  x: TensorValue,
  axes: readonly number[],
  keep: boolean,
  site: Site,
): TensorValue {
  if (axes.some((axis) => typeof x.tensor.shape[axis] !== 'number')) {
    const shape = x.tensor.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const left = keep ? shape : shape.filter((_, axis) => !axes.includes(axis));
    return unknowable(world, left, mixing(site.name), site.place, operator === 'mean' ? 'float32' : x.tensor.type);
  }
  return apply(world, operator, { axes: [...axes].sort((a, b) => a - b), keep }, [x], site);
}
