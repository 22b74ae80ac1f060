/** Elementwise functions of torch and of tensors: mathematics, bounds, comparisons, choices. */

import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { typeName } from '../../../python/types/type-name.ts';
import { unknownOf } from '../../../python/types/unknown-value.ts';
import type { NativeFunction, Value } from '../../../python/types/values.ts';
import { elementwiseOperators, elementwiseRows, functionName } from '../../elementwise.ts';
import { floatOf, tensorOf } from '../world/arguments.ts';
import { becomes } from '../world/locked-views.ts';
import { apply, product2, scale, sum2, tensorFromNumber } from '../world/operations.ts';
import { unknowable } from '../world/unknowable.ts';
import { isParameter, isTensor, type TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { everywhere, type FunctionDefinition, isNumber, operatorFunction } from './function-definition.ts';

/** A tensor, or a number as one. @throws a reason of kind type */
export function operandOf(world: TorchWorld, value: Value, what: string, place: Place): TensorValue {
  if (isTensor(value)) return value;
  if (isParameter(value)) return value.read(place);
  if (isNumber(value)) return tensorFromNumber(world, value);
  const unknown = unknownOf(value);
  if (unknown !== undefined) return unknowable(world, [], unknown, place);
  return refuse('type', `${what} must be Tensor or a number, not ${typeName(value)}`, place);
}

function simple(name: string, run: (input: TensorValue, taken: Taken) => Value, signature = ''): FunctionDefinition {
  return { name, where: everywhere, signature, run };
}

function comparisons(world: TorchWorld): FunctionDefinition[] {
  const names = {
    '<': ['lt', 'less'],
    '<=': ['le', 'less_equal'],
    '>': ['gt', 'greater'],
    '>=': ['ge', 'greater_equal'],
    '==': ['eq'],
    '!=': ['ne', 'not_equal'],
  } as const;
  return Object.entries(names).flatMap(([operator, each]) =>
    each.flatMap((name) => {
      const compare = (input: TensorValue, { get, place }: Taken): Value =>
        world.compareTensors(input, operator, get('other'), place) ??
        refuse('type', `${name}(): argument 'other' must be Tensor or a number`, place);
      return [
        simple(name, compare, 'other'),
        {
          name: `${name}_`,
          where: ['method'],
          signature: 'other',
          // The tensor holds ones and zeros after it, without a gradient.
          run(input: TensorValue, taken: Taken) {
            const { place } = taken;
            return becomes(world, input, tensorOf(compare(input, taken), { what: name, place }), place);
          },
        } as const,
      ];
    }),
  );
}

/** Null for no bound, and for one that bounds nothing. */
function boundOf(value: Value, name: 'min' | 'max', place: Place): number | null {
  if (value === null) return null;
  const bound = floatOf(value, { what: name, place });
  return bound === (name === 'min' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) ? null : bound;
}

function clampTensor(
  world: TorchWorld,
  input: TensorValue,
  low: Value,
  high: Value,
  name: string,
  place: Place,
  inPlace: boolean,
) {
  const request = { name, label: name, inPlace, place };
  if ([low, high].some((bound) => isTensor(bound) || isParameter(bound))) {
    let result = input;
    if (low !== null) result = apply(world, 'maximum', {}, [result, operandOf(world, low, 'min', place)], request);
    return high === null
      ? result
      : apply(world, 'minimum', {}, [result, operandOf(world, high, 'max', place)], request);
  }
  const [min, max] = [boundOf(low, 'min', place), boundOf(high, 'max', place)];
  if (low === null && high === null)
    refuse('value', `torch.${name}: At least one of 'min' or 'max' must not be None`, place);
  const inputs = [input];
  if (min !== null && max !== null && max > min) {
    return world.emit({ ...request, operator: 'hardtanh', attributes: { min, max }, inputs });
  }
  if (min === 0 && max === null) return world.emit({ ...request, operator: 'relu', attributes: {}, inputs });
  return world.emit({ ...request, operator: 'clamp', attributes: { min, max }, inputs });
}

function bounds(world: TorchWorld): FunctionDefinition[] {
  return ['clamp', 'clip'].flatMap((name) => [
    simple(
      name,
      (input, { get, place }) => clampTensor(world, input, get('min'), get('max'), name, place, false),
      'min=None, max=None',
    ),
    simple(
      `${name}_`,
      (input, { get, place }) => clampTensor(world, input, get('min'), get('max'), name, place, true),
      'min=None, max=None',
    ),
    simple(
      `${name}_min`,
      (input, { get, place }) => clampTensor(world, input, get('min'), null, name, place, false),
      'min',
    ),
    simple(
      `${name}_max`,
      (input, { get, place }) => clampTensor(world, input, null, get('max'), name, place, false),
      'max',
    ),
  ]);
}

function pairs(world: TorchWorld): FunctionDefinition[] {
  return (['maximum', 'minimum'] as const).flatMap((operator) =>
    [operator, operator === 'maximum' ? 'fmax' : 'fmin'].map((name) =>
      simple(
        name,
        (input, { get, place }) => {
          const other = operandOf(world, get('other'), `${name}(): argument 'other'`, place);
          return apply(world, operator, {}, [input, other], { name, place });
        },
        'other',
      ),
    ),
  );
}

function logic(world: TorchWorld): FunctionDefinition[] {
  const words = { logical_and: '&', logical_or: '|', logical_xor: '^', bitwise_and: '&', bitwise_or: '|' } as const;
  return [
    ...Object.entries(words).map(([name, operator]) =>
      simple(
        name,
        (input, { get, place }) => world.arithmetic(input, operator, get('other'), false, place) ?? null,
        'other',
      ),
    ),
    ...['logical_not', 'bitwise_not'].map((name) =>
      simple(name, (input, { place }) => {
        if (input.tensor.type === 'bool') return world.invert(input, place);
        return world.compareTensors(input, '==', 0n, place) ?? null;
      }),
    ),
  ];
}

function choices(world: TorchWorld): FunctionDefinition[] {
  const masked =
    (inPlace: boolean) =>
    (input: TensorValue, { get, place }: Taken): Value => {
      const mask = tensorOf(get('mask'), { what: "masked_fill(): argument 'mask'", place });
      const value = operandOf(world, get('value'), "masked_fill(): argument 'value'", place);
      const result = apply(world, 'where', {}, [mask, value, input], { name: 'masked_fill', place });
      return inPlace ? becomes(world, input, result, place) : result;
    };
  return [
    { name: 'masked_fill', where: everywhere, signature: 'mask, value', run: masked(false) },
    { name: 'masked_fill_', where: ['method'], signature: 'mask, value', run: masked(true) },
    {
      name: 'where',
      where: ['method'],
      signature: 'condition, other',
      run: (input, { get, place }) =>
        apply(
          world,
          'where',
          {},
          [
            tensorOf(get('condition'), { what: 'condition', place }),
            input,
            operandOf(world, get('other'), 'other', place),
          ],
          { name: 'where', place },
        ),
    },
  ];
}

function logarithms(world: TorchWorld): FunctionDefinition[] {
  const log = (input: TensorValue, shift: number, factor: number, name: string, place: Place) => {
    const site = { name, place };
    return scale(world, apply(world, 'log', {}, [scale(world, input, 1, site, shift)], site), factor, site);
  };
  return [
    simple('log1p', (input, { place }) => log(input, 1, 1, 'log1p', place)),
    simple('log2', (input, { place }) => log(input, 0, Math.LOG2E, 'log2', place)),
    simple('log10', (input, { place }) => log(input, 0, Math.LOG10E, 'log10', place)),
    simple('expm1', (input, { place }) => {
      const site = { name: 'expm1', place };
      return scale(world, apply(world, 'exp', {}, [input], site), 1, site, -1);
    }),
    simple('exp2', (input, { place }) => {
      const site = { name: 'exp2', place };
      return apply(world, 'exp', {}, [scale(world, input, Math.LN2, site)], site);
    }),
  ];
}

function mixtures(world: TorchWorld): FunctionDefinition[] {
  return [
    simple(
      'lerp',
      (input, { get, place }) => {
        const site = { name: 'lerp', place };
        const end = tensorOf(get('end'), { what: 'end', place });
        const weight = operandOf(world, get('weight'), 'weight', place);
        const way = apply(world, 'subtract', {}, [end, input], site);
        return sum2(world, input, product2(world, way, weight, site), site);
      },
      'end, weight',
    ),
    ...(['addcmul', 'addcdiv'] as const).map((name) =>
      simple(
        name,
        (input, { get, place }) => {
          const site = { name, place };
          const [a, b] = [
            tensorOf(get('tensor1'), { what: 'tensor1', place }),
            tensorOf(get('tensor2'), { what: 'tensor2', place }),
          ];
          const joined = apply(world, name === 'addcmul' ? 'multiply' : 'divide', {}, [a, b], site);
          const factor = floatOf(get('value'), { what: 'value', place });
          return sum2(world, input, scale(world, joined, factor, site), site);
        },
        'tensor1, tensor2, *, value=1',
      ),
    ),
  ];
}

export function elementwiseFunctions(world: TorchWorld): FunctionDefinition[] {
  const one = (
    name: string,
    ...rest: Parameters<typeof operatorFunction> extends [unknown, unknown, ...infer R] ? R : never
  ) => operatorFunction(world, name, ...rest);
  return [
    ...elementwiseOperators.flatMap((operator) => {
      const row = elementwiseRows[operator];
      return row.layer === null ? one(functionName(row), operator, {}) : [];
    }),
    ...one('rsqrt', 'power', { exponent: -0.5 }),
    ...one('reciprocal', 'power', { exponent: -1 }),
    ...one('floor', 'round', { to: 'floor' }),
    ...one('ceil', 'round', { to: 'ceil' }),
    ...one('round', 'round', { to: 'nearest' }),
    ...one('trunc', 'round', { to: 'zero' }),
    ...one('sign', 'round', { to: 'sign' }),
    ...logarithms(world),
    ...comparisons(world),
    ...bounds(world),
    ...pairs(world),
    ...logic(world),
    ...choices(world),
    ...mixtures(world),
  ];
}

/** torch.where: the condition first. */
export function whereFunction(world: TorchWorld): NativeFunction {
  return native('where', 'condition, input, other', ({ get, place }) => {
    const condition = tensorOf(get('condition'), { what: "where(): argument 'condition'", place });
    const inputs = [
      condition,
      operandOf(world, get('input'), "where(): argument 'input'", place),
      operandOf(world, get('other'), "where(): argument 'other'", place),
    ];
    return apply(world, 'where', {}, inputs, { name: 'where', place });
  });
}

/** torch.pow, whose base may be a number. */
export function powerFunction(world: TorchWorld): NativeFunction {
  return native('pow', 'input, exponent, *, out=None', ({ get, place }) => {
    const base = operandOf(world, get('input'), "pow(): argument 'input'", place);
    return (
      world.arithmetic(base, '**', get('exponent'), false, place) ??
      refuse('type', `pow(): argument 'exponent' must be Tensor or a number, not ${typeName(get('exponent'))}`, place)
    );
  });
}
