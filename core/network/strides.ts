/**
 * Memory layout of tensors: which views exist without a copy. PyTorch refuses `view` where none does. The batch size
 * stands in as a large prime, so that no size is equal to it by accident.
 */
import type { Shape } from './ir.ts';

/** What stands for the batch size. */
export const probe = 7919;

/** Sizes as numbers. */
export function numbers(shape: Shape): number[] {
  return shape.map((dimension) => (typeof dimension === 'number' ? dimension : dimension.batch * probe));
}

/** Strides of a tensor stored row by row. */
export function contiguousStrides(shape: Shape): number[] {
  const sizes = numbers(shape);
  const strides: number[] = [];
  let step = 1;
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= Math.max(1, sizes[axis] ?? 1);
  }
  return strides;
}

/** Whether strides are those of a tensor stored row by row (axes of size 1 do not matter). */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  const expected = contiguousStrides(shape);
  return numbers(shape).every((size, axis) => size === 1 || strides[axis] === expected[axis]);
}

/**
 * Strides of a view with other sizes, or null when there is none (ATen's computeStride): old axes that lie together in
 * memory form a block; each block must split into whole new axes.
 */
export function viewStrides(from: Shape, strides: readonly number[], to: Shape): number[] | null {
  const [old, wanted] = [numbers(from), numbers(to)];
  const result = new Array<number>(wanted.length).fill(1);
  let at = wanted.length - 1;
  let blockStride = strides.at(-1) ?? 1;
  let blockSize = 1;
  let filled = 1;
  for (let axis = old.length - 1; axis >= 0; axis--) {
    blockSize *= old[axis] ?? 1;
    const before = axis === 0 ? null : (strides[axis - 1] ?? 1);
    const joined = before !== null && ((old[axis - 1] ?? 1) === 1 || before === blockSize * blockStride);
    if (joined) continue;
    while (at >= 0 && (filled < blockSize || wanted[at] === 1)) {
      result[at] = filled * blockStride;
      filled *= wanted[at] ?? 1;
      at--;
    }
    if (filled !== blockSize) return null;
    if (before !== null) {
      blockStride = before;
      blockSize = 1;
      filled = 1;
    }
  }
  return at < 0 ? result : null;
}
