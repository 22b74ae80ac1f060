/** What einops does to a tensor: split into elementary axes, reduce, transpose, repeat, join. */
import type { Place } from '../../python/reason.ts';
import { dimensionOf, elementCount, formatDimension, formatShape, sameDimension } from '../dimensions.ts';
import type { Dimension, Shape } from '../ir.ts';
import { expandTo, permuteAxes, reduceAxes, reshapeTo, type Site, scale } from '../torch/world/operations.ts';
import type { TensorValue } from '../torch/world/values.ts';
import type { TorchWorld } from '../torch/world/world.ts';
import { type EinopsPattern, fail, type Group, rest } from './pattern.ts';

export type Reduction = 'mean' | 'sum' | 'max' | 'min';

/** What a call asks for: axes that are no more are reduced, new ones repeat; rearrange allows neither. */
export interface Asked {
  readonly pattern: EinopsPattern;
  /** Sizes that the call states. */
  readonly sizes: ReadonlyMap<string, Dimension>;
  readonly reduction: Reduction | null;
  readonly repeats: boolean;
}

/** The dimension that axes make together. */
function product(sizes: Shape, place: Place): Dimension {
  return dimensionOf(elementCount(sizes)) ?? fail('two axes that grow with the batch cannot be joined', place);
}

/** A dimension without a known factor; null where it does not divide. */
function quotient(whole: Dimension, part: Dimension): Dimension | null {
  const [a, b] = [elementCount([whole]), elementCount([part])];
  if (b.coefficient === 0 || a.coefficient % b.coefficient !== 0 || a.power < b.power) return null;
  return dimensionOf({ coefficient: a.coefficient / b.coefficient, power: a.power - b.power });
}

/** Puts names in place of `...`, for as many dimensions as the tensor has there. */
function spelledOut(groups: readonly Group[], names: readonly string[], alone: boolean): Group[] {
  return groups.flatMap((group) => {
    if (!group.includes(rest)) return [group];
    if (alone && group.length === 1) return names.map((name) => [name]);
    return [group.flatMap((name) => (name === rest ? names : [name]))];
  });
}

/** Sizes of all elementary axes of a tensor, from its shape and what the call states. @throws einops's error */
function measured(groups: readonly Group[], shape: Shape, asked: Asked, place: Place): Map<string, Dimension> {
  if (groups.length !== shape.length) {
    fail(`the pattern has ${groups.length} dimensions, the tensor ${formatShape(shape)} has ${shape.length}`, place);
  }
  const sizes = new Map(asked.sizes);
  groups.forEach((group, index) => {
    const whole = shape[index] ?? 1;
    const open = group.filter((name) => !sizes.has(name));
    const [unknown, ...others] = open;
    if (others.length > 0) fail(`the sizes of ${open.join(', ')} are not given`, place);
    const known = product(
      group.flatMap((name) => sizes.get(name) ?? []),
      place,
    );
    if (unknown !== undefined) {
      const size = quotient(whole, known);
      sizes.set(
        unknown,
        size ?? fail(`${formatDimension(whole)} cannot be divided by ${formatDimension(known)}`, place),
      );
    } else if (!sameDimension(whole, known)) {
      fail(`a dimension of size ${formatDimension(whole)} is not ${formatDimension(known)}`, place);
    }
  });
  return sizes;
}

function reduced(world: TorchWorld, x: TensorValue, axes: readonly number[], how: Reduction, site: Site): TensorValue {
  if (axes.length === 0) return x;
  if (how !== 'min') return reduceAxes(world, how, x, axes, false, site);
  return scale(world, reduceAxes(world, 'max', scale(world, x, -1, site), axes, false, site), -1, site);
}

/** @throws einops's error where pattern, sizes and tensor do not go together */
export function rearranged(world: TorchWorld, x: TensorValue, asked: Asked, site: Site): TensorValue {
  const { place } = site;
  const { shape } = x.tensor;
  const named = asked.pattern.left.filter((group) => !group.includes(rest)).length;
  const hasRest = asked.pattern.left.some((group) => group.includes(rest));
  const open = hasRest ? shape.length - named : 0;
  if (open < 0) fail(`the tensor ${formatShape(shape)} has fewer dimensions than the pattern`, place);
  const others = Array.from({ length: open }, (_, i) => `${rest}${i}`);
  const left = spelledOut(asked.pattern.left, others, true);
  const right = spelledOut(asked.pattern.right, others, true);
  const sizes = measured(left, shape, asked, place);
  const from = left.flat();
  const to = right.flat();
  const gone = from.filter((name) => !to.includes(name));
  const fresh = to.filter((name) => !from.includes(name));
  if (gone.length > 0 && asked.reduction === null) fail(`the axis ${gone[0]} is missing on the right`, place);
  if (fresh.length > 0 && !asked.repeats) fail(`the axis ${fresh[0]} is missing on the left`, place);
  const sizeOf = (name: string): Dimension => sizes.get(name) ?? fail(`the size of ${name} is not given`, place);
  const spare = [...asked.sizes.keys()].find((name) => !from.includes(name) && !to.includes(name));
  if (spare !== undefined) fail(`the axis ${spare} is not in the pattern`, place);

  const apart = reshapeTo(world, x, from.map(sizeOf), site);
  const axes = gone.map((name) => from.indexOf(name));
  const less = asked.reduction === null ? apart : reduced(world, apart, axes, asked.reduction, site);
  const kept = from.filter((name) => to.includes(name));
  const ordered = to.filter((name) => kept.includes(name));
  const laid = permuteAxes(
    world,
    less,
    ordered.map((name) => kept.indexOf(name)),
    site,
  );
  const wide =
    fresh.length === 0
      ? laid
      : expandTo(
          world,
          reshapeTo(
            world,
            laid,
            to.map((name) => (fresh.includes(name) ? 1 : sizeOf(name))),
            site,
          ),
          to.map(sizeOf),
          site,
        );
  return reshapeTo(
    world,
    wide,
    right.map((group) => product(group.map(sizeOf), place)),
    site,
  );
}
