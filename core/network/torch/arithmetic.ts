/** `+ - * / **` between tensors and numbers, with broadcasting, and their in-place forms. */
import { type Place, refuse } from '../../python/reason.ts';
import type { BinaryOperator } from '../../python/syntax.ts';
import type { Value } from '../../python/values.ts';
import { broadcast, formatShape, sameShape } from '../dimensions.ts';
import { isParameter } from './parameter.ts';
import { isTensor, type TensorValue } from './tensor.ts';
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
  const request = { name: `operator ${operator}`, label: operator, inPlace, place };
  if (isTensor(other)) {
    if (!isElementwise(operator))
      return refuse('unsupported', `the operator ${operator} on tensors is not supported yet`, place);
    const inputs = reflected ? [other, tensor] : [tensor, other];
    return world.emit({ ...request, operator: words[operator], attributes: {}, inputs });
  }
  if (isParameter(other)) {
    return refuse('unsupported', 'computing with parameters directly is not supported yet', place);
  }
  if (typeof other === 'string' || other === null || typeof other === 'object') return undefined;
  const number = Number(other);
  const affine = (scale: number, shift: number) =>
    world.emit({ ...request, operator: 'affine', attributes: { scale, shift }, inputs: [tensor] });
  switch (operator) {
    case '+':
      return affine(1, number);
    case '-':
      return reflected ? affine(-1, number) : affine(1, -number);
    case '*':
      return affine(number, 0);
    case '/':
      if (!reflected && number !== 0) return affine(1 / number, 0);
      return refuse(
        'unsupported',
        reflected ? 'dividing a number by a tensor is not supported yet' : 'dividing a tensor by zero is not supported',
        place,
      );
    case '**':
      if (!reflected && number === 1) return affine(1, 0);
      if (!reflected && number === 2) {
        return world.emit({ ...request, operator: 'multiply', attributes: {}, inputs: [tensor, tensor] });
      }
      return refuse('unsupported', `the power ${number} of a tensor is not supported yet`, place);
    default:
      return refuse('unsupported', `the operator ${operator} on tensors is not supported yet`, place);
  }
}

/** `tensor operator= other`: changes the tensor itself, whose shape must stay. */
export function arithmeticInPlace(
  world: TorchWorld,
  tensor: TensorValue,
  operator: BinaryOperator,
  other: Value,
  place: Place,
): Value | undefined {
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
