/**
 * Convolutions as WebGPU computes them rightly. Measured on onnxruntime's provider (1.30), against the CPU:
 * - Conv is wrong where the input channels are more than 3, a multiple of 3 and none of 4, and the outputs a multiple
 *   of 4: a channel of zeros is added.
 * - Grouped Conv is wrong where the outputs of a group are more than 4 and no multiple of 4: they are filled up to one.
 * - Conv of one tap ignores padding that is after the input alone: it is padded by concatenation instead.
 * - ConvTranspose is wrong where a group has one output of several inputs: it is written as a convolution of its input
 *   with zeros between the elements.
 */
import type { Attributes } from '../onnx/graph-builder.ts';
import { type Emitter, sizeAt, type Tensor } from './emitter.ts';

function integersOf(attributes: Attributes, name: string, fallback: readonly number[]): number[] {
  const value = attributes[name];
  return Array.isArray(value) ? value.map(Number) : [...fallback];
}

function groupsOf({ group }: Attributes): number {
  return typeof group === 'number' ? group : 1;
}

/** Zeros between the elements of one axis: element i goes to place i * stride. */
export function spread(emit: Emitter, x: Tensor, axis: number, stride: number): Tensor {
  if (stride === 1) return x;
  const size = sizeAt(x.shape, axis);
  const apart = emit.reshape(x, x.shape.toSpliced(axis, 1, size, 1));
  const gaps = emit.zeros(apart.shape.with(axis + 1, stride - 1));
  const joined = emit.reshape(emit.concat([apart, gaps], axis + 1), x.shape.with(axis, size * stride));
  return emit.slice(joined, [{ axis, start: 0, end: (size - 1) * stride + 1 }]);
}

type RawNode = Emitter['node'];

/** Fills each group's outputs up to a multiple of 4, and cuts them off again. */
function filledGroups(
  emit: Emitter,
  raw: RawNode,
  [x, weight, bias]: readonly [Tensor, Tensor, Tensor | undefined],
  shape: readonly number[],
  attributes: Attributes,
): Tensor {
  const groups = groupsOf(attributes);
  const outputs = sizeAt(weight.shape, 0) / groups;
  const missing = 4 - (outputs % 4);
  const fill = (tensor: Tensor): Tensor => {
    const rest = tensor.shape.slice(1);
    const grouped = emit.reshape(tensor, [groups, outputs, ...rest]);
    return emit.reshape(emit.padAxis(grouped, 1, 0, missing, 0), [groups * (outputs + missing), ...rest]);
  };
  const inputs = [x, fill(weight), ...(bias === undefined ? [] : [fill(bias)])];
  const [batch = 1, , ...places] = shape;
  const wide = raw('Conv', inputs, shape.with(1, groups * (outputs + missing)), attributes);
  const grouped = emit.reshape(wide, [batch, groups, outputs + missing, ...places]);
  return emit.reshape(emit.slice(grouped, [{ axis: 2, start: 0, end: outputs }]), shape);
}

/** `Conv` of [N, C, H, W]; inputs, shape and attributes are the operator's. `raw` adds the node as it is. */
export function portableConvolution(
  emit: Emitter,
  raw: RawNode,
  inputs: readonly Tensor[],
  shape: readonly number[],
  attributes: Attributes,
): Tensor {
  const [x, weight, bias] = inputs;
  if (x === undefined || weight === undefined) throw new RangeError('A convolution needs an input and a weight.');
  const [top = 0, left = 0, bottom = 0, right = 0] = integersOf(attributes, 'pads', [0, 0, 0, 0]);
  if (weight.shape.slice(2).every((taps) => taps === 1) && top + left + bottom + right > 0) {
    const around = emit.pad(x, [top, left, bottom, right], 0);
    const rest = inputs.slice(1);
    return portableConvolution(emit, raw, [around, ...rest], shape, { ...attributes, pads: [0, 0, 0, 0] });
  }
  const groups = groupsOf(attributes);
  const channels = sizeAt(x.shape, 1);
  const outputs = sizeAt(weight.shape, 0) / groups;
  if (groups > 1) {
    if (outputs <= 4 || outputs % 4 === 0) return raw('Conv', inputs, shape, attributes);
    return filledGroups(emit, raw, [x, weight, bias], shape, attributes);
  }
  if (channels <= 3 || channels % 3 !== 0 || channels % 4 === 0) return raw('Conv', inputs, shape, attributes);
  const widened = [emit.padAxis(x, 1, 0, 1, 0), emit.padAxis(weight, 1, 0, 1, 0)];
  return raw('Conv', [...widened, ...(bias === undefined ? [] : [bias])], shape, attributes);
}

/** Weights [C, O / g, kH, kW] as the convolution wants them: [O, C / g, kH, kW], taps reversed. */
function convolutionWeight(emit: Emitter, weight: Tensor, groups: number): Tensor {
  const [channels, outputs, rows, columns] = [0, 1, 2, 3].map((axis) => sizeAt(weight.shape, axis)) as [
    number,
    number,
    number,
    number,
  ];
  const reversed = [2, 3].flatMap((axis) => {
    const size = sizeAt(weight.shape, axis);
    return size === 1 ? [] : [{ axis, start: size - 1, end: -1, step: -1 }];
  });
  const flipped = reversed.length === 0 ? weight : emit.slice(weight, reversed);
  const grouped = emit.reshape(flipped, [groups, channels / groups, outputs, rows, columns]);
  const turned = emit.transpose(grouped, [0, 2, 1, 3, 4]);
  return emit.reshape(turned, [groups * outputs, channels / groups, rows, columns]);
}

/** `ConvTranspose` of [N, C, H, W]; inputs, shape and attributes are the operator's. */
export function portableTransposedConvolution(
  emit: Emitter,
  raw: RawNode,
  inputs: readonly Tensor[],
  shape: readonly number[],
  attributes: Attributes,
): Tensor {
  const [x, weight, bias] = inputs;
  if (x === undefined || weight === undefined) throw new RangeError('A convolution needs an input and a weight.');
  const groups = groupsOf(attributes);
  const strides = integersOf(attributes, 'strides', [1, 1]);
  const dilations = integersOf(attributes, 'dilations', [1, 1]);
  const pads = integersOf(attributes, 'pads', [0, 0, 0, 0]);
  const kernel = [sizeAt(weight.shape, 2), sizeAt(weight.shape, 3)];
  let apart = x;
  const around: [number, number, number, number] = [0, 0, 0, 0];
  for (const axis of [0, 1] as const) {
    apart = spread(emit, apart, axis + 2, strides[axis] ?? 1);
    const reach = (dilations[axis] ?? 1) * ((kernel[axis] ?? 1) - 1);
    const before = reach - (pads[axis] ?? 0);
    // What the wanted size leaves: the declared padding after, and the output padding.
    const after = sizeAt(shape, axis + 2) + reach - before - sizeAt(apart.shape, axis + 2);
    if (before < 0 || after < 0) {
      const end = sizeAt(apart.shape, axis + 2) + Math.min(0, after);
      apart = emit.slice(apart, [{ axis: axis + 2, start: Math.max(0, -before), end }]);
    }
    around[axis] = Math.max(0, before);
    around[axis + 2] = Math.max(0, after);
  }
  const turned = convolutionWeight(emit, weight, groups);
  return portableConvolution(emit, raw, [apart, turned, ...(bias === undefined ? [] : [bias])], shape, {
    kernel_shape: kernel,
    pads: around,
    dilations,
    group: groups,
  });
}
