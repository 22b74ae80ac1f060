/** Products of matrices: matmul, mm, bmm, addmm, einsum and their kin. */

import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { NativeFunction, Value } from '../../../python/types/values.ts';
import { formatShape, sameDimension } from '../../dimensions.ts';
import type { Dimension } from '../../ir.ts';
import { weightArgument } from '../layers/convolution.ts';
import { floatOf, tensorOf } from '../world/arguments.ts';
import {
  addAxis,
  apply,
  joinedSize,
  matrixProduct,
  permuteAxes,
  product2,
  reduceAxes,
  reshapeTo,
  type Site,
  scale,
  sum2,
  swapAxes,
} from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import { isParameter } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { everywhere, type FunctionDefinition, tensorsOf } from './function-definition.ts';

/** F.linear: parameters make the layer's own operator, computed weights a product. */
export function linearOf(world: TorchWorld, input: TensorValue, weight: Value, bias: Value, site: Site): TensorValue {
  const { place } = site;
  const matrix = weightArgument(weight, `${site.name}(): argument 'weight'`, place);
  const shift = bias === null ? null : weightArgument(bias, `${site.name}(): argument 'bias'`, place);
  if (isParameter(matrix) && (shift === null || isParameter(shift))) {
    const parameters = shift === null ? { weight: matrix } : { weight: matrix, bias: shift };
    return world.emit({ operator: 'linear', attributes: {}, inputs: [input], parameters, label: 'linear', ...site });
  }
  const rows = isParameter(matrix) ? matrix.read(place) : matrix;
  const product = matrixProduct(world, input, swapAxes(world, rows, 0, 1, site), site);
  if (shift === null) return product;
  return sum2(world, product, isParameter(shift) ? shift.read(place) : shift, site);
}

export function matrixFunctions(world: TorchWorld): FunctionDefinition[] {
  const ranks: Readonly<Record<string, readonly [number, number] | null>> = {
    matmul: null,
    mm: [2, 2],
    bmm: [3, 3],
    mv: [2, 1],
    dot: [1, 1],
  };
  const second = ({ get, place }: Taken, parameter: string) => tensorOf(get(parameter), { what: parameter, place });
  const added = (name: string, inner: string, other: string): FunctionDefinition => ({
    name,
    where: everywhere,
    signature: `${inner}, ${other}, *, beta=1, alpha=1`,
    run(input, taken) {
      const { get, place } = taken;
      const site = { name, place };
      const product = matrixProduct(world, second(taken, inner), second(taken, other), site);
      const scaled = scale(world, product, floatOf(get('alpha'), { what: 'alpha', place }), site);
      return sum2(world, scale(world, input, floatOf(get('beta'), { what: 'beta', place }), site), scaled, site);
    },
  });
  return [
    ...Object.entries(ranks).map(
      ([name, wanted]): FunctionDefinition => ({
        name,
        where: everywhere,
        signature: name === 'bmm' || name === 'mm' ? 'mat2' : 'other',
        run(input, taken) {
          const { place } = taken;
          const other = second(taken, name === 'bmm' || name === 'mm' ? 'mat2' : 'other');
          const found = [input.tensor.shape.length, other.tensor.shape.length];
          if (wanted !== null && (found[0] !== wanted[0] || found[1] !== wanted[1])) {
            refuse(
              'shape',
              `${name}: expected tensors of ${wanted[0]} and ${wanted[1]} axes, but got ${found[0]} and ${found[1]}`,
              place,
            );
          }
          const [left, right] = [input.tensor.shape[0] ?? 1, other.tensor.shape[0] ?? 1];
          if (name === 'bmm' && !sameDimension(left, right)) {
            refuse(
              'shape',
              `bmm: batch sizes differ: ${formatShape(input.tensor.shape)} and ${formatShape(other.tensor.shape)}`,
              place,
            );
          }
          return matrixProduct(world, input, other, { name, place });
        },
      }),
    ),
    added('addmm', 'mat1', 'mat2'),
    added('addmv', 'mat', 'vec'),
    added('baddbmm', 'batch1', 'batch2'),
    {
      name: 'outer',
      where: everywhere,
      signature: 'vec2',
      run(input, taken) {
        const site = { name: 'outer', place: taken.place };
        return product2(world, addAxis(world, input, 1, site), addAxis(world, second(taken, 'vec2'), 0, site), site);
      },
    },
    {
      name: 'linear',
      where: ['functional'],
      signature: 'weight, bias=None',
      run: (input, { get, place }) => linearOf(world, input, get('weight'), get('bias'), { name: 'linear', place }),
    },
  ];
}

interface Operand {
  readonly tensor: TensorValue;
  readonly axes: readonly string[];
}

/** Sums out axes that neither the other operand nor the result has. */
function summedOut(world: TorchWorld, { tensor, axes }: Operand, kept: ReadonlySet<string>, site: Site): Operand {
  const gone = axes.flatMap((axis, i) => (kept.has(axis) ? [] : [i]));
  if (gone.length === 0) return { tensor, axes };
  return {
    tensor: reduceAxes(world, 'sum', tensor, gone, false, site),
    axes: axes.filter((axis) => kept.has(axis)),
  };
}

/** Without its axes of one that the other has wider: they broadcast, which is what an axis that is not there does. */
function narrowed(world: TorchWorld, { tensor, axes }: Operand, other: Operand, site: Site): Operand {
  const gone = axes.flatMap((axis, i) => {
    const wide = other.tensor.tensor.shape[other.axes.indexOf(axis)] ?? 1;
    return tensor.tensor.shape[i] === 1 && wide !== 1 ? [i] : [];
  });
  if (gone.length === 0) return { tensor, axes };
  return {
    tensor: reduceAxes(world, 'sum', tensor, gone, false, site),
    axes: axes.filter((_, i) => !gone.includes(i)),
  };
}

