/** The emitter over a graph builder, in either formulation. */
import type { Attributes, GraphBuilder } from '../onnx/graph-builder.ts';
import { DATA_TYPES } from '../onnx/model.ts';
import {
  type Arithmetic,
  broadcastShape,
  currentArithmetic,
  type Emitter,
  type Formulation,
  sameShape,
  sizeAt,
  type Tensor,
} from './emitter.ts';
import { portableConvolution, portableTransposedConvolution } from './portable-convolution.ts';
import { guarded, refuseUnsafe } from './portable-safety.ts';
import { sumOfRows } from './row-sum.ts';

/** An emitter that adds its nodes to `builder`. */
export function createEmitter(
  builder: GraphBuilder,
  formulation: Formulation = 'cpu',
  arithmetic: Arithmetic = currentArithmetic,
): Emitter {
  const portable = formulation === 'portable';
  const padded = new Set<string>();

  function node(
    operator: string,
    inputs: readonly Tensor[],
    shape: readonly number[],
    attributes: Attributes = {},
  ): Tensor {
    if (portable) refuseUnsafe({ operator, attributes, outputs: 1, inputs: inputs.map((input) => input.shape) });
    const names = inputs.map((input) => input.name);
    const [first = ''] = names;
    // ONNX Runtime fuses padding with zeros into a max pool, whose own padding is below every number. Max of one value
    // keeps them apart.
    if (operator === 'MaxPool' && padded.has(first)) names[0] = builder.node('Max', [first]);
    const name = builder.node(operator, names, attributes);
    if (operator === 'Pad') padded.add(name);
    return { name, shape };
  }

  function binary(operator: string, a: Tensor, b: Tensor): Tensor {
    return node(operator, [a, b], broadcastShape(a.shape, b.shape));
  }

  function integers(values: readonly number[]): Tensor {
    return { name: builder.integers(values), shape: [values.length] };
  }

  function constant(values: Float32Array | readonly number[], shape: readonly number[]): Tensor {
    return { name: builder.floats(values, shape), shape };
  }

  function reshape(x: Tensor, shape: readonly number[]): Tensor {
    return sameShape(x.shape, shape) ? x : node('Reshape', [x, integers(shape)], shape);
  }

  function reduce(operator: string, x: Tensor, axes: readonly number[], keep: boolean): Tensor {
    if (axes.length === 0) return x;
    const shape = keep
      ? x.shape.map((size, i) => (axes.includes(i) ? 1 : size))
      : x.shape.filter((_, i) => !axes.includes(i));
    return node(operator, [x, integers(axes)], shape, { keepdims: keep ? 1 : 0 });
  }

  function concat(parts: readonly Tensor[], axis: number): Tensor {
    const [first] = parts;
    if (first === undefined) throw new RangeError('Cannot concatenate no tensors.');
    if (parts.length === 1) return first;
    const total = parts.reduce((sum, part) => sum + sizeAt(part.shape, axis), 0);
    return node('Concat', parts, first.shape.with(axis, total), { axis });
  }

  /** A tensor of equal elements, made when the graph runs. */
  function filled(shape: readonly number[], value: number): Tensor {
    if (value === 0) return node('ConstantOfShape', [integers(shape)], shape);
    return node('Expand', [constant([value], []), integers(shape)], shape);
  }

  /** Padding of one axis by concatenation. */
  function extended(x: Tensor, axis: number, before: number, after: number, value: number): Tensor {
    const edge = (size: number): Tensor[] => (size === 0 ? [] : [filled(x.shape.with(axis, size), value)]);
    return concat([...edge(before), x, ...edge(after)], axis);
  }

  /**
   * sin(x + 2 pi turns) by reduction to a quarter turn and its Taylor series, for providers whose own is loose. The
   * angle is reduced with 2 pi in two parts, so that it stays exact up to some thousand radians.
   */
  function sineSeries(x: Tensor, turns: number): Tensor {
    const number = (value: number): Tensor => constant([value], []);
    const product = (a: Tensor, value: number): Tensor => binary('Mul', a, number(value));
    const whole = node('Floor', [binary('Add', product(x, 1 / (2 * Math.PI)), number(turns + 0.5))], x.shape);
    const coarse = Math.fround(6.28125);
    const reduced = binary('Sub', binary('Sub', x, product(whole, coarse)), product(whole, 2 * Math.PI - coarse));
    const angle = binary('Add', reduced, number(2 * Math.PI * turns));
    // From [-pi, pi] to [-pi / 2, pi / 2]: sin(a) = sin(pi - a) = sin(-pi - a).
    const right = node('Min', [angle, binary('Sub', number(Math.PI), angle)], x.shape);
    const folded = node('Max', [right, binary('Sub', number(-Math.PI), angle)], x.shape);
    const square = binary('Mul', folded, folded);
    let series = number(0);
    for (const term of [13, 11, 9, 7, 5, 3, 1]) {
      let factorial = 1;
      for (let i = 2; i <= term; i++) factorial *= i;
      const sign = (term - 1) % 4 === 0 ? 1 : -1;
      series = binary('Add', binary('Mul', series, square), number(sign / factorial));
    }
    return binary('Mul', series, folded);
  }

  const emitter: Emitter = {
    builder: portable ? guarded(builder) : builder,
    formulation,
    arithmetic,
    node(operator, inputs, shape, attributes = {}) {
      if (portable && operator === 'Conv') return portableConvolution(emitter, node, inputs, shape, attributes);
      if (portable && operator === 'ConvTranspose') {
        return portableTransposedConvolution(emitter, node, inputs, shape, attributes);
      }
      return node(operator, inputs, shape, attributes);
    },
    unary: (operator, x, attributes) => node(operator, [x], x.shape, attributes),
    add: (a, b) => binary('Add', a, b),
    subtract: (a, b) => binary('Sub', a, b),
    multiply: (a, b) => binary('Mul', a, b),
    divide: (a, b) => binary('Div', a, b),
    select(comparison, left, right, a, b) {
      const condition = binary(comparison, left, right);
      return node('Where', [condition, a, b], broadcastShape(condition.shape, broadcastShape(a.shape, b.shape)));
    },
    scalar: (value) => constant([value], []),
    scalar64: (value) => (portable ? constant([value], []) : { name: builder.doubles([value], []), shape: [] }),
    cast: (x, type) => (portable ? x : node('Cast', [x], x.shape, { to: DATA_TYPES[type] })),
    castInteger: (x) => node('Cast', [x], x.shape, { to: DATA_TYPES[portable ? 'float32' : 'float64'] }),
    constant,
    zeros: (shape) => node('ConstantOfShape', [integers(shape)], shape),
    matmul(a, b) {
      const leading = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
      return node('MatMul', [a, b], [...leading, sizeAt(a.shape, -2), sizeAt(b.shape, -1)]);
    },
    gemm(a, b, { transA = false, transB = false, c } = {}) {
      const shape = [sizeAt(a.shape, transA ? 1 : 0), sizeAt(b.shape, transB ? 0 : 1)];
      const attributes = { transA: transA ? 1 : 0, transB: transB ? 1 : 0 };
      return node('Gemm', c === undefined ? [a, b] : [a, b, c], shape, attributes);
    },
    transpose(x, order) {
      if (order.every((axis, i) => axis === i)) return x;
      return node(
        'Transpose',
        [x],
        order.map((axis) => sizeAt(x.shape, axis)),
        { perm: order },
      );
    },
    reshape,
    reduce,
    slice(x, cuts) {
      const shape = [...x.shape];
      const used = cuts.filter(({ axis, start, end, step = 1 }) => {
        shape[axis] = Math.ceil((end - start) / step);
        return !(start === 0 && step === 1 && end === x.shape[axis]);
      });
      if (used.length === 0) return x;
      return node(
        'Slice',
        [
          x,
          integers(used.map((cut) => cut.start)),
          // An end before element 0, for a negative step, is written as the most negative index.
          integers(used.map((cut) => (cut.end < 0 ? -2147483648 : cut.end))),
          integers(used.map((cut) => cut.axis)),
          integers(used.map((cut) => cut.step ?? 1)),
        ],
        shape,
      );
    },
    concat,
    pad(x, [top, left, bottom, right], value) {
      if (top === 0 && left === 0 && bottom === 0 && right === 0) return x;
      const rank = x.shape.length;
      if (portable) return extended(extended(x, rank - 2, top, bottom, value), rank - 1, left, right, value);
      const before = x.shape.map((_, i) => (i === rank - 2 ? top : i === rank - 1 ? left : 0));
      const after = x.shape.map((_, i) => (i === rank - 2 ? bottom : i === rank - 1 ? right : 0));
      const shape = x.shape.map((size, i) => size + (before[i] ?? 0) + (after[i] ?? 0));
      return node('Pad', [x, integers([...before, ...after]), constant([value], [])], shape, { mode: 'constant' });
    },
    padAxis: extended,
    sine: (x) => (portable ? sineSeries(x, 0) : node('Sin', [x], x.shape)),
    cosine: (x) => (portable ? sineSeries(x, 0.25) : node('Cos', [x], x.shape)),
    logSoftmax(x, axis) {
      if (!portable) return node('LogSoftmax', [x], x.shape, { axis });
      const at = axis < 0 ? axis + x.shape.length : axis;
      const shifted = binary('Sub', x, reduce('ReduceMax', x, [at], true));
      const total = reduce('ReduceSum', node('Exp', [shifted], x.shape), [at], true);
      return binary('Sub', shifted, node('Log', [total], total.shape));
    },
    expand: (x, shape) => (sameShape(x.shape, shape) ? x : node('Expand', [x, integers(shape)], shape)),
    enlarge(x, rows, columns) {
      if (rows === 1 && columns === 1) return x;
      const scales = constant([...x.shape.slice(0, -2).map(() => 1), rows, columns], [x.shape.length]);
      const shape = [...x.shape.slice(0, -2), sizeAt(x.shape, -2) * rows, sizeAt(x.shape, -1) * columns];
      const none = { name: '', shape: [] };
      return node('Resize', [x, none, scales], shape, {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      });
    },
    sumTo(x, shape) {
      const extra = x.shape.length - shape.length;
      const summed = x.shape
        .map((size, i) => ({ size, i }))
        .filter(({ size, i }) => i < extra || (shape[i - extra] === 1 && size !== 1))
        .map(({ i }) => i);
      const outermost = summed.every((axis, i) => axis === i);
      if (arithmetic >= 2 && outermost && summed.length > 1) {
        return reshape(sumOfRows(emitter, x, x.shape.length - summed.length), shape);
      }
      return reshape(reduce('ReduceSum', x, summed, true), shape);
    },
  };
  return emitter;
}
