/** torch.nn.Unfold and Fold: the patches under a sliding window as columns, and back. */
import { type Place, refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import { formatShape } from '../../dimensions.ts';
import { apply, reduceAxes, reshapeTo, sizeAlong } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { sizesAlong } from './convolution-numbers.ts';
import { padTensor } from './padding.ts';

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
  world.evaluator.meter.table(2 * kernel[0] * kernel[1] * rows * columns);
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

/**
 * torch.nn.Fold: [N, C kH kW, L] -> [N, C, H, W], where blocks overlap their sum. Each place gathers what falls on it;
 * where fewer blocks do than elsewhere, a zero.
 */
export function foldPatches(
  world: TorchWorld,
  input: TensorValue,
  get: (name: string) => Value,
  place: Place,
): TensorValue {
  const site = { name: 'fold', place };
  const sizes = (name: string) => sizesAlong(get(name), 2, 1, `fold(): ${name}`, place);
  const [output, kernel] = [sizes('output_size'), sizes('kernel_size')];
  const [dilation, padding, stride] = [sizes('dilation'), sizes('padding'), sizes('stride')];
  const [batch = 1] = input.tensor.shape;
  const [rows, columns] = ([0, 1] as const).map(
    (axis) =>
      Math.floor((output[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1,
  );
  if (rows === undefined || columns === undefined) return input;
  const area = kernel[0] * kernel[1];
  const blocks = rows * columns;
  const [width, length] = [input.tensor.shape[1], input.tensor.shape[2]];
  if (input.tensor.shape.length !== 3 || typeof width !== 'number' || width % area !== 0 || length !== blocks) {
    return refuse(
      'shape',
      `fold expected an input [N, C * ${area}, ${blocks}] for an output of ${output.join('x')}, but got ${formatShape(input.tensor.shape)}`,
      place,
    );
  }
  world.evaluator.meter.table(4 * output[0] * output[1]);
  world.evaluator.meter.table(4 * area * blocks);
  const sources: number[][] = Array.from({ length: output[0] * output[1] }, () => []);
  for (let k = 0; k < area; k++) {
    for (let block = 0; block < blocks; block++) {
      const y = Math.floor(block / columns) * stride[0] + Math.floor(k / kernel[1]) * dilation[0] - padding[0];
      const x = (block % columns) * stride[1] + (k % kernel[1]) * dilation[1] - padding[1];
      if (y >= 0 && y < output[0] && x >= 0 && x < output[1]) sources[y * output[1] + x]?.push(k * blocks + block);
    }
  }
  const most = sources.reduce((largest, each) => Math.max(largest, each.length), 1);
  world.evaluator.meter.table(2 * most * output[0] * output[1]);
  const channels = width / area;
  const flat = reshapeTo(world, input, [batch, channels, area * blocks], site);
  const padded = apply(world, 'pad', { before: [0, 0, 0], after: [0, 0, 1], value: 0 }, [flat], site);
  const indices = Array.from({ length: most }, (_, i) => sources.map((each) => each[i] ?? area * blocks)).flat();
  const chosen = apply(world, 'gather', { axis: 2, indices }, [padded], site);
  const apart = reshapeTo(world, chosen, [batch, channels, most, ...output], site);
  return reduceAxes(world, 'sum', apart, [2], false, site);
}
