/** torch.nn.Unfold: the patches under a sliding window as columns. */
import { type Place, refuse } from '../../python/reason.ts';
import type { Value } from '../../python/values.ts';
import { formatShape } from '../dimensions.ts';
import { sizesAlong } from './convolution-numbers.ts';
import { apply, reshapeTo, sizeAlong } from './operations.ts';
import { padTensor } from './padding.ts';
import type { TensorValue } from './tensor.ts';
import type { TorchWorld } from './world.ts';

/** [N, C, H, W] -> [N, C kH kW, L]. */
export function unfoldPatches(
  world: TorchWorld,
  input: TensorValue,
  get: (name: string) => Value,
  place: Place,
): TensorValue {
  const site = { name: 'unfold', place };
  const sizes = (name: string) => sizesAlong(get(name), 2, 1, `unfold(): ${name}`, place);
  const [kernel, dilation, padding, stride] = [
    sizes('kernel_size'),
    sizes('dilation'),
    sizes('padding'),
    sizes('stride'),
  ];
  const [batch] = input.tensor.shape;
  if (input.tensor.shape.length !== 4 || batch === undefined) {
    return refuse('shape', `unfold expected an input [N, C, H, W], but got ${formatShape(input.tensor.shape)}`, place);
  }
  const padded = padTensor(world, input, [padding[1], padding[1], padding[0], padding[0]], 'constant', 0, site);
  const [channels, height, width] = [1, 2, 3].map((axis) => sizeAlong(padded, axis, site));
  if (channels === undefined || height === undefined || width === undefined) return input;
  const count = (size: number, axis: 0 | 1) =>
    Math.floor((size - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  const [rows, columns] = [count(height, 0), count(width, 1)];
  if (rows <= 0 || columns <= 0 || kernel.some((size) => size <= 0) || stride.some((size) => size <= 0)) {
    return refuse(
      'shape',
      `unfold: sliding blocks of ${kernel.join('x')} do not fit an input of ${height}x${width}`,
      place,
    );
  }
  const indices: number[] = [];
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          indices.push((r * stride[0] + i * dilation[0]) * width + c * stride[1] + j * dilation[1]);
        }
      }
    }
  }
  const flat = reshapeTo(world, padded, [batch, channels, height * width], site);
  const chosen = apply(world, 'gather', { axis: 2, indices }, [flat], site);
  return reshapeTo(world, chosen, [batch, channels * kernel[0] * kernel[1], rows * columns], site);
}
