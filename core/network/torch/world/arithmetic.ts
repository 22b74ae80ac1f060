/** Operators between tensors and numbers, with broadcasting: arithmetic, comparisons, logic, and in-place forms. */
import { type Place, refuse } from '../../../python/reason.ts';
import type { BinaryOperator } from '../../../python/syntax/syntax.ts';
import { unknownOf } from '../../../python/types/unknown-value.ts';
import type { Value } from '../../../python/types/values.ts';
import { broadcast, formatShape, sameShape } from '../../dimensions.ts';
import type { OperatorAttributes } from '../../ir.ts';
import { guardOf } from './guards.ts';
import { floorDivide, matrixProduct, scalarOf, scale, tensorFromNumber } from './operations.ts';
import { raise } from './powers.ts';
import { makeTensor } from './tensor.ts';
import { unknowable } from './unknowable.ts';
import { isParameter, isTensor, type TensorValue } from './values.ts';
import type { TorchWorld } from './world.ts';

const words = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide' } as const;

type Elementwise = keyof typeof words;

function isElementwise(operator: BinaryOperator): operator is Elementwise {
  return operator in words;
}

/** `tensor operator other`; undefined where Python would raise its own TypeError. */
export function arithmetic(
  world: TorchWorld,
  tensor: TensorValue,
  operator: BinaryOperator,
  other: Value,
  reflected: boolean,
  place: Place,
  inPlace = false,
): Value | undefined {
  if (isParameter(other)) {
    return arithmetic(world, tensor, operator, world.readParameter(other, place), reflected, place, inPlace);
  }
  const unknown = unknownOf(other);
  if (unknown !== undefined) {
    return arithmetic(world, tensor, operator, unknowable(world, [], unknown, place), reflected, place, inPlace);
  }
  const name = `operator ${operator}`;
  const request = { name, label: operator, inPlace, place };
  if (isTensor(other)) {
    const [left, right] = reflected ? [other, tensor] : [tensor, other];
    const number = inPlace || reflected ? null : scalarOf(other);
    if (isElementwise(operator)) {
      // A known single number is arithmetic with that number.
      if (number !== null && tensor.tensor.known === null) {
        return arithmetic(world, tensor, operator, number, false, place);
      }
      return world.emit({ ...request, operator: words[operator], attributes: {}, inputs: [left, right] });
    }
    switch (operator) {
      case '@':
        return matrixProduct(world, left, right, { name: 'matmul', place });
      case '**':
        return number === null
          ? raise(world, left, right, { name, place })
          : arithmetic(world, tensor, '**', number, false, place, inPlace);
      case '//':
        return floorDivide(world, left, right, { name, place });
      case '&':
      case '|': {
        const joined = world.emit({
          ...request,
          operator: operator === '&' ? 'multiply' : 'maximum',
          attributes: {},
          inputs: [left, right],
          type: left.tensor.type,
        });
        const whenFinite = guardOf(operator, left, right);
        return whenFinite === undefined ? joined : makeTensor(world, { ...joined.tensor, whenFinite });
      }
      case '^': {
        const attributes = { relation: 'notEqual' } as const;
        return world.emit({ ...request, operator: 'compare', attributes, inputs: [left, right], type: 'bool' });
      }
      case '%': {
        const whole = floorDivide(world, left, right, { name, place });
        const product = world.emit({
          ...request,
          inPlace: false,
          operator: 'multiply',
          attributes: {},
          inputs: [whole, right],
        });
        return world.emit({ ...request, operator: 'subtract', attributes: {}, inputs: [left, product] });
      }
      default:
        return refuse('unsupported', `the operator ${operator} on tensors is not supported yet`, place);
    }
  }
  if (typeof other === 'string' || other === null || typeof other === 'object') return undefined;
  return withNumber(world, tensor, operator, other, reflected, place, inPlace);
}

