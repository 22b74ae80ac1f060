/** `tensor[...]` and `tensor[...] = value`: ints, slices, None, Ellipsis, and known tables of indices. */

import { indexOf } from '../../../python/evaluation/subscripts.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { typeName } from '../../../python/types/type-name.ts';
import type { Value } from '../../../python/types/values.ts';
import { broadcast, formatShape } from '../../dimensions.ts';
import type { Shape } from '../../ir.ts';
import { patched } from '../layers/initializer-parts.ts';
import { places, spread } from '../world/fold.ts';
import { initializerOf } from '../world/known.ts';
import { checkLock } from '../world/locked-views.ts';
import {
  addAxis,
  apply,
  cut,
  dropAxis,
  expandTo,
  permuteAxes,
  reshapeTo,
  type Site,
  sizeAlong,
  tensorFromNumber,
  tensorOfNumbers,
} from '../world/operations.ts';
import { fixedShape, knownNumbers, makeTensor } from '../world/tensor.ts';
import { isParameter, isTensor, type TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { assignMasked, computedIndex } from './computed-indexing.ts';

/** What an index does to one axis of the tensor, or the axis it adds. */
type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'one'; readonly at: number }
  | { readonly kind: 'range'; readonly start: number; readonly end: number; readonly step: number }
  | { readonly kind: 'table'; readonly indices: readonly number[]; readonly shape: readonly number[] }
  | { readonly kind: 'new' };

function isEllipsis(value: Value): boolean {
  return value !== null && typeof value === 'object' && value.kind === 'ellipsis';
}

/** Whether an item of an index stands for an axis of the tensor. */
function takesAxis(item: Value): boolean {
  return item !== null && !isEllipsis(item);
}

function boundOf(world: TorchWorld, value: Value, fallback: number, size: number, place: Place): number {
  if (value === null) return fallback;
  const index = indexOf(isTensor(value) ? numberIn(world, value) : value);
  if (index === null)
    return refuse('type', 'slice indices must be integers or None or have an __index__ method', place);
  const at = Number(index);
  return Math.min(Math.max(at < 0 ? at + size : at, 0), size);
}

function numberIn(world: TorchWorld, value: TensorValue): Value {
  const numbers = knownNumbers(world, value);
  return numbers?.length === 1 && value.tensor.type !== 'float32' ? BigInt(numbers[0] ?? 0) : null;
}

function tableOf(
  world: TorchWorld,
  item: Value,
  place: Place,
): { numbers: Float64Array; shape: readonly number[]; bool: boolean } | null {
  if (isParameter(item) && item.parameter.buffer?.tensor) return tableOf(world, item.parameter.buffer.tensor, place);
  if (isTensor(item)) {
    const numbers = knownNumbers(world, item);
    const shape = fixedShape(item.tensor.shape);
    if (numbers === null || shape === null) {
      return refuse('unsupported', 'indexing with values that forward computes is not supported', place);
    }
    return { numbers, shape, bool: item.tensor.type === 'bool' };
  }
  if (item !== null && typeof item === 'object' && (item.kind === 'list' || item.kind === 'range')) {
    if (item.kind === 'range') return null;
    const numbers = item.items.map((each) => indexOf(each));
    if (numbers.some((each) => each === null)) return null;
    return {
      numbers: Float64Array.from(numbers, Number),
      shape: [numbers.length],
      bool: typeof item.items[0] === 'boolean',
    };
  }
  return null;
}

