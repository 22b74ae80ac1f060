/** Functions that take tensors apart, put them together, repeat and move their elements. */
import { type Place, refuse } from '../../python/reason.ts';
import { native, type Taken } from '../../python/signature.ts';
import { type NativeFunction, tuple, type Value } from '../../python/values.ts';
import { formatShape } from '../dimensions.ts';
import type { Dimension, Shape } from '../ir.ts';
import { axisOf, floatOf, integerOf, integersOf, tensorOf } from './arguments.ts';
import { everywhere, type FunctionDefinition, tensorsOf } from './function-definition.ts';
import {
  addAxis,
  apply,
  concatenate,
  cut,
  cutInto,
  dropAxis,
  expandTo,
  permuteAxes,
  reshapeTo,
  type Site,
  sizeAlong,
} from './operations.ts';
import { paddingMode, padTensor } from './padding.ts';
import { spread } from './reshaping.ts';
import { dimensionFrom } from './sizes.ts';
import { knownNumbers, type TensorValue } from './tensor.ts';
import type { TorchWorld } from './world.ts';

function axisFrom(input: TensorValue, taken: Taken, name: string, parameter = 'dim'): number {
  return axisOf(taken.get(parameter), input.tensor.shape.length, {
    what: `${name}(): ${parameter}`,
    place: taken.place,
  });
}

/** Lengths of torch.chunk's parts: equal ones, the last what is left. */
function chunkLengths(size: number, count: number): number[] {
  const length = Math.ceil(size / count);
  return Array.from({ length: Math.ceil(size / length) }, (_, i) => Math.min(length, size - i * length));
}

function parts(world: TorchWorld): FunctionDefinition[] {
  const split = (name: string, parameter: string): FunctionDefinition => ({
    name,
    where: everywhere,
    signature: `${parameter}, dim=0`,
    run(input, taken) {
      const { get, place } = taken;
      const site = { name, place };
      const axis = axisFrom(input, taken, name);
      const size = sizeAlong(input, axis, site);
      const given = get(parameter);
      if (typeof given === 'bigint') {
        const length = Number(given);
        if (length <= 0) return refuse('value', `${name} expects split_size be positive, but got ${length}`, place);
        const lengths = Array.from({ length: Math.ceil(size / length) }, (_, i) => Math.min(length, size - i * length));
        return tuple(cutInto(world, input, axis, lengths, site));
      }
      const lengths = integersOf(given, { what: `${name}(): ${parameter}`, place });
      if (lengths.reduce((sum, each) => sum + each, 0) !== size) {
        refuse(
          'shape',
          `${name} expects split_sizes to sum exactly to ${size} (input tensor's size at dimension ${axis}), but got split_sizes=[${lengths.join(', ')}]`,
          place,
        );
      }
      return tuple(cutInto(world, input, axis, lengths, site));
    },
  });
  return [
    split('split', 'split_size'),
    split('split_with_sizes', 'split_sizes'),
    {
      name: 'chunk',
      where: everywhere,
      signature: 'chunks, dim=0',
      run(input, taken) {
        const site = { name: 'chunk', place: taken.place };
        const axis = axisFrom(input, taken, 'chunk');
        const count = integerOf(taken.get('chunks'), { what: 'chunk(): chunks', place: taken.place });
        if (count <= 0) return refuse('value', `chunk expects chunks to be greater than 0, got: ${count}`, taken.place);
        return tuple(cutInto(world, input, axis, chunkLengths(sizeAlong(input, axis, site), count), site));
      },
    },
    {
      name: 'unbind',
      where: everywhere,
      signature: 'dim=0',
      run(input, taken) {
        const site = { name: 'unbind', place: taken.place };
        const axis = axisFrom(input, taken, 'unbind');
        const ones = new Array<number>(sizeAlong(input, axis, site)).fill(1);
        return tuple(cutInto(world, input, axis, ones, site).map((part) => dropAxis(world, part, axis, site)));
      },
    },
    {
      name: 'narrow',
      where: everywhere,
      signature: 'dim, start, length',
      run(input, taken) {
        const { get, place } = taken;
        const site = { name: 'narrow', place };
        const axis = axisFrom(input, taken, 'narrow');
        const size = sizeAlong(input, axis, site);
        const given = integerOf(get('start'), { what: 'narrow(): start', place });
        const start = given < 0 ? given + size : given;
        const end = start + integerOf(get('length'), { what: 'narrow(): length', place });
        if (start < 0 || end > size || end < start) {
          return refuse(
            'index',
            `narrow: start (${start}) + length (${end - start}) exceeds dimension size (${size}).`,
            place,
          );
        }
        return cut(world, input, axis, start, end, site);
      },
    },
    {
      name: 'select',
      where: everywhere,
      signature: 'dim, index',
      run(input, taken) {
        const { get, place } = taken;
        const axis = axisFrom(input, taken, 'select');
        const all = { kind: 'slice', start: null, stop: null, step: null } as const;
        const before = Array.from({ length: axis }, () => all);
        return world.indexTensor(input, tuple([...before, get('index')]), place);
      },
    },
    {
      name: 'diff',
      where: everywhere,
      signature: 'n=1, dim=-1',
      run(input, taken) {
        const { get, place } = taken;
        const site = { name: 'diff', place };
        const axis = axisFrom(input, taken, 'diff');
        let result = input;
        for (let i = 0; i < integerOf(get('n'), { what: 'diff(): n', place }); i++) {
          const size = sizeAlong(result, axis, site);
          const [later, earlier] = [
            cut(world, result, axis, 1, size, site),
            cut(world, result, axis, 0, size - 1, site),
          ];
          result = apply(world, 'subtract', {}, [later, earlier], site);
        }
        return result;
      },
    },
    {
      name: 'index_select',
      where: everywhere,
      signature: 'dim, index',
      run(input, taken) {
        const { get, place } = taken;
        const axis = axisFrom(input, taken, 'index_select');
        const numbers = knownNumbers(tensorOf(get('index'), { what: 'index_select(): index', place }));
        if (numbers === null)
          return refuse('unsupported', 'index_select with computed indices is not supported', place);
        return apply(world, 'gather', { axis, indices: [...numbers] }, [input], { name: 'index_select', place });
      },
    },
    {
      name: 'unfold',
      where: ['method'],
      signature: 'dimension, size, step',
      run(input, taken) {
        const { get, place } = taken;
        const site = { name: 'unfold', place };
        const axis = axisFrom(input, taken, 'unfold', 'dimension');
        const size = integerOf(get('size'), { what: 'unfold(): size', place });
        const step = integerOf(get('step'), { what: 'unfold(): step', place });
        const length = sizeAlong(input, axis, site);
        if (size > length || size < 0 || step <= 0) {
          return refuse(
            'shape',
            `maximum size for tensor at dimension ${axis} is ${length} but size is ${size}`,
            place,
          );
        }
        const count = Math.floor((length - size) / step) + 1;
        const indices = Array.from({ length: count * size }, (_, i) => Math.floor(i / size) * step + (i % size));
        const taken_ = apply(world, 'gather', { axis, indices }, [input], site);
        const { shape } = input.tensor;
        const apart = reshapeTo(world, taken_, [...shape.slice(0, axis), count, size, ...shape.slice(axis + 1)], site);
        const axes = apart.tensor.shape.map((_, i) => i).filter((i) => i !== axis + 1);
        return permuteAxes(world, apart, [...axes, axis + 1], site);
      },
    },
  ];
}

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
    result = concatenate(
      world,
      Array.from({ length: times }, () => result),
      axis,
      site,
    );
  });
  return result;
}