function withNumber(
  world: TorchWorld,
  tensor: TensorValue,
  operator: BinaryOperator,
  other: bigint | number | boolean,
  reflected: boolean,
  place: Place,
  inPlace: boolean,
): Value | undefined {
  const request = { name: `operator ${operator}`, label: operator, inPlace, place };
  const number = Number(other);
  const whole = typeof other !== 'number' && tensor.tensor.type !== 'float32' && operator !== '/';
  const type = whole ? 'int64' : 'float32';
  const affine = (factor: number, shift: number) =>
    world.emit({ ...request, operator: 'affine', attributes: { scale: factor, shift }, inputs: [tensor], type });
  switch (operator) {
    case '+':
      return affine(1, number);
    case '-':
      return reflected ? affine(-1, number) : affine(1, -number);
    case '*':
      return affine(number, 0);
    case '/':
      if (reflected) {
        const inverse = world.emit({ ...request, operator: 'power', attributes: { exponent: -1 }, inputs: [tensor] });
        return number === 1 ? inverse : scale(world, inverse, number, { name: request.name, place });
      }
      if (number !== 0) return affine(1 / number, 0);
      return refuse('unsupported', 'dividing a tensor by zero is not supported', place);
    case '**':
      if (reflected) return raise(world, tensorFromNumber(world, other), tensor, { name: request.name, place });
      if (number === 1) return affine(1, 0);
      if (number === 2) {
        return world.emit({ ...request, operator: 'multiply', attributes: {}, inputs: [tensor, tensor] });
      }
      return world.emit({ ...request, operator: 'power', attributes: { exponent: number }, inputs: [tensor], type });
    case '//':
    case '%':
    case '&':
    case '|':
    case '^':
      return arithmetic(world, tensor, operator, tensorFromNumber(world, other), reflected, place, inPlace);
    default:
      return refuse('unsupported', `the operator ${operator} on tensors is not supported yet`, place);
  }
}

/** `tensor operator= other`: changes the tensor itself, whose shape must stay. */
export function arithmeticInPlace(
  world: TorchWorld,
  tensor: TensorValue,
  operator: BinaryOperator,
  given: Value,
  place: Place,
): Value | undefined {
  const other = isParameter(given) ? world.readParameter(given, place) : given;
  if (isTensor(other)) {
    const result = broadcast(tensor.tensor.shape, other.tensor.shape);
    if (result !== null && !sameShape(result, tensor.tensor.shape)) {
      refuse(
        'shape',
        `operator ${operator}=: output with shape ${formatShape(tensor.tensor.shape)} doesn't match the broadcast shape ${formatShape(result)}`,
        place,
      );
    }
  }
  return arithmetic(world, tensor, operator, other, false, place, true);
}

const relations: Readonly<Record<string, OperatorAttributes['compare']['relation'] | undefined>> = {
  '<': 'less',
  '<=': 'lessOrEqual',
  '>': 'greater',
  '>=': 'greaterOrEqual',
  '==': 'equal',
  '!=': 'notEqual',
};

/** `tensor < other` and its kin: 1 where it holds; undefined for what a tensor cannot be compared with. */
export function compareTensors(
  world: TorchWorld,
  tensor: TensorValue,
  operator: string,
  other: Value,
  place: Place,
): Value | undefined {
  const relation = relations[operator];
  if (relation === undefined) return undefined;
  if (typeof other === 'string' || other === null) return operator === '!=';
  let right: TensorValue;
  if (isParameter(other)) right = world.readParameter(other, place);
  else if (isTensor(other)) right = other;
  else if (unknownOf(other) !== undefined) right = unknowable(world, [], unknownOf(other) ?? '', place);
  else if (typeof other === 'object') return undefined;
  else right = tensorFromNumber(world, other);
  const unit = unitDraw(tensor);
  if (unit && typeof other === 'number' && (relation === 'less' || relation === 'lessOrEqual')) {
    // torch.rand(...) < keep: a mask.
    const tensorOfMask = world.emit({
      operator: 'affine',
      attributes: { scale: 1, shift: 0 },
      inputs: [tensor],
      name: 'mask',
      place,
    });
    tensorOfMask.tensor.known = { kind: 'mask', keep: other, scale: 1 };
    return tensorOfMask;
  }
  const inputs = [tensor, right];
  return world.emit({
    operator: 'compare',
    attributes: { relation },
    inputs,
    type: 'bool',
    name: `operator ${operator}`,
    label: operator,
    place,
  });
}

/** Whether a tensor is drawn uniformly between 0 and 1. */
function unitDraw({ tensor: { known } }: TensorValue): boolean {
  const initializer = known?.kind === 'draw' ? known.initializer : null;
  return initializer?.kind === 'range' && initializer.low === 0 && initializer.high === 1;
}

/** `~mask`. @throws a reason for what is no mask */
export function invert(world: TorchWorld, tensor: TensorValue, place: Place): TensorValue {
  if (tensor.tensor.type !== 'bool') refuse('unsupported', 'the operator ~ is supported for masks only', place);
  const turned = world.emit({
    operator: 'affine',
    attributes: { scale: -1, shift: 1 },
    inputs: [tensor],
    type: 'bool',
    name: 'operator ~',
    place,
  });
  const whenFinite = guardOf('~', tensor);
  return whenFinite === undefined ? turned : makeTensor(world, { ...turned.tensor, whenFinite });
}