function selectionOf(world: TorchWorld, item: Value, size: Shape[number], axis: number, place: Place): Selection {
  if (item !== null && typeof item === 'object' && item.kind === 'slice') {
    if (item.start === null && item.stop === null && (item.step === null || item.step === 1n)) return { kind: 'all' };
    if (typeof size !== 'number') return refuseBatch(place);
    const step = item.step === null ? 1n : indexOf(item.step);
    if (step === null || step <= 0n) return refuse('value', 'slice step must be positive', place);
    const start = boundOf(world, item.start, 0, size, place);
    const end = Math.max(start, boundOf(world, item.stop, size, size, place));
    return { kind: 'range', start, end, step: Number(step) };
  }
  if (typeof size !== 'number') return refuseBatch(place);
  const index = indexOf(item);
  if (index !== null && typeof item !== 'boolean') {
    const at = Number(index);
    if (at < -size || at >= size) {
      return refuse('index', `index ${at} is out of bounds for dimension ${axis} with size ${size}`, place);
    }
    return { kind: 'one', at: at < 0 ? at + size : at };
  }
  const table = tableOf(world, item, place);
  world.evaluator.meter.table(4 * (table?.numbers.length ?? 0));
  if (table === null) return refuse('type', `a tensor cannot be indexed with ${typeName(item)}`, place);
  if (table.bool) {
    if (table.shape.length !== 1 || table.shape[0] !== size) {
      return refuse('unsupported', 'this mask as an index is not supported', place);
    }
    const chosen: number[] = [];
    table.numbers.forEach((value, i) => {
      if (value !== 0) chosen.push(i);
    });
    return { kind: 'table', indices: chosen, shape: [chosen.length] };
  }
  const indices = [...table.numbers].map((value) => (value < 0 ? value + size : value));
  if (indices.some((value) => value < 0 || value >= size)) {
    return refuse('index', `index out of range in a dimension of size ${size}`, place);
  }
  if (table.shape.length === 0) return { kind: 'one', at: indices[0] ?? 0 };
  return { kind: 'table', indices, shape: table.shape };
}

function refuseBatch(place: Place): never {
  return refuse(
    'unsupported',
    'indexing a tensor along the batch axis is not supported: it would leave out samples',
    place,
  );
}

/** One selection for each axis of the tensor, with the new ones between. */
function selections(world: TorchWorld, shape: Shape, index: Value, place: Place): Selection[] {
  const items = index !== null && typeof index === 'object' && index.kind === 'tuple' ? index.items : [index];
  const used = items.filter(takesAxis).length;
  if (used > shape.length) {
    refuse('index', `too many indices for tensor of dimension ${shape.length}`, place);
  }
  const result: Selection[] = [];
  let axis = 0;
  const rest = (count: number) => {
    for (let i = 0; i < count; i++, axis++) result.push({ kind: 'all' });
  };
  for (const item of items) {
    if (item === null) result.push({ kind: 'new' });
    else if (isEllipsis(item)) rest(shape.length - used);
    else {
      result.push(selectionOf(world, item, shape[axis] ?? 1, axis, place));
      axis++;
    }
  }
  rest(shape.length - axis);
  return result;
}

interface Table {
  readonly axis: number;
  readonly indices: readonly number[];
  readonly shape: readonly number[];
}

/**
 * Tables choose together: they broadcast, and the axes that they stand for become the axes of the tables, where they
 * were if they are neighbours, else in front, as in NumPy.
 */
function chooseByTables(world: TorchWorld, x: TensorValue, tables: readonly Table[], site: Site): TensorValue {
  const common = tables.map(({ shape }) => shape).reduce((a, b) => tableShape(a, b, site.place));
  const axes = tables.map(({ axis }) => axis);
  const [first = 0] = axes;
  const neighbours = axes.every((axis, i) => axis === first + i);
  const at = neighbours ? first : 0;
  const rest = x.tensor.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const laid = permuteAxes(world, x, [...rest.slice(0, at), ...axes, ...rest.slice(at)], site);
  const sizes = axes.map((axis) => sizeAlong(x, axis, site));
  const total = sizes.reduce((product, size) => product * size, 1);
  const { shape } = laid.tensor;
  const [before, after] = [shape.slice(0, at), shape.slice(at + axes.length)];
  const joined = reshapeTo(world, laid, [...before, total, ...after], site);
  world.evaluator.meter.table(8 * tables.length * common.reduce((product, size) => product * size, 1));
  const indices = tables
    .map((table) => spread({ shape: table.shape, data: Float64Array.from(table.indices) }, common))
    .reduce((place, table, i) => place.map((value, k) => value * (sizes[i] ?? 1) + (table[k] ?? 0)));
  const chosen = apply(world, 'gather', { axis: at, indices: [...indices] }, [joined], site);
  return reshapeTo(world, chosen, [...before, ...common, ...after], site);
}

