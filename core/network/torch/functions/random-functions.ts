/**
 * Functions of torch that draw while forward runs: torch.randint, bernoulli, randperm, normal, F.gumbel_softmax, F.rrelu.
 * In training they are noise; what evaluation draws, a network may not depend on (drawn-values.ts).
 */

import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { unknownNumber } from '../../../python/types/unknown-value.ts';
import type { NativeFunction, Value } from '../../../python/types/values.ts';
import type { Initializer, Shape } from '../../ir.ts';
import { attributeOf, type LayerDefinition } from '../layers/layer.ts';
import { trains } from '../layers/module-mode.ts';
import { axisOf, booleanOf, flagOf, floatOf, integerOf, tensorOf } from '../world/arguments.ts';
import { drawsInEvaluation } from '../world/drawn-values.ts';
import { apply, product2, type Site, scale, sum2, tensorFromNumber } from '../world/operations.ts';
import { knownNumbers, makeTensor } from '../world/tensor.ts';
import { unknowable } from '../world/unknowable.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { creationOptions, shapeFrom } from './creation-functions.ts';
import { elementTypeOf, everywhere, type FunctionDefinition } from './function-definition.ts';

function drawn(world: TorchWorld, shape: Shape, initializer: Initializer): TensorValue {
  return makeTensor(world, { shape, known: { kind: 'draw', initializer } });
}

function uniform(world: TorchWorld, shape: Shape, low = 0, high = 1): TensorValue {
  return drawn(world, shape, { kind: 'range', low, high });
}

/** Whole numbers from low to high - 1. */
function integers(world: TorchWorld, shape: Shape, low: number, high: number, site: Site): TensorValue {
  const real = uniform(world, shape, low, high);
  return world.emit({ operator: 'round', attributes: { to: 'floor' }, inputs: [real], type: 'int64', ...site });
}

/** 1 with the probability that a tensor says, else 0. */
function bernoulli(world: TorchWorld, chance: TensorValue, place: Place): TensorValue {
  const { shape, type } = chance.tensor;
  const { known } = chance.tensor;
  const constant = known?.kind === 'draw' && known.initializer.kind === 'constant' ? known.initializer.value : null;
  const numbers = constant === null ? (knownNumbers(world, chance) ?? new Float64Array()) : null;
  const [first = Number.NaN] = numbers ?? [];
  const keep = constant ?? (numbers?.every((value) => value === first) ? first : Number.NaN);
  if (keep >= 0 && keep <= 1) return makeTensor(world, { shape, type, known: { kind: 'mask', keep, scale: 1 } });
  const below = { operator: 'compare', attributes: { relation: 'less' }, name: 'bernoulli', place } as const;
  return world.emit({ ...below, inputs: [uniform(world, shape), chance], type });
}

/** -log(-log u): Gumbel noise, which makes a softmax a draw (Jang et al. 2017). */
function gumbelSoftmax(world: TorchWorld, logits: TensorValue, { get, place }: Taken): TensorValue {
  const site = { name: 'gumbel_softmax', place };
  const axis = axisOf(get('dim'), logits.tensor.shape.length, { what: 'gumbel_softmax(): dim', place });
  const tau = floatOf(get('tau'), { what: 'gumbel_softmax(): tau', place });
  const chance = apply(world, 'clamp', { min: 1e-30, max: 1 - 1e-7 }, [uniform(world, logits.tensor.shape)], site);
  const log = (x: TensorValue) => scale(world, apply(world, 'log', {}, [x], site), -1, site);
  const noisy = sum2(world, logits, log(log(chance)), site);
  const soft = apply(world, 'softmax', { axis }, [scale(world, noisy, 1 / tau, site)], site);
  if (!flagOf(get('hard'), { what: 'gumbel_softmax(): hard', place })) return soft;
  const largest = apply(world, 'maxAlong', { axis, keep: true }, [soft], site);
  const hard = apply(world, 'compare', { relation: 'equal' }, [soft, largest], site);
  const away = apply(world, 'subtract', {}, [hard, apply(world, 'detach', {}, [soft], site)], site);
  return sum2(world, away, soft, site);
}

/** Negative numbers by a slope: in training one drawn for each, in evaluation the mean of the bounds (Xu et al. 2015). */
function randomLeakyRelu(
  world: TorchWorld,
  x: TensorValue,
  { low, high, training }: { readonly low: number; readonly high: number; readonly training: boolean },
  site: Site,
): TensorValue {
  if (!training) return apply(world, 'leakyRelu', { negativeSlope: (low + high) / 2 }, [x], site, 'rrelu');
  const slopes = uniform(world, x.tensor.shape, low, high);
  const above = apply(world, 'compare', { relation: 'greaterOrEqual' }, [x, tensorFromNumber(world, 0)], site);
  return apply(world, 'where', {}, [above, x, product2(world, x, slopes, site)], site, 'rrelu');
}

