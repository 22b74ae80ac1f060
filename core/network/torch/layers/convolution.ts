/** Convolutions of torch.nn and torch.nn.functional, transposed ones too; those of one dimension are of a single row. */

import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { list, tuple } from '../../../python/types/containers.ts';
import type { InstanceValue, NativeFunction, Value } from '../../../python/types/values.ts';
import { formatShape } from '../../dimensions.ts';
import type { Pair } from '../../ir.ts';
import { tensorOf } from '../world/arguments.ts';
import { addAxis, dropAxis } from '../world/operations.ts';
import { fixedShape } from '../world/tensor.ts';
import { isParameter, isTensor, type ParameterValue, type TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { convolutionNumbers, sizesAlong } from './convolution-numbers.ts';
import {
  addParameter,
  argumentsOf,
  attributeOf,
  describe,
  fanIn,
  type LayerDefinition,
  parameterOf,
  weightOf,
} from './layer.ts';
import { register, selfOf } from './module.ts';
import { type PaddingMode, paddingMode, padTensor } from './padding.ts';
import { makeParameter, parameterShape } from './parameter.ts';

interface Weights {
  readonly weight: ParameterValue | TensorValue;
  readonly bias: ParameterValue | TensorValue | null;
}

/** Sizes of a weight. */
function weightShape(weight: Weights['weight'], place: Place): readonly number[] {
  if (isParameter(weight)) return parameterShape(weight, place);
  const shape = fixedShape(weight.tensor.shape);
  if (shape !== null) return shape;
  const message = 'a convolution whose weights differ from image to image is not supported';
  return refuse('unsupported', message, place);
}

/** Inputs and parameters of an operation with weights: parameters by role where all are, else computed inputs. */
function operands(world: TorchWorld, x: TensorValue, { weight, bias }: Weights, place: Place) {
  if (isParameter(weight) && (bias === null || isParameter(bias))) {
    return { inputs: [x], parameters: bias === null ? { weight } : { weight, bias } };
  }
  const value = (each: Weights['weight']) => (isParameter(each) ? world.readParameter(each, place) : each);
  return { inputs: bias === null ? [x, value(weight)] : [x, value(weight), value(bias)] };
}

/** The input as [N, C, H, W]: a one-dimensional one is a single row. @throws a reason for another number of axes */
function asPlanes(world: TorchWorld, x: TensorValue, axes: 1 | 2, name: string, place: Place): TensorValue {
  if (axes === 2) return x;
  const { shape } = x.tensor;
  if (shape.length === 3) return addAxis(world, x, 2, { name, place });
  return refuse(
    'shape',
    `${name} expected a 3D input [N, C, L], but got a ${shape.length}D input ${formatShape(shape)}`,
    place,
  );
}

function convolve(
  world: TorchWorld,
  input: TensorValue,
  weights: Weights,
  get: (name: string) => Value,
  how: { readonly axes: 1 | 2; readonly called: string; readonly name: string; readonly mode: PaddingMode },
  place: Place,
): TensorValue {
  const { axes, called, name, mode } = how;
  const shape = weightShape(weights.weight, place);
  if (shape.length !== axes + 2) {
    refuse('shape', `${name} expected a weight of ${axes + 2} axes, but got [${shape.join(', ')}]`, place);
  }
  const [height, width] = axes === 1 ? [1, shape[2]] : [shape[2], shape[3]];
  const attributes = convolutionNumbers(get, [height ?? 1, width ?? 1], place, called, axes);
  if (attributes.groups <= 0) refuse('value', 'groups must be a positive integer', place);
  let x = asPlanes(world, input, axes, name, place);
  let { padding } = attributes;
  if (mode !== 'constant') {
    const [top, left, bottom, right] = padding;
    const amounts = axes === 1 ? [left, right] : [left, right, top, bottom];
    x = padTensor(world, axes === 1 ? input : x, amounts, mode, 0, { name, place });
    if (axes === 1) x = addAxis(world, x, 2, { name, place });
    padding = [0, 0, 0, 0];
  }
  const request = {
    operator: 'conv2d',
    attributes: { ...attributes, padding },
    name,
    label: `conv${axes}d`,
    place,
  } as const;
  const result = world.emit({ ...request, ...operands(world, x, weights, place) });
  return axes === 1 ? dropAxis(world, result, 2, { name, place }) : result;
}

/** `Conv2d(3, 8, kernel_size=3)`. */
function titleOf(self: InstanceValue, axes: 1 | 2, place: Place): string {
  const [height, width] = sizesAlong(attributeOf(self, 'kernel_size'), axes, 1, 'kernel_size', place);
  const kernel = axes === 1 || height === width ? `${width}` : `(${height}, ${width})`;
  return `${describe(self, ['in_channels', 'out_channels']).slice(0, -1)}, kernel_size=${kernel})`;
}

/** What F.pad takes for a convolution's padding: the last axis first, before and after. */
function padTwice(padding: Value, kernel: readonly number[], dilation: Value, axes: 1 | 2, place: Place): Value[] {
  const steps = sizesAlong(dilation, axes, 1, 'dilation', place).slice(-axes);
  const amounts = typeof padding === 'string' ? null : sizesAlong(padding, axes, 0, 'padding', place).slice(-axes);
  return kernel
    .flatMap((size, axis) => {
      if (amounts !== null) return [[amounts[axis] ?? 0, amounts[axis] ?? 0]];
      const total = padding === 'same' ? (steps[axis] ?? 1) * (size - 1) : 0;
      return [[Math.floor(total / 2), Math.ceil(total / 2)]];
    })
    .reverse()
    .flatMap((pair) => pair.map(BigInt));
}

/** `_conv_forward`, which subclasses call with a weight of their own making. */
function convolveWith(world: TorchWorld, axes: 1 | 2): NativeFunction {
  return native(
    '_conv_forward',
    'self, input, weight, bias',
    (taken) => {
      const { get, place } = taken;
      const self = selfOf(world, taken);
      const bias = get('bias');
      const weights = {
        weight: weightArgument(get('weight'), "_conv_forward(): argument 'weight'", place),
        bias: bias === null ? null : weightArgument(bias, "_conv_forward(): argument 'bias'", place),
      };
      const input = tensorOf(get('input'), { what: "_conv_forward(): argument 'input'", place });
      return convolve(world, input, weights, (each) => attributeOf(self, each), howOf(self, axes, place), place);
    },
    { method: true },
  );
}

/** How a layer convolves: its title and its way of padding. */
function howOf(self: InstanceValue, axes: 1 | 2, place: Place) {
  const given = attributeOf(self, 'padding_mode');
  const mode = given === 'zeros' ? 'constant' : paddingMode(given, place);
  return { axes, called: self.type.name, name: titleOf(self, axes, place), mode } as const;
}

function buildConvolution(
  world: TorchWorld,
  self: InstanceValue,
  taken: Taken,
  how: { readonly name: string; readonly axes: 1 | 2; readonly transposed: boolean; readonly lazy: boolean },
): void {
  const { place, get } = taken;
  const { name, axes, transposed, lazy } = how;
  const { integer, flag } = argumentsOf(world, name, taken);
  const [outChannels, groups] = [integer('out_channels'), integer('groups')];
  const inChannels = lazy ? null : integer('in_channels');
  if (groups <= 0) refuse('value', 'groups must be a positive integer', place);
  if (inChannels !== null && inChannels % groups !== 0)
    refuse('value', `in_channels must be divisible by groups: ${inChannels} / ${groups}`, place);
  if (outChannels % groups !== 0)
    refuse('value', `out_channels must be divisible by groups: ${outChannels} / ${groups}`, place);
  const mode = get('padding_mode');
  if (mode !== 'zeros') {
    if (transposed) refuse('value', `Only "zeros" padding mode is supported for ${name}`, place);
    paddingMode(mode, place);
  }
  const pair = sizesAlong(get('kernel_size'), axes, 1, `${name}(): argument 'kernel_size'`, place);
  if (transposed) transposedNumbers(get, pair, place, name, axes);
  else convolutionNumbers(get, pair, place, name, axes);
  const kernel = axes === 1 ? pair.slice(1) : [...pair];
  const bias = flag('bias');
  // PyTorch keeps these as tuples, which programs read.
  for (const each of ['kernel_size', 'stride', 'padding', 'dilation', ...(transposed ? ['output_padding'] : [])]) {
    if (typeof get(each) === 'string') continue;
    const sizes = sizesAlong(get(each), axes, 1, `${name}(): argument '${each}'`, place);
    self.attributes.set(each, tuple((axes === 1 ? sizes.slice(1) : sizes).map(BigInt)));
  }
  self.attributes.set(
    '_reversed_padding_repeated_twice',
    list(padTwice(get('padding'), kernel, get('dilation'), axes, place)),
  );
  self.attributes.set('transposed', transposed);
  if (!transposed) self.attributes.set('output_padding', tuple(Array.from({ length: axes }, () => 0n)));
  if (inChannels === null) {
    self.attributes.set('in_channels', 0n);
    register(self, '_parameters', 'weight', makeParameter(world, null, { kind: 'constant', value: 0 }));
    register(self, '_parameters', 'bias', bias ? makeParameter(world, null, { kind: 'constant', value: 0 }) : null);
    return;
  }
  const shape = transposed
    ? [inChannels, outChannels / groups, ...kernel]
    : [outChannels, inChannels / groups, ...kernel];
  addParameter(world, self, 'weight', shape, fanIn(shape), place);
  if (bias) addParameter(world, self, 'bias', [outChannels], fanIn(shape), place);
  else register(self, '_parameters', 'bias', null);
}

/** Gives the parameters of a lazy layer their sizes, from its first input. */
function materialise(world: TorchWorld, self: InstanceValue, input: TensorValue, axes: 1 | 2, place: Place): void {
  const weight = weightOf(self, place);
  const channels = input.tensor.shape[1];
  if (weight.parameter.shape !== null || typeof channels !== 'number') return;
  const [outChannels, groups] = [attributeOf(self, 'out_channels'), attributeOf(self, 'groups')].map(Number);
  const kernel = sizesAlong(attributeOf(self, 'kernel_size'), axes, 1, 'kernel_size', place);
  if (channels % (groups ?? 1) !== 0)
    refuse('value', `in_channels must be divisible by groups: ${channels} / ${groups}`, place);
  const shape = [outChannels ?? 0, channels / (groups ?? 1), ...(axes === 1 ? kernel.slice(1) : kernel)];
  setLazy(world, weight, shape);
  const bias = parameterOf(self, 'bias');
  if (bias !== undefined) setLazy(world, bias, [outChannels ?? 0], shape);
  self.attributes.set('in_channels', BigInt(channels));
}

/** A lazy parameter's size and draw. */
export function setLazy(
  world: TorchWorld,
  { parameter }: ParameterValue,
  shape: readonly number[],
  weight: readonly number[] = shape,
): void {
  world.evaluator.meter.parameters(shape.reduce((product, size) => product * size, 1));
  parameter.shape = shape;
  parameter.initializer = fanIn(weight);
}

function convolutionLayer(world: TorchWorld, axes: 1 | 2, lazy: boolean): LayerDefinition {
  const name = `${lazy ? 'Lazy' : ''}Conv${axes}d`;
  return {
    name,
    ...(lazy ? { base: `Conv${axes}d` } : {}),
    signature: `${lazy ? '' : 'in_channels, '}out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode='zeros', device=None, dtype=None`,
    build: (self, taken) => buildConvolution(world, self, taken, { name, axes, transposed: false, lazy }),
    forward(self, input, place) {
      if (lazy) materialise(world, self, input, axes, place);
      const weights = { weight: weightOf(self, place), bias: parameterOf(self, 'bias') ?? null };
      return convolve(world, input, weights, (each) => attributeOf(self, each), howOf(self, axes, place), place);
    },
    methods: [convolveWith(world, axes)],
  };
}

function transposedNumbers(get: (name: string) => Value, kernel: Pair, place: Place, called: string, axes: 1 | 2) {
  const { stride, dilation, groups, padding } = convolutionNumbers(get, kernel, place, called, axes);
  if (typeof get('padding') === 'string') refuse('type', `${called}: padding must be int, not str`, place);
  const outputPadding = sizesAlong(get('output_padding'), axes, 0, `${called}(): argument 'output_padding'`, place);
  const tooLong = outputPadding.some(
    (size, axis) => size < 0 || (size > 0 && size >= Math.max(stride[axis] ?? 1, dilation[axis] ?? 1)),
  );
  if (tooLong) {
    refuse('value', `output padding must be smaller than either stride or dilation, but got ${outputPadding}`, place);
  }
  return { kernel, stride, dilation, groups, padding: [padding[0], padding[1]] as const, outputPadding };
}

function convolveTransposed(
  world: TorchWorld,
  input: TensorValue,
  weights: Weights,
  get: (name: string) => Value,
  how: { readonly axes: 1 | 2; readonly called: string; readonly name: string },
  place: Place,
): TensorValue {
  const { axes, called, name } = how;
  const shape = weightShape(weights.weight, place);
  const [height, width] = axes === 1 ? [1, shape[2]] : [shape[2], shape[3]];
  const attributes = transposedNumbers(get, [height ?? 1, width ?? 1], place, called, axes);
  const x = asPlanes(world, input, axes, name, place);
  const given = operands(world, x, weights, place);
  if (given.parameters === undefined) {
    return refuse('unsupported', `${name} with a computed weight is not supported yet`, place);
  }
  const label = `conv_transpose${axes}d`;
  const result = world.emit({ operator: 'convTranspose2d', attributes, ...given, name, label, place });
  return axes === 1 ? dropAxis(world, result, 2, { name, place }) : result;
}

function transposedLayer(world: TorchWorld, axes: 1 | 2): LayerDefinition {
  const name = `ConvTranspose${axes}d`;
  return {
    name,
    signature:
      "in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True, dilation=1, padding_mode='zeros', device=None, dtype=None",
    takes: 'input, output_size=None',
    build: (self, taken) => buildConvolution(world, self, taken, { name, axes, transposed: true, lazy: false }),
    forward(self, input, place, taken) {
      if (taken.get('output_size') !== null)
        refuse('unsupported', `${name} with output_size is not supported yet`, place);
      const weights = { weight: weightOf(self, place), bias: parameterOf(self, 'bias') ?? null };
      const how = { axes, called: name, name: titleOf(self, axes, place) };
      return convolveTransposed(world, input, weights, (each) => attributeOf(self, each), how, place);
    },
  };
}

export function convolutionLayers(world: TorchWorld): LayerDefinition[] {
  const axes = [1, 2] as const;
  return [
    ...axes.map((each) => convolutionLayer(world, each, false)),
    ...axes.map((each) => convolutionLayer(world, each, true)),
    ...axes.map((each) => transposedLayer(world, each)),
  ];
}

/** A weight given to a function: a parameter, or a computed tensor. */
export function weightArgument(value: Value, what: string, place: Place): ParameterValue | TensorValue {
  if (isParameter(value) && value.parameter.buffer === null) return value;
  return isTensor(value) ? value : tensorOf(value, { what, place });
}

/** F.conv1d, F.conv2d and their transposed forms. */
export function convolutionFunction(world: TorchWorld, axes: 1 | 2, transposed: boolean) {
  const name = `conv${transposed ? '_transpose' : ''}${axes}d`;
  return {
    name,
    signature: transposed
      ? 'weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1'
      : 'weight, bias=None, stride=1, padding=0, dilation=1, groups=1',
    run(input: TensorValue, { get, place }: Taken): TensorValue {
      const bias = get('bias');
      const weights = {
        weight: weightArgument(get('weight'), `${name}(): argument 'weight'`, place),
        bias: bias === null ? null : weightArgument(bias, `${name}(): argument 'bias'`, place),
      };
      if (transposed) return convolveTransposed(world, input, weights, get, { axes, called: name, name }, place);
      return convolve(world, input, weights, get, { axes, called: name, name, mode: 'constant' }, place);
    },
  };
}
