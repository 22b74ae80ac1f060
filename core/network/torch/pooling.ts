/** Pooling, shared by nn modules and F functions: arguments as PyTorch takes them -> the operation. */
import { type Place, refuse } from '../../python/reason.ts';
import type { Value } from '../../python/values.ts';
import type { Pair } from '../ir.ts';
import { flagOf, integerOf, pairOf } from './arguments.ts';
import type { TensorValue } from './tensor.ts';
import type { TorchWorld } from './world.ts';

type Get = (name: string) => Value;

export interface Pooling {
  readonly layer: string;
  readonly name: string;
  /** Parameters besides the input. */
  readonly signature: string;
  run(world: TorchWorld, input: TensorValue, get: Get, called: string, place: Place): Value;
}

function window(get: Get, called: string, place: Place): { kernel: Pair; stride: Pair; padding: Pair } {
  const kernel = pairOf(get('kernel_size'), { what: `${called}: kernel_size`, place });
  const given = get('stride');
  const empty = given !== null && typeof given === 'object' && given.kind === 'list' && given.items.length === 0;
  const stride = given === null || empty ? kernel : pairOf(given, { what: `${called}: stride`, place });
  const padding = pairOf(get('padding'), { what: `${called}: padding`, place });
  if (kernel.some((size) => size <= 0))
    refuse('value', `${called}: kernel size should be greater than zero, but got ${kernel}`, place);
  if (stride.some((size) => size <= 0))
    refuse('value', `${called}: stride should be greater than zero, but got ${stride}`, place);
  if (padding.some((size, axis) => size < 0 || size > (kernel[axis] ?? 0) / 2)) {
    refuse(
      'value',
      `${called}: padding should be at least 0 and at most half of the kernel size, but got padding ${padding} and kernel size ${kernel}`,
      place,
    );
  }
  return { kernel, stride, padding };
}

function adaptiveSize(input: TensorValue, get: Get, called: string, place: Place): Pair {
  const size = get('output_size');
  const items =
    size !== null && typeof size === 'object' && (size.kind === 'tuple' || size.kind === 'list')
      ? size.items
      : [size, size];
  const resolved = items.map((item, axis) => {
    if (item !== null) return integerOf(item, { what: `${called}: output_size`, place });
    const own = input.tensor.shape[input.tensor.shape.length - 2 + axis];
    return typeof own === 'number' ? own : refuse('shape', `${called}: the input has no size to keep`, place);
  });
  const [height = 0, width = resolved[0] ?? 0] = resolved;
  if (resolved.length > 2 || height <= 0 || width <= 0) {
    refuse('value', `${called}: output_size must be one or two positive ints`, place);
  }

  return [height, width];
}

export const poolings: readonly Pooling[] = [
  {
    layer: 'MaxPool2d',
    name: 'max_pool2d',
    signature: 'kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False',
    run(world, input, get, called, place) {
      const dilation = pairOf(get('dilation'), { what: `${called}: dilation`, place });
      if (dilation.some((size) => size <= 0)) refuse('value', `${called}: dilation should be greater than zero`, place);
      if (flagOf(get('return_indices'), { what: `${called}: return_indices`, place })) {
        refuse('unsupported', `${called} with return_indices is not supported yet`, place);
      }
      const ceilMode = flagOf(get('ceil_mode'), { what: `${called}: ceil_mode`, place });
      const attributes = { ...window(get, called, place), dilation, ceilMode };
      return world.emit({
        operator: 'maxPool2d',
        attributes,
        inputs: [input],
        name: called,
        label: 'max_pool2d',
        place,
      });
    },
  },
  {
    layer: 'AvgPool2d',
    name: 'avg_pool2d',
    signature: 'kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None',
    run(world, input, get, called, place) {
      const divisor = get('divisor_override');
      const attributes = {
        ...window(get, called, place),
        ceilMode: flagOf(get('ceil_mode'), { what: `${called}: ceil_mode`, place }),
        countIncludePad: flagOf(get('count_include_pad'), { what: `${called}: count_include_pad`, place }),
        divisor: divisor === null ? null : integerOf(divisor, { what: `${called}: divisor_override`, place }),
      };
      if (attributes.divisor === 0) refuse('value', 'divisor must be not zero', place);
      return world.emit({
        operator: 'avgPool2d',
        attributes,
        inputs: [input],
        name: called,
        label: 'avg_pool2d',
        place,
      });
    },
  },
  {
    layer: 'AdaptiveAvgPool2d',
    name: 'adaptive_avg_pool2d',
    signature: 'output_size',
    run(world, input, get, called, place) {
      const attributes = { output: adaptiveSize(input, get, called, place) };
      const label = 'adaptive_avg_pool2d';
      return world.emit({ operator: 'adaptiveAvgPool2d', attributes, inputs: [input], name: called, label, place });
    },
  },
  {
    layer: 'AdaptiveMaxPool2d',
    name: 'adaptive_max_pool2d',
    signature: 'output_size, return_indices=False',
    run(world, input, get, called, place) {
      if (flagOf(get('return_indices'), { what: `${called}: return_indices`, place })) {
        refuse('unsupported', `${called} with return_indices is not supported yet`, place);
      }
      const attributes = { output: adaptiveSize(input, get, called, place) };
      const label = 'adaptive_max_pool2d';
      return world.emit({ operator: 'adaptiveMaxPool2d', attributes, inputs: [input], name: called, label, place });
    },
  },
];
