/** Functions that repeat elements: expand, repeat, tile, repeat_interleave and their kin. */
import { type Place, refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import type { Dimension, Shape } from '../../ir.ts';
import { axisOf, integerOf, tensorOf } from '../world/arguments.ts';
import { addAxis, concatenate, expandTo, joinedSize, reshapeTo, type Site } from '../world/operations.ts';
import { dimensionFrom } from '../world/sizes.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { everywhere, type FunctionDefinition } from './function-definition.ts';
import { spread } from './reshaping.ts';

/** Sizes of expand: -1 keeps, new axes come in front. */
function expandSizes(input: TensorValue, sizes: readonly Value[], place: Place): Shape {
  const { shape } = input.tensor;
  const extra = sizes.length - shape.length;
  if (extra < 0) {
    refuse(
      'shape',
      `expand: the number of sizes provided (${sizes.length}) must be greater or equal to the number of dimensions in the tensor (${shape.length})`,
      place,
    );
  }
  return sizes.map((size, axis): Dimension => {
    const dimension = dimensionFrom(size);
    if (dimension === null) return refuse('type', 'expand(): sizes must be ints', place);
    if (dimension !== -1) return dimension;
    return (
      shape[axis - extra] ?? refuse('value', 'expand(): -1 is not allowed in a leading, non-existing dimension', place)
    );
  });
}

/** Copies along each axis; a size of 1 is expanded, which takes any count. */
function repeatTensor(world: TorchWorld, input: TensorValue, counts: readonly Value[], site: Site): TensorValue {
  const extra = counts.length - input.tensor.shape.length;
  if (extra < 0)
    refuse(
      'shape',
      'Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor',
      site.place,
    );
  let result = input;
  for (let i = 0; i < extra; i++) result = addAxis(world, result, 0, site);
  counts.forEach((count, axis) => {
    const times = dimensionFrom(count);
    if (times === null) refuse('type', `${site.name}(): counts must be ints`, site.place);
    if (times === 1 || times === null) return;
    if (result.tensor.shape[axis] === 1) {
      result = expandTo(
        world,
        result,
        result.tensor.shape.map((size, i) => (i === axis ? times : size)),
        site,
      );
      return;
    }
    if (typeof times !== 'number' || times < 1) {
      refuse('unsupported', `${site.name} by this count is not supported`, site.place);
    }
    world.evaluator.meter.items(times);
    result = concatenate(
      world,
      Array.from({ length: times }, () => result),
      axis,
      site,
    );
  });
  return result;
}

export function repetitionFunctions(world: TorchWorld): FunctionDefinition[] {
  const listed = (value: Value, place: Place) => spread(world.evaluator.iterate(value, place));
  return [
    {
      name: 'expand',
      where: ['method'],
      signature: '*sizes',
      run(input, { get, place }) {
        const target = expandSizes(input, listed(get('sizes'), place), place);
        return expandTo(world, input, target, { name: 'expand', place });
      },
    },
    {
      name: 'broadcast_to',
      where: everywhere,
      signature: 'size',
      run: (input, { get, place }) =>
        expandTo(world, input, expandSizes(input, spread([get('size')]), place), { name: 'broadcast_to', place }),
    },
    {
      name: 'expand_as',
      where: ['method'],
      signature: 'other',
      run: (input, { get, place }) =>
        expandTo(world, input, tensorOf(get('other'), { what: 'other', place }).tensor.shape, {
          name: 'expand_as',
          place,
        }),
    },
    {
      name: 'repeat',
      where: ['method'],
      signature: '*repeats',
      run: (input, { get, place }) =>
        repeatTensor(world, input, listed(get('repeats'), place), { name: 'repeat', place }),
    },
    {
      name: 'tile',
      where: ['method'],
      signature: '*dims',
      run(input, { get, place }) {
        const counts = listed(get('dims'), place);
        const missing = Math.max(0, input.tensor.shape.length - counts.length);
        const ones = Array.from({ length: missing }, () => 1n);
        return repeatTensor(world, input, [...ones, ...counts], { name: 'tile', place });
      },
    },
    {
      name: 'repeat_interleave',
      where: everywhere,
      signature: 'repeats, dim=None',
      run(input, { get, place }) {
        const site = { name: 'repeat_interleave', place };
        const count = integerOf(get('repeats'), { what: 'repeats', place });
        if (get('dim') === null) return refuse('unsupported', 'repeat_interleave without dim is not supported', place);
        const axis = axisOf(get('dim'), input.tensor.shape.length, { what: 'repeat_interleave(): dim', place });
        const { shape } = input.tensor;
        const apart = expandTo(
          world,
          addAxis(world, input, axis + 1, site),
          [...shape.slice(0, axis + 1), count, ...shape.slice(axis + 1)],
          site,
        );
        return reshapeTo(
          world,
          apart,
          shape.map((each, i) => (i === axis ? joinedSize([each, count], site) : each)),
          site,
        );
      },
    },
  ];
}