export function randomFunctions(world: TorchWorld): FunctionDefinition[] {
  const slopes = ({ get, place }: Taken, training: boolean) => {
    const number = (name: string) => floatOf(get(name), { what: `rrelu(): ${name}`, place });
    return { low: number('lower'), high: number('upper'), training };
  };
  return [
    {
      name: 'bernoulli',
      where: everywhere,
      signature: 'p=None, *, generator=None, out=None',
      run(input, { get, place }) {
        const p = get('p');
        if (p === null) return bernoulli(world, input, place);
        const chance = drawn(world, input.tensor.shape, {
          kind: 'constant',
          value: floatOf(p, { what: 'bernoulli(): p', place }),
        });
        return bernoulli(world, chance, place);
      },
    },
    {
      name: 'gumbel_softmax',
      where: ['functional'],
      signature: 'tau=1, hard=False, eps=1e-10, dim=-1',
      run: (input, taken) => gumbelSoftmax(world, input, taken),
    },
    {
      name: 'rrelu',
      where: ['functional', 'torch'],
      signature: 'lower=0.125, upper=0.3333333333333333, training=False, inplace=False',
      run(input, taken) {
        const { get, place } = taken;
        const training = flagOf(get('training'), { what: 'rrelu(): training', place });
        return randomLeakyRelu(world, input, slopes(taken, training), { name: 'rrelu', place });
      },
    },
    {
      name: 'multinomial',
      where: everywhere,
      signature: 'num_samples, replacement=False, *, generator=None',
      run({ tensor }, { get, place }) {
        const samples = integerOf(get('num_samples'), { what: 'multinomial(): num_samples', place });
        return unknowable(world, [...tensor.shape.slice(0, -1), samples], drawsInEvaluation, place, 'int64');
      },
    },
  ];
}

/** Those that take no tensor first. */
export function randomCreators(world: TorchWorld): [string, NativeFunction][] {
  const define = (name: string, signature: string, run: (taken: Taken) => Value): [string, NativeFunction] => [
    name,
    native(name, signature, run),
  ];
  const bounds = ({ get, has, place }: Taken) => {
    const [first, second] = [get('low'), get('high')];
    const whole = (value: Value, name: string) => integerOf(value, { what: `randint(): ${name}`, place });
    // torch.randint(10, (3,)) says the size in the second place.
    const isSize = second !== null && typeof second === 'object';
    const low = second === null || isSize ? 0 : whole(first, 'low');
    const high = second === null || isSize ? whole(first, 'high') : whole(second, 'high');
    if (!(high > low))
      refuse(
        'raised',
        `RuntimeError: random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`,
        place,
      );
    return { low, high, size: isSize && !has('size') ? second : get('size') };
  };
  return [
    define('randint', `low, high=None, size=None, ${creationOptions}`, (taken) => {
      const { low, high, size } = bounds(taken);
      const shape = shapeFrom(world, { kind: 'tuple', items: [size], typeName: 'tuple' }, 'randint', taken.place);
      const whole = integers(world, shape, low, high, { name: 'randint', place: taken.place });
      const type = elementTypeOf(taken.get('dtype'), taken.place) ?? 'int64';
      return makeTensor(world, { ...whole.tensor, type });
    }),
    define('randint_like', `input, low, high=None, ${creationOptions}`, (taken) => {
      const { get, place } = taken;
      const like = tensorOf(get('input'), { what: 'randint_like(): input', place });
      const { low, high } = bounds({ ...taken, has: () => true, get: (name) => (name === 'size' ? null : get(name)) });
      const whole = integers(world, like.tensor.shape, low, high, { name: 'randint_like', place });
      return makeTensor(world, { ...whole.tensor, type: like.tensor.type });
    }),
    define('randperm', `n, ${creationOptions}`, ({ get, place }) => {
      const count = integerOf(get('n'), { what: 'randperm(): n', place });
      return unknowable(world, [count], drawsInEvaluation, place, 'int64');
    }),
    define('normal', `mean=0.0, std=1.0, size=None, ${creationOptions}`, ({ get, place }) => {
      const [mean, deviation] = [get('mean'), get('std')];
      const size = get('size');
      if (size !== null) {
        const shape = shapeFrom(world, { kind: 'tuple', items: [size], typeName: 'tuple' }, 'normal', place);
        const number = (value: Value) => floatOf(value, { what: 'normal()', place });
        return drawn(world, shape, { kind: 'normal', mean: number(mean), deviation: number(deviation) });
      }
      const like = tensorOf(typeof mean === 'number' ? deviation : mean, { what: 'normal(): mean', place });
      const unit = drawn(world, like.tensor.shape, { kind: 'normal', mean: 0, deviation: 1 });
      const spread = world.arithmetic(unit, '*', deviation, false, place) ?? null;
      const moved = tensorOf(spread, { what: 'normal()', place });
      return world.arithmetic(moved, '+', mean, false, place) ?? null;
    }),
    define('seed', '', () => unknownNumber((place) => refuse('unsupported', drawsInEvaluation, place), 'int')),
    define('get_rng_state', '', ({ place }) => unknowable(world, [], drawsInEvaluation, place)),
    define('set_rng_state', 'new_state', () => null),
  ];
}

export function randomLayers(world: TorchWorld): LayerDefinition[] {
  return [
    {
      name: 'RReLU',
      signature: 'lower=0.125, upper=0.3333333333333333, inplace=False',
      forward(self, input, place) {
        const number = (name: string) => floatOf(attributeOf(self, name), { what: `RReLU: ${name}`, place });
        booleanOf(attributeOf(self, 'inplace'), world.evaluator, { what: 'inplace', place });
        const training = trains(self) && world.reading.mode === 'training';
        if (world.reading.graph !== null) world.reading.modeMatters = true;
        const how = { low: number('lower'), high: number('upper'), training };
        return randomLeakyRelu(world, input, how, { name: 'RReLU()', place });
      },
    },
  ];
}
