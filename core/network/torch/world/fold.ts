/**
 * Operators on tensors that are known when the network is built: position tables, index tables, masks. Computed here
 * once, in float64, instead of in every step; what has no rule here becomes a node on a constant.
 */
import type { Meter } from '../../../python/budget.ts';
import type { Operator, OperatorAttributes } from '../../ir.ts';

export interface Table {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

type Folder<O extends Operator> = (
  attributes: OperatorAttributes[O],
  inputs: readonly Table[],
  shape: readonly number[],
) => Float64Array | null;

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Steps between neighbours along each axis, row by row. */
function stepsOf(shape: readonly number[]): number[] {
  const steps = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = (steps[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return steps;
}

/** For each element of a shape, row by row, the place given by a step an axis and a start. */
export function places(shape: readonly number[], steps: readonly number[], start = 0): Int32Array {
  const total = count(shape);
  const result = new Int32Array(total);
  const index = new Array<number>(shape.length).fill(0);
  let place = start;
  for (let i = 0; i < total; i++) {
    result[i] = place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      place += steps[axis] ?? 0;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      place -= (steps[axis] ?? 0) * (shape[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return result;
}

function pick(data: Float64Array, at: Int32Array): Float64Array {
  const result = new Float64Array(at.length);
  for (let i = 0; i < at.length; i++) result[i] = data[at[i] ?? 0] ?? 0;
  return result;
}

/** A table repeated to a shape that it broadcasts to. */
export function spread({ shape, data }: Table, to: readonly number[]): Float64Array {
  if (shape.length === to.length && shape.every((size, axis) => size === to[axis])) return data;
  const steps = stepsOf(shape);
  const extra = to.length - shape.length;
  const used = to.map((_, axis) => (axis < extra || shape[axis - extra] === 1 ? 0 : (steps[axis - extra] ?? 0)));
  return pick(data, places(to, used));
}

function unary(run: (x: number) => number) {
  return (_attributes: unknown, [x]: readonly Table[]): Float64Array =>
    x === undefined ? new Float64Array() : x.data.map(run);
}

function binary(run: (a: number, b: number) => number) {
  return (_attributes: unknown, [a, b]: readonly Table[], shape: readonly number[]): Float64Array => {
    if (a === undefined || b === undefined) return new Float64Array();
    const [left, right] = [spread(a, shape), spread(b, shape)];
    return left.map((value, i) => run(value, right[i] ?? 0));
  };
}

function reduction(
  start: number,
  run: (total: number, x: number) => number,
  finish = (total: number, _n: number) => total,
) {
  return ({ axes }: { readonly axes: readonly number[] }, [x]: readonly Table[]): Float64Array => {
    if (x === undefined) return new Float64Array();
    const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const steps = stepsOf(kept).map((step, axis) => (axes.includes(axis) ? 0 : step));
    const result = new Float64Array(count(kept)).fill(start);
    places(x.shape, steps).forEach((place, i) => {
      result[place] = run(result[place] ?? 0, x.data[i] ?? 0);
    });
    const many = x.data.length / result.length;
    return result.map((total) => finish(total, many));
  };
}

const relations = {
  less: (a: number, b: number) => a < b,
  lessOrEqual: (a: number, b: number) => a <= b,
  greater: (a: number, b: number) => a > b,
  greaterOrEqual: (a: number, b: number) => a >= b,
  equal: (a: number, b: number) => a === b,
  notEqual: (a: number, b: number) => a !== b,
} as const;

/** Halves go to the even neighbour, as torch.round does. */
function nearest(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

const rounding = { floor: Math.floor, ceil: Math.ceil, nearest, zero: Math.trunc, sign: Math.sign } as const;

const folders: { readonly [O in Operator]?: Folder<O> } = {
  add: binary((a, b) => a + b),
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b),
  divide: binary((a, b) => a / b),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  compare: ({ relation }, inputs, shape) => binary((a, b) => Number(relations[relation](a, b)))(null, inputs, shape),
  where: (_attributes, [condition, a, b], shape) => {
    if (condition === undefined || a === undefined || b === undefined) return new Float64Array();
    const [test, yes, no] = [spread(condition, shape), spread(a, shape), spread(b, shape)];
    return test.map((value, i) => (value !== 0 ? yes[i] : no[i]) ?? 0);
  },
  affine: ({ scale, shift }, inputs) => unary((x) => scale * x + shift)(null, inputs),
  power: ({ exponent }, inputs) => unary((x) => x ** exponent)(null, inputs),
  clamp: ({ min, max }, inputs) =>
    unary((x) => Math.min(Math.max(x, min ?? Number.NEGATIVE_INFINITY), max ?? Number.POSITIVE_INFINITY))(null, inputs),
  hardtanh: ({ min, max }, inputs) => unary((x) => Math.min(Math.max(x, min), max))(null, inputs),
  round: ({ to }, inputs) => unary(rounding[to])(null, inputs),
  relu: unary((x) => Math.max(x, 0)),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  abs: unary(Math.abs),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tanh: unary(Math.tanh),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  detach: unary((x) => x),
  reshape: unary((x) => x),
  permute: ({ order }, [x], shape) => {
    if (x === undefined) return new Float64Array();
    const steps = stepsOf(x.shape);
    return pick(
      x.data,
      places(
        shape,
        order.map((axis) => steps[axis] ?? 0),
      ),
    );
  },
  expand: (_attributes, [x], shape) => (x === undefined ? new Float64Array() : spread(x, shape)),
  slice: ({ axis, start, step }, [x], shape) => {
    if (x === undefined) return new Float64Array();
    const steps = stepsOf(x.shape);
    return pick(x.data, places(shape, steps.with(axis, (steps[axis] ?? 0) * step), start * (steps[axis] ?? 0)));
  },
  gather: ({ axis, indices }, [x], shape) => {
    if (x === undefined) return new Float64Array();
    const steps = stepsOf(x.shape);
    const base = places(shape, steps.with(axis, 0));
    const chosen = places(
      shape,
      shape.map((_, i) => (i === axis ? 1 : 0)),
    );
    return pick(
      x.data,
      base.map((place, i) => place + (indices[chosen[i] ?? 0] ?? 0) * (steps[axis] ?? 0)),
    );
  },
  concat: ({ axis }, inputs, shape) => {
    const result = new Float64Array(count(shape));
    const steps = stepsOf(shape);
    let start = 0;
    for (const { shape: own, data } of inputs) {
      places(own, steps, start * (steps[axis] ?? 0)).forEach((place, i) => {
        result[place] = data[i] ?? 0;
      });
      start += own[axis] ?? 0;
    }
    return result;
  },
  pad: ({ before, after, value }, [x], shape) => {
    const result = new Float64Array(count(shape)).fill(value);
    if (x === undefined || [...before, ...after].some((amount) => amount < 0)) return null;
    const steps = stepsOf(shape);
    const start = before.reduce((total, amount, axis) => total + amount * (steps[axis] ?? 0), 0);
    places(x.shape, steps, start).forEach((place, i) => {
      result[place] = x.data[i] ?? 0;
    });
    return result;
  },
  sum: reduction(0, (total, x) => total + x),
  mean: reduction(
    0,
    (total, x) => total + x,
    (total, n) => total / n,
  ),
  max: reduction(Number.NEGATIVE_INFINITY, Math.max),
  maxAlong: ({ axis }, inputs) => reduction(Number.NEGATIVE_INFINITY, Math.max)({ axes: [axis] }, inputs),
  matmul: (_attributes, [a, b], shape) => {
    if (a === undefined || b === undefined) return new Float64Array();
    const inner = a.shape.at(-1) ?? 1;
    const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    const leading = shape.slice(0, -2);
    const left = spread(a, [...leading, rows, inner]);
    const right = spread(b, [...leading, inner, columns]);
    return Float64Array.from({ length: count(shape) }, (_, at) => {
      const block = Math.floor(at / (rows * columns));
      const [row, column] = [Math.floor(at / columns) % rows, at % columns];
      let total = 0;
      for (let k = 0; k < inner; k++) {
        total += (left[(block * rows + row) * inner + k] ?? 0) * (right[(block * inner + k) * columns + column] ?? 0);
      }
      return total;
    });
  },
};

/** How many times each number of the result is gone through, beside those of the inputs. */
const passes: { readonly [O in Operator]?: number } = {
  permute: 2,
  slice: 2,
  expand: 2,
  gather: 4,
  concat: 2,
  pad: 2,
  compare: 3,
  where: 4,
  maximum: 3,
  minimum: 3,
  add: 3,
  subtract: 3,
  multiply: 3,
  divide: 3,
  power: 2,
  exp: 2,
  log: 2,
  sin: 3,
  cos: 3,
};

/** Charges for the numbers that an operator goes through. @throws a reason of kind budget for a table too large */
function charge(meter: Meter, operator: Operator, inputs: readonly Table[], shape: readonly number[]): void {
  const total = count(shape);
  meter.table(total);
  const read = inputs.reduce((sum, { data }) => sum + data.length, 0);
  meter.steps(Math.floor((2 * read + total * (passes[operator] ?? 1)) / 64));
  if (operator !== 'matmul') return;
  const [left, right] = inputs;
  const inner = left?.shape.at(-1) ?? 1;
  // Products broadcast both sides first.
  meter.table(total * inner);
  meter.table((total / (shape.at(-1) ?? 1)) * inner);
  meter.table((total / (shape.at(-2) ?? 1)) * (right?.shape.at(-2) ?? inner));
}

/** The result's numbers, or null where the operator is not computed here. */
export function foldOperator<O extends Operator>(
  meter: Meter,
  operator: O,
  attributes: OperatorAttributes[O],
  inputs: readonly Table[],
  shape: readonly number[],
): Float64Array | null {
  const folder = folders[operator];
  if (folder === undefined) return null;
  charge(meter, operator, inputs, shape);
  return folder(attributes, inputs, shape);
}
