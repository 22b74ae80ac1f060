/** torch.unique of numbers that are known when the network is built: in order, each once. */

import { refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { Value } from '../../../python/types/values.ts';
import { tensorOfNumbers } from '../world/operations.ts';
import { fixedShape, knownNumbers } from '../world/tensor.ts';
import type { TorchWorld } from '../world/world.ts';
import { everywhere, type FunctionDefinition } from './function-definition.ts';

export function uniqueFunction(world: TorchWorld): FunctionDefinition {
  return {
    name: 'unique',
    where: everywhere,
    signature: 'sorted=True, return_inverse=False, return_counts=False, dim=None',
    run(input, { get, place }) {
      const { evaluator } = world;
      const numbers = knownNumbers(world, input);
      const shape = fixedShape(input.tensor.shape);
      if (numbers === null || shape === null) {
        return refuse(
          'unsupported',
          'unique of what forward computes is not supported: how many there are would depend on the data',
          place,
        );
      }
      if (get('dim') !== null) return refuse('unsupported', 'unique with dim is not supported yet', place);
      evaluator.meter.table(32 * numbers.length);
      const places = new Map<number, number>();
      for (const number of [...new Set(numbers)].sort((a, b) => a - b)) places.set(number, places.size);
      const found = tensorOfNumbers(world, [...places.keys()], [places.size], input.tensor.type);
      const inverse = Array.from(numbers, (number) => places.get(number) ?? 0);
      const counts = new Array<number>(places.size).fill(0);
      for (const at of inverse) counts[at] = (counts[at] ?? 0) + 1;
      const asked: Value[] = [found];
      if (evaluator.truth(get('return_inverse'), place)) asked.push(tensorOfNumbers(world, inverse, shape, 'int64'));
      if (evaluator.truth(get('return_counts'), place)) {
        asked.push(tensorOfNumbers(world, counts, [counts.length], 'int64'));
      }
      return asked.length === 1 ? found : tuple(asked);
    },
  };
}
