/** Parameters and buffers of modules: shape, initialiser, and the few methods that initialisation code calls. */

import { native } from '../../../python/evaluation/signature.ts';
import { erfinv } from '../../../python/modules/special-functions.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { Value } from '../../../python/types/values.ts';
import type { Initializer } from '../../ir.ts';
import { processor } from '../world/devices.ts';
import { rangeInitializer } from '../world/known.ts';
import { filledTensor, tensorOfNumbers } from '../world/operations.ts';
import { knownNumbers } from '../world/tensor.ts';
import type { BufferContent, ParameterValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';

/** The sizes of a parameter. @throws a reason when a lazy layer has not seen its input yet */
export function parameterShape(
  { parameter: { shape } }: ParameterValue,
  place: Place | null = null,
): readonly number[] {
  if (shape !== null) return shape;
  return refuse('value', 'the parameter of a lazy layer has no size before its first input', place);
}

/** Forward may not change what is trained. @throws a reason of kind gradient, in PyTorch's words */
export function refuseInForward(world: TorchWorld, place: Place): void {
  if (world.reading.graph === null) return;
  refuse('gradient', 'a leaf Variable that requires grad is being used in an in-place operation', place);
}

function numberOf(value: Value, place: Place): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return refuse('type', 'a number was expected', place);
}

/** Methods that initialisation code calls: they change what the parameter starts from. */
const methodNames: ReadonlySet<string> = new Set([
  'size',
  'numel',
  'dim',
  'zero_',
  'fill_',
  'normal_',
  'uniform_',
  'copy_',
  'erfinv_',
  'clamp_',
  'clip_',
  'requires_grad_',
  'mul_',
  'div_',
  'add_',
  'sub_',
]);

/** Attributes that say what a parameter is. */
const taken: ReadonlySet<string> = new Set(['shape', 'ndim', 'dtype', 'device', 'grad', 'T', 'mT', 'real', 'imag']);

