/** Shape rules of what rearranges, selects or repeats elements. */
import { refuse } from '../python/reason.ts';
import { broadcast, elementCount, formatShape, sameDimension, sameShape } from './dimensions.ts';
import type { Dimension, Shape } from './ir.ts';
import { inputOf, type Question, type ShapeQuestion, statedShape } from './shape-question.ts';

export function reshape(question: ShapeQuestion<'reshape'>): Shape {
  const { target } = question;
  if (target === null) throw new Error('A reshape needs its target shape.');
  const [from, to] = [elementCount(inputOf(question)), elementCount(target)];
  if (from.coefficient !== to.coefficient || from.power !== to.power) {
    refuse(
      'shape',
      `${question.name}: shape ${formatShape(target)} is invalid for an input of size ${formatShape(inputOf(question))} (${question.origin})`,
    );
  }
  return target;
}

export function permute(question: ShapeQuestion<'permute'>): Shape {
  const input = inputOf(question);
  return question.attributes.order.map((axis) => input[axis] ?? 1);
}

export function concat(question: ShapeQuestion<'concat'>): Shape {
  const { axis } = question.attributes;
  const [first = [], ...rest] = question.inputs;
  let total: Dimension = first[axis] ?? 0;
  for (const other of rest) {
    const fits =
      other.length === first.length && other.every((size, i) => i === axis || sameDimension(size, first[i] ?? -1));
    if (!fits) {
      refuse(
        'shape',
        `${question.name}: sizes of tensors must match except in dimension ${axis}: ${formatShape(first)} and ${formatShape(other)} (${question.origin})`,
      );
    }
    const size = other[axis] ?? 0;
    if (typeof total === 'number' && typeof size === 'number') total += size;
    else if (typeof total === 'object' && typeof size === 'object') total = { batch: total.batch + size.batch };
    else refuse('unsupported', `${question.name} of a batch and a fixed size is not supported`);
  }
  return first.map((size, i) => (i === axis ? total : size));
}

/** A size that must be a number. */
function fixedSize(question: Question, axis: number): number {
  const size = inputOf(question)[axis];
  if (typeof size === 'number') return size;
  return refuse(
    'unsupported',
    `${question.name} along the batch axis is not supported: it would mix or leave out samples`,
  );
}

export function slice(question: ShapeQuestion<'slice'>): Shape {
  const { axis, start, end, step } = question.attributes;
  fixedSize(question, axis);
  return inputOf(question).map((size, i) => (i === axis ? Math.max(0, Math.ceil((end - start) / step)) : size));
}

export function gather(question: ShapeQuestion<'gather'>): Shape {
  const { axis, indices } = question.attributes;
  const length = fixedSize(question, axis);
  const beyond = indices.find((index) => index < 0 || index >= length);
  if (beyond !== undefined) {
    refuse('index', `${question.name}: index ${beyond} is out of bounds for dimension ${axis} with size ${length}`);
  }
  return inputOf(question).map((size, i) => (i === axis ? indices.length : size));
}

export function pad(question: ShapeQuestion<'pad'>): Shape {
  const { before, after } = question.attributes;
  return inputOf(question).map((size, axis) => {
    const [first = 0, last = 0] = [before[axis], after[axis]];
    if (first === 0 && last === 0) return size;
    const length = fixedSize(question, axis);
    // Cut before it is padded, as in PyTorch: what is added at one end is not there to be cut at the other.
    if (length + Math.min(0, first) + Math.min(0, last) < 0) {
      const input = formatShape(inputOf(question));
      refuse(
        'shape',
        `${question.name}: the padding cuts more than the ${length} places of axis ${axis} of ${input} (${question.origin})`,
      );
    }
    return length + first + last;
  });
}

export function expand(question: ShapeQuestion<'expand'>): Shape {
  const [input, target] = [inputOf(question), statedShape(question)];
  const result = broadcast(input, target);
  if (result !== null && sameShape(result, target)) return target;
  return refuse(
    'shape',
    `${question.name}: the size ${formatShape(input)} cannot be expanded to ${formatShape(target)} (${question.origin})`,
  );
}

/** torch.where: three shapes broadcast. */
export function where(question: ShapeQuestion<'where'>): Shape {
  let result: Shape = [];
  for (const shape of question.inputs) {
    const joined = broadcast(result, shape);
    if (joined === null) {
      const listed = question.inputs.map(formatShape).join(', ');
      return refuse('shape', `${question.name}: sizes ${listed} do not match (${question.origin})`);
    }
    result = joined;
  }
  return result;
}

/** Rows and columns of the last two axes; leading axes broadcast. */
export function matmul(question: ShapeQuestion<'matmul'>): Shape {
  const [a = [], b = []] = question.inputs;
  const leading = broadcast(a.slice(0, -2), b.slice(0, -2));
  const [rows = 1, inner = 1] = a.slice(-2);
  const [same = 1, columns = 1] = b.slice(-2);
  if (leading === null || !sameDimension(inner, same)) {
    return refuse(
      'shape',
      `${question.name}: sizes ${formatShape(a)} and ${formatShape(b)} cannot be multiplied (${question.origin})`,
    );
  }
  if (typeof inner !== 'number') {
    return refuse('unsupported', `${question.name} over the batch axis is not supported: it would mix samples`);
  }
  return [...leading, rows, columns];
}
