/** `x[index]` and `x[mask] = value` where forward computes the index: rows of a table, a place for each image, masks. */
import { type Place, refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import { formatShape, sameDimension } from '../../dimensions.ts';
import { embed } from '../layers/embedding.ts';
import { becomes } from '../world/locked-views.ts';
import { addAxis, apply, expandTo, matrixProduct, permuteAxes, type Site, sizeAlong } from '../world/operations.ts';
import { fixedShape, makeTensor } from '../world/tensor.ts';
import { isTensor, type TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { atPlaces, perImage } from './computed-indices.ts';
import { operandOf } from './elementwise-functions.ts';

function itemsOf(index: Value): readonly Value[] {
  return index !== null && typeof index === 'object' && index.kind === 'tuple' ? index.items : [index];
}

function isWhole(item: Value): boolean {
  return (
    item !== null && typeof item === 'object' && item.kind === 'slice' && item.start === null && item.stop === null
  );
}

/** A tensor whose numbers forward computes. */
function isComputed(item: Value): item is TensorValue {
  return isTensor(item) && item.tensor.known === null;
}

/** `x[index]`; null where the index is none that forward computes. @throws a reason where that is not read */
export function computedIndex(world: TorchWorld, x: TensorValue, index: Value, place: Place): TensorValue | null {
  const site: Site = { name: 'indexing', place };
  const items = itemsOf(index);
  const [first = null, second = null] = items;
  if (!items.some(isComputed)) return null;
  if (isTensor(first) && first.tensor.numbersImages === true && isTensor(second) && items.length === 2) {
    const [images] = x.tensor.shape;
    const fits =
      images !== undefined &&
      typeof images !== 'number' &&
      second.tensor.shape.length === 1 &&
      sameDimension(images, second.tensor.shape[0] ?? 1) &&
      second.tensor.type === 'int64';
    if (fits) return perImage(world, x, second, site);
  }
  const before = items.slice(0, -1);
  const last = items.at(-1) ?? null;
  if (!isComputed(last) || last.tensor.type !== 'int64' || !before.every(isWhole)) return null;
  const axis = before.length;
  if (axis === 0 && typeof x.tensor.shape[0] === 'number') {
    return x.tensor.shape.length === 2 ? embed(world, last, x, place) : rowsOf(world, x, last, axis, site);
  }
  return fixedShape(last.tensor.shape)?.length === 1 ? rowsOf(world, x, last, axis, site) : null;
}

/** The places of one axis that an index of one axis says, by a product with a mask. */
function rowsOf(world: TorchWorld, x: TensorValue, index: TensorValue, axis: number, site: Site): TensorValue | null {
  const rank = x.tensor.shape.length;
  if (index.tensor.shape.length !== 1 || typeof x.tensor.shape[axis] !== 'number') return null;
  const mask = atPlaces(world, index, sizeAlong(x, axis, site), site);
  const floats = makeTensor(world, { ...mask.tensor, type: 'float32' });
  const order = x.tensor.shape.map((_, i) => i).filter((i) => i !== axis);
  const last = permuteAxes(world, x, [...order, axis], site);
  const wide = rank === 1 ? addAxis(world, last, 0, site) : last;
  const taken = matrixProduct(world, wide, permuteAxes(world, floats, [1, 0], site), site);
  const flat = rank === 1 ? permuteAxes(world, taken, [0, 1], site) : taken;
  const back = Array.from({ length: rank - 1 }, (_, i) => i);
  back.splice(axis, 0, rank - 1);
  return rank === 1 ? world.indexTensor(flat, 0n, site.place) : permuteAxes(world, flat, back, site);
}

/** `x[mask] = value` with a mask of x's own sizes, or of its first ones; false for another index. */
export function assignMasked(world: TorchWorld, x: TensorValue, index: Value, given: Value, place: Place): boolean {
  const site: Site = { name: 'assignment by a mask', place };
  const items = itemsOf(index);
  const [mask] = items;
  if (items.length !== 1 || mask === undefined || !isTensor(mask) || mask.tensor.type !== 'bool') return false;
  const { shape } = x.tensor;
  const own = mask.tensor.shape;
  if (own.length > shape.length || !own.every((size, i) => sameDimension(size, shape[i] ?? 1))) {
    return refuse(
      'index',
      `The shape of the mask ${formatShape(own)} does not match the shape of the indexed tensor ${formatShape(shape)}`,
      place,
    );
  }
  const value = operandOf(world, given, "can't assign this to a tensor: it", place);
  const rest = shape.slice(own.length);
  const broadcasts = value.tensor.shape.every((size, i) => {
    const target = rest[rest.length - value.tensor.shape.length + i];
    return size === 1 || (target !== undefined && sameDimension(size, target));
  });
  if (value.tensor.shape.length > rest.length || !broadcasts) {
    return refuse(
      'unsupported',
      'assigning as many values as a mask has places is not supported: the data would decide',
      place,
    );
  }
  const wide = rest.reduce<TensorValue>((result) => addAxis(world, result, result.tensor.shape.length, site), mask);
  const laid = expandTo(world, wide, shape, site);
  becomes(world, x, apply(world, 'where', {}, [laid, value, x], site), place);
  return true;
}
