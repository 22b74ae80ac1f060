/** Functions that move elements or axes: roll, flip, rot90, movedim, unflatten, pad. */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import { paddingMode, padTensor } from '../layers/padding.ts';
import { axisOf, floatOf, integerOf, integersOf } from '../world/arguments.ts';
import { inOwnMemory } from '../world/composed-layouts.ts';
import { apply, permuteAxes, reshapeTo, type Site, sizeAlong } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { everywhere, type FunctionDefinition } from './function-definition.ts';
import { spread } from './reshaping.ts';

/** The axis that an argument names. */
export function axisFrom(input: TensorValue, taken: Taken, name: string, parameter = 'dim'): number {
  return axisOf(taken.get(parameter), input.tensor.shape.length, {
    what: `${name}(): ${parameter}`,
    place: taken.place,
  });
}

export function movingFunctions(world: TorchWorld): FunctionDefinition[] {
  const reordered = (input: TensorValue, axis: number, site: Site, place: (at: number, size: number) => number) => {
    const size = sizeAlong(input, axis, site);
    world.evaluator.meter.table(2 * size);
    const indices = Array.from({ length: size }, (_, at) => place(at, size));
    return apply(world, 'gather', { axis, indices }, [input], site);
  };
  return [
    {
      name: 'roll',
      where: everywhere,
      signature: 'shifts, dims=None',
      run(input, { get, place }) {
        const site = { name: 'roll', place };
        const shifts = integersOf(get('shifts'), { what: 'roll(): shifts', place });
        if (get('dims') === null) return refuse('unsupported', 'roll without dims is not supported', place);
        const axes = integersOf(get('dims'), { what: 'roll(): dims', place });
        if (axes.length !== shifts.length) refuse('value', 'shifts and dimensions must align', place);
        return axes.reduce((result, given, i) => {
          const axis = axisOf(BigInt(given), input.tensor.shape.length, { what: 'roll(): dims', place });
          const shift = shifts[i] ?? 0;
          return reordered(result, axis, site, (at, size) => (((at - shift) % size) + size) % size);
        }, input);
      },
    },
    ...(['flip', 'fliplr', 'flipud'] as const).map(
      (name): FunctionDefinition => ({
        name,
        where: everywhere,
        signature: name === 'flip' ? '*dims' : '',
        run(input, { get, place }) {
          const given =
            name === 'flip' ? spread(world.evaluator.iterate(get('dims'), place)) : [name === 'fliplr' ? 1n : 0n];
          return given.reduce<TensorValue>((result, each) => {
            const axis = axisOf(each, input.tensor.shape.length, { what: `${name}(): dims`, place });
            return reordered(result, axis, { name, place }, (at, size) => size - 1 - at);
          }, input);
        },
      }),
    ),
    {
      name: 'rot90',
      where: everywhere,
      signature: 'k=1, dims=None',
      run(input, { get, place }) {
        const site = { name: 'rot90', place };
        const rank = input.tensor.shape.length;
        const dims = get('dims') === null ? [0, 1] : integersOf(get('dims'), { what: 'rot90(): dims', place });
        if (dims.length !== 2) {
          return refuse('value', `expected total rotation dims == 2, but got dims = ${dims.length}`, place);
        }
        const [first = 0, second = 0] = dims.map((each) =>
          axisOf(BigInt(each), rank, { what: 'rot90(): dims', place }),
        );
        if (first === second) return refuse('value', 'expected rotation dims to be different', place);
        const flipped = (axis: number, from: TensorValue) => reordered(from, axis, site, (at, size) => size - 1 - at);
        const turned = (from: TensorValue) => {
          const order = input.tensor.shape.map((_, axis) => axis);
          return permuteAxes(world, from, order.with(first, second).with(second, first), site);
        };
        switch (((integerOf(get('k'), { what: 'rot90(): k', place }) % 4) + 4) % 4) {
          case 1:
            return turned(flipped(second, input));
          case 2:
            return flipped(second, flipped(first, input));
          case 3:
            return turned(flipped(first, input));
          default:
            return inOwnMemory(world, input, null);
        }
      },
    },
    ...['movedim', 'moveaxis'].map(
      (name): FunctionDefinition => ({
        name,
        where: everywhere,
        signature: 'source, destination',
        run(input, { get, place }) {
          const rank = input.tensor.shape.length;
          const axes = (parameter: string) =>
            integersOf(get(parameter), { what: parameter, place }).map((each) =>
              axisOf(BigInt(each), rank, { what: parameter, place }),
            );
          const [from, to] = [axes('source'), axes('destination')];
          const order = new Array<number>(rank).fill(-1);
          to.forEach((axis, i) => {
            order[axis] = from[i] ?? 0;
          });
          const left = input.tensor.shape.map((_, i) => i).filter((i) => !from.includes(i));
          return permuteAxes(
            world,
            input,
            order.map((axis) => (axis >= 0 ? axis : (left.shift() ?? 0))),
            { name, place },
          );
        },
      }),
    ),
    {
      name: 'unflatten',
      where: everywhere,
      signature: 'dim, sizes',
      run: (input, taken) => unflattenTensor(world, input, taken.get('dim'), taken.get('sizes'), taken.place),
    },
    {
      name: 'pad',
      where: ['functional'],
      signature: "pad, mode='constant', value=None",
      run(input, { get, place }) {
        const amounts = integersOf(get('pad'), { what: 'pad(): pad', place });
        const value = get('value') === null ? 0 : floatOf(get('value'), { what: 'pad(): value', place });
        return padTensor(world, input, amounts, paddingMode(get('mode'), place), value, { name: 'pad', place });
      },
    },
  ];
}

/** One axis taken apart into sizes, one of which may be -1. */
export function unflattenTensor(
  world: TorchWorld,
  input: TensorValue,
  dim: Value,
  given: Value,
  place: Place,
): TensorValue {
  const site = { name: 'unflatten', place };
  const { shape } = input.tensor;
  const axis = axisOf(dim, shape.length, { what: 'unflatten(): dim', place });
  const size = sizeAlong(input, axis, site);
  const sizes = integersOf(given, { what: 'unflatten(): sizes', place });
  const known = sizes.reduce((product, each) => (each === -1 ? product : product * each), 1);
  const resolved = sizes.map((each) => (each === -1 ? size / known : each));
  if (
    resolved.reduce((product, each) => product * each, 1) !== size ||
    resolved.some((each) => !Number.isInteger(each))
  ) {
    refuse(
      'shape',
      `unflatten: Provided sizes [${sizes.join(', ')}] don't multiply up to the size of dim ${axis} (${size}) in the input tensor`,
      place,
    );
  }
  return reshapeTo(world, input, [...shape.slice(0, axis), ...resolved, ...shape.slice(axis + 1)], site);
}
