/**
 * Where functions that are composed here of several operations, and are one in PyTorch, put their result in memory
 * (test/golden/network/make_layouts.py says so of each).
 */
import type { Shape } from '../../ir.ts';
import {
  elementwiseStrides,
  isChannelsLast,
  type Laid,
  type Strides,
  stridesOf,
  suggestedStrides,
} from '../../layouts.ts';
import { numbers } from '../../strides.ts';
import { makeTensor } from './tensor.ts';
import type { TensorValue } from './values.ts';
import type { TorchWorld } from './world.ts';

export type ComposedLayout = 'rows' | 'elementwise' | 'suggested';

/** Functions and methods by name. */
const composed: Readonly<Record<string, ComposedLayout | undefined>> = {
  cumsum: 'rows',
  tril: 'rows',
  triu: 'rows',
  repeat: 'rows',
  tile: 'rows',
  repeat_interleave: 'rows',
  index_select: 'rows',
  masked_fill: 'rows',
  instance_norm: 'rows',
  roll: 'suggested',
  flip: 'elementwise',
  fliplr: 'elementwise',
  flipud: 'elementwise',
};

function stridesBy(layout: ComposedLayout, input: Laid, shape: Shape): Strides {
  if (layout === 'rows') return null;
  return layout === 'elementwise' ? elementwiseStrides([input], shape) : suggestedStrides([input], shape);
}

/** The tensor in memory of its own, with the given strides. */
export function inOwnMemory(world: TorchWorld, { tensor }: TensorValue, strides: Strides): TensorValue {
  return makeTensor(world, { ...tensor, strides, storage: { version: 0 }, version: 0, writeBack: null, lock: null });
}

/** A result that lies as its function's does. */
export function laidAs(
  world: TorchWorld,
  result: TensorValue,
  { tensor: input }: TensorValue,
  layout: ComposedLayout,
): TensorValue {
  return inOwnMemory(world, result, stridesBy(layout, input, result.tensor.shape));
}

/** A result of a function or method, which lies as PyTorch's does where that does not follow from its parts. */
export function laidByName(world: TorchWorld, name: string, input: TensorValue, result: TensorValue): TensorValue {
  const layout = composed[name];
  return layout === undefined ? result : laidAs(world, result, input, layout);
}

/** scaled_dot_product_attention: the fused kernels, which need rows of the last axis, write as the query lies. */
export function attentionStrides(inputs: readonly Laid[], shape: Shape): Strides {
  const fused = inputs.every((each) => stridesOf(each).at(-1) === 1);
  return fused ? elementwiseStrides(inputs.slice(0, 1), shape) : null;
}

/** [N, L, E] as a view of [L, N, E]; of other sizes as they are. */
export function sequenceFirstStrides(shape: Shape): Strides {
  const [batch = 1, , width = 1] = numbers(shape);
  return shape.length === 3 ? [width, width * batch, 1] : null;
}

/** torch.stack along an axis that the tensors have: a view of torch.cat's result, which may be channels last. */
export function stackedStrides(inputs: readonly Laid[], axis: number, count: number): readonly number[] | null {
  const [first] = inputs;
  if (first === undefined || axis >= first.shape.length || !inputs.every(isChannelsLast)) return null;
  const size = first.shape[axis];
  if (typeof size !== 'number') return null;
  const strides = suggestedStrides([first], first.shape.with(axis, size * count)) ?? [];
  return [...strides.slice(0, axis), (strides[axis] ?? 1) * size, ...strides.slice(axis)];
}
