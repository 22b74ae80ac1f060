/** The numbers of a convolution as torch.nn.Conv2d takes and checks them. */
import { type Place, refuse } from '../../python/reason.ts';
import type { Value } from '../../python/values.ts';
import type { Padding2d } from '../ir.ts';
import { integerOf, pairOf } from './arguments.ts';

/** Stride, padding, dilation and groups of a convolution, checked. */
export function convolutionNumbers(get: (name: string) => Value, kernel: readonly [number, number], place: Place) {
  const pair = (name: string) => pairOf(get(name), { what: `Conv2d(): argument '${name}'`, place });
  const stride = pair('stride');
  const dilation = pair('dilation');
  if (stride.some((size) => size <= 0)) refuse('value', 'non-positive stride is not supported', place);
  if (dilation.some((size) => size <= 0)) refuse('value', 'dilation should be greater than zero', place);
  if (kernel.some((size) => size <= 0))
    refuse('value', `kernel size should be greater than zero, but got ${kernel}`, place);
  const groups = integerOf(get('groups'), { what: "Conv2d(): argument 'groups'", place });
  return {
    kernel,
    stride,
    dilation,
    groups,
    padding: convolutionPadding(get('padding'), kernel, stride, dilation, place),
  };
}

function convolutionPadding(
  value: Value,
  kernel: readonly [number, number],
  stride: readonly [number, number],
  dilation: readonly [number, number],
  place: Place,
): Padding2d {
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
  const [height, width] = pairOf(value, { what: "Conv2d(): argument 'padding'", place });
  if (height < 0 || width < 0) refuse('value', 'negative padding is not supported', place);
  return [height, width, height, width];
}
