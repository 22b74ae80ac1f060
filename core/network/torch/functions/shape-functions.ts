/** Functions on shapes and layouts: flatten, view, reshape, permute, transpose, sizes, conversions. */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { Value } from '../../../python/types/values.ts';
import { elementCount } from '../../dimensions.ts';
import { channelsLastStrides, isChannelsLast, type Laid, stridesOf } from '../../layouts.ts';
import { isContiguous, numbers, probe } from '../../strides.ts';
import { axisOf, tensorOf } from '../world/arguments.ts';
import { inOwnMemory, laidAs } from '../world/composed-layouts.ts';
import { hookOnGradient } from '../world/hooks.ts';
import { type ElementType, isElementType } from '../world/known.ts';
import { channelsLast } from '../world/opaque.ts';
import { tensorFromNumber } from '../world/operations.ts';
import { batchSize, shapeTuple, sizeValue } from '../world/sizes.ts';
import { makeTensor } from '../world/tensor.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import type { FunctionDefinition, Where } from './function-definition.ts';
import {
  flattenTensor,
  permuteTensor,
  spread,
  squeezeTensor,
  targetShape,
  transposeTensor,
  unsqueezeTensor,
} from './reshaping.ts';

export function shapeFunctions(world: TorchWorld): FunctionDefinition[] {
  const both: readonly Where[] = ['torch', 'method'];
  const view = (kind: 'view' | 'reshape') => (input: TensorValue, taken: Taken) => {
    const given = kind === 'view' || taken.has('sizes') ? taken.get('sizes') : null;
    const listed = world.evaluator.iterate(given, taken.place);
    const sizes = spread(listed);
    if (listed.length === 0) refuse('type', `${kind}() needs the sizes of the result`, taken.place);
    const target = targetShape(input, sizes, kind, taken.place);
    return world.emitView({ inputs: [input], target, name: kind, place: taken.place }, kind);
  };
  return [
    {
      name: 'flatten',
      where: both,
      signature: 'start_dim=0, end_dim=-1',
      run: (input, taken) =>
        flattenTensor(world, input, taken.get('start_dim'), taken.get('end_dim'), 'flatten', taken.place),
    },
    { name: 'view', where: ['method'], signature: '*sizes', run: view('view') },
    { name: 'reshape', where: ['method'], signature: '*sizes', run: view('reshape') },
    {
      name: 'reshape',
      where: ['torch'],
      signature: 'shape',
      run(input, { get, place }) {
        const target = targetShape(input, spread([get('shape')]), 'reshape', place);
        return world.emitView({ inputs: [input], target, name: 'reshape', place }, 'reshape');
      },
    },
    {
      name: 'view_as',
      where: ['method'],
      signature: 'other',
      run(input, { get, place }) {
        const target = tensorOf(get('other'), { what: 'other', place }).tensor.shape;
        return world.emitView({ inputs: [input], target, name: 'view_as', place }, 'view');
      },
    },
    {
      name: 'squeeze',
      where: both,
      signature: 'dim=None',
      run: (input, { get, place }) => squeezeTensor(world, input, get('dim'), place),
    },
    {
      name: 'unsqueeze',
      where: both,
      signature: 'dim',
      run: (input, { get, place }) => unsqueezeTensor(world, input, get('dim'), place),
    },
    {
      name: 'permute',
      where: ['method'],
      signature: '*dims',
      run: (input, { get, place }) =>
        permuteTensor(world, input, spread(world.evaluator.iterate(get('dims'), place)), 'permute', place),
    },
    {
      name: 'permute',
      where: ['torch'],
      signature: 'dims',
      run: (input, { get, place }) => permuteTensor(world, input, spread([get('dims')]), 'permute', place),
    },
    ...['transpose', 'swapaxes', 'swapdims'].map(
      (name): FunctionDefinition => ({
        name,
        where: both,
        signature: 'dim0, dim1',
        run: (input, { get, place }) => transposeTensor(world, input, get('dim0'), get('dim1'), place),
      }),
    ),
    {
      name: 'reshape_as',
      where: ['method'],
      signature: 'other',
      run(input, { get, place }) {
        const target = tensorOf(get('other'), { what: 'other', place }).tensor.shape;
        return world.emitView({ inputs: [input], target, name: 'reshape_as', place }, 'reshape');
      },
    },
    {
      name: 'ravel',
      where: both,
      signature: '',
      run: (input, { place }) => flattenTensor(world, input, 0n, -1n, 'ravel', place),
    },
    {
      name: 't',
      where: both,
      signature: '',
      run(input, { place }) {
        if (input.tensor.shape.length > 2)
          refuse(
            'shape',
            `t() expects a tensor with <= 2 dimensions, but self is ${input.tensor.shape.length}D`,
            place,
          );
        return input.tensor.shape.length < 2 ? input : transposeTensor(world, input, 0n, 1n, place);
      },
    },
    {
      name: 'contiguous',
      where: ['method'],
      signature: 'memory_format=None',
      run(input, { get, place }) {
        const { tensor } = input;
        if (get('memory_format') === channelsLast) return channelsLastOf(world, input, place);
        if (tensor.strides === null || isContiguous(tensor.shape, tensor.strides)) return input;
        return inOwnMemory(world, input, null);
      },
    },
    {
      name: 'is_contiguous',
      where: ['method'],
      signature: 'memory_format=None',
      run({ tensor }, { get }) {
        if (get('memory_format') === channelsLast) return isChannelsLast(tensor) && isDense(tensor);
        return isContiguous(tensor.shape, stridesOf(tensor));
      },
    },
    {
      name: 'stride',
      where: ['method'],
      signature: 'dim=None',
      run({ tensor }, { get, place }) {
        const steps = stridesOf(tensor).map(stepValue);
        const dim = get('dim');
        if (dim === null) return tuple(steps);
        return steps[axisOf(dim, steps.length, { what: 'stride(): dim', place })] ?? null;
      },
    },
    {
      name: 'clone',
      where: both,
      signature: '**kwargs',
      run: (input) => laidAs(world, input, input, 'elementwise'),
    },
    {
      name: 'size',
      where: ['method'],
      signature: 'dim=None',
      run({ tensor }, { get, place }) {
        const dim = get('dim');
        if (dim === null) return shapeTuple(tensor.shape);
        return sizeValue(tensor.shape[axisOf(dim, tensor.shape.length, { what: 'size(): dim', place })] ?? 0);
      },
    },
    ...['numel', 'nelement'].map(
      (name): FunctionDefinition => ({
        name,
        where: name === 'numel' ? both : ['method'],
        signature: '',
        run({ tensor }, { place }) {
          const { coefficient, power } = elementCount(tensor.shape);
          if (power === 0) return BigInt(coefficient);
          return power === 1
            ? batchSize(coefficient)
            : refuse('unsupported', 'this number of elements is not supported', place);
        },
      }),
    ),
    ...['dim', 'ndimension'].map(
      (name): FunctionDefinition => ({
        name,
        where: ['method'],
        signature: '',
        run: ({ tensor }) => BigInt(tensor.shape.length),
      }),
    ),
    ...conversions(world),
  ];
}