function repeats(world: TorchWorld): FunctionDefinition[] {
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
      run(input, taken) {
        const { get, place } = taken;
        const site = { name: 'repeat_interleave', place };
        const count = integerOf(get('repeats'), { what: 'repeats', place });
        if (get('dim') === null) return refuse('unsupported', 'repeat_interleave without dim is not supported', place);
        const axis = axisFrom(input, taken, 'repeat_interleave');
        const { shape } = input.tensor;
        const size = sizeAlong(input, axis, site);
        const apart = expandTo(
          world,
          addAxis(world, input, axis + 1, site),
          [...shape.slice(0, axis + 1), count, ...shape.slice(axis + 1)],
          site,
        );
        return reshapeTo(
          world,
          apart,
          shape.map((each, i) => (i === axis ? size * count : each)),
          site,
        );
      },
    },
  ];
}

function moves(world: TorchWorld): FunctionDefinition[] {
  const gatherAlong = (input: TensorValue, axis: number, site: Site, place: (at: number, size: number) => number) => {
    const size = sizeAlong(input, axis, site);
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
          return gatherAlong(result, axis, site, (at, size) => (((at - shift) % size) + size) % size);
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
            return gatherAlong(result, axis, { name, place }, (at, size) => size - 1 - at);
          }, input);
        },
      }),
    ),
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
    {
      name: 'pixel_shuffle',
      where: ['torch', 'functional'],
      signature: 'upscale_factor',
      run: (input, { get, place }) =>
        shufflePixels(world, input, integerOf(get('upscale_factor'), { what: 'upscale_factor', place }), place),
    },
    {
      name: 'pixel_unshuffle',
      where: ['torch', 'functional'],
      signature: 'downscale_factor',
      run: (input, { get, place }) =>
        unshufflePixels(world, input, integerOf(get('downscale_factor'), { what: 'downscale_factor', place }), place),
    },
    {
      name: 'channel_shuffle',
      where: ['torch', 'functional'],
      signature: 'groups',
      run: (input, { get, place }) =>
        shuffleChannels(world, input, integerOf(get('groups'), { what: 'groups', place }), place),
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

function imageSizes(input: TensorValue, site: Site): readonly [Dimension, number, number, number] {
  const [batch] = input.tensor.shape;
  if (input.tensor.shape.length !== 4 || batch === undefined) {
    return refuse(
      'shape',
      `${site.name} expects an input [N, C, H, W], but got ${formatShape(input.tensor.shape)}`,
      site.place,
    );
  }
  return [batch, sizeAlong(input, 1, site), sizeAlong(input, 2, site), sizeAlong(input, 3, site)];
}

/** [N, C r^2, H, W] -> [N, C, H r, W r] (Shi et al. 2016). */
export function shufflePixels(world: TorchWorld, input: TensorValue, r: number, place: Place): TensorValue {
  const site = { name: 'pixel_shuffle', place };
  const [batch, channels, height, width] = imageSizes(input, site);
  if (r <= 0 || channels % (r * r) !== 0) {
    refuse(
      'shape',
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${channels} is not divisible by ${r * r}`,
      place,
    );
  }
  const apart = reshapeTo(world, input, [batch, channels / r ** 2, r, r, height, width], site);
  const laid = permuteAxes(world, apart, [0, 1, 4, 2, 5, 3], site);
  return reshapeTo(world, laid, [batch, channels / r ** 2, height * r, width * r], site);
}

export function unshufflePixels(world: TorchWorld, input: TensorValue, r: number, place: Place): TensorValue {
  const site = { name: 'pixel_unshuffle', place };
  const [batch, channels, height, width] = imageSizes(input, site);
  if (r <= 0 || height % r !== 0 || width % r !== 0) {
    refuse(
      'shape',
      `pixel_unshuffle expects height and width to be divisible by downscale_factor, but input is ${height} x ${width}, downscale_factor ${r}`,
      place,
    );
  }
  const apart = reshapeTo(world, input, [batch, channels, height / r, r, width / r, r], site);
  const laid = permuteAxes(world, apart, [0, 1, 3, 5, 2, 4], site);
  return reshapeTo(world, laid, [batch, channels * r ** 2, height / r, width / r], site);
}

/** Channels dealt to groups in turn (Zhang et al. 2018). */
export function shuffleChannels(world: TorchWorld, input: TensorValue, groups: number, place: Place): TensorValue {
  const site = { name: 'channel_shuffle', place };
  const { shape } = input.tensor;
  const channels = sizeAlong(input, 1, site);
  if (groups <= 0 || channels % groups !== 0) {
    refuse(
      'shape',
      `Number of channels must be divisible by groups. Got ${channels} channels and ${groups} groups.`,
      place,
    );
  }
  const [batch = 1, , ...places] = shape;
  const apart = reshapeTo(world, input, [batch, groups, channels / groups, ...places], site);
  const order = [0, 2, 1, ...places.map((_, i) => i + 3)];
  return reshapeTo(world, permuteAxes(world, apart, order, site), shape, site);
}

export function selectionFunctions(world: TorchWorld): FunctionDefinition[] {
  return [...parts(world), ...repeats(world), ...moves(world)];
}

/** torch.cat, torch.stack and their kin: several tensors first. */
export function joiningFunctions(world: TorchWorld): Map<string, NativeFunction> {
  const table = new Map<string, NativeFunction>();
  const named = (taken: Taken, name: string) => {
    const inputs = tensorsOf(world, taken.get('tensors'), name, taken.place);
    const [first] = inputs;
    if (first === undefined) return refuse('value', `${name}(): expected a non-empty list of Tensors`, taken.place);
    return { inputs, first };
  };
  for (const name of ['cat', 'concat', 'concatenate']) {
    table.set(
      name,
      native(name, 'tensors, dim=0', (taken) => {
        const { inputs, first } = named(taken, name);
        const rank = first.tensor.shape.length;
        const axis = axisOf(taken.get('dim'), rank, { what: `${name}(): dim`, place: taken.place });
        return concatenate(world, inputs, axis, { name, place: taken.place });
      }),
    );
  }
  table.set(
    'stack',
    native('stack', 'tensors, dim=0', (taken) => {
      const { inputs, first } = named(taken, 'stack');
      const site = { name: 'stack', place: taken.place };
      const axis = axisOf(taken.get('dim'), first.tensor.shape.length + 1, {
        what: 'stack(): dim',
        place: taken.place,
      });
      return concatenate(
        world,
        inputs.map((each) => addAxis(world, each, axis, site)),
        axis,
        site,
      );
    }),
  );
  for (const [name, axis] of [
    ['hstack', 1],
    ['vstack', 0],
    ['dstack', 2],
  ] as const) {
    table.set(
      name,
      native(name, 'tensors', (taken) => {
        const { inputs, first } = named(taken, name);
        const rank = first.tensor.shape.length;
        if (rank <= axis)
          return refuse('unsupported', `${name} of tensors with ${rank} axes is not supported`, taken.place);
        return concatenate(world, inputs, axis, { name, place: taken.place });
      }),
    );
  }
  return table;
}