/** The sizes that two tables of indices broadcast to. */
function tableShape(a: readonly number[], b: readonly number[], place: Place): readonly number[] {
  const sizes = broadcast(a, b);
  const fixed = sizes === null ? null : fixedShape(sizes);
  return (
    fixed ??
    refuse(
      'index',
      `shape mismatch: indexing tensors could not be broadcast together with shapes [${a.join(', ')}], [${b.join(', ')}]`,
      place,
    )
  );
}

/** `tensor[index]`. @throws a reason of kind index, type or unsupported */
export function indexTensor(world: TorchWorld, tensor: TensorValue, index: Value, place: Place): TensorValue {
  const site: Site = { name: 'indexing', place };
  const computed = computedIndex(world, tensor, index, place);
  if (computed !== null) return computed;
  const chosen = selections(world, tensor.tensor.shape, index, place);
  const tables: Table[] = [];
  let result = tensor;
  let axis = 0;
  for (const selection of chosen) {
    switch (selection.kind) {
      case 'new':
        result = addAxis(world, result, axis, site);
        axis++;
        break;
      case 'one':
        result = dropAxis(world, cut(world, result, axis, selection.at, selection.at + 1, site), axis, site);
        break;
      case 'range':
        result = cut(world, result, axis, selection.start, selection.end, site, selection.step);
        axis++;
        break;
      case 'table':
        tables.push({ axis, indices: selection.indices, shape: selection.shape });
        axis++;
        break;
      default:
        axis++;
    }
  }
  if (tables.length > 0) result = chooseByTables(world, result, tables, site);
  // A part that shares memory with the whole takes changes of it back there.
  if (result === tensor || result.tensor.storage !== tensor.tensor.storage) return result;
  const part = result;
  part.tensor.writeBack = (at) => {
    assignIndex(world, tensor, index, part, at);
    part.tensor.version = part.tensor.storage.version;
    tensor.tensor.writeBack?.(at);
  };
  parts.set(part, tensor);
  return part;
}

/** The whole of each part that takes its changes back. */
const parts = new WeakMap<TensorValue, TensorValue>();

/** The selections as a step and a start along each axis; null for tables. */
function region(shape: Shape, chosen: readonly Selection[]) {
  const axes: {
    readonly start: number;
    readonly length: Shape[number];
    readonly step: number;
    readonly kept: boolean;
  }[] = [];
  for (const selection of chosen) {
    if (selection.kind === 'new') continue;
    const size = shape[axes.length] ?? 1;
    if (selection.kind === 'table') return null;
    if (selection.kind === 'all') axes.push({ start: 0, length: size, step: 1, kept: true });
    else if (selection.kind === 'one') axes.push({ start: selection.at, length: 1, step: 1, kept: false });
    else {
      const { start, end, step } = selection;
      axes.push({ start, length: Math.ceil((end - start) / step), step, kept: true });
    }
  }
  return axes;
}

