/** Reductions of tensors: mean, sum, largest, smallest, variance, norms; never over the batch. */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { Value } from '../../../python/types/values.ts';
import { elementCount } from '../../dimensions.ts';
import { axisOf, flagOf, floatOf, integerOf, integersOf } from '../world/arguments.ts';
import {
  apply,
  concatenate,
  cut,
  dropAxis,
  mixing,
  product2,
  reduceAxes,
  type Site,
  scale,
  sizeAlong,
  sum2,
  tensorOfNumbers,
} from '../world/operations.ts';
import { fixedShape, knownNumbers } from '../world/tensor.ts';
import { unknowable } from '../world/unknowable.ts';
import { isParameter, isTensor, type TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { operandOf } from './elementwise-functions.ts';
import { everywhere, type FunctionDefinition } from './function-definition.ts';
import { argmaxAlong, valuesAndIndices } from './ordering-functions.ts';
import { flattenTensor } from './reshaping.ts';

/** Axes that `dim` names; all where it is None. */
function axesFrom(input: TensorValue, dim: Value, name: string, place: Place): number[] {
  const rank = input.tensor.shape.length;
  const named = { what: `${name}(): dim`, place };
  const empty =
    dim !== null && typeof dim === 'object' && dim.kind !== 'host' && 'items' in dim && dim.items.length === 0;
  if (dim === null || empty) return input.tensor.shape.map((_, axis) => axis);
  const axes = integersOf(dim, named).map((axis) => axisOf(BigInt(axis), rank, named));
  if (new Set(axes).size !== axes.length)
    refuse('value', `${name}(): dim appears multiple times in the list of dims`, place);
  return axes;
}

function keepFrom({ get, place }: Taken, name: string): boolean {
  return flagOf(get('keepdim'), { what: `${name}(): argument 'keepdim'`, place });
}

/** The smallest is the largest of the negatives. */
function negated(world: TorchWorld, x: TensorValue, site: Site): TensorValue {
  return scale(world, x, -1, site);
}

function extreme(world: TorchWorld, name: 'max' | 'min'): FunctionDefinition {
  const smallest = name === 'min';
  return {
    name,
    where: everywhere,
    signature: 'dim=None, keepdim=False, other=None',
    run(input, taken) {
      const { get, place } = taken;
      const site = { name, place };
      const dim = get('dim');
      const other = isTensor(dim) || isParameter(dim) ? dim : get('other');
      if (other !== null) {
        const operand = operandOf(world, other, `${name}(): argument 'other'`, place);
        return apply(world, smallest ? 'minimum' : 'maximum', {}, [input, operand], site);
      }
      const turned = smallest ? negated(world, input, site) : input;
      if (dim === null) {
        const all = input.tensor.shape.map((_, axis) => axis);
        const result = reduceAxes(world, 'max', turned, all, false, site);
        return smallest ? negated(world, result, site) : result;
      }
      const axis = axisOf(dim, input.tensor.shape.length, { what: `${name}(): dim`, place });
      const keep = keepFrom(taken, name);
      if (typeof input.tensor.shape[axis] !== 'number') {
        const { shape } = input.tensor;
        const left = keep ? shape.with(axis, 1) : shape.filter((_, i) => i !== axis);
        const indices = unknowable(world, left, mixing(name), place, 'int64');
        return valuesAndIndices(unknowable(world, left, mixing(name), place, input.tensor.type), indices, name);
      }
      const result = apply(world, 'maxAlong', { axis, keep }, [turned], site);
      const indices = argmaxAlong(world, turned, axis, keep, site);
      return valuesAndIndices(smallest ? negated(world, result, site) : result, indices, name);
    },
  };
}

/** Mean of squared distances to the mean, over n - correction. */
function variance(
  world: TorchWorld,
  input: TensorValue,
  axes: readonly number[],
  correction: number,
  keep: boolean,
  site: Site,
): TensorValue {
  const mean = reduceAxes(world, 'mean', input, axes, true, site);
  const away = apply(world, 'subtract', {}, [input, mean], site);
  const square = product2(world, away, away, site);
  const count = elementCount(axes.map((axis) => input.tensor.shape[axis] ?? 1)).coefficient;
  return scale(world, reduceAxes(world, 'mean', square, axes, keep, site), count / (count - correction), site);
}

function spreads(world: TorchWorld): FunctionDefinition[] {
  return (['var', 'std', 'var_mean', 'std_mean'] as const).map((name) => ({
    name,
    where: name.includes('_') ? ['torch'] : everywhere,
    signature: 'dim=None, unbiased=None, keepdim=False, *, correction=None',
    run(input, taken) {
      const { get, place } = taken;
      const site = { name, place };
      // var(False) is var(unbiased=False) over everything.
      const given = get('dim');
      const flag = typeof given === 'boolean' ? given : get('unbiased');
      const axes = axesFrom(input, typeof given === 'boolean' ? null : given, name, place);
      const keep = keepFrom(taken, name);
      const correction =
        get('correction') !== null
          ? integerOf(get('correction'), { what: 'correction', place })
          : flag === false
            ? 0
            : 1;
      const square = variance(world, input, axes, correction, keep, site);
      const result = name.startsWith('std') ? apply(world, 'sqrt', {}, [square], site) : square;
      return name.includes('_') ? tuple([result, reduceAxes(world, 'mean', input, axes, keep, site)]) : result;
    },
  }));
}

/** The p-norm along axes. */
export function normOf(
  world: TorchWorld,
  x: TensorValue,
  p: number,
  axes: readonly number[],
  keep: boolean,
  site: Site,
): TensorValue {
  if (p === 2) {
    return apply(world, 'sqrt', {}, [reduceAxes(world, 'sum', product2(world, x, x, site), axes, keep, site)], site);
  }
  const size = apply(world, 'abs', {}, [x], site);
  if (p === 1) return reduceAxes(world, 'sum', size, axes, keep, site);
  if (p === Number.POSITIVE_INFINITY) return reduceAxes(world, 'max', size, axes, keep, site);
  const raised = reduceAxes(world, 'sum', apply(world, 'power', { exponent: p }, [size], site), axes, keep, site);
  return apply(world, 'power', { exponent: 1 / p }, [raised], site);
}

function norms(world: TorchWorld): FunctionDefinition[] {
  return [
    {
      name: 'norm',
      where: everywhere,
      signature: "p='fro', dim=None, keepdim=False, dtype=None",
      run(input, taken) {
        const { get, place } = taken;
        const p = get('p') === 'fro' || get('p') === null ? 2 : floatOf(get('p'), { what: 'norm(): p', place });
        const axes = axesFrom(input, get('dim'), 'norm', place);
        return normOf(world, input, p, axes, keepFrom(taken, 'norm'), { name: 'norm', place });
      },
    },
    {
      name: 'normalize',
      where: ['functional'],
      signature: 'p=2.0, dim=1, eps=1e-12, out=None',
      run(input, { get, place }) {
        const site = { name: 'normalize', place };
        const axes = axesFrom(input, get('dim'), 'normalize', place);
        const norm = normOf(world, input, floatOf(get('p'), { what: 'p', place }), axes, true, site);
        const bound = floatOf(get('eps'), { what: 'eps', place });
        const safe = apply(world, 'clamp', { min: bound, max: null }, [norm], site);
        return apply(world, 'divide', {}, [input, safe], site);
      },
    },
    {
      name: 'logsumexp',
      where: everywhere,
      signature: 'dim, keepdim=False',
      run(input, taken) {
        const { get, place } = taken;
        const site = { name: 'logsumexp', place };
        const axes = axesFrom(input, get('dim'), 'logsumexp', place);
        const keep = keepFrom(taken, 'logsumexp');
        // The largest is taken away first; its gradient cancels, so none flows.
        const top = (kept: boolean) =>
          apply(world, 'detach', {}, [reduceAxes(world, 'max', input, axes, kept, site)], site);
        const away = apply(world, 'subtract', {}, [input, top(true)], site);
        const total = reduceAxes(world, 'sum', apply(world, 'exp', {}, [away], site), axes, keep, site);
        return sum2(world, apply(world, 'log', {}, [total], site), top(keep), site);
      },
    },
  ];
}

export function reductionFunctions(world: TorchWorld): FunctionDefinition[] {
  const plain = (name: string, operator: 'mean' | 'sum' | 'max', rest = ''): FunctionDefinition => ({
    name,
    where: everywhere,
    signature: `dim=None, keepdim=False${rest}`,
    run(input, taken) {
      const axes = axesFrom(input, taken.get('dim'), name, taken.place);
      return reduceAxes(world, operator, input, axes, keepFrom(taken, name), { name, place: taken.place });
    },
  });
  return [
    plain('mean', 'mean', ', *, dtype=None'),
    plain('sum', 'sum', ', *, dtype=None'),
    plain('amax', 'max'),
    {
      name: 'amin',
      where: everywhere,
      signature: 'dim=None, keepdim=False',
      run(input, taken) {
        const site = { name: 'amin', place: taken.place };
        const axes = axesFrom(input, taken.get('dim'), 'amin', taken.place);
        const result = reduceAxes(world, 'max', negated(world, input, site), axes, keepFrom(taken, 'amin'), site);
        return negated(world, result, site);
      },
    },
    extreme(world, 'max'),
    extreme(world, 'min'),
    ...spreads(world),
    ...norms(world),
    {
      name: 'prod',
      where: everywhere,
      signature: 'dim=None, keepdim=False, *, dtype=None',
      run(input, { get, place }) {
        const site = { name: 'prod', place };
        if (get('dim') === null) {
          const { shape } = input.tensor;
          if (fixedShape(shape) === null) return unknowable(world, [], mixing('prod'), place);
          return productAlong(world, flattenTensor(world, input, 0n, -1n, 'prod', place), 0, false, site);
        }
        const axis = axisOf(get('dim'), input.tensor.shape.length, { what: 'prod(): dim', place });
        return productAlong(world, input, axis, world.evaluator.truth(get('keepdim'), place), site);
      },
    },
    {
      name: 'cumsum',
      where: everywhere,
      signature: 'dim, *, dtype=None',
      run(input, { get, place }) {
        const axis = axisOf(get('dim'), input.tensor.shape.length, { what: 'cumsum(): dim', place });
        return runningSum(world, input, axis, { name: 'cumsum', place });
      },
    },
  ];
}

/** The product along an axis, by halves. */
function productAlong(world: TorchWorld, input: TensorValue, axis: number, keep: boolean, site: Site): TensorValue {
  const type = input.tensor.type === 'float32' ? 'float32' : 'int64';
  let product = input;
  let size = sizeAlong(input, axis, site);
  if (size === 0) return refuse('unsupported', 'prod of nothing is not supported', site.place);
  while (size > 1) {
    const half = Math.floor(size / 2);
    const [first, second] = [cut(world, product, axis, 0, half, site), cut(world, product, axis, half, 2 * half, site)];
    const both = world.emit({ operator: 'multiply', attributes: {}, inputs: [first, second], type, ...site });
    const odd = size % 2 === 1 ? [cut(world, product, axis, size - 1, size, site)] : [];
    product = odd.length === 0 ? both : concatenate(world, [both, ...odd], axis, site);
    size = half + odd.length;
  }
  return keep ? product : dropAxis(world, product, axis, site);
}

/** Sums of all places up to each, by doubling the reach. */
function runningSum(world: TorchWorld, input: TensorValue, axis: number, site: Site): TensorValue {
  const size = input.tensor.shape[axis];
  if (typeof size !== 'number') return unknowable(world, input.tensor.shape, mixing('cumsum'), site.place);
  const numbers = knownNumbers(world, input);
  const sizes = fixedShape(input.tensor.shape);
  if (numbers !== null && sizes !== null) {
    const step = sizes.slice(axis + 1).reduce((product, each) => product * each, 1);
    world.evaluator.meter.table(2 * numbers.length);
    const data = Float64Array.from(numbers);
    for (let i = 0; i < data.length; i++) {
      if (Math.floor(i / step) % size !== 0) data[i] = (data[i] ?? 0) + (data[i - step] ?? 0);
    }
    return tensorOfNumbers(world, data, sizes, input.tensor.type === 'float32' ? 'float32' : 'int64');
  }
  let total = input;
  for (let reach = 1; reach < size; reach *= 2) {
    const before = input.tensor.shape.map((_, i) => (i === axis ? reach : 0));
    const after = input.tensor.shape.map((_, i) => (i === axis ? -reach : 0));
    total = sum2(world, total, apply(world, 'pad', { before, after, value: 0 }, [total], site), site);
  }
  return total;
}