/** Two operands into one, over the axes that are in both and not needed after: batch axes, rows, columns as a matmul. */
function contract(world: TorchWorld, x: Operand, y: Operand, needed: ReadonlySet<string>, site: Site): Operand {
  const [a, b] = [narrowed(world, x, y, site), narrowed(world, y, x, site)];
  const left = summedOut(world, a, new Set([...b.axes, ...needed]), site);
  const right = summedOut(world, b, new Set([...a.axes, ...needed]), site);
  const both = left.axes.filter((axis) => right.axes.includes(axis));
  const batch = both.filter((axis) => needed.has(axis));
  const inner = both.filter((axis) => !needed.has(axis));
  const rows = left.axes.filter((axis) => !both.includes(axis));
  const columns = right.axes.filter((axis) => !both.includes(axis));
  const sizes = new Map<string, Dimension>();
  for (const { tensor, axes } of [left, right]) {
    axes.forEach((axis, i) => {
      const size = tensor.tensor.shape[i] ?? 1;
      const known = sizes.get(axis);
      if (known !== undefined && known !== 1 && size !== 1 && !sameDimension(known, size)) {
        refuse(
          'shape',
          `einsum: sizes of '${axis}' differ: ${formatShape([known])} and ${formatShape([size])}`,
          site.place,
        );
      }
      if (known === undefined || known === 1) sizes.set(axis, size);
    });
  }
  const sizesOf = (axes: readonly string[]) => axes.map((axis) => sizes.get(axis) ?? 1);
  const laid = ({ tensor, axes }: Operand, order: readonly string[]) =>
    permuteAxes(
      world,
      tensor,
      order.map((axis) => axes.indexOf(axis)),
      site,
    );
  const join = (axes: readonly string[]) => joinedSize(sizesOf(axes), site);
  const first = reshapeTo(
    world,
    laid(left, [...batch, ...rows, ...inner]),
    [...sizesOf(batch), join(rows), join(inner)],
    site,
  );
  const second = reshapeTo(
    world,
    laid(right, [...batch, ...inner, ...columns]),
    [...sizesOf(batch), join(inner), join(columns)],
    site,
  );
  const product = apply(world, 'matmul', {}, [first, second], site, 'einsum');
  const axes = [...batch, ...rows, ...columns];
  return { tensor: reshapeTo(world, product, sizesOf(axes), site), axes };
}

/** Letters of each operand and of the result; `...` becomes numbered axes. */
function readEquation(equation: string, operands: readonly TensorValue[], place: Place) {
  const [given = '', after] = equation.replaceAll(' ', '').split('->');
  const terms = given.split(',');
  if (terms.length !== operands.length) {
    refuse(
      'value',
      `einsum(): the number of operands (${operands.length}) must match the equation '${equation}'`,
      place,
    );
  }
  const letters = terms.map((term, i) => {
    const rank = operands[i]?.tensor.shape.length ?? 0;
    const named = term.replace('...', '').length;
    const extra = Array.from({ length: rank - named }, (_, k) => `${k - (rank - named)}`);
    const [before = '', rest] = term.split('...');
    const axes = rest === undefined ? [...before] : [...before, ...extra, ...rest];
    if (axes.length !== rank) {
      refuse('shape', `einsum(): '${term}' does not match an operand of ${rank} axes`, place);
    }
    if (new Set(axes).size !== axes.length)
      refuse('unsupported', `einsum with repeated letters '${term}' is not supported`, place);
    return axes;
  });
  const extra = letters.flat().filter((axis) => axis.startsWith('-'));
  const widest = [...new Set(extra)].sort((a, b) => Number(a) - Number(b));
  if (after === undefined) {
    const all = letters.flat().filter((axis) => !axis.startsWith('-'));
    const once = [...new Set(all)].filter((axis) => all.filter((each) => each === axis).length === 1).sort();
    return { letters, result: [...widest, ...once] };
  }
  const [before = '', rest] = after.split('...');
  return { letters, result: rest === undefined ? [...before] : [...before, ...widest, ...rest] };
}

/** torch.einsum of any number of operands, from left to right. */
export function einsumFunction(world: TorchWorld): NativeFunction {
  return native('einsum', 'equation, *operands', ({ get, place }) => {
    const site = { name: 'einsum', place };
    const equation = get('equation');
    if (typeof equation !== 'string') return refuse('type', 'einsum(): the equation must be str', place);
    const given = world.evaluator.iterate(get('operands'), place);
    const [only] = given;
    const listed =
      given.length === 1 &&
      only !== null &&
      typeof only === 'object' &&
      (only.kind === 'list' || only.kind === 'tuple');
    const tensors = tensorsOf(world, listed ? only : get('operands'), 'einsum', place);
    const { letters, result } = readEquation(equation, tensors, place);
    const operands = tensors.map((tensor, i): Operand => ({ tensor, axes: letters[i] ?? [] }));
    let [total, ...rest] = operands;
    if (total === undefined) return refuse('value', 'einsum(): must provide at least one operand', place);
    while (rest.length > 0) {
      const [next, ...later] = rest;
      if (next === undefined) break;
      total = contract(world, total, next, new Set([...result, ...later.flatMap(({ axes }) => axes)]), site);
      rest = later;
    }
    const last = summedOut(world, total, new Set(result), site);
    if (result.some((axis) => !last.axes.includes(axis))) {
      return refuse('value', `einsum(): the result of '${equation}' has a letter that no operand has`, place);
    }
    return permuteAxes(
      world,
      last.tensor,
      result.map((axis) => last.axes.indexOf(axis)),
      site,
    );
  });
}