/** A parameter (or a buffer, when `buffer` says what it holds). */
export function makeParameter(
  world: TorchWorld,
  shape: readonly number[] | null,
  initializer: Initializer,
  buffer: BufferContent | null = null,
): ParameterValue {
  const state: ParameterValue['parameter'] = {
    shape,
    initializer,
    trainable: buffer === null,
    precision: null,
    buffer,
  };
  const read = (place: Place) => world.readParameter(self, place);
  let made: Readonly<Record<string, Value>> | null = null;
  /** What the program keeps on it: `weight._no_weight_decay = True`. */
  const kept = new Map<string, Value>();
  const self: ParameterValue = {
    kind: 'host',
    typeName: buffer === null ? 'Parameter' : 'Tensor',
    type: buffer === null ? world.parameterClass : world.tensorClass,
    parameter: state,
    read,
    attribute(name, place) {
      switch (name) {
        case 'data':
          return self;
        case 'shape':
          return tuple(parameterShape(self, place).map(BigInt), 'torch.Size');
        case 'ndim':
          return BigInt(parameterShape(self, place).length);
        case 'requires_grad':
          return state.trainable;
        case 'dtype':
          return world.types.get(buffer?.type ?? 'float32') ?? null;
        case 'device':
          return processor;
        case 'grad':
          return null;
        default:
          break;
      }
      const own = kept.get(name);
      if (own !== undefined) return own;
      if (methodNames.has(name)) {
        // Made when one is asked for: most parameters never are.
        world.evaluator.meter.steps(16);
        made ??= methods();
        const method = made[name];
        if (method !== undefined) return method;
      }
      return read(place).attribute(name, place);
    },
    setAttribute(name, value, place) {
      if (name === 'requires_grad' && typeof value === 'boolean') {
        if (buffer === null) state.trainable = value;
        return true;
      }
      if (name === 'data') return world.fillParameter(self, value, place);
      if (name === 'grad' && value === null) return true;
      // What PyTorch itself keeps under a name is no note of the program's.
      if (taken.has(name) || methodNames.has(name)) {
        return refuse('unsupported', `setting .${name} of a parameter is not supported yet`, place);
      }
      world.evaluator.meter.items(1);
      kept.set(name, value);
      return true;
    },
    length: (place) => {
      const [first] = parameterShape(self, place);
      return first === undefined ? refuse('type', 'len() of a 0-d tensor', place) : BigInt(first);
    },
    item: (index, place) => world.indexTensor(read(place), index, place),
    setItem(index, value, place) {
      if (buffer !== null) return refuse('unsupported', 'assigning to parts of a buffer is not supported yet', place);
      refuseInForward(world, place);
      const whole = read(place);
      world.assignIndex(whole, index, value, place);
      whole.tensor.writeBack?.(place);
    },
    iterate: (place) => read(place).iterate?.(place) ?? [],
    binary: (operator, other, reflected, place) => world.arithmetic(read(place), operator, other, reflected, place),
    unary: (operator, place) => read(place).unary?.(operator, place),
    compare(operator, other, place) {
      if (other === null && (operator === '==' || operator === '!=')) return operator === '!=';
      if (other === self && operator === '==') return true;
      return world.compareTensors(read(place), operator, other, place);
    },
    truth: (place) => refuse('unsupported', 'a condition on the values of a parameter is not supported', place),
    copy() {
      world.evaluator.meter.parameters((state.shape ?? []).reduce((product, size) => product * size, 1));
      const made = makeParameter(world, state.shape, state.initializer, state.buffer);
      made.parameter.trainable = state.trainable;
      return made;
    },
    text: () => `Parameter${shape === null || shape.length === 0 ? '' : ` of size [${shape.join(', ')}]`}`,
  };
  const rescaled = (scale: number, shift: number, place: Place) => {
    const numbers = knownNumbers(world, read(place));
    const changed = (numbers ?? new Float64Array()).map((each) => each * scale + shift);
    world.fillParameter(self, tensorOfNumbers(world, changed, parameterShape(self, place)), place);
    return self;
  };
  /** A buffer that holds one number from now on. */
  const refilled = (place: Place, next: Initializer) => {
    if (state.shape === null) return self;
    if (world.reading.graph !== null) {
      world.changeInForward(self, place);
      return self;
    }
    if (next.kind !== 'constant') {
      const message =
        'a buffer of random numbers is not supported: keep them as nn.Parameter(..., requires_grad=False)';
      return refuse('unsupported', message, place);
    }
    world.fillParameter(self, filledTensor(world, next.value, [], 'float32'), place);
    return self;
  };
  const change = (place: Place, next: Initializer) => {
    if (buffer !== null) return refilled(place, next);
    refuseInForward(world, place);
    state.initializer = next;
    return self;
  };
  const methods = (): Readonly<Record<string, Value>> => ({
    size: native('size', 'dim=None', (taken) => {
      const dim = taken.get('dim');
      const sizes = parameterShape(self, taken.place);
      if (dim === null) return tuple(sizes.map(BigInt), 'torch.Size');
      const size = typeof dim === 'bigint' ? sizes.at(Number(dim)) : undefined;
      return size === undefined ? refuse('index', 'Dimension out of range', taken.place) : BigInt(size);
    }),
    numel: native('numel', '', ({ place }) =>
      BigInt(parameterShape(self, place).reduce((product, size) => product * size, 1)),
    ),
    dim: native('dim', '', ({ place }) => BigInt(parameterShape(self, place).length)),
    zero_: native('zero_', '', ({ place }) => change(place, { kind: 'constant', value: 0 })),
    fill_: native('fill_', 'value', (taken) =>
      change(taken.place, { kind: 'constant', value: numberOf(taken.get('value'), taken.place) }),
    ),
    normal_: native('normal_', 'mean=0, std=1, *, generator=None', (taken) =>
      change(taken.place, {
        kind: 'normal',
        mean: numberOf(taken.get('mean'), taken.place),
        deviation: numberOf(taken.get('std'), taken.place),
      }),
    ),
    uniform_: native('uniform_', 'a=0, b=1, *, generator=None', (taken) =>
      change(taken.place, uniform(taken.get('a'), taken.get('b'), taken.place)),
    ),
    erfinv_: native('erfinv_', '', ({ place }) => change(place, quantiles(state.initializer, place))),
    ...Object.fromEntries(
      ['clamp_', 'clip_'].map((name) => [
        name,
        native(name, 'min=None, max=None', ({ get, place }) =>
          change(place, bounded(state.initializer, get('min'), get('max'), place)),
        ),
      ]),
    ),
    copy_: native('copy_', 'src, non_blocking=False', (taken) => {
      world.fillParameter(self, taken.get('src'), taken.place);
      return self;
    }),
    requires_grad_: native('requires_grad_', 'requires_grad=True', (taken) => {
      if (buffer === null) state.trainable = taken.get('requires_grad') !== false;
      return self;
    }),
    ...Object.fromEntries(
      (['mul_', 'div_', 'add_', 'sub_'] as const).map((name) => [
        name,
        native(name, 'other', (taken) => {
          const number = numberOf(taken.get('other'), taken.place);
          const scale = name === 'mul_' ? number : name === 'div_' ? 1 / number : 1;
          const shift = name === 'add_' ? number : name === 'sub_' ? -number : 0;
          if (buffer !== null && world.reading.graph === null) return rescaled(scale, shift, taken.place);
          return change(taken.place, world.scaledInitializer(state.initializer, scale, shift, taken.place));
        }),
      ]),
    ),
  });
  return self;
}

