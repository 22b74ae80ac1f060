/** Parameters and buffers of modules: shape, initialiser, and the few methods that initialisation code calls. */
import { type Place, refuse } from '../../python/reason.ts';
import { native } from '../../python/signature.ts';
import { type HostValue, tuple, type Value } from '../../python/values.ts';
import type { Initializer } from '../ir.ts';

export interface ParameterValue extends HostValue {
  readonly parameter: {
    readonly shape: readonly number[];
    initializer: Initializer;
    trainable: boolean;
    readonly buffer: { readonly type: 'float32' | 'int64'; readonly value: number } | null;
  };
}

export function isParameter(value: Value): value is ParameterValue {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'parameter' in value;
}

function numberOf(value: Value, place: Place): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return refuse('type', 'a number was expected', place);
}

/** A parameter (or a buffer, when `buffer` says its constant). */
export function makeParameter(
  shape: readonly number[],
  initializer: Initializer,
  buffer: ParameterValue['parameter']['buffer'] = null,
): ParameterValue {
  const state: ParameterValue['parameter'] = { shape, initializer, trainable: buffer === null, buffer };
  const self: ParameterValue = {
    kind: 'host',
    typeName: buffer === null ? 'Parameter' : 'Tensor',
    parameter: state,
    attribute(name, place) {
      switch (name) {
        case 'data':
          return self;
        case 'shape':
          return tuple(shape.map(BigInt), 'torch.Size');
        case 'ndim':
          return BigInt(shape.length);
        case 'requires_grad':
          return state.trainable;
        case 'device':
        case 'dtype':
        case 'grad':
          return null;
        default:
          break;
      }
      const method = methods[name];
      return method === undefined
        ? refuse('unsupported', `.${name} of a parameter is not supported yet`, place)
        : method;
    },
    setAttribute(name, value, place) {
      if (name === 'requires_grad' && value === true) return true;
      return refuse('unsupported', `setting .${name} of a parameter is not supported yet`, place);
    },
    truth: (place) => refuse('unsupported', 'a condition on the values of a parameter is not supported', place),
    text: () => `Parameter${shape.length === 0 ? '' : ` of size [${shape.join(', ')}]`}`,
  };
  const change = (next: Initializer) => {
    if (buffer === null) state.initializer = next;
    return self;
  };
  const methods: Readonly<Record<string, Value>> = {
    size: native('size', 'dim=None', (taken) => {
      const dim = taken.get('dim');
      if (dim === null) return tuple(shape.map(BigInt), 'torch.Size');
      const size = typeof dim === 'bigint' ? shape.at(Number(dim)) : undefined;
      return size === undefined ? refuse('index', 'Dimension out of range', taken.place) : BigInt(size);
    }),
    numel: native('numel', '', () => BigInt(shape.reduce((product, size) => product * size, 1))),
    dim: native('dim', '', () => BigInt(shape.length)),
    zero_: native('zero_', '', () => change({ kind: 'constant', value: 0 })),
    fill_: native('fill_', 'value', (taken) =>
      change({ kind: 'constant', value: numberOf(taken.get('value'), taken.place) }),
    ),
    normal_: native('normal_', 'mean=0, std=1', (taken) =>
      change({
        kind: 'normal',
        mean: numberOf(taken.get('mean'), taken.place),
        deviation: numberOf(taken.get('std'), taken.place),
      }),
    ),
    uniform_: native('uniform_', 'a=0, b=1', (taken) => change(uniform(taken.get('a'), taken.get('b'), taken.place))),
  };
  return self;
}

/** A uniform initialiser; only ranges that are symmetric about 0 can be said in the IR. */
export function uniform(low: Value, high: Value, place: Place): Initializer {
  const [a, b] = [numberOf(low, place), numberOf(high, place)];
  if (a !== -b)
    return refuse('unsupported', `uniform_(${a}, ${b}) is not supported: only ranges symmetric about 0 are`, place);
  return { kind: 'uniform', bound: b };
}
