/** nn.Parameter and buffers as programs make and read them: a tensor's known numbers or draws, then a value of forward. */

import { native } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { typeName } from '../../../python/types/type-name.ts';
import type { NativeFunction, Value } from '../../../python/types/values.ts';
import { tensorOf } from '../world/arguments.ts';
import { initializerOf, type Known, listed } from '../world/known.ts';
import { filledTensor, tensorOfNumbers } from '../world/operations.ts';
import { fixedShape, knownNumbers, makeTensor } from '../world/tensor.ts';
import { unknowable } from '../world/unknowable.ts';
import { type BufferContent, isParameter, isTensor, type ParameterValue, type TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { makeParameter, parameterShape } from './parameter.ts';

/** What a tensor starts from. @throws a reason when it is not known before forward */
function startOf(world: TorchWorld, { tensor }: TensorValue, what: string, place: Place) {
  const shape = fixedShape(tensor.shape);
  if (shape === null || tensor.known === null || tensor.known.kind === 'mask') {
    return refuse(
      'unsupported',
      `${what} from a tensor that is computed from weights or inputs is not supported`,
      place,
    );
  }
  return { shape, initializer: initializerOf(world.evaluator.meter, tensor.known) };
}

/** nn.Parameter(tensor, requires_grad=True). */
export function parameterFunction(world: TorchWorld): NativeFunction {
  return native('Parameter', 'data=None, requires_grad=True', ({ get, place }) => {
    const data = get('data');
    if (isParameter(data)) {
      const copy = makeParameter(world, parameterShape(data, place), data.parameter.initializer);
      copy.parameter.trainable = world.evaluator.truth(get('requires_grad'), place);
      return copy;
    }
    if (!isTensor(data)) return refuse('type', `Parameter data must be a Tensor, not ${typeName(data)}`, place);
    if (data.tensor.type !== 'float32' && world.evaluator.truth(get('requires_grad'), place)) {
      return refuse(
        'raised',
        'RuntimeError: Only Tensors of floating point and complex dtype can require gradients',
        place,
      );
    }
    const { shape, initializer } = startOf(world, data, 'a parameter', place);
    world.evaluator.meter.parameters(shape.reduce((product, size) => product * size, 1));
    const made = makeParameter(world, shape, initializer);
    made.parameter.trainable = world.evaluator.truth(get('requires_grad'), place);
    return made;
  });
}

/** A tensor as a buffer of a module. */
export function bufferFrom(world: TorchWorld, tensor: TensorValue, persistent: boolean, place: Place): ParameterValue {
  const { shape, initializer } = startOf(world, tensor, 'a buffer', place);
  const numbers = initializer.kind === 'constant' ? null : knownNumbers(world, tensor);
  if (initializer.kind !== 'constant' && numbers === null) {
    const message = 'a buffer of random numbers is not supported: keep them as nn.Parameter(..., requires_grad=False)';
    return refuse('unsupported', message, place);
  }
  const count = shape.reduce((product, size) => product * size, 1);
  world.evaluator.meter.parameters(count);
  const content: BufferContent = {
    type: tensor.tensor.type === 'float32' ? 'float32' : 'int64',
    value: initializer.kind === 'constant' ? initializer.value : listed(numbers ?? []),
    persistent,
    tensor,
  };
  return makeParameter(world, shape, { kind: 'constant', value: 0 }, content);
}

/** nn.Buffer(tensor, persistent=True). */
export function bufferFunction(world: TorchWorld): NativeFunction {
  return native('Buffer', 'data, persistent=True', ({ get, place }) => {
    const data = get('data');
    if (!isTensor(data)) return refuse('type', `Buffer data must be a Tensor, not ${typeName(data)}`, place);
    return bufferFrom(world, data, world.evaluator.truth(get('persistent'), place), place);
  });
}

/** `parameter.data = value`, `parameter.copy_(value)`: what it starts from. */
export function fillParameter(world: TorchWorld, parameter: ParameterValue, value: Value, place: Place): true {
  if (parameter.parameter.buffer !== null && world.reading.graph === null)
    return fillBuffer(world, parameter, value, place);
  if (isParameter(value)) {
    parameter.parameter.initializer = value.parameter.initializer;
    return true;
  }
  if (!isTensor(value)) return refuse('type', `a parameter cannot be filled with ${typeName(value)}`, place);
  const { shape, initializer } = startOf(world, value, 'a parameter', place);
  const own = parameterShape(parameter, place);
  const fits = shape.length === own.length && shape.every((size, axis) => size === own[axis]);
  // A smaller constant broadcasts; anything else must have the same sizes.
  if (!fits && initializer.kind !== 'constant') {
    return refuse(
      'shape',
      `a parameter of size [${own.join(', ')}] cannot be filled with a tensor [${shape.join(', ')}]`,
      place,
    );
  }
  parameter.parameter.initializer = initializer;
  return true;
}

/** A buffer that holds other numbers from now on, of its own type and sizes. */
function fillBuffer(world: TorchWorld, parameter: ParameterValue, value: Value, place: Place): true {
  const { buffer } = parameter.parameter;
  const source = tensorOf(value, { what: 'the content of a buffer', place });
  const shape = parameterShape(parameter, place);
  const numbers = knownNumbers(world, source);
  if (buffer === null || numbers === null) {
    return refuse('unsupported', 'a buffer filled with random numbers is not supported', place);
  }
  const given = source.tensor.shape;
  const fits = given.length === shape.length && given.every((size, axis) => size === shape[axis]);
  if (!fits && numbers.length !== 1) {
    return refuse(
      'shape',
      `a buffer of size [${shape.join(', ')}] cannot be filled with ${numbers.length} numbers`,
      place,
    );
  }
  const type = buffer.tensor?.tensor.type ?? buffer.type;
  const whole = type === 'float32' ? numbers : numbers.map(Math.trunc);
  const one = whole[0] ?? 0;
  const tensor = fits ? tensorOfNumbers(world, whole, shape, type) : filledTensor(world, one, shape, type);
  const content = fits && whole.some((each) => each !== one) ? listed(whole) : one;
  parameter.parameter.buffer = { ...buffer, value: content, tensor: buffer.tensor === null ? null : tensor };
  return true;
}

/** What a buffer that forward itself writes holds depends on the forwards before: it may be kept, but no logits depend on it. */
export function changeInForward(world: TorchWorld, buffer: ParameterValue, place: Place): void {
  const why = 'its logits depend on a buffer that forward itself changes, which is not supported';
  const { reads, unknowable: unknown } = world.reading;
  const before = reads.get(buffer)?.tensor.value ?? null;
  const type = buffer.parameter.buffer?.type ?? 'float32';
  const after = unknowable(world, parameterShape(buffer, place), why, place, type);
  const reason = after.tensor.value === null ? undefined : unknown.get(after.tensor.value);
  if (before !== null && reason !== undefined) unknown.set(before, reason);
  reads.set(buffer, after);
}

/** A parameter's value with memory that no operation may change. */
function leafOf(world: TorchWorld, { tensor }: TensorValue): TensorValue {
  return makeTensor(world, { ...tensor, storage: { version: 0, leaf: true } });
}

/** A parameter or buffer as a tensor: once a forward; before it, what is known. */
export function readParameter(world: TorchWorld, parameter: ParameterValue, place: Place): TensorValue {
  const shape = parameterShape(parameter, place);
  const found = world.reading.graph === null ? undefined : world.reading.reads.get(parameter);
  if (found !== undefined) return found;
  const { buffer, initializer, trainable } = parameter.parameter;
  if (buffer !== null) {
    const given = buffer.tensor;
    if (given !== null && (buffer.type !== 'float32' || !buffer.persistent || world.reading.graph === null))
      return given;
    if (world.reading.graph === null) {
      const values = typeof buffer.value === 'number' ? null : buffer.value;
      if (values !== null) return tensorOfNumbers(world, values, shape);
      const known: Known = { kind: 'draw', initializer: { kind: 'constant', value: Number(buffer.value) } };
      return makeTensor(world, { shape, known });
    }
  }
  if (world.reading.graph === null) {
    // What changes it, or a part of it, changes what the parameter starts from.
    const read = makeTensor(world, { shape, known: { kind: 'draw', initializer } });
    read.tensor.writeBack = (at) => {
      fillParameter(world, parameter, read, at);
    };
    return read;
  }
  const site = {
    inputs: [],
    attributes: {},
    target: shape,
    place,
    name: buffer === null ? 'the parameter' : 'the buffer',
  };
  let read =
    buffer === null
      ? leafOf(world, world.emit({ ...site, operator: 'parameter', parameters: { weight: parameter } }))
      : world.emit({ ...site, operator: 'buffer', parameters: { buffer: parameter } });
  if (buffer === null && !trainable) {
    read = world.emit({ operator: 'detach', attributes: {}, inputs: [read], name: 'the parameter', place });
  }
  world.reading.reads.set(parameter, read);
  return read;
}