/** A uniform initialiser between two numbers. */
export function uniform(low: Value, high: Value, place: Place): Initializer {
  const [a, b] = [numberOf(low, place), numberOf(high, place)];
  if (a > b) refuse('value', `uniform_ expects to return a [from, to) range, but found from=${a} > to=${b}`, place);
  return rangeInitializer(a, b);
}

/**
 * Uniform draws u as erfinv(u): a normal one of deviation 1 / sqrt(2), cut off where the uniform one ends; how trunc_normal_
 * draws (PyTorch's nn/init.py).
 */
function quantiles(initializer: Initializer, place: Place): Initializer {
  const [low, high] =
    initializer.kind === 'uniform'
      ? [-initializer.bound, initializer.bound]
      : initializer.kind === 'range'
        ? [initializer.low, initializer.high]
        : [Number.NaN, Number.NaN];
  if (!(low >= -1 && high <= 1)) {
    return refuse('unsupported', 'erfinv_ of a parameter is read after uniform_ alone', place);
  }
  return { kind: 'truncatedNormal', mean: 0, deviation: Math.SQRT1_2, low: erfinv(low), high: erfinv(high) };
}

/** Draws that lie between bounds already stay as they are. */
function bounded(initializer: Initializer, low: Value, high: Value, place: Place): Initializer {
  const bound = (value: Value) => (value === null ? null : numberOf(value, place));
  const [min, max] = [bound(low), bound(high)];
  const slack = 1e-6;
  switch (initializer.kind) {
    case 'truncatedNormal': {
      // The bounds are those of the draw but for rounding, or so far out that nothing is drawn there.
      const { mean, deviation } = initializer;
      const reached = (bound: number, end: number) =>
        Math.abs(bound - end) <= slack * Math.max(1, Math.abs(end)) || Math.abs(bound - mean) >= 6 * deviation;
      const lowest = min !== null && min > initializer.low ? min : initializer.low;
      const highest = max !== null && max < initializer.high ? max : initializer.high;
      if (!reached(lowest, initializer.low) || !reached(highest, initializer.high)) break;
      return { ...initializer, low: lowest, high: highest };
    }
    case 'constant':
      return { kind: 'constant', value: Math.min(Math.max(initializer.value, min ?? -Infinity), max ?? Infinity) };
    case 'values':
      return {
        kind: 'values',
        values: initializer.values.map((value) => Math.min(Math.max(value, min ?? -Infinity), max ?? Infinity)),
      };
    case 'uniform':
      if ((min ?? -Infinity) <= -initializer.bound && (max ?? Infinity) >= initializer.bound) return initializer;
      break;
    case 'range':
      if ((min ?? -Infinity) <= initializer.low && (max ?? Infinity) >= initializer.high) return initializer;
      break;
    default:
      break;
  }
  return refuse('unsupported', 'clamp_ of a parameter that is drawn beyond the bounds is not supported yet', place);
}