/** `tensor[index] = value`: in the numbers of a known tensor, else as a choice between old and new. */
export function assignIndex(world: TorchWorld, tensor: TensorValue, index: Value, given: Value, place: Place): void {
  const site: Site = { name: 'assignment to a part of a tensor', place };
  const { shape } = tensor.tensor;
  const current = tensor.tensor.version === tensor.tensor.storage.version;
  // `x[i] += 1` assigns the part that has taken its change back already.
  if (current && isTensor(given) && parts.get(given) === tensor) return;
  if (assignMasked(world, tensor, index, given, place)) return;
  const axes = region(shape, selections(world, shape, index, place));
  if (axes === null) refuse('unsupported', `${site.name} by a table of indices is not supported`, place);
  let value: TensorValue;
  if (isTensor(given)) value = given;
  else if (isParameter(given)) value = world.readParameter(given, place);
  else if (typeof given === 'number' || typeof given === 'bigint' || typeof given === 'boolean') {
    value = tensorFromNumber(world, given);
  } else refuse('type', `can't assign a ${typeName(given)} to a tensor`, place);
  // The part that is assigned has changed the memory already.
  const state = tensor.tensor;
  const stale = value.tensor.storage === state.storage && state.version === state.storage.version - 1;
  if (stale) state.version = state.storage.version;
  const target = axes.filter(({ kept }) => kept).map(({ length }) => length);
  const laid = reshapeTo(
    world,
    expandTo(world, value, target, site),
    axes.map(({ length }) => length),
    site,
  );
  const own = knownNumbers(world, tensor);
  const fresh = knownNumbers(world, laid);
  const sizes = fixedShape(shape);
  if (own !== null && fresh !== null && sizes !== null) {
    const steps = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, size) => product * size, 1));
    const start = axes.reduce((total, each, axis) => total + each.start * (steps[axis] ?? 0), 0);
    world.evaluator.meter.table(own.length + 4 * fresh.length);
    const at = places(
      axes.map(({ length }) => Number(length)),
      axes.map(({ step }, axis) => step * (steps[axis] ?? 0)),
      start,
    );
    const data = Float64Array.from(own);
    at.forEach((target_, i) => {
      data[target_] = fresh[i] ?? 0;
    });
    change(world, tensor, tensorOfNumbers(world, data, sizes, tensor.tensor.type), place);
    return;
  }
  const { known } = tensor.tensor;
  if (world.reading.graph === null && known?.kind === 'draw' && laid.tensor.known !== null && sizes !== null) {
    const { kind } = laid.tensor.known;
    if (kind !== 'mask') {
      const region = axes.map(({ start, length, step }) => ({ start, length: Number(length), step }));
      const initializer = patched(
        known.initializer,
        sizes,
        region,
        initializerOf(world.evaluator.meter, laid.tensor.known),
        place,
      );
      const next = { kind: 'draw', initializer } as const;
      change(world, tensor, makeTensor(world, { shape, known: next, type: tensor.tensor.type }), place);
      return;
    }
  }
  const before = axes.map(({ start }) => start);
  const after = axes.map(({ start, length, step }, axis) => {
    const size = shape[axis];
    const last = typeof length === 'number' ? (length - 1) * step + 1 : 0;
    return typeof size === 'number' && typeof length === 'number' ? size - start - last : 0;
  });
  const inside = axes.map(({ length }) => (typeof length === 'number' ? length : 1));
  world.evaluator.meter.table(inside.reduce((a, b) => a * b, 1));
  const ones = tensorOfNumbers(world, new Float64Array(inside.reduce((a, b) => a * b, 1)).fill(1), inside);
  const apart = (part: TensorValue) => {
    const spaced = axes.reduce((x, { step }, axis) => spaceOut(world, x, axis, step, site), part);
    return apply(world, 'pad', { before, after, value: 0 }, [spaced], site);
  };
  const [mask, placed] = [apart(ones), apart(laid)];
  change(world, tensor, apply(world, 'where', {}, [mask, placed, tensor], site), place);
  if (formatShape(tensor.tensor.shape) !== formatShape(shape)) refuse('shape', `${site.name} changed its size`, place);
}

/** Neighbours along an axis moved `step` places apart, zeros between them. */
function spaceOut(world: TorchWorld, x: TensorValue, axis: number, step: number, site: Site): TensorValue {
  const { shape } = x.tensor;
  const length = shape[axis];
  if (step === 1 || typeof length !== 'number' || length === 0) return x;
  const pairs = addAxis(world, x, axis + 1, site);
  const none = pairs.tensor.shape.map(() => 0);
  const spaced = apply(world, 'pad', { before: none, after: none.with(axis + 1, step - 1), value: 0 }, [pairs], site);
  const joined = reshapeTo(world, spaced, shape.with(axis, length * step), site);
  return cut(world, joined, axis, 0, (length - 1) * step + 1, site);
}

/** Lets a tensor stand for what another does, its memory changed. */
function change(world: TorchWorld, tensor: TensorValue, next: TensorValue, place: Place): void {
  checkLock(world, tensor, next.tensor.requiresGrad, place);
  const { storage } = tensor.tensor;
  storage.version++;
  tensor.tensor.version = storage.version;
  tensor.tensor.value = next.tensor.value;
  tensor.tensor.graph = next.tensor.graph;
  tensor.tensor.known = next.tensor.known;
  tensor.tensor.requiresGrad ||= next.tensor.requiresGrad;
}
