/** What is known of a tensor that was made while the network was built: its numbers, or how they are drawn. */
import type { Meter } from '../../../python/budget.ts';
import type { HostValue, Value } from '../../../python/types/values.ts';
import type { Initializer } from '../../ir.ts';

export type ElementType = 'float32' | 'int64' | 'bool';

/** Numbers row by row. */
export interface KnownNumbers {
  readonly kind: 'numbers';
  readonly data: Float64Array;
}

/** Every number drawn alike; a constant is the plainest draw, and needs no memory however large the tensor. */
export interface KnownDraw {
  readonly kind: 'draw';
  readonly initializer: Initializer;
  /** Where it is another draw, scaled and shifted: the same numbers. */
  readonly scaled?: { readonly of: KnownDraw; readonly scale: number; readonly shift: number };
}

/** `scale` with probability `keep`, else 0: what stochastic depth multiplies by. */
export interface KnownMask {
  readonly kind: 'mask';
  readonly keep: number;
  readonly scale: number;
}

export type Known = KnownNumbers | KnownDraw | KnownMask;

export function constantDraw(value: number): KnownDraw {
  return { kind: 'draw', initializer: { kind: 'constant', value } };
}

/** The numbers of a tensor of `count` elements, null where they are drawn at random. */
export function numbersOf(meter: Meter, known: Known, count: number): Float64Array | null {
  if (known.kind === 'numbers') return known.data;
  if (known.kind === 'mask') return null;
  const { initializer } = known;
  meter.table(count);
  if (initializer.kind === 'constant') return new Float64Array(count).fill(initializer.value);
  return initializer.kind === 'values' ? Float64Array.from(initializer.values) : null;
}

/** Known numbers as an initialiser: one constant where all are equal. */
export function initializerOf(meter: Meter, known: KnownNumbers | KnownDraw): Initializer {
  if (known.kind === 'draw') return known.initializer;
  meter.table(known.data.length);
  const [first = 0] = known.data;
  if (known.data.every((value) => value === first)) return { kind: 'constant', value: first };
  meter.steps(Math.floor(known.data.length * listedSteps));
  return { kind: 'values', values: listed(known.data) };
}

/** Steps for each number that is written into the network itself: it is hashed, sent and stored with it. */
export const listedSteps = 1 / 4;

/** Numbers as the network holds them, in float32. */
export function listed(numbers: ArrayLike<number>): number[] {
  const values = new Array<number>(numbers.length);
  for (let i = 0; i < numbers.length; i++) values[i] = Math.fround(numbers[i] ?? 0);
  return values;
}

/** scale x + shift of every draw; null where the IR has no name for the result. */
export function affineDraw(meter: Meter, initializer: Initializer, scale: number, shift: number): Initializer | null {
  switch (initializer.kind) {
    case 'constant':
      return { kind: 'constant', value: initializer.value * scale + shift };
    case 'values':
      meter.table(2 * initializer.values.length);
      return { kind: 'values', values: initializer.values.map((value) => value * scale + shift) };
    case 'normal':
      return {
        kind: 'normal',
        mean: initializer.mean * scale + shift,
        deviation: initializer.deviation * Math.abs(scale),
      };
    case 'uniform':
      return rangeInitializer(-initializer.bound * scale + shift, initializer.bound * scale + shift);
    case 'range':
      return rangeInitializer(initializer.low * scale + shift, initializer.high * scale + shift);
    case 'truncatedNormal': {
      const [a, b] = [initializer.low * scale + shift, initializer.high * scale + shift];
      return {
        kind: 'truncatedNormal',
        mean: initializer.mean * scale + shift,
        deviation: initializer.deviation * Math.abs(scale),
        low: Math.min(a, b),
        high: Math.max(a, b),
      };
    }
    case 'orthogonal':
      return shift === 0 ? { kind: 'orthogonal', gain: initializer.gain * scale } : null;
    case 'sparse':
      return shift === 0 ? { ...initializer, deviation: initializer.deviation * Math.abs(scale) } : null;
    case 'patched': {
      const of = affineDraw(meter, initializer.of, scale, shift);
      const patches = initializer.patches.map(({ start, count, by }) => {
        const moved = affineDraw(meter, by, scale, shift);
        return moved === null ? null : { start, count, by: moved };
      });
      const whole = patches.every((each) => each !== null);
      return of === null || !whole ? null : { kind: 'patched', of, patches };
    }
  }
}

/** Uniform between two numbers, in either order. */
export function rangeInitializer(a: number, b: number): Initializer {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  return low === -high ? { kind: 'uniform', bound: high } : { kind: 'range', low, high };
}

/** A torch.dtype. */
export interface ElementTypeValue extends HostValue {
  readonly elementType: ElementType;
}

export function isElementType(value: Value): value is ElementTypeValue {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'elementType' in value;
}

export function elementTypeValue(elementType: ElementType, name: string): ElementTypeValue {
  return {
    kind: 'host',
    typeName: 'torch.dtype',
    elementType,
    attribute(attribute) {
      if (attribute === 'is_floating_point') return elementType === 'float32';
      if (attribute === 'is_complex') return false;
      return attribute === 'is_signed' ? elementType !== 'bool' : undefined;
    },
    text: () => name,
  };
}
