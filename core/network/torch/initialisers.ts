/** torch.nn.init: functions that change how a parameter is initialised (PyTorch's nn/init.py). */
import { type Place, refuse } from '../../python/reason.ts';
import { native, type Taken } from '../../python/signature.ts';
import type { NativeFunction, Value } from '../../python/values.ts';
import { floatOf } from './arguments.ts';
import { isParameter, type ParameterValue, uniform } from './parameter.ts';

function parameter(taken: Taken): ParameterValue {
  const value = taken.get('tensor');
  if (isParameter(value)) return value;
  return refuse(
    'type',
    `nn.init needs a parameter${value === null ? ', not None (does the layer have bias=False?)' : ''}`,
    taken.place,
  );
}

function fans({ parameter: { shape } }: ParameterValue, place: Place): { in: number; out: number } {
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

/** The functions of torch.nn.init by name. */
export function initialisers(): Map<string, NativeFunction> {
  const table = new Map<string, NativeFunction>();
  const define = (name: string, signature: string, run: (target: ParameterValue, taken: Taken) => void) => {
    const whole = signature === '' ? 'tensor' : `tensor, ${signature}`;
    table.set(
      name,
      native(name, whole, (taken) => {
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
  define('constant_', 'val', (target, taken) => constant(target, float(taken, 'val')));
  define('zeros_', '', (target) => constant(target, 0));
  define('ones_', '', (target) => constant(target, 1));
  return table;
}
