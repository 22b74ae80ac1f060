/** Functions that make tensors: torch.zeros, ones, empty, full, rand, randn, arange, linspace, tensor, eye and their kin. */

import { positional } from '../../../python/evaluation/runtime.ts';
import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import { typeName } from '../../../python/types/type-name.ts';
import type { NativeFunction, Value } from '../../../python/types/values.ts';
import type { Dimension, Initializer, Shape } from '../../ir.ts';
import { floatOf, integerOf } from '../world/arguments.ts';
import { laidAs } from '../world/composed-layouts.ts';
import { constantDraw, type ElementType, type Known, rangeInitializer } from '../world/known.ts';
import { expandTo, filledTensor, product2, reshapeTo, tensorOfNumbers } from '../world/operations.ts';
import { dimensionFrom } from '../world/sizes.ts';
import { fixedShape, knownNumbers, makeTensor, nestedNumbers, singleNumber } from '../world/tensor.ts';
import { unknowable } from '../world/unknowable.ts';
import { isParameter, isTensor, type TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { elementTypeOf, everywhere, type FunctionDefinition, isNumber, tensorsOf } from './function-definition.ts';
import { spread } from './reshaping.ts';

export const creationOptions =
  '*, out=None, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False, generator=None';

export function shapeFrom(world: TorchWorld, values: Value, name: string, place: Place): Shape {
  return spread(world.evaluator.iterate(values, place)).map((value): Dimension => {
    const size = dimensionFrom(isTensor(value) ? singleNumber(world, value, place) : value);
    if (size === null) return refuse('type', `${name}(): sizes must be ints, not ${typeName(value)}`, place);
    if (typeof size === 'number' && size < 0) {
      return refuse('value', `${name}(): Trying to create tensor with negative dimension ${size}`, place);
    }
    return size;
  });
}

const draws: Readonly<Record<string, Initializer>> = {
  zeros: { kind: 'constant', value: 0 },
  ones: { kind: 'constant', value: 1 },
  empty: { kind: 'constant', value: 0 },
  rand: { kind: 'range', low: 0, high: 1 },
  randn: { kind: 'normal', mean: 0, deviation: 1 },
};

/** The numbers of nested lists, with their sizes. */
function flattenNumbers(
  world: TorchWorld,
  value: Value,
  place: Place,
  depth = 0,
): { data: number[]; shape: number[]; type: ElementType } {
  if (isNumber(value)) {
    const type = typeof value === 'number' ? 'float32' : typeof value === 'bigint' ? 'int64' : 'bool';
    return { data: [Number(value)], shape: [], type };
  }
  if (isTensor(value)) return flattenNumbers(world, nestedNumbers(world, value, place), place, depth);
  if (depth > world.evaluator.meter.budget.rank) return refuse('budget', 'torch.tensor(): too many dimensions', place);
  const items = world.evaluator.iterate(value, place);
  world.evaluator.meter.steps(1 + (items.length >> 2));
  const parts = items.map((each) => flattenNumbers(world, each, place, depth + 1));
  const [first] = parts;
  const same = parts.every((part) => part.shape.join() === first?.shape.join());
  if (!same) return refuse('value', 'torch.tensor(): the lists inside differ in length', place);
  const types = parts.map(({ type }) => type);
  const type = types.includes('float32') || types.length === 0 ? 'float32' : types.includes('int64') ? 'int64' : 'bool';
  return { data: parts.flatMap(({ data }) => data), shape: [parts.length, ...(first?.shape ?? [])], type };
}

/** A tensor of numbers from Python's lists. */
function tensorFromLists(world: TorchWorld, value: Value, type: ElementType | null, place: Place): TensorValue {
  const found = flattenNumbers(world, value, place);
  return tensorOfNumbers(world, found.data, found.shape, type ?? found.type);
}

function numberOf(world: TorchWorld, value: Value, what: string, place: Place): number {
  return floatOf(isTensor(value) ? singleNumber(world, value, place) : value, { what, place });
}

/** A table by the place of each number. */
function numbersBy(count: number, number: (place: number) => number): Float64Array {
  const data = new Float64Array(Math.max(0, count));
  for (let i = 0; i < data.length; i++) data[i] = number(i);
  return data;
}

function range(world: TorchWorld, { get, place }: Taken): TensorValue {
  const given = [get('start'), get('end'), get('step')];
  const [start, end] = given[1] === null ? [0n, given[0] ?? 0n] : [given[0] ?? 0n, given[1] ?? 0n];
  const length = dimensionFrom(end);
  if (length !== null && typeof length !== 'number' && Number(start) === 0 && Number(given[2] ?? 1n) === 1) {
    const counted = elementTypeOf(get('dtype'), place) ?? 'int64';
    const why = 'numbering the images of a batch is not supported: it would mix samples';
    return makeTensor(world, { ...unknowable(world, [length], why, place, counted).tensor, numbersImages: true });
  }
  const [from, to, step] = [start, end, given[2] ?? 1n].map((value) =>
    numberOf(world, value, 'arange(): bounds', place),
  );
  if (from === undefined || to === undefined || step === undefined || step === 0) {
    return refuse('value', 'step must be nonzero', place);
  }
  const count = Math.max(0, Math.ceil((to - from) / step));
  world.evaluator.meter.table(count);
  const whole = [start, end, given[2]].every((value) => typeof value !== 'number');
  const type = elementTypeOf(get('dtype'), place) ?? (whole ? 'int64' : 'float32');
  return tensorOfNumbers(
    world,
    numbersBy(count, (i) => from + i * step),
    [count],
    type,
  );
}

/** torch.Tensor(2, 3): sizes, filled with whatever is there; torch.Tensor([1, 2]): numbers as floats. */
export function tensorConstructor(world: TorchWorld): NativeFunction {
  return native('Tensor', '*data', ({ get, place }) => {
    const given = world.evaluator.iterate(get('data'), place);
    const [only] = given;
    if (given.length === 1 && only !== undefined && typeof only !== 'bigint') {
      return tensorFromLists(world, only, 'float32', place);
    }
    const shape = shapeFrom(world, get('data'), 'Tensor', place);
    return makeTensor(world, { shape, known: constantDraw(0) });
  });
}

/** Functions of torch that take no tensor first. */
export function creationFunctions(world: TorchWorld): Map<string, NativeFunction> {
  const table = new Map<string, NativeFunction>();
  const define = (name: string, signature: string, run: (taken: Taken) => Value) => {
    table.set(name, native(name, signature, run));
  };
  const drawn = (shape: Shape, initializer: Initializer, type: ElementType = 'float32') =>
    makeTensor(world, { shape, type, known: { kind: 'draw', initializer } });
  for (const [name, initializer] of Object.entries(draws)) {
    define(name, `*size, ${creationOptions.slice(3)}, memory_format=None`, ({ get, place, has }) => {
      const shape = shapeFrom(world, get('size'), name, place);
      const type = has('dtype') ? (elementTypeOf(get('dtype'), place) ?? 'float32') : 'float32';
      return drawn(shape, initializer, type);
    });
    define(`${name}_like`, `input, ${creationOptions}, memory_format=None`, ({ get, place }) => {
      const like = templateOf(get('input'), place);
      const type = elementTypeOf(get('dtype'), place) ?? like.tensor.type;
      return laidAs(world, drawn(like.tensor.shape, initializer, type), like, 'elementwise');
    });
  }
  define('full', `size, fill_value, ${creationOptions}`, ({ get, place }) => {
    const shape = shapeFrom(world, tuple([get('size')]), 'full', place);
    const value = get('fill_value');
    const own: ElementType = typeof value === 'bigint' ? 'int64' : typeof value === 'boolean' ? 'bool' : 'float32';
    return filledTensor(
      world,
      numberOf(world, value, 'full(): fill_value', place),
      shape,
      elementTypeOf(get('dtype'), place) ?? own,
    );
  });
  define('full_like', `input, fill_value, ${creationOptions}`, ({ get, place }) => {
    const like = templateOf(get('input'), place);
    const value = numberOf(world, get('fill_value'), 'full_like(): fill_value', place);
    return laidAs(world, filledTensor(world, value, like.tensor.shape, like.tensor.type), like, 'elementwise');
  });
  define('arange', `start, end=None, step=1, ${creationOptions}`, (taken) => range(world, taken));
  define('linspace', `start, end, steps, ${creationOptions}`, ({ get, place }) => {
    const [start, end] = [numberOf(world, get('start'), 'start', place), numberOf(world, get('end'), 'end', place)];
    const steps = integerOf(get('steps'), { what: 'linspace(): steps', place });
    world.evaluator.meter.table(steps);
    const step = steps > 1 ? (end - start) / (steps - 1) : 0;
    // From both ends, as PyTorch computes it.
    const values = numbersBy(steps, (i) =>
      Math.fround(i < steps / 2 ? start + i * step : end - (steps - 1 - i) * step),
    );
    return tensorOfNumbers(world, values, [values.length], elementTypeOf(get('dtype'), place) ?? 'float32');
  });
  define('eye', `n, m=None, ${creationOptions}`, ({ get, place }) => {
    const rows = integerOf(get('n'), { what: 'eye(): n', place });
    const columns = get('m') === null ? rows : integerOf(get('m'), { what: 'eye(): m', place });
    world.evaluator.meter.table(rows * columns);
    const data = new Float64Array(rows * columns);
    for (let i = 0; i < Math.min(rows, columns); i++) data[i * columns + i] = 1;
    return tensorOfNumbers(world, data, [rows, columns], elementTypeOf(get('dtype'), place) ?? 'float32');
  });
  for (const name of ['tensor', 'as_tensor', 'from_numpy', 'LongTensor']) {
    define(name, `data, ${creationOptions}`, ({ get, place }) => {
      const data = get('data');
      if (isTensor(data) || isParameter(data)) return isParameter(data) ? data.read(place) : data;
      const fixed = name === 'LongTensor' ? 'int64' : null;
      // A number is a size there; what memory holds is taken as zeros.
      if (fixed !== null && typeof data === 'bigint') return filledTensor(world, 0, [Number(data)], fixed);
      return tensorFromLists(world, data, elementTypeOf(get('dtype'), place) ?? fixed, place);
    });
  }
  for (const name of ['triu_indices', 'tril_indices']) {
    define(name, `row, col, offset=0, ${creationOptions}`, ({ get, place }) => {
      const number = (each: string) => integerOf(get(each), { what: `${name}(): ${each}`, place });
      const [rows, columns, offset] = [number('row'), number('col'), number('offset')];
      world.evaluator.meter.table(4 * rows * columns);
      const kept: { readonly rows: number[]; readonly columns: number[] } = { rows: [], columns: [] };
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          if (name === 'triu_indices' ? column - row < offset : column - row > offset) continue;
          kept.rows.push(row);
          kept.columns.push(column);
        }
      }
      return tensorOfNumbers(world, kept.rows.concat(kept.columns), [2, kept.rows.length], 'int64');
    });
  }
  define('meshgrid', "*tensors, indexing='ij'", ({ get, place }) => {
    const given = world.evaluator.iterate(get('tensors'), place);
    const [only] = given;
    const listed = given.length === 1 && only !== undefined && !isTensor(only) ? only : get('tensors');
    const axes = tensorsOf(world, listed, 'meshgrid', place);
    const exchanged = get('indexing') === 'xy' && axes.length > 1;
    const order = exchanged ? [1, 0, ...axes.map((_, i) => i).slice(2)] : axes.map((_, i) => i);
    const shape = order.map((axis) => axes[axis]?.tensor.shape[0] ?? 1);
    const site = { name: 'meshgrid', place };
    return tuple(
      axes.map((tensor, i) => {
        const at = order.indexOf(i);
        const laid = reshapeTo(
          world,
          tensor,
          shape.map((size, axis) => (axis === at ? size : 1)),
          site,
        );
        return expandTo(world, laid, shape, site);
      }),
    );
  });
  return table;
}

