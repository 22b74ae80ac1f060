/** The numbers of convolutions as PyTorch takes and checks them; one-dimensional ones are of a single row. */
import { type Place, refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import type { Padding2d, Pair } from '../../ir.ts';
import { integerOf, integersOf } from '../world/arguments.ts';

/** One int for all axes, or one each, as [rows, columns]; a missing row is `single`. */
export function sizesAlong(value: Value, axes: 1 | 2, single: number, what: string, place: Place): Pair {
  const given = integersOf(value, { what, place });
  if (given.length !== 1 && given.length !== axes) {
    refuse('type', `${what} must be ${axes === 1 ? 'one int' : 'one int or two'}, not ${given.length}`, place);
  }
  const [first = 0, second = first] = given;
  return axes === 1 ? [single, first] : [first, second];
}

/** Stride, padding, dilation and groups of a convolution, checked. */
export function convolutionNumbers(
  get: (name: string) => Value,
  kernel: Pair,
  place: Place,
  called = 'Conv2d',
  axes: 1 | 2 = 2,
) {
  const sizes = (name: string) => sizesAlong(get(name), axes, 1, `${called}(): argument '${name}'`, place);
  const stride = sizes('stride');
  const dilation = sizes('dilation');
  if (stride.some((size) => size <= 0)) refuse('value', 'non-positive stride is not supported', place);
  if (dilation.some((size) => size <= 0)) refuse('value', 'dilation should be greater than zero', place);
  if (kernel.some((size) => size <= 0))
    refuse('value', `kernel size should be greater than zero, but got ${kernel}`, place);
  const groups = integerOf(get('groups'), { what: `${called}(): argument 'groups'`, place });
  const padding = convolutionPadding(get('padding'), { kernel, stride, dilation, axes, called }, place);
  return { kernel, stride, dilation, groups, padding };
}

function convolutionPadding(
  value: Value,
  convolution: {
    readonly kernel: Pair;
    readonly stride: Pair;
    readonly dilation: Pair;
    readonly axes: 1 | 2;
    readonly called: string;
  },
  place: Place,
): Padding2d {
  const { kernel, stride, dilation, axes, called } = convolution;
  if (typeof value === 'string') {
    if (value === 'valid') return [0, 0, 0, 0];
    if (value !== 'same')
      return refuse('value', `Invalid padding string '${value}', should be one of 'valid', 'same'`, place);
    if (stride.some((size) => size !== 1)) {
      return refuse('value', "padding='same' is not supported for strided convolutions", place);
    }
    const total = kernel.map((size, axis) => (dilation[axis] ?? 1) * (size - 1));
    const [height = 0, width = 0] = total;
    // The odd one goes to the end, as PyTorch does.
    return [Math.floor(height / 2), Math.floor(width / 2), Math.ceil(height / 2), Math.ceil(width / 2)];
  }
  const [height, width] = sizesAlong(value, axes, 0, `${called}(): argument 'padding'`, place);
  if (height < 0 || width < 0) refuse('value', 'negative padding is not supported', place);
  return [height, width, height, width];
}
