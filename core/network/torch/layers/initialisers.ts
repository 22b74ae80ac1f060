/** torch.nn.init: functions that change how a parameter is initialised (PyTorch's nn/init.py). */

import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { NativeFunction, Value } from '../../../python/types/values.ts';
import { floatOf, integerOf } from '../world/arguments.ts';
import { listedSteps } from '../world/known.ts';
import { fixedShape } from '../world/tensor.ts';
import { isParameter, isTensor, type ParameterValue, type TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { makeParameter, parameterShape, uniform } from './parameter.ts';

function parameter(taken: Taken): ParameterValue {
  const value = taken.get('tensor');
  if (isParameter(value)) return value;
  return refuse(
    'type',
    `nn.init needs a parameter${value === null ? ', not None (does the layer have bias=False?)' : ''}`,
    taken.place,
  );
}

function fans(parameter: ParameterValue, place: Place): { in: number; out: number } {
  const shape = parameterShape(parameter, place);
  const [out = 0, inner = 0, ...field] = shape;
  if (shape.length < 2) {
    return refuse('value', 'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions', place);
  }
  const size = field.reduce((product, each) => product * each, 1);
  return { in: inner * size, out: out * size };
}

function gainOf(nonlinearity: Value, slope: number, place: Place): number {
  switch (nonlinearity) {
    case 'linear':
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + slope ** 2));
    case 'selu':
      return 3 / 4;
    default:
      return refuse('value', `Unsupported nonlinearity ${String(nonlinearity)}`, place);
  }
}

/** A filter that passes channel i to channel i of each group. */
function dirac(world: TorchWorld, shape: readonly number[], groups: number, place: Place): number[] {
  const [out = 0, inner = 0, ...field] = shape;
  if (field.length < 1 || field.length > 2)
    refuse('value', 'Only tensors with 3, 4, or 5 dimensions are supported', place);
  if (out % groups !== 0) refuse('value', 'dim 0 must be divisible by groups', place);
  const size = field.reduce((product, each) => product * each, 1);
  const middle = field.reduce((at, each) => at * each + Math.floor(each / 2), 0);
  world.evaluator.meter.table(out * inner * size);
  world.evaluator.meter.steps(Math.ceil(out * inner * size * listedSteps));
  const values = new Array<number>(out * inner * size).fill(0);
  const perGroup = out / groups;
  for (let group = 0; group < groups; group++) {
    for (let i = 0; i < Math.min(perGroup, inner); i++)
      values[((group * perGroup + i) * inner + i) * size + middle] = 1;
  }
  return values;
}

/** An initialiser run on a tensor that is not a parameter yet: the tensor is drawn as the parameter would be. */
function drawn(
  world: TorchWorld,
  tensor: TensorValue,
  run: (target: ParameterValue) => void,
  place: Place,
): TensorValue {
  const shape = fixedShape(tensor.tensor.shape) ?? refuse('unsupported', 'this tensor cannot be initialised');
  const stand = makeParameter(world, shape, { kind: 'constant', value: 0 });
  run(stand);
  tensor.tensor.storage.version++;
  tensor.tensor.version = tensor.tensor.storage.version;
  tensor.tensor.known = { kind: 'draw', initializer: stand.parameter.initializer };
  tensor.tensor.writeBack?.(place);
  return tensor;
}