function templateOf(value: Value, place: Place): TensorValue {
  if (isParameter(value)) return value.read(place);
  return isTensor(value) ? value : refuse('type', `input must be Tensor, not ${typeName(value)}`, place);
}

/** Keeps the part of a matrix, or of each of several, on one side of a diagonal. */
function triangle(world: TorchWorld, name: 'tril' | 'triu'): FunctionDefinition {
  return {
    name,
    where: everywhere,
    signature: 'diagonal=0',
    run(input, { get, place }) {
      const [rows, columns] = input.tensor.shape.slice(-2);
      if (rows === undefined || columns === undefined) {
        return refuse('shape', `${name}: input tensor must have at least 2 dimensions`, place);
      }
      if (typeof rows !== 'number' || typeof columns !== 'number') {
        return refuse('unsupported', `${name} over the batch axis is not supported: it would mix samples`, place);
      }
      const diagonal = integerOf(get('diagonal'), { what: `${name}(): diagonal`, place });
      const kept = (row: number, column: number) =>
        name === 'tril' ? column - row <= diagonal : column - row >= diagonal;
      world.evaluator.meter.table(2 * rows * columns);
      const mask = numbersBy(rows * columns, (i) => Number(kept(Math.floor(i / columns), i % columns)));
      const own = knownNumbers(world, input);
      const shape = fixedShape(input.tensor.shape) ?? [];
      // Products would make NaN of infinities that the triangle leaves out.
      if (own !== null) {
        world.evaluator.meter.table(2 * own.length);
        const data = own.map((value, i) => ((mask[i % mask.length] ?? 0) === 0 ? 0 : value));
        return tensorOfNumbers(world, data, shape, input.tensor.type);
      }
      return product2(world, input, tensorOfNumbers(world, mask, [rows, columns]), { name, place });
    },
  };
}

