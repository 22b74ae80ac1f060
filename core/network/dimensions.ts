/** Arithmetic on sizes that may be multiples of the batch size N, and how they are written: `[N, 32, 8, 8]`. */
import type { Dimension, Shape } from './ir.ts';

/** A product of sizes: coefficient * N^power. */
export interface Size {
  readonly coefficient: number;
  readonly power: number;
}

/** Number of elements of a value. */
export function elementCount(shape: Shape): Size {
  let coefficient = 1;
  let power = 0;
  for (const dimension of shape) {
    if (typeof dimension === 'number') coefficient *= dimension;
    else {
      coefficient *= dimension.batch;
      power++;
    }
  }
  return { coefficient, power };
}

/** Number of elements that one sample contributes. */
export function elementsOfSample(shape: Shape): number {
  return elementCount(shape).coefficient;
}

/** A size as a dimension; null for what no dimension can say (N squared). */
export function dimensionOf(size: Size): Dimension | null {
  if (size.coefficient === 0) return 0;
  if (size.power === 0) return size.coefficient;
  return size.power === 1 ? { batch: size.coefficient } : null;
}

export function sameDimension(a: Dimension, b: Dimension): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a.batch === b.batch;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => sameDimension(dimension, b[axis] ?? -1));
}

export function formatDimension(dimension: Dimension): string {
  if (typeof dimension === 'number') return String(dimension);
  return dimension.batch === 1 ? 'N' : `${dimension.batch} N`;
}

/** `[N, 32, 8, 8]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.map(formatDimension).join(', ')}]`;
}

/** The shape of two values under NumPy's broadcasting; null when they do not go together. */
export function broadcast(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const result: Dimension[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (sameDimension(x, y) || y === 1) result.push(x);
    else if (x === 1) result.push(y);
    else return null;
  }
  return result;
}
