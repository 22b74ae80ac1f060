/**
 * Gradient of a convolution's weights: dw[o, c, t] = sum over n and p of dy[n, o, p] x[n, c, s p + d t - pad].
 * No ONNX operator computes it. Which of these forms is fastest was measured on onnxruntime's CPU provider at batch 128
 * and 4; all give the same sums.
 */
import { mostTapsOneByOne } from '../../network/graph-size.ts';
import type { NodeOf } from '../../network/ir.ts';
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';
import { channelSum } from './channel-reduction.ts';

type Attributes = NodeOf<'conv2d'>['attributes'];

interface Correlation {
  readonly emit: Emitter;
  /** [N, C, H, W], unpadded. */
  readonly x: Tensor;
  /** [N, O, H', W'] */
  readonly dy: Tensor;
  readonly attributes: Attributes;
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
  /** H' W' */
  readonly places: number;
  readonly taps: number;
}

/** What each tap of the kernel sees of the padded x whose row axis is `rowAxis`: one slice a tap, row-major. */
function tapViews({ emit, dy, attributes }: Correlation, padded: Tensor, rowAxis: number): Tensor[] {
  const { kernel, stride, dilation } = attributes;
  const rows = sizeAt(dy.shape, 2);
  const columns = sizeAt(dy.shape, 3);
  const views: Tensor[] = [];
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      const top = i * dilation[0];
      const left = j * dilation[1];
      views.push(
        emit.slice(padded, [
          { axis: rowAxis, start: top, end: top + (rows - 1) * stride[0] + 1, step: stride[0] },
          { axis: rowAxis + 1, start: left, end: left + (columns - 1) * stride[1] + 1, step: stride[1] },
        ]),
      );
    }
  }
  return views;
}

/** All taps at once, any groups: columns [N, g, taps C / g, P] against dy [N, g, O / g, P], summed over images. */
function byColumns(c: Correlation): Tensor {
  const { emit } = c;
  const { groups, padding } = c.attributes;
  const perGroup = c.inputs / groups;
  const parts = tapViews(c, emit.pad(c.x, padding, 0), 2).map((view) =>
    emit.reshape(view, [c.batch, groups, perGroup, c.places]),
  );
  const rows = emit.reshape(c.dy, [c.batch, groups, c.outputs / groups, c.places]);
  const products = emit.matmul(rows, emit.transpose(emit.concat(parts, 2), [0, 1, 3, 2]));
  const byTap = emit.reshape(emit.reduce('ReduceSum', products, [0], false), [c.outputs, c.taps, perGroup]);
  return emit.transpose(byTap, [0, 2, 1]);
}

/** A product for each tap and image, [N, O, P] x [N, P, C], summed over images: large images. */
function byTapAndImage(c: Correlation): Tensor {
  const { emit } = c;
  const rows = emit.reshape(c.dy, [c.batch, c.outputs, c.places]);
  const parts = tapViews(c, emit.pad(c.x, c.attributes.padding, 0), 2).map((view) => {
    const columns = emit.transpose(emit.reshape(view, [c.batch, c.inputs, c.places]), [0, 2, 1]);
    const summed = emit.reduce('ReduceSum', emit.matmul(rows, columns), [0], false);
    return emit.reshape(summed, [c.outputs, c.inputs, 1]);
  });
  return emit.concat(parts, 2);
}

/** A product for each tap, [O, P N] x [P N, C], images innermost: small images with many channels. */
function byTap(c: Correlation): Tensor {
  const { emit } = c;
  const length = c.places * c.batch;
  const innermost = emit.transpose(emit.pad(c.x, c.attributes.padding, 0), [1, 2, 3, 0]);
  const rows = emit.reshape(emit.transpose(c.dy, [1, 2, 3, 0]), [c.outputs, length]);
  const parts = tapViews(c, innermost, 1).map((view) => {
    const product = emit.gemm(rows, emit.reshape(view, [c.inputs, length]), { transB: true });
    return emit.reshape(product, [c.outputs, c.inputs, 1]);
  });
  return emit.concat(parts, 2);
}

/** Depthwise with equal channels, stride 1: the product with dy of what each tap sees, summed. */
function depthwiseByTap(c: Correlation): Tensor {
  const { emit } = c;
  const parts = tapViews(c, emit.pad(c.x, c.attributes.padding, 0), 2).map((view) =>
    emit.reshape(channelSum(emit, emit.multiply(view, c.dy)), [c.outputs, 1, 1]),
  );
  return emit.concat(parts, 2);
}

