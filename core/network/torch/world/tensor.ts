/** Tensors: names for values of the graph, or for what is known before it, with PyTorch's layout and in-place rules. */

import { positional } from '../../../python/evaluation/runtime.ts';
import { native } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { BinaryOperator } from '../../../python/syntax/syntax.ts';
import { list } from '../../../python/types/containers.ts';
import { unknownNumber, unknownOf } from '../../../python/types/unknown-value.ts';
import type { Unknown, Value } from '../../../python/types/values.ts';
import { elementCount } from '../../dimensions.ts';
import type { Shape } from '../../ir.ts';
import { processor } from './devices.ts';
import { type ElementType, numbersOf } from './known.ts';
import { lockOfSeveral } from './locked-views.ts';
import { shapeTuple, sizeValue } from './sizes.ts';
import type { TensorValue } from './values.ts';
import type { TorchWorld } from './world.ts';

/** The sizes of a tensor that has no batch axis, null otherwise. */
export function fixedShape(shape: Shape): number[] | null {
  const sizes: number[] = [];
  for (const size of shape) {
    if (typeof size !== 'number') return null;
    sizes.push(size);
  }
  return sizes;
}

/** The numbers of a tensor that is known without a graph, row by row; null for any other. */
export function knownNumbers(world: TorchWorld, { tensor }: TensorValue): Float64Array | null {
  const sizes = fixedShape(tensor.shape);
  if (tensor.known === null || sizes === null) return null;
  return numbersOf(
    world.evaluator.meter,
    tensor.known,
    sizes.reduce((product, size) => product * size, 1),
  );
}

/** A number of a tensor as Python sees it after .item(). */
function element(value: number, type: ElementType): Value {
  if (type === 'bool') return value !== 0;
  return type === 'int64' ? BigInt(value) : Math.fround(value);
}

/** Why what a tensor holds cannot be told. */
function unknownOfTensor({ tensor }: TensorValue): Unknown {
  const random = tensor.known !== null;
  return (place) =>
    refuse(
      'unsupported',
      random
        ? 'a condition on random numbers is not supported: the network would be another one each time'
        : "a condition on a tensor's values is not supported: the network would depend on its data",
      place,
    );
}

/** `.tolist()`: nested lists of numbers, which may be unknown. @throws a reason where their count depends on the batch */
export function nestedNumbers(world: TorchWorld, self: TensorValue, place: Place): Value {
  const numbers = knownNumbers(world, self);
  const unknown = unknownOfTensor(self);
  if (numbers === null) return fixedShape(self.tensor.shape)?.length === 0 ? unknownNumber(unknown) : unknown(place);
  world.evaluator.meter.items(numbers.length);
  const sizes = fixedShape(self.tensor.shape) ?? [];
  const build = (axis: number, start: number, length: number): Value => {
    const size = sizes[axis];
    if (size === undefined) return element(numbers[start] ?? 0, self.tensor.type);
    world.evaluator.meter.items(1);
    const part = length / size;
    return list(Array.from({ length: size }, (_, i) => build(axis + 1, start + i * part, part)));
  };
  return build(0, 0, numbers.length);
}

/** `.item()`: a number, known or not. @throws a reason where there are several */
export function singleNumber(world: TorchWorld, self: TensorValue, place: Place): Value {
  const numbers = knownNumbers(world, self);
  if (numbers === null) {
    const { coefficient, power } = elementCount(self.tensor.shape);
    if (coefficient !== 1 || power !== 0) return severalNumbers(place);
    const { type } = self.tensor;
    return unknownNumber(unknownOfTensor(self), type === 'float32' ? 'float' : type === 'int64' ? 'int' : 'bool');
  }
  const [first] = numbers;
  if (numbers.length !== 1 || first === undefined) return severalNumbers(place);
  return element(first, self.tensor.type);
}

function severalNumbers(place: Place): never {
  return refuse('value', 'only one element tensors can be converted to Python scalars', place);
}

