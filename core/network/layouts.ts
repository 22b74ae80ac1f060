/**
 * How PyTorch lays results out in memory (its CPU kernels; goldens: test/golden/network/make_layouts.py): what decides whether
 * a later `view` exists. Strides are null for memory row by row.
 */
import type { Operator, OperatorAttributes, Shape } from './ir.ts';
import { contiguousStrides, isContiguous, numbers, viewStrides } from './strides.ts';

export type Strides = readonly number[] | null;

/** A tensor's place in memory. */
export interface Laid {
  readonly shape: Shape;
  readonly strides: Strides;
}

export interface LayoutQuestion<O extends Operator> {
  readonly attributes: OperatorAttributes[O];
  readonly inputs: readonly Laid[];
  /** Of the result. */
  readonly shape: Shape;
}

/**
 * - `rows`: memory of its own, row by row;
 * - `elementwise`: memory of its own, axes in the order in which the inputs have them (TensorIterator);
 * - `suggested`: memory of its own, channels last where the first input is so (suggest_memory_format);
 * - a rule for memory of its own; or the strides of a view, which shares its input's.
 */
export type Layout<O extends Operator> =
  | 'rows'
  | 'elementwise'
  | 'suggested'
  | { readonly own: (question: LayoutQuestion<O>) => Strides }
  | { readonly view: (question: LayoutQuestion<O>) => Strides };

export function stridesOf({ shape, strides }: Laid): readonly number[] {
  return strides ?? contiguousStrides(shape);
}

/** Strides of memory without gaps whose axes lie in an order, innermost first. */
function denseStrides(shape: Shape, innermostFirst: readonly number[]): number[] {
  const sizes = numbers(shape);
  const strides = new Array<number>(sizes.length).fill(1);
  let step = 1;
  for (const axis of innermostFirst) {
    strides[axis] = step;
    step *= sizes[axis] ?? 1;
  }
  return strides;
}

/** ATen's is_channels_last_strides_2d: whether four axes lie as those of channels last do. */
export function isChannelsLast({ shape, strides }: Laid): boolean {
  if (strides === null || shape.length !== 4 || strides[1] === 0) return false;
  const sizes = numbers(shape);
  let least = 0;
  for (const axis of [1, 3, 2, 0]) {
    const step = strides[axis] ?? 0;
    // [N, C, 1, 1] row by row is not meant.
    if (sizes[axis] === 0 || step < least || (axis === 0 && least === strides[1])) return false;
    least = step * Math.max(1, sizes[axis] ?? 1);
  }
  return true;
}

/** Four axes, channels last. */
export const channelsLastStrides = (shape: Shape): number[] => denseStrides(shape, [1, 3, 2, 0]);

/** TensorIterator's order of axes: by the strides of the first operand that tells two apart. */
export function elementwiseStrides(inputs: readonly Laid[], shape: Shape): Strides {
  const rank = shape.length;
  const same = inputs.filter((each) => each.shape.length > 0);
  if (same.every(({ strides }) => strides === null)) return null;
  if (same.every((each) => each.shape.length === rank && isContiguous(each.shape, stridesOf(each)))) return null;
  const sizes = numbers(shape);
  /** Steps along the result's axes; 0 along those that are broadcast. */
  const operands = same.map((each) => {
    const [own, steps] = [numbers(each.shape), stridesOf(each)];
    const extra = rank - own.length;
    return sizes.map((size, axis) => {
      if (axis < extra || (own[axis - extra] === 1 && size !== 1)) return 0;
      return steps[axis - extra] ?? 0;
    });
  });
  /** Above 0 where axis a lies outside of b, below 0 inside, 0 where nothing tells. */
  const outside = (a: number, b: number): number => {
    for (const steps of operands) {
      const [left = 0, right = 0] = [steps[a], steps[b]];
      if (left === 0 || right === 0) continue;
      if (left !== right) return left - right;
      if ((sizes[a] ?? 0) > (sizes[b] ?? 0)) return 1;
    }
    return 0;
  };
  const order = Array.from({ length: rank }, (_, i) => rank - 1 - i);
  for (let i = 1; i < rank; i++) {
    let at = i;
    for (let before = i - 1; before >= 0; before--) {
      const [a = 0, b = 0] = [order[before], order[at]];
      const found = outside(a, b);
      if (found > 0) {
        [order[before], order[at]] = [b, a];
        at = before;
      } else if (found < 0) break;
    }
  }
  if (order.every((axis, i) => axis === rank - 1 - i)) return null;
  return denseStrides(shape, order);
}