/** Methods that make tensors like another, or fill one that is known. */
export function creationMethods(world: TorchWorld): FunctionDefinition[] {
  const fill = (name: string, signature: string, next: (taken: Taken) => Known): FunctionDefinition => ({
    name,
    where: ['method'],
    signature,
    run(input, taken) {
      const { tensor } = input;
      tensor.storage.version++;
      tensor.version = tensor.storage.version;
      tensor.known = next(taken);
      tensor.value = null;
      tensor.graph = null;
      tensor.writeBack?.(taken.place);
      return input;
    },
  });
  const number = ({ get, place }: Taken, name: string) => numberOf(world, get(name), name, place);
  const draw = (initializer: Initializer): Known => ({ kind: 'draw', initializer });
  return [
    triangle(world, 'tril'),
    triangle(world, 'triu'),
    ...(['zeros', 'ones', 'empty'] as const).map(
      (name): FunctionDefinition => ({
        name: `new_${name}`,
        where: ['method'],
        signature: '*size, dtype=None, device=None, requires_grad=False',
        run: ({ tensor }, { get, place }) =>
          makeTensor(world, {
            shape: shapeFrom(world, get('size'), name, place),
            type: elementTypeOf(get('dtype'), place) ?? tensor.type,
            known: constantDraw(name === 'ones' ? 1 : 0),
          }),
      }),
    ),
    {
      name: 'new_full',
      where: ['method'],
      signature: 'size, fill_value, dtype=None, device=None, requires_grad=False',
      run: ({ tensor }, { get, place }) =>
        filledTensor(
          world,
          numberOf(world, get('fill_value'), 'fill_value', place),
          shapeFrom(world, tuple([get('size')]), 'new_full', place),
          tensor.type,
        ),
    },
    {
      name: 'new_tensor',
      where: ['method'],
      signature: 'data, dtype=None, device=None, requires_grad=False',
      run: (_input, { get, place }) => tensorFromLists(world, get('data'), elementTypeOf(get('dtype'), place), place),
    },
    fill('zero_', '', () => constantDraw(0)),
    fill('fill_', 'value', (taken) => constantDraw(number(taken, 'value'))),
    fill('normal_', 'mean=0, std=1, *, generator=None', (taken) =>
      draw({ kind: 'normal', mean: number(taken, 'mean'), deviation: number(taken, 'std') }),
    ),
    fill('uniform_', 'a=0, b=1, *, generator=None', (taken) =>
      draw(rangeInitializer(number(taken, 'a'), number(taken, 'b'))),
    ),
    fill('bernoulli_', 'p=0.5, *, generator=None', (taken) => ({ kind: 'mask', keep: number(taken, 'p'), scale: 1 })),
    { name: 'item', where: ['method'], signature: '', run: (input, { place }) => singleNumber(world, input, place) },
    { name: 'tolist', where: ['method'], signature: '', run: (input, { place }) => nestedNumbers(world, input, place) },
    { name: 'numpy', where: ['method'], signature: '', run: (input) => input },
    {
      name: 'astype',
      where: ['method'],
      signature: 'dtype',
      run: (input, { get, place }) =>
        world.evaluator.call(world.evaluator.attribute(input, 'to', place), positional(get('dtype')), place),
    },
  ];
}
