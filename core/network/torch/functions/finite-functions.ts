/**
 * torch.isnan and its kin, and any() and all(). A guard such as `if torch.isnan(x).any()` asks for numbers that are none:
 * while all are finite its answer is known, and a training ends at the first that is not.
 */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { refuse } from '../../../python/reason.ts';
import { axisOf, flagOf, floatOf, integersOf } from '../world/arguments.ts';
import { apply, filledTensor, mixing, reduceAxes, type Site, scale, tensorFromNumber } from '../world/operations.ts';
import { makeTensor } from '../world/tensor.ts';
import { unknowable } from '../world/unknowable.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { everywhere, type FunctionDefinition } from './function-definition.ts';

const largest = 3.4028234663852886e38;

function mask(
  world: TorchWorld,
  inputs: readonly TensorValue[],
  relation: 'notEqual' | 'equal' | 'greater' | 'lessOrEqual',
  site: Site,
): TensorValue {
  return world.emit({ operator: 'compare', attributes: { relation }, inputs, type: 'bool', ...site });
}

/** The same mask, with what it is everywhere as long as all numbers are finite. */
function guarding(world: TorchWorld, found: TensorValue, whenFinite: boolean): TensorValue {
  return makeTensor(world, { ...found.tensor, whenFinite });
}

function questions(world: TorchWorld): FunctionDefinition[] {
  const bound = () => tensorFromNumber(world, largest);
  const simple = (name: string, run: (x: TensorValue, site: Site) => TensorValue): FunctionDefinition => ({
    name,
    where: everywhere,
    signature: '',
    run: (x, { place }) => run(x, { name, place }),
  });
  const size = (x: TensorValue, site: Site) => apply(world, 'abs', {}, [x], site);
  return [
    simple('isnan', (x, site) => guarding(world, mask(world, [x, x], 'notEqual', site), false)),
    simple('isinf', (x, site) => guarding(world, mask(world, [size(x, site), bound()], 'greater', site), false)),
    simple('isfinite', (x, site) => guarding(world, mask(world, [size(x, site), bound()], 'lessOrEqual', site), true)),
  ];
}

/** nan_to_num: another number for what is none, and bounds for infinities. */
function numbersFor(world: TorchWorld, x: TensorValue, { get, place }: Taken): TensorValue {
  const site = { name: 'nan_to_num', place };
  const number = (name: string, otherwise: number) =>
    get(name) === null ? otherwise : floatOf(get(name), { what: `nan_to_num(): ${name}`, place });
  const [nan, high, low] = [number('nan', 0), number('posinf', largest), number('neginf', -largest)];
  const none = mask(world, [x, x], 'notEqual', site);
  const numbers = apply(world, 'where', {}, [none, tensorFromNumber(world, nan), x], site);
  if (high === largest && low === -largest) {
    return apply(world, 'clamp', { min: low, max: high }, [numbers], site);
  }
  const above = mask(world, [numbers, tensorFromNumber(world, largest)], 'greater', site);
  const below = mask(world, [scale(world, numbers, -1, site), tensorFromNumber(world, largest)], 'greater', site);
  const bounded = apply(world, 'where', {}, [above, tensorFromNumber(world, high), numbers], site);
  return apply(world, 'where', {}, [below, tensorFromNumber(world, low), bounded], site);
}

function quantifier(world: TorchWorld, name: 'any' | 'all'): FunctionDefinition {
  return {
    name,
    where: everywhere,
    signature: 'dim=None, keepdim=False',
    run(input, { get, place }) {
      const site = { name, place };
      const { shape, whenFinite } = input.tensor;
      const dim = get('dim');
      const keep = flagOf(get('keepdim'), { what: `${name}(): keepdim`, place });
      const axes =
        dim === null
          ? shape.map((_, axis) => axis)
          : integersOf(dim, { what: `${name}(): dim`, place }).map((each) =>
              axisOf(BigInt(each), shape.length, { what: `${name}(): dim`, place }),
            );
      const left = keep
        ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
        : shape.filter((_, axis) => !axes.includes(axis));
      if (whenFinite !== undefined) return filledTensor(world, Number(whenFinite), left, 'bool');
      if (axes.some((axis) => typeof shape[axis] !== 'number')) {
        return unknowable(world, left, mixing(name), place, 'bool');
      }
      const held = input.tensor.type === 'bool' ? input : nonZero(world, input, site);
      const turned = name === 'any' ? held : world.invert(held, place);
      const one = reduceAxes(world, 'max', turned, axes, keep, site);
      const found = makeTensor(world, { ...one.tensor, type: 'bool' });
      return name === 'any' ? found : world.invert(found, place);
    },
  };
}

function nonZero(world: TorchWorld, x: TensorValue, site: Site): TensorValue {
  return mask(world, [x, tensorFromNumber(world, 0)], 'notEqual', site);
}

export function finiteFunctions(world: TorchWorld): FunctionDefinition[] {
  return [
    ...questions(world),
    {
      name: 'nan_to_num',
      where: everywhere,
      signature: 'nan=None, posinf=None, neginf=None',
      run: (x, taken) => numbersFor(world, x, taken),
    },
    {
      name: 'nan_to_num_',
      where: ['method'],
      signature: 'nan=None, posinf=None, neginf=None',
      run: (_x, { place }) =>
        refuse('unsupported', 'nan_to_num_ in place is not supported: write x = nan_to_num(x)', place),
    },
    quantifier(world, 'any'),
    quantifier(world, 'all'),
  ];
}
