/** torch.nn.MaxUnpool2d and F.max_unpool2d: values put back where max pooling found the largest ones. */
import { type Place, refuse } from '../../../python/reason.ts';
import { typeName } from '../../../python/types/type-name.ts';
import type { HostValue, Value } from '../../../python/types/values.ts';
import { formatShape } from '../../dimensions.ts';
import type { OperatorAttributes } from '../../ir.ts';
import {
  apply,
  concatenate,
  cut,
  filledTensor,
  permuteAxes,
  product2,
  reshapeTo,
  sizeAlong,
  tensorFromNumber,
} from '../world/operations.ts';
import { makeTensor } from '../world/tensor.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { sizesAlong } from './convolution-numbers.ts';

/** The indices that max pooling returns: what it pooled, from which their use is computed. */
interface PoolIndices extends HostValue {
  readonly pooled: { readonly input: TensorValue; readonly kernel: readonly [number, number]; readonly apart: boolean };
}

function isPoolIndices(value: Value): value is PoolIndices {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'pooled' in value;
}

/** The indices of a pooling of [N, C, H, W]. */
export function poolIndices(
  world: TorchWorld,
  { tensor }: TensorValue,
  { kernel, stride, padding, dilation, ceilMode }: OperatorAttributes['maxPool2d'],
): HostValue {
  const even = kernel.every((size, i) => Number(tensor.shape[i + 2]) % size === 0 && stride[i] === size);
  const plain = !ceilMode && padding.every((size) => size === 0) && dilation.every((size) => size === 1);
  const self: PoolIndices = {
    kind: 'host',
    typeName: 'Tensor',
    pooled: { input: makeTensor(world, { ...tensor }), kernel: [kernel[0], kernel[1]], apart: even && plain },
    attribute: (_name, place) =>
      refuse('unsupported', 'the indices of max pooling are read by max_unpool2d alone', place),
  };
  return self;
}

/** [N, C, H / kH, W / kW] -> [N, C, H, W], zero but for the first of the largest places of each window. */
export function unpool(
  world: TorchWorld,
  values: TensorValue,
  get: (name: string) => Value,
  place: Place,
): TensorValue {
  const site = { name: 'max_unpool2d', place };
  const indices = get('indices');
  if (!isPoolIndices(indices)) {
    return refuse('unsupported', `max_unpool2d takes the indices of max_pool2d, not ${typeName(indices)}`, place);
  }
  const { input, kernel, apart } = indices.pooled;
  const [rows, columns] = sizesAlong(get('kernel_size'), 2, 1, 'max_unpool2d: kernel_size', place);
  if (!apart || rows !== kernel[0] || columns !== kernel[1]) {
    return refuse('unsupported', 'max_unpool2d is read for windows that lie side by side, without padding', place);
  }
  const [batch = 1, channels = 1] = input.tensor.shape;
  const [height, width] = [sizeAlong(input, 2, site), sizeAlong(input, 3, site)];
  const pooled = [batch, channels, height / rows, width / columns];
  if (formatShape(values.tensor.shape) !== formatShape(pooled)) {
    return refuse('shape', `max_unpool2d expected values ${formatShape(pooled)} as its indices have`, place);
  }
  world.evaluator.meter.items(rows * columns);
  const places = Array.from({ length: rows * columns }, (_, k) => {
    const row = cut(world, input, 2, Math.floor(k / columns), height, site, rows);
    return cut(world, row, 3, k % columns, width, site, columns);
  });
  const largest = places.reduce((a, b) => apply(world, 'maximum', {}, [a, b], site));
  let free = filledTensor(world, 1, pooled);
  const parts = places.map((each) => {
    const first = { relation: 'equal' } as const;
    const equal = world.emit({
      operator: 'compare',
      attributes: first,
      inputs: [each, largest],
      type: 'bool',
      ...site,
    });
    const chosen = apply(world, 'where', {}, [equal, free, tensorFromNumber(world, 0)], site);
    free = apply(world, 'subtract', {}, [free, chosen], site);
    const [n = 1, c = 1, h = 1, w = 1] = pooled;
    return reshapeTo(world, product2(world, chosen, values, site), [n, c, 1, h, w], site);
  });
  const stacked = concatenate(world, parts, 2, site);
  const laid = reshapeTo(world, stacked, [batch, channels, rows, columns, height / rows, width / columns], site);
  return reshapeTo(world, permuteAxes(world, laid, [0, 1, 4, 2, 5, 3], site), input.tensor.shape, site);
}