/** Sizes of x convolved with dy, strides and dilations changing places: the kernel's, and a stride's remainder. */
function foundSizes({ x, dy, attributes: { stride, padding, dilation } }: Correlation): readonly [number, number] {
  const along = (axis: 0 | 1): number => {
    const reach = (sizeAt(dy.shape, axis + 2) - 1) * stride[axis] + 1;
    return (
      Math.floor((sizeAt(x.shape, axis + 2) + padding[axis] + padding[axis === 0 ? 2 : 3] - reach) / dilation[axis]) + 1
    );
  };
  return [along(0), along(1)];
}

/**
 * Depthwise with equal channels: each image's channel is convolved with its own dy as the kernel, strides and dilations
 * changing places. Rows and columns beyond the kernel (a stride's remainder) are cut off.
 */
function depthwiseByConvolution(c: Correlation): Tensor {
  const { emit, attributes } = c;
  const { kernel, stride, padding, dilation } = attributes;
  const [height, width] = [sizeAt(c.x.shape, 2), sizeAt(c.x.shape, 3)];
  const [rows, columns] = [sizeAt(c.dy.shape, 2), sizeAt(c.dy.shape, 3)];
  const found = foundSizes(c);
  const channels = c.batch * c.inputs;
  const correlated = emit.node(
    'Conv',
    [emit.reshape(c.x, [1, channels, height, width]), emit.reshape(c.dy, [channels, 1, rows, columns])],
    [1, channels, ...found],
    { kernel_shape: [rows, columns], strides: dilation, dilations: stride, pads: padding, group: channels },
  );
  const summed = emit.reduce('ReduceSum', emit.reshape(correlated, [c.batch, c.inputs, ...found]), [0], false);
  return emit.slice(summed, [
    { axis: 1, start: 0, end: kernel[0] },
    { axis: 2, start: 0, end: kernel[1] },
  ]);
}

/**
 * Large kernels: x as images of N channels, convolved with dy as O kernels of N channels, strides and dilations changing places.
 * A form for each tap would make more operations than ONNX Runtime takes in time.
 */
function byConvolution(c: Correlation): Tensor {
  const { emit, attributes } = c;
  const { kernel, stride, padding, dilation } = attributes;
  const found = foundSizes(c);
  const [rows, columns] = [sizeAt(c.dy.shape, 2), sizeAt(c.dy.shape, 3)];
  const exchanged = [emit.transpose(c.x, [1, 0, 2, 3]), emit.transpose(c.dy, [1, 0, 2, 3])];
  const correlated = emit.node('Conv', exchanged, [c.inputs, c.outputs, ...found], {
    kernel_shape: [rows, columns],
    strides: dilation,
    dilations: stride,
    pads: padding,
    group: 1,
  });
  const cut = emit.slice(correlated, [
    { axis: 2, start: 0, end: kernel[0] },
    { axis: 3, start: 0, end: kernel[1] },
  ]);
  return emit.transpose(cut, [1, 0, 2, 3]);
}

/** The gradient, of the weight's shape [O, C / g, kH, kW]. */
export function convolutionWeightGradient(
  emit: Emitter,
  x: Tensor,
  dy: Tensor,
  weightShape: readonly number[],
  attributes: Attributes,
): Tensor {
  const { kernel, stride, groups } = attributes;
  const inputs = sizeAt(x.shape, 1);
  const outputs = sizeAt(dy.shape, 1);
  const taps = kernel[0] * kernel[1];
  const correlation: Correlation = {
    emit,
    x,
    dy,
    attributes,
    batch: sizeAt(x.shape, 0),
    inputs,
    outputs,
    places: sizeAt(dy.shape, 2) * sizeAt(dy.shape, 3),
    taps,
  };
  return emit.reshape(chooseForm(correlation, { groups, stride, taps })(correlation), weightShape);
}

function chooseForm(
  { inputs, outputs, places }: Correlation,
  { groups, stride, taps }: { readonly groups: number; readonly stride: readonly number[]; readonly taps: number },
): (correlation: Correlation) => Tensor {
  if (groups > 1) {
    if (groups !== inputs || outputs !== inputs) return byColumns;
    return stride.every((size) => size === 1) && taps <= 9 ? depthwiseByTap : depthwiseByConvolution;
  }
  if (taps === 1 || inputs * taps <= 80) return byColumns;
  if (taps > mostTapsOneByOne) return byConvolution;
  return places > 256 ? byTapAndImage : byTap;
}