/** A tensor that shares everything with another but what is given. */
export function makeTensor(
  world: TorchWorld,
  given: Partial<TensorValue['tensor']> & { readonly shape: Shape },
): TensorValue {
  const tensor: TensorValue['tensor'] = {
    value: null,
    graph: null,
    known: null,
    type: 'float32',
    strides: null,
    storage: { version: 0 },
    version: 0,
    requiresGrad: false,
    writeBack: null,
    lock: null,
    ...given,
  };
  const self: TensorValue = {
    kind: 'host',
    typeName: 'Tensor',
    type: world.tensorClass,
    tensor,
    attribute(name, place) {
      const special = attributes[name];
      if (special !== undefined) return special(world, self, place);
      const method = world.tensorMethods.get(name);
      return method === undefined ? world.unknownMethod(name, place) : { kind: 'bound', self, callee: method };
    },
    setAttribute(name, value, place) {
      if (name === 'requires_grad' && typeof value === 'boolean') return true;
      return refuse('unsupported', `setting .${name} of a tensor is not supported`, place);
    },
    length(place) {
      const [first] = tensor.shape;
      return first === undefined ? refuse('type', 'len() of a 0-d tensor', place) : sizeValue(first);
    },
    item: (index, place) => world.indexTensor(self, index, place),
    setItem: (index, value, place) => world.assignIndex(self, index, value, place),
    iterate(place) {
      const [first] = tensor.shape;
      if (first === undefined) return refuse('type', 'iteration over a 0-d tensor', place);
      if (typeof first !== 'number') {
        return refuse('unsupported', 'iterating over the batch is not supported: it would take samples apart', place);
      }
      world.evaluator.meter.items(first);
      return Array.from({ length: first }, (_, i) => {
        const part = world.indexTensor(self, BigInt(i), place);
        part.tensor.lock ??= lockOfSeveral(world, 'unbind');
        return part;
      });
    },
    truth(place) {
      if (tensor.whenFinite !== undefined) return tensor.whenFinite;
      if (tensor.known === null) return unknownOfTensor(self)(place);
      const value = singleNumber(world, self, place);
      const unknown = unknownOf(value);
      if (unknown !== undefined) return unknown(place);
      return value !== false && value !== 0n && value !== 0;
    },
    compare(operator, other, place) {
      if (other === null && (operator === '==' || operator === '!=')) return operator === '!=';
      return world.compareTensors(self, operator, other, place);
    },
    binary: (operator: BinaryOperator, other: Value, reflected: boolean, place: Place) =>
      world.arithmetic(self, operator, other, reflected, place),
    augmented: (operator: BinaryOperator, other: Value, place: Place) =>
      world.arithmeticInPlace(self, operator, other, place),
    unary(operator, place) {
      if (operator === '+') return self;
      if (operator === '~') return world.invert(self, place);
      return operator === '-' ? world.arithmetic(self, '*', -1n, false, place) : undefined;
    },
    text: () => 'Tensor',
    format(specification) {
      if (specification === '' || tensor.shape.length > 0) return 'Tensor';
      const [only = 0] = knownNumbers(world, self) ?? [];
      return element(only, tensor.type);
    },
  };
  return self;
}

/** `float(tensor)` and its kin: of a number that is not known, one that is not known. */
function conversion(
  world: TorchWorld,
  name: string,
  self: TensorValue,
  convert: (value: bigint | number | boolean) => bigint | number,
): Value {
  return native(name, '', ({ place }) => {
    const value = singleNumber(world, self, place);
    return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean'
      ? convert(value)
      : value;
  });
}

type Special = (world: TorchWorld, self: TensorValue, place: Place) => Value;

function transposeOf(world: TorchWorld, self: TensorValue, place: Place): Value {
  const rank = self.tensor.shape.length;
  const transpose = world.tensorMethods.get('transpose');
  if (transpose === undefined || rank < 2) return refuse('shape', `.mT needs two axes or more, not ${rank}`, place);
  return world.evaluator.call(transpose, positional(self, BigInt(rank - 2), BigInt(rank - 1)), place);
}

const attributes: Readonly<Record<string, Special | undefined>> = {
  shape: (_world, { tensor }) => shapeTuple(tensor.shape),
  ndim: (_world, { tensor }) => BigInt(tensor.shape.length),
  device: () => processor,
  dtype: (world, { tensor }) => world.types.get(tensor.type) ?? null,
  is_cuda: () => false,
  requires_grad: (_world, { tensor }) => tensor.requiresGrad,
  data: (_world, self) => self,
  grad: () => null,
  __float__: (world, self) => conversion(world, '__float__', self, (value) => Number(value)),
  __int__: (world, self) => conversion(world, '__int__', self, (value) => BigInt(Math.trunc(Number(value)))),
  __index__(world, self, place) {
    if (self.tensor.type === 'float32') {
      return refuse('type', 'only integer tensors of a single element can be converted to an index', place);
    }
    return conversion(world, '__index__', self, (value) => BigInt(Number(value)));
  },
  mT: transposeOf,
  T(world, self, place) {
    if (self.tensor.shape.length === 2) return transposeOf(world, self, place);
    return refuse('unsupported', `.T of a tensor with ${self.tensor.shape.length} axes is not supported`, place);
  },
};
