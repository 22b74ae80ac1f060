/** What is known of a tensor that was made while the network was built: its numbers, or how they are drawn. */
import { refuse } from '../../python/reason.ts';
import type { HostValue, Value } from '../../python/values.ts';
import type { Initializer } from '../ir.ts';

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
}

/** `scale` with probability `keep`, else 0: what stochastic depth multiplies by. */
export interface KnownMask {
  readonly kind: 'mask';
  readonly keep: number;
  readonly scale: number;
}

export type Known = KnownNumbers | KnownDraw | KnownMask;

export const zeros: KnownDraw = constantDraw(0);

export function constantDraw(value: number): KnownDraw {
  return { kind: 'draw', initializer: { kind: 'constant', value } };
}

/** Numbers that one tensor computed at build time may hold. */
const largestTable = 6_000_000;

/** Refuses tables that would take more memory than a program may. @throws a reason of kind budget */
export function checkTable(count: number): void {
  if (!(count <= largestTable)) {
    refuse('budget', `a tensor of ${count} numbers is computed when the network is built, more than ${largestTable}`);
  }
}

/** The numbers of a tensor of `count` elements, null where they are drawn at random. */
export function numbersOf(known: Known, count: number): Float64Array | null {
  if (known.kind === 'numbers') return known.data;
  if (known.kind === 'mask') return null;
  const { initializer } = known;
  checkTable(count);
  if (initializer.kind === 'constant') return new Float64Array(count).fill(initializer.value);
  return initializer.kind === 'values' ? Float64Array.from(initializer.values) : null;
}

/** Known numbers as an initialiser: one constant where all are equal. */
export function initializerOf(known: KnownNumbers | KnownDraw): Initializer {
  if (known.kind === 'draw') return known.initializer;
  const [first = 0] = known.data;
  if (known.data.every((value) => value === first)) return { kind: 'constant', value: first };
  return { kind: 'values', values: [...known.data].map(Math.fround) };
}

/** scale x + shift of every draw; null where the IR has no name for the result. */
export function affineDraw(initializer: Initializer, scale: number, shift: number): Initializer | null {
  switch (initializer.kind) {
    case 'constant':
      return { kind: 'constant', value: initializer.value * scale + shift };
    case 'values':
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
    attribute: (attribute) => (attribute === 'is_floating_point' ? elementType === 'float32' : undefined),
    text: () => name,
  };
}
