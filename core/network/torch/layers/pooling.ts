/** Pooling, shared by nn modules and F functions: arguments as PyTorch takes them -> the operation. */

import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { Value } from '../../../python/types/values.ts';
import { formatShape } from '../../dimensions.ts';
import type { Pair } from '../../ir.ts';
import { flagOf, floatOf, integerOf } from '../world/arguments.ts';
import { addAxis, apply, dropAxis, product2, type Site, scale } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { sizesAlong } from './convolution-numbers.ts';
import { poolIndices } from './unpooling.ts';

type Get = (name: string) => Value;

export interface Pooling {
  readonly layer: string;
  readonly name: string;
  /** Parameters besides the input. */
  readonly signature: string;
  run(world: TorchWorld, input: TensorValue, get: Get, called: string, place: Place): Value;
}

function window(get: Get, axes: 1 | 2, called: string, place: Place, padded = true) {
  const sizes = (name: string, single: number) => sizesAlong(get(name), axes, single, `${called}: ${name}`, place);
  const kernel = sizes('kernel_size', 1);
  const given = get('stride');
  const empty = given !== null && typeof given === 'object' && given.kind === 'list' && given.items.length === 0;
  const stride = given === null || empty ? kernel : sizes('stride', 1);
  const padding: Pair = padded ? sizes('padding', 0) : [0, 0];
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

function adaptiveSize(input: TensorValue, get: Get, axes: 1 | 2, called: string, place: Place): Pair {
  const size = get('output_size');
  const items =
    size !== null && typeof size === 'object' && (size.kind === 'tuple' || size.kind === 'list') ? size.items : null;
  const given = items ?? Array.from({ length: axes }, () => size);
  const wanted = given.length === 1 && axes === 2 ? [...given, ...given] : given;
  const resolved = wanted.map((item, axis) => {
    if (item !== null) return integerOf(item, { what: `${called}: output_size`, place });
    const own = input.tensor.shape[input.tensor.shape.length - axes + axis];
    return typeof own === 'number' ? own : refuse('shape', `${called}: the input has no size to keep`, place);
  });
  const [first = 0, second = 0] = axes === 1 ? [1, resolved[0]] : resolved;
  if (resolved.length !== axes || first <= 0 || second <= 0) {
    refuse(
      'value',
      `${called}: output_size must be ${axes === 1 ? 'one positive int' : 'one or two positive ints'}`,
      place,
    );
  }
  return [first, second];
}

/** Runs a pool of images on what it was given: [N, C, L] is a single row, an input without channels has one. */
function onPlanes(
  world: TorchWorld,
  input: TensorValue,
  axes: 1 | 2,
  called: string,
  place: Place,
  run: (planes: TensorValue) => TensorValue,
): TensorValue {
  const site = { name: called, place };
  const rank = input.tensor.shape.length;
  const bare = rank === axes + 1;
  if (axes === 1 && !bare && rank !== 3) {
    const shape = formatShape(input.tensor.shape);
    refuse('shape', `${called} expected a 3D input [N, C, L], but got a ${rank}D input ${shape}`, place);
  }
  let planes = bare ? addAxis(world, input, 1, site) : input;
  if (axes === 1) planes = addAxis(world, planes, 2, site);
  let result = run(planes);
  if (axes === 1) result = dropAxis(world, result, 2, site);
  return bare ? dropAxis(world, result, 1, site) : result;
}

function refuseIndices(get: Get, called: string, place: Place): void {
  if (flagOf(get('return_indices'), { what: `${called}: return_indices`, place })) {
    refuse('unsupported', `${called} with return_indices is not supported yet`, place);
  }
}

function maxPool(axes: 1 | 2): Pooling {
  const label = `max_pool${axes}d`;
  return {
    layer: `MaxPool${axes}d`,
    name: label,
    signature: 'kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False',
    run(world, input, get, called, place) {
      const dilation = sizesAlong(get('dilation'), axes, 1, `${called}: dilation`, place);
      if (dilation.some((size) => size <= 0)) refuse('value', `${called}: dilation should be greater than zero`, place);
      const indices = flagOf(get('return_indices'), { what: `${called}: return_indices`, place });
      if (indices && (axes === 1 || input.tensor.shape.length !== 4)) refuseIndices(get, called, place);
      const ceilMode = flagOf(get('ceil_mode'), { what: `${called}: ceil_mode`, place });
      const attributes = { ...window(get, axes, called, place), dilation, ceilMode };
      const largest = onPlanes(world, input, axes, called, place, (x) =>
        apply(world, 'maxPool2d', attributes, [x], { name: called, place }, label),
      );
      return indices ? tuple([largest, poolIndices(world, input, attributes)]) : largest;
    },
  };
}

function averagePool(axes: 1 | 2): Pooling {
  const label = `avg_pool${axes}d`;
  const divided = axes === 2 ? ', divisor_override=None' : '';
  return {
    layer: `AvgPool${axes}d`,
    name: label,
    signature: `kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True${divided}`,
    run(world, input, get, called, place) {
      const divisor = axes === 2 ? get('divisor_override') : null;
      const attributes = {
        ...window(get, axes, called, place),
        ceilMode: flagOf(get('ceil_mode'), { what: `${called}: ceil_mode`, place }),
        countIncludePad: flagOf(get('count_include_pad'), { what: `${called}: count_include_pad`, place }),
        divisor: divisor === null ? null : integerOf(divisor, { what: `${called}: divisor_override`, place }),
      };
      if (attributes.divisor === 0) refuse('value', 'divisor must be not zero', place);
      return onPlanes(world, input, axes, called, place, (x) =>
        apply(world, 'avgPool2d', attributes, [x], { name: called, place }, label),
      );
    },
  };
}

function adaptivePool(axes: 1 | 2, kind: 'Avg' | 'Max'): Pooling {
  const label = `adaptive_${kind.toLowerCase()}_pool${axes}d`;
  return {
    layer: `Adaptive${kind}Pool${axes}d`,
    name: label,
    signature: kind === 'Max' ? 'output_size, return_indices=False' : 'output_size',
    run(world, input, get, called, place) {
      if (kind === 'Max') refuseIndices(get, called, place);
      const attributes = { output: adaptiveSize(input, get, axes, called, place) };
      const operator = kind === 'Max' ? 'adaptiveMaxPool2d' : 'adaptiveAvgPool2d';
      return onPlanes(world, input, axes, called, place, (x) =>
        apply(world, operator, attributes, [x], { name: called, place }, label),
      );
    },
  };
}

/** The p-norm of each window: (k avg(x^p))^(1 / p), as PyTorch computes it. */
function normPool(axes: 1 | 2): Pooling {
  const label = `lp_pool${axes}d`;
  return {
    layer: `LPPool${axes}d`,
    name: label,
    signature: 'norm_type, kernel_size, stride=None, ceil_mode=False',
    run(world, input, get, called, place) {
      const site = { name: called, place };
      const p = floatOf(get('norm_type'), { what: `${called}: norm_type`, place });
      const sizes = window(get, axes, called, place, false);
      const ceilMode = flagOf(get('ceil_mode'), { what: `${called}: ceil_mode`, place });
      const attributes = { ...sizes, ceilMode, countIncludePad: true, divisor: null };
      return onPlanes(world, input, axes, called, place, (x) => {
        const raised = p === 2 ? product2(world, x, x, site) : raisedTo(world, x, p, site);
        const mean = apply(world, 'avgPool2d', attributes, [raised], site, label);
        const sign = apply(world, 'round', { to: 'sign' }, [mean], site);
        const size = apply(world, 'relu', {}, [apply(world, 'abs', {}, [mean], site)], site);
        const total = scale(world, product2(world, sign, size, site), sizes.kernel[0] * sizes.kernel[1], site);
        return raisedTo(world, total, 1 / p, site);
      });
    },
  };
}

/** x to a power that is not 1. */
function raisedTo(world: TorchWorld, x: TensorValue, exponent: number, site: Site): TensorValue {
  return exponent === 1 ? x : apply(world, 'power', { exponent }, [x], site);
}

export const poolings: readonly Pooling[] = ([1, 2] as const).flatMap((axes) => [
  maxPool(axes),
  averagePool(axes),
  adaptivePool(axes, 'Avg'),
  adaptivePool(axes, 'Max'),
  normPool(axes),
]);