/** Whether memory has no gaps between channels last. */
function isDense({ shape, strides }: Laid): boolean {
  const dense = channelsLastStrides(shape);
  return strides !== null && numbers(shape).every((size, axis) => size === 1 || strides[axis] === dense[axis]);
}

/** The same numbers, channels last. @throws a reason for other than four axes */
function channelsLastOf(world: TorchWorld, input: TensorValue, place: Place): TensorValue {
  const { tensor } = input;
  if (tensor.shape.length !== 4) refuse('shape', 'required rank 4 tensor to use channels_last format', place);
  if (isChannelsLast(tensor) && isDense(tensor)) return input;
  return inOwnMemory(world, input, channelsLastStrides(tensor.shape));
}

/** A stride as a number of elements: fixed, or so many images. */
function stepValue(step: number): Value {
  return step > 0 && step % probe === 0 ? batchSize(step / probe) : BigInt(step);
}

/** Methods that change what a tensor holds, or where it is, which says nothing here. */
function conversions(world: TorchWorld): FunctionDefinition[] {
  const stays = ['cuda', 'cpu', 'requires_grad_', 'retain_grad', 'numpy', 'double', 'half', 'bfloat16'];
  const holding = (input: TensorValue, type: ElementType | null, place: Place): TensorValue => {
    const { tensor } = input;
    if (type === null || type === tensor.type) return input;
    // A mask is what is not zero.
    if (type === 'bool') return maskOf(world, input, place);
    if (type !== 'float32' && tensor.type === 'float32') {
      // Fractions are cut off.
      const request = { operator: 'round', attributes: { to: 'zero' }, inputs: [input], type: 'int64' } as const;
      return world.emit({ ...request, name: 'conversion to int64', place });
    }
    return makeTensor(world, { ...tensor, type });
  };
  const fixed = { float: 'float32', long: 'int64', int: 'int64', bool: 'bool' } as const;
  return [
    ...stays.map(
      (name): FunctionDefinition => ({
        name,
        where: ['method'],
        signature: '*args, **kwargs',
        run: (input, { place }) =>
          ['double', 'half', 'bfloat16'].includes(name) ? holding(input, 'float32', place) : input,
      }),
    ),
    ...Object.entries(fixed).map(
      ([name, type]): FunctionDefinition => ({
        name,
        where: ['method'],
        signature: '*args, **kwargs',
        run: (input, { place }) => holding(input, type, place),
      }),
    ),
    ...['to', 'type'].map(
      (name): FunctionDefinition => ({
        name,
        where: ['method'],
        signature: '*args, **kwargs',
        run(input, { get, place }) {
          const keywords = get('kwargs');
          const dtype =
            keywords !== null && typeof keywords === 'object' && keywords.kind === 'dict'
              ? (keywords.entries.get('sdtype')?.[1] ?? null)
              : null;
          const listed = world.evaluator.iterate(get('args'), place);
          const given = [...listed, dtype].find(isElementType);
          const held = holding(input, given?.elementType ?? null, place);
          const format =
            keywords !== null && typeof keywords === 'object' && keywords.kind === 'dict'
              ? (keywords.entries.get('smemory_format')?.[1] ?? null)
              : null;
          return format === channelsLast && !isChannelsLast(held.tensor) ? channelsLastOf(world, held, place) : held;
        },
      }),
    ),
    {
      name: 'type_as',
      where: ['method'],
      signature: 'other',
      run: (input, { get, place }) =>
        holding(input, tensorOf(get('other'), { what: 'other', place }).tensor.type, place),
    },
    ...['register_hook', 'register_post_accumulate_grad_hook'].map(
      (name): FunctionDefinition => ({
        name,
        where: ['method'],
        signature: 'hook',
        run: (_input, { get, place }) => hookOnGradient(get('hook'), place),
      }),
    ),
    {
      name: 'detach',
      where: ['method'],
      signature: '',
      run(input, { place }) {
        if (!input.tensor.requiresGrad) return input;
        return world.emit({ operator: 'detach', attributes: {}, inputs: [input], name: 'detach', place });
      },
    },
  ];
}

function maskOf(world: TorchWorld, input: TensorValue, place: Place): TensorValue {
  const inputs = [input, tensorFromNumber(world, 0)];
  const request = { operator: 'compare', attributes: { relation: 'notEqual' }, inputs, type: 'bool' } as const;
  return world.emit({ ...request, name: 'conversion to bool', place });
}
