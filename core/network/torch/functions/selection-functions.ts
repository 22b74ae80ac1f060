/** Functions that take tensors apart, put them together and choose of their elements. */

import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { NativeFunction } from '../../../python/types/values.ts';
import { stridesOf } from '../../layouts.ts';
import { axisOf, integerOf, integersOf, tensorOf } from '../world/arguments.ts';
import { inOwnMemory, stackedStrides } from '../world/composed-layouts.ts';
import { places } from '../world/fold.ts';
import { lockOfSeveral } from '../world/locked-views.ts';
import {
  addAxis,
  apply,
  concatenate,
  cut,
  cutInto,
  dropAxis,
  permuteAxes,
  reshapeTo,
  sizeAlong,
} from '../world/operations.ts';
import { fixedShape, knownNumbers, makeTensor } from '../world/tensor.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { gatherComputed } from './computed-indices.ts';
import { everywhere, type FunctionDefinition, tensorsOf } from './function-definition.ts';
import { axisFrom, movingFunctions } from './moving-functions.ts';
import { tensorSplits } from './splitting-functions.ts';

/** torch.gather: each element takes another place along one axis, by a known table where there is one. */
function gatherAlong(world: TorchWorld, input: TensorValue, axis: number, { get, place }: Taken): TensorValue {
  const site = { name: 'gather', place };
  const index = tensorOf(get('index'), { what: 'gather(): index', place });
  const [sizes, wanted, numbers] = [
    fixedShape(input.tensor.shape),
    fixedShape(index.tensor.shape),
    knownNumbers(world, index),
  ];
  if (sizes === null || wanted === null || numbers === null) {
    return gatherComputed(world, input, axis, index, site);
  }
  const fits = sizes.length === wanted.length && wanted.every((size, i) => i === axis || size <= (sizes[i] ?? 0));
  if (!fits || numbers.some((value) => value < 0 || value >= (sizes[axis] ?? 0))) {
    return refuse('index', `gather: the index [${wanted.join(', ')}] does not fit [${sizes.join(', ')}]`, place);
  }
  const steps = sizes.map((_, i) => sizes.slice(i + 1).reduce((product, size) => product * size, 1));
  world.evaluator.meter.table(4 * numbers.length);
  const base = places(wanted, steps.with(axis, 0));
  const indices = [...base].map((start, i) => start + (numbers[i] ?? 0) * (steps[axis] ?? 0));
  const total = sizes.reduce((product, size) => product * size, 1);
  const flat = reshapeTo(world, input, [total], site);
  return reshapeTo(world, apply(world, 'gather', { axis: 0, indices }, [flat], site), wanted, site);
}

/** Lengths of the parts of a size: equal ones, the last what is left. */
function equalLengths(world: TorchWorld, size: number, length: number): number[] {
  const count = size === 0 ? 1 : Math.ceil(size / length);
  world.evaluator.meter.items(count);
  return Array.from({ length: count }, (_, i) => Math.min(length, size - i * length));
}

function parts(world: TorchWorld): FunctionDefinition[] {
  const several = (views: readonly TensorValue[], name: string) =>
    // A view of the whole is a tensor of its own too.
    tuple(views.map(({ tensor }) => makeTensor(world, { ...tensor, lock: tensor.lock ?? lockOfSeveral(world, name) })));
  const split = (name: string, parameter: string, where = everywhere): FunctionDefinition => ({
    name,
    where,
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
        return several(cutInto(world, input, axis, equalLengths(world, size, length), site), name);
      }
      const lengths = integersOf(given, { what: `${name}(): ${parameter}`, place });
      if (lengths.reduce((sum, each) => sum + each, 0) !== size) {
        refuse(
          'shape',
          `${name} expects split_sizes to sum exactly to ${size} (input tensor's size at dimension ${axis}), but got split_sizes=[${lengths.join(', ')}]`,
          place,
        );
      }
      return several(cutInto(world, input, axis, lengths, site), name);
    },
  });
  return [
    split('split', 'split_size', ['method']),
    split('split', 'split_size_or_sections', ['torch']),
    split('split_with_sizes', 'split_sizes'),
    ...tensorSplits(world),
    {
      name: 'chunk',
      where: everywhere,
      signature: 'chunks, dim=0',
      run(input, taken) {
        const site = { name: 'chunk', place: taken.place };
        const axis = axisFrom(input, taken, 'chunk');
        const count = integerOf(taken.get('chunks'), { what: 'chunk(): chunks', place: taken.place });
        if (count <= 0) return refuse('value', `chunk expects chunks to be greater than 0, got: ${count}`, taken.place);
        const size = sizeAlong(input, axis, site);
        const lengths = equalLengths(world, size, Math.max(1, Math.ceil(size / count)));
        return several(cutInto(world, input, axis, lengths, site), 'chunk');
      },
    },
    {
      name: 'unbind',
      where: everywhere,
      signature: 'dim=0',
      run(input, taken) {
        const site = { name: 'unbind', place: taken.place };
        const axis = axisFrom(input, taken, 'unbind');
        const size = sizeAlong(input, axis, site);
        world.evaluator.meter.items(size);
        const ones = new Array<number>(size).fill(1);
        const views = cutInto(world, input, axis, ones, site).map((part) => dropAxis(world, part, axis, site));
        return several(views, 'unbind');
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
          world.evaluator.meter.step();
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
        const numbers = knownNumbers(world, tensorOf(get('index'), { what: 'index_select(): index', place }));
        if (numbers === null) {
          const all = { kind: 'slice', start: null, stop: null, step: null } as const;
          const before = Array.from({ length: axis }, () => all);
          return world.indexTensor(input, tuple([...before, get('index')]), place);
        }
        return apply(world, 'gather', { axis, indices: [...numbers] }, [input], { name: 'index_select', place });
      },
    },
    {
      name: 'gather',
      where: everywhere,
      signature: 'dim, index, *, sparse_grad=False',
      run: (input, taken) => gatherAlong(world, input, axisFrom(input, taken, 'gather'), taken),
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
        world.evaluator.meter.table(2 * count * size);
        const indices = Array.from({ length: count * size }, (_, i) => Math.floor(i / size) * step + (i % size));
        const taken_ = apply(world, 'gather', { axis, indices }, [input], site);
        const { shape } = input.tensor;
        const apart = reshapeTo(world, taken_, [...shape.slice(0, axis), count, size, ...shape.slice(axis + 1)], site);
        const axes = apart.tensor.shape.map((_, i) => i).filter((i) => i !== axis + 1);
        const windows = permuteAxes(world, apart, [...axes, axis + 1], site);
        const steps = stridesOf(input.tensor);
        const strides = [...steps.map((each, i) => (i === axis ? each * step : each)), steps[axis] ?? 1];
        return inOwnMemory(world, windows, strides);
      },
    },
  ];
}

export function selectionFunctions(world: TorchWorld): FunctionDefinition[] {
  return [...parts(world), ...movingFunctions(world)];
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
      const joined = concatenate(
        world,
        inputs.map((each) => addAxis(world, each, axis, site)),
        axis,
        site,
      );
      const laid = inputs.map(({ tensor }) => tensor);
      return inOwnMemory(world, joined, stackedStrides(laid, axis, inputs.length));
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
