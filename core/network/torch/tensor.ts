/** Tensors: names for values of the graph, with the layout and the in-place rules that PyTorch gives them. */
import { type Place, refuse } from '../../python/reason.ts';
import type { BinaryOperator } from '../../python/syntax.ts';
import type { HostValue, Value } from '../../python/values.ts';
import type { Shape } from '../ir.ts';
import { shapeTuple, sizeValue } from './sizes.ts';
import type { TorchWorld } from './world.ts';

export interface TensorValue extends HostValue {
  readonly tensor: {
    /** The graph's value that it names now; in-place operations move it on. */
    value: number;
    shape: Shape;
    /** Null when stored row by row. */
    strides: readonly number[] | null;
    /** Shared by all views of the same memory; counts changes in place. */
    readonly storage: { version: number };
    /** The storage's version that `value` stands for. */
    version: number;
    requiresGrad: boolean;
  };
}

export function isTensor(value: Value): value is TensorValue {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'tensor' in value;
}

/** A tensor for a value of the graph. */
export function makeTensor(world: TorchWorld, tensor: TensorValue['tensor']): TensorValue {
  const noValues = (place: Place) =>
    refuse(
      'unsupported',
      "a condition on a tensor's values is not supported: the network would depend on its data",
      place,
    );
  const self: TensorValue = {
    kind: 'host',
    typeName: 'Tensor',
    type: world.tensorClass,
    tensor,
    attribute(name, place) {
      switch (name) {
        case 'shape':
          return shapeTuple(tensor.shape);
        case 'ndim':
          return BigInt(tensor.shape.length);
        case 'device':
        case 'dtype':
          return null;
        case 'is_cuda':
          return false;
        case 'requires_grad':
          return tensor.requiresGrad;
        case 'T':
        case 'mT': {
          const transpose = world.tensorMethods.get('t');
          if (transpose === undefined || tensor.shape.length !== 2) break;
          return world.evaluator.call(transpose, { positional: [self], keywords: new Map() }, place);
        }
        default:
          break;
      }
      const method = world.tensorMethods.get(name);
      return method === undefined ? world.unknownMethod(name, place) : { kind: 'bound', self, callee: method };
    },
    length(place) {
      const [first] = tensor.shape;
      return first === undefined ? refuse('type', 'len() of a 0-d tensor', place) : sizeValue(first);
    },
    item: (_index, place) => refuse('unsupported', 'indexing a tensor is not supported yet', place),
    setItem: (_index, _value, place) =>
      refuse('unsupported', 'assigning to parts of a tensor is not supported yet', place),
    iterate: (place) => refuse('unsupported', 'iterating over a tensor is not supported yet', place),
    truth: noValues,
    compare(operator, other, place) {
      if (other === null && (operator === '==' || operator === '!=')) return operator === '!=';
      return noValues(place);
    },
    binary: (operator: BinaryOperator, other: Value, reflected: boolean, place: Place) =>
      world.arithmetic(self, operator, other, reflected, place),
    augmented: (operator: BinaryOperator, other: Value, place: Place) =>
      world.arithmeticInPlace(self, operator, other, place),
    unary(operator, place) {
      if (operator === '+') return self;
      return operator === '-' ? world.arithmetic(self, '*', -1n, false, place) : undefined;
    },
    text: () => 'Tensor',
  };
  return self;
}
