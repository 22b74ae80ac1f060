/** torch.cumprod of numbers that are known when the network is built: schedules of noise. */
import { refuse } from '../../../python/reason.ts';
import { axisOf } from '../world/arguments.ts';
import { tensorOfNumbers } from '../world/operations.ts';
import { fixedShape, knownNumbers } from '../world/tensor.ts';
import type { TorchWorld } from '../world/world.ts';
import { everywhere, type FunctionDefinition } from './function-definition.ts';

export function cumulativeProduct(world: TorchWorld): FunctionDefinition {
  return {
    name: 'cumprod',
    where: everywhere,
    signature: 'dim, dtype=None',
    run(input, { get, place }) {
      const numbers = knownNumbers(world, input);
      const shape = fixedShape(input.tensor.shape);
      if (numbers === null || shape === null) {
        return refuse('unsupported', 'cumprod of what forward computes is not supported yet', place);
      }
      const axis = axisOf(get('dim'), shape.length, { what: 'cumprod(): dim', place });
      const step = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
      world.evaluator.meter.table(2 * numbers.length);
      const data = Float64Array.from(numbers);
      for (let i = 0; i < data.length; i++) {
        const isFirst = Math.floor(i / step) % (shape[axis] ?? 1) === 0;
        if (!isFirst) data[i] = Math.fround((data[i] ?? 0) * (data[i - step] ?? 0));
      }
      return tensorOfNumbers(world, data, shape, input.tensor.type);
    },
  };
}