/** The functions of torch.nn.init by name. */
export function initialisers(world: TorchWorld): Map<string, NativeFunction> {
  const table = new Map<string, NativeFunction>();
  const define = (name: string, signature: string, run: (target: ParameterValue, taken: Taken) => void) => {
    const whole = signature === '' ? 'tensor' : `tensor, ${signature}`;
    table.set(
      name,
      native(name, whole, (taken) => {
        const given = taken.get('tensor');
        if (isTensor(given)) return drawn(world, given, (target) => run(target, taken), taken.place);
        const target = parameter(taken);
        run(target, taken);
        return target;
      }),
    );
  };
  const float = (taken: Taken, name: string) => floatOf(taken.get(name), { what: name, place: taken.place });
  const normal = (target: ParameterValue, mean: number, deviation: number) => {
    target.parameter.initializer = { kind: 'normal', mean, deviation };
  };
  const symmetric = (target: ParameterValue, bound: number) => {
    target.parameter.initializer = { kind: 'uniform', bound };
  };
  const constant = (target: ParameterValue, value: number) => {
    target.parameter.initializer = { kind: 'constant', value };
  };
  const kaiming = (target: ParameterValue, taken: Taken) => {
    const fan = fans(target, taken.place);
    const mode = taken.get('mode');
    if (mode !== 'fan_in' && mode !== 'fan_out')
      refuse('value', `Mode ${String(mode)} not supported, please use one of ['fan_in', 'fan_out']`, taken.place);
    const gain = gainOf(taken.get('nonlinearity'), float(taken, 'a'), taken.place);
    return gain / Math.sqrt(Math.max(1, mode === 'fan_in' ? fan.in : fan.out));
  };
  const kaimingSignature = "a=0, mode='fan_in', nonlinearity='leaky_relu', generator=None";
  define('kaiming_normal_', kaimingSignature, (target, taken) => normal(target, 0, kaiming(target, taken)));
  define('kaiming_uniform_', kaimingSignature, (target, taken) =>
    symmetric(target, Math.sqrt(3) * kaiming(target, taken)),
  );
  const xavier = (target: ParameterValue, taken: Taken) => {
    const fan = fans(target, taken.place);
    return float(taken, 'gain') * Math.sqrt(2 / Math.max(1, fan.in + fan.out));
  };
  define('xavier_normal_', 'gain=1.0, generator=None', (target, taken) => normal(target, 0, xavier(target, taken)));
  define('xavier_uniform_', 'gain=1.0, generator=None', (target, taken) =>
    symmetric(target, Math.sqrt(3) * xavier(target, taken)),
  );
  define('normal_', 'mean=0.0, std=1.0, generator=None', (target, taken) =>
    normal(target, float(taken, 'mean'), float(taken, 'std')),
  );
  define('uniform_', 'a=0.0, b=1.0, generator=None', (target, taken) => {
    target.parameter.initializer = uniform(taken.get('a'), taken.get('b'), taken.place);
  });
  define('trunc_normal_', 'mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None', (target, taken) => {
    target.parameter.initializer = {
      kind: 'truncatedNormal',
      mean: float(taken, 'mean'),
      deviation: float(taken, 'std'),
      low: float(taken, 'a'),
      high: float(taken, 'b'),
    };
  });
  define('orthogonal_', 'gain=1, generator=None', (target, taken) => {
    if (parameterShape(target, taken.place).length < 2)
      refuse('value', 'Only tensors with 2 or more dimensions are supported', taken.place);
    target.parameter.initializer = { kind: 'orthogonal', gain: float(taken, 'gain') };
  });
  define('sparse_', 'sparsity, std=0.01, generator=None', (target, taken) => {
    const shape = parameterShape(target, taken.place);
    const [rows = 0] = shape;
    if (shape.length !== 2) refuse('value', 'Only tensors with 2 dimensions are supported', taken.place);
    const zeros = Math.ceil(float(taken, 'sparsity') * rows);
    target.parameter.initializer = { kind: 'sparse', deviation: float(taken, 'std'), zeros };
  });
  define('eye_', '', (target, { place }) => {
    const shape = parameterShape(target, place);
    const [rows = 0, columns = 0] = shape;
    if (shape.length !== 2) refuse('value', 'Only tensors with 2 dimensions are supported', place);
    world.evaluator.meter.table(rows * columns);
    world.evaluator.meter.steps(Math.ceil(rows * columns * listedSteps));
    const values = Array.from({ length: rows * columns }, (_, i) => Number(Math.floor(i / columns) === i % columns));
    target.parameter.initializer = { kind: 'values', values };
  });
  define('dirac_', 'groups=1', (target, taken) => {
    const shape = parameterShape(target, taken.place);
    const groups = integerOf(taken.get('groups'), { what: 'dirac_(): groups', place: taken.place });
    target.parameter.initializer = { kind: 'values', values: dirac(world, shape, groups, taken.place) };
  });
  define('constant_', 'val', (target, taken) => constant(target, float(taken, 'val')));
  table.set(
    'calculate_gain',
    native('calculate_gain', 'nonlinearity, param=None', ({ get, place }) => {
      const slope = get('param') === null ? 0.01 : floatOf(get('param'), { what: 'param', place });
      return gainOf(get('nonlinearity'), slope, place);
    }),
  );
  table.set(
    '_calculate_fan_in_and_fan_out',
    native('_calculate_fan_in_and_fan_out', 'tensor', (taken) => {
      const fan = fans(parameter(taken), taken.place);
      return tuple([BigInt(fan.in), BigInt(fan.out)]);
    }),
  );
  // Names of old, without the underscore.
  for (const name of [
    'uniform',
    'normal',
    'constant',
    'eye',
    'dirac',
    'xavier_uniform',
    'xavier_normal',
    'kaiming_uniform',
    'kaiming_normal',
    'orthogonal',
    'sparse',
  ]) {
    const callee = table.get(`${name}_`);
    if (callee !== undefined) table.set(name, { ...callee, name });
  }
  define('zeros_', '', (target) => constant(target, 0));
  define('ones_', '', (target) => constant(target, 1));
  return table;
}