/** Channels last where the first input is so. */
export function suggestedStrides([first]: readonly Laid[], shape: Shape): Strides {
  if (first === undefined || shape.length !== 4 || !isChannelsLast(first)) return null;
  return channelsLastStrides(shape);
}

/** torch.cat: channels last where all inputs are so. */
export function concatLayout({ inputs, shape }: Pick<LayoutQuestion<'concat'>, 'inputs' | 'shape'>): Strides {
  return shape.length === 4 && inputs.every(isChannelsLast) ? channelsLastStrides(shape) : null;
}

/** `x[:, table]`: an iteration over x, which does not move along the axis, and the table, which moves along it alone. */
export function gatherLayout({ attributes: { axis }, inputs: [x], shape }: LayoutQuestion<'gather'>): Strides {
  if (x === undefined || x.strides === null) return null;
  const resting = { shape, strides: x.strides.map((step, i) => (i === axis ? 0 : step)) };
  const moving = { shape, strides: shape.map((_, i) => (i === axis ? 1 : 0)) };
  return elementwiseStrides([resting, moving], shape);
}

export function permuteLayout({ attributes: { order }, inputs: [x] }: LayoutQuestion<'permute'>): Strides {
  const strides = x === undefined ? [] : stridesOf(x);
  return order.map((axis) => strides[axis] ?? 1);
}

export function sliceLayout({ attributes: { axis, step }, inputs: [x] }: LayoutQuestion<'slice'>): Strides {
  return x === undefined ? null : stridesOf(x).map((each, i) => (i === axis ? each * step : each));
}

export function expandLayout({ inputs: [x], shape }: LayoutQuestion<'expand'>): Strides {
  if (x === undefined) return null;
  const [own, steps, sizes] = [numbers(x.shape), stridesOf(x), numbers(shape)];
  const extra = sizes.length - own.length;
  return sizes.map((size, axis) => {
    if (axis < extra || (own[axis - extra] === 1 && size !== 1)) return 0;
    return steps[axis - extra] ?? 0;
  });
}

export function sameLayout({ inputs: [x] }: Pick<LayoutQuestion<Operator>, 'inputs'>): Strides {
  return x?.strides ?? null;
}

/** Strides of the same elements in other sizes: null where there is no such view. */
export function reshapedStrides({ shape, strides }: Laid, to: Shape): { readonly strides: Strides } | null {
  if (strides === null) return { strides };
  const view = viewStrides(shape, strides, to);
  return view === null ? null : { strides: view };
}

export function reshapeLayout({ inputs: [x], shape }: LayoutQuestion<'reshape'>): Strides {
  return x === undefined ? null : (reshapedStrides(x, shape)?.strides ?? null);
}

/** Channels last as suggested, but for convolutions of one dimension, which stand here as images of one row. */
export function convolutionLayout({ attributes, inputs, shape }: LayoutQuestion<'conv2d'>): Strides {
  const [x] = inputs;
  return x?.shape[2] === 1 && attributes.kernel[0] === 1 ? null : suggestedStrides(inputs, shape);
}

/** layer_norm writes row by row; rms_norm is composed of what keeps channels last. */
export function layerNormLayout({ attributes, inputs, shape }: LayoutQuestion<'layerNorm'>): Strides {
  return attributes.centre ? null : suggestedStrides(inputs, shape);
}
