/** torch.tensor_split and its kin. */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { Value } from '../../../python/types/values.ts';
import { integersOf } from '../world/arguments.ts';
import { cutInto, type Site, sizeAlong } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { everywhere, type FunctionDefinition } from './function-definition.ts';
import { axisFrom } from './moving-functions.ts';

/** Parts of an axis: a count of them, the first ones longer, or cut at given places. Each is a view like any other. */
export function tensorSplits(world: TorchWorld): FunctionDefinition[] {
  const run = (name: string, parameter: string, axisOfInput: (input: TensorValue, taken: Taken) => number) => {
    return (input: TensorValue, taken: Taken): Value => {
      const { get, place } = taken;
      const site = { name, place };
      const axis = axisOfInput(input, taken);
      const size = sizeAlong(input, axis, site);
      const given = get(parameter);
      if (typeof given === 'bigint') {
        const count = Number(given);
        if (count <= 0) return refuse('value', `number of sections must be larger than 0, got ${count}`, place);
        if (name !== 'tensor_split' && size % count !== 0) {
          const message = `torch.${name} attempted to split along dimension ${axis}, but the size of the dimension ${size} is not divisible by the split_size ${count}!`;
          return refuse('shape', message, place);
        }
        world.evaluator.meter.items(count);
        const lengths = Array.from({ length: count }, (_, i) => Math.floor(size / count) + (i < size % count ? 1 : 0));
        return tuple(partsOf(input, axis, lengths, site));
      }
      const bound = (at: number) => Math.min(size, Math.max(0, at < 0 ? at + size : at));
      const ends = [...integersOf(given, { what: `${name}(): ${parameter}`, place }).map(bound), size];
      const lengths = ends.map((end, i) => end - (i === 0 ? 0 : (ends[i - 1] ?? 0)));
      if (lengths.some((length) => length < 0)) {
        return refuse('unsupported', `${name} at places that go back is not supported`, place);
      }
      return tuple(partsOf(input, axis, lengths, site));
    };
  };
  const partsOf = (input: TensorValue, axis: number, lengths: readonly number[], site: Site) =>
    cutInto(world, input, axis, lengths, site);
  const fixed = (name: string, axisFor: (rank: number) => number, least: number): FunctionDefinition => ({
    name,
    where: everywhere,
    signature: 'indices_or_sections',
    run: run(name, 'indices_or_sections', (input, { place }) => {
      const rank = input.tensor.shape.length;
      if (rank < least) refuse('shape', `torch.${name} requires a tensor with at least ${least} dimension`, place);
      return axisFor(rank);
    }),
  });
  const whole = (parameter: string, where: FunctionDefinition['where']): FunctionDefinition => ({
    name: 'tensor_split',
    where,
    signature: `${parameter}, dim=0`,
    run: run('tensor_split', parameter, (input, taken) => axisFrom(input, taken, 'tensor_split')),
  });
  return [
    whole('indices_or_sections', everywhere),
    fixed('hsplit', (rank) => (rank === 1 ? 0 : 1), 1),
    fixed('vsplit', () => 0, 2),
    fixed('dsplit', () => 2, 3),
  ];
}
