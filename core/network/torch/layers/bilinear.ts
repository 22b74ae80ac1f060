/** nn.Bilinear and F.bilinear: y_k = x1 W_k x2 + b_k, of a weight [out, in1, in2]. */
import { type Place, refuse } from '../../../python/reason.ts';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import { tensorOf } from '../world/arguments.ts';
import {
  addAxis,
  matrixProduct,
  permuteAxes,
  product2,
  reduceAxes,
  reshapeTo,
  type Site,
  sum2,
} from '../world/operations.ts';
import { fixedShape } from '../world/tensor.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { addParameter, argumentsOf, describe, type LayerDefinition, parameterOf, weightOf } from './layer.ts';
import { register } from './module.ts';

function bilinear(
  world: TorchWorld,
  [x1, x2]: readonly [TensorValue, TensorValue],
  weight: TensorValue,
  bias: TensorValue | null,
  site: Site,
): TensorValue {
  const [out = 0, in1 = 0, in2 = 0] = fixedShape(weight.tensor.shape) ?? [];
  const leading = x1.tensor.shape.slice(0, -1);
  if (x1.tensor.shape.at(-1) !== in1 || x2.tensor.shape.at(-1) !== in2) {
    refuse(
      'shape',
      `${site.name}: the inputs must have ${in1} and ${in2} features, but have ${x1.tensor.shape.at(-1)} and ${x2.tensor.shape.at(-1)}`,
      site.place,
    );
  }
  const flat = reshapeTo(world, permuteAxes(world, weight, [1, 0, 2], site), [in1, out * in2], site);
  const left = reshapeTo(world, matrixProduct(world, x1, flat, site), [...leading, out, in2], site);
  const right = addAxis(world, x2, leading.length, site);
  const sums = reduceAxes(world, 'sum', product2(world, left, right, site), [leading.length + 1], false, site);
  return bias === null ? sums : sum2(world, sums, bias, site);
}

export function bilinearLayer(world: TorchWorld): LayerDefinition {
  return {
    name: 'Bilinear',
    signature: 'in1_features, in2_features, out_features, bias=True, device=None, dtype=None',
    takes: 'input1, input2',
    build(self, taken) {
      const { integer, flag } = argumentsOf(world, 'Bilinear', taken);
      const [in1, in2, out] = [integer('in1_features'), integer('in2_features'), integer('out_features')];
      if (in1 <= 0) refuse('value', `in1_features must be > 0, but got ${in1}`, taken.place);
      const start = { kind: 'uniform', bound: 1 / Math.sqrt(in1) } as const;
      addParameter(world, self, 'weight', [out, in1, in2], start, taken.place);
      if (flag('bias')) addParameter(world, self, 'bias', [out], start, taken.place);
      else register(self, '_parameters', 'bias', null);
    },
    forward(self, input, place, { get }) {
      const other = tensorOf(get('input2'), { what: "Bilinear(): argument 'input2'", place });
      const site = { name: describe(self, ['in1_features', 'in2_features', 'out_features']), place };
      const bias = parameterOf(self, 'bias')?.read(place) ?? null;
      return bilinear(world, [input, other], weightOf(self, place).read(place), bias, site);
    },
  };
}

export function bilinearFunction(world: TorchWorld): FunctionDefinition {
  const tensor = (value: Parameters<typeof tensorOf>[0], what: string, place: Place) =>
    tensorOf(value, { what, place });
  return {
    name: 'bilinear',
    where: ['functional', 'torch'],
    signature: 'input2, weight, bias=None',
    run(input, { get, place }) {
      const bias = get('bias') === null ? null : tensor(get('bias'), 'bias', place);
      const both = [input, tensor(get('input2'), 'input2', place)] as const;
      return bilinear(world, both, tensor(get('weight'), 'weight', place), bias, { name: 'bilinear', place });
    },
  };
}
