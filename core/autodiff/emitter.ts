/**
 * ONNX operations on tensors whose sizes are known: what gradient rules are written in. Each function adds one node (or
 * none, where it would change nothing) and returns its result with its sizes.
 */
import type { Attributes, GraphBuilder } from '../onnx/graph-builder.ts';

/** A tensor of the graph, float32 unless said; in a model with a symbolic batch, `shape` holds a nominal batch's sizes. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Which operators a graph is made of. `cpu`: the fastest on ONNX Runtime's CPU provider. `portable`: those that every
 * provider has and computes rightly; WebGPU lacks max pooling with indices and batch statistics, and its Pad reads out
 * of bounds.
 */
export type Formulation = 'cpu' | 'portable';

/**
 * How gradients are summed: a run keeps that of its first training, since sums in another order round differently. 2 adds
 * many rows in stages (row-sum.ts).
 */
export type Arithmetic = 1 | 2;

/** Of new runs, and of networks trained alone. */
export const currentArithmetic: Arithmetic = 2;

export interface Emitter {
  readonly builder: GraphBuilder;
  readonly formulation: Formulation;
  readonly arithmetic: Arithmetic;
  /** Any operator with one output of the given shape. */
  node(operator: string, inputs: readonly Tensor[], shape: readonly number[], attributes?: Attributes): Tensor;
  /** An elementwise operator of one tensor. */
  unary(operator: string, x: Tensor, attributes?: Attributes): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  subtract(a: Tensor, b: Tensor): Tensor;
  multiply(a: Tensor, b: Tensor): Tensor;
  divide(a: Tensor, b: Tensor): Tensor;
  /** condition ? a : b, where the condition is the comparison of two tensors. */
  select(comparison: 'Greater' | 'Less' | 'Equal', left: Tensor, right: Tensor, a: Tensor, b: Tensor): Tensor;
  scalar(value: number): Tensor;
  /** A scalar for arithmetic on tensors that {@link cast} made wide. */
  scalar64(value: number): Tensor;
  /**
   * To float64 and back, for sums whose rounding would not average out. GPUs have no float64: the portable formulation
   * stays in float32.
   */
  cast(x: Tensor, type: 'float32' | 'float64'): Tensor;
  /** An int64 tensor as one that arithmetic with {@link scalar64} takes. */
  castInteger(x: Tensor): Tensor;
  constant(values: Float32Array | readonly number[], shape: readonly number[]): Tensor;
  /** Zeros, made when the graph runs. */
  zeros(shape: readonly number[]): Tensor;
  /** Matrix product of the last two axes, leading axes broadcast. */
  matmul(a: Tensor, b: Tensor): Tensor;
  /** op(a) op(b) + c for matrices, where op may transpose. */
  gemm(a: Tensor, b: Tensor, options?: { transA?: boolean; transB?: boolean; c?: Tensor }): Tensor;
  transpose(x: Tensor, order: readonly number[]): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  /** Reduces over axes; `keep` leaves them as 1. */
  reduce(operator: 'ReduceSum' | 'ReduceMean' | 'ReduceMax', x: Tensor, axes: readonly number[], keep: boolean): Tensor;
  /** Elements start, start + step, ... before end, along the axes named. */
  slice(x: Tensor, cuts: readonly { axis: number; start: number; end: number; step?: number }[]): Tensor;
  concat(parts: readonly Tensor[], axis: number): Tensor;
  /** Pads the last two axes: [top, left, bottom, right]. */
  pad(x: Tensor, padding: readonly [number, number, number, number], value: number): Tensor;
  /** Pads one axis by concatenation. */
  padAxis(x: Tensor, axis: number, before: number, after: number, value: number): Tensor;
  /** Sine, as exact as float32 allows on every provider. */
  sine(x: Tensor): Tensor;
  cosine(x: Tensor): Tensor;
  /** log softmax over one axis. */
  logSoftmax(x: Tensor, axis: number): Tensor;
  /** Repeats axes of size 1 up to `shape`. */
  expand(x: Tensor, shape: readonly number[]): Tensor;
  /** Repeats each element of the last two axes rows x columns times (nearest-neighbour enlargement). */
  enlarge(x: Tensor, rows: number, columns: number): Tensor;
  /** Sums a gradient down to the shape that was broadcast to its own (NumPy's rule). */
  sumTo(x: Tensor, shape: readonly number[]): Tensor;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** The shape of two shapes broadcast together (NumPy's rule). @throws RangeError where sizes do not fit. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new RangeError(`Shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast.`);
    }
    return left === 1 ? right : left;
  });
}

/** Size of an axis that must be there. @throws RangeError on an axis that is not. */
export function sizeAt(shape: readonly number[], axis: number): number {
  const size = shape.at(axis);
  if (size === undefined) throw new RangeError(`Shape [${shape.join(', ')}] has no axis ${axis}.`);
  return size;
}
