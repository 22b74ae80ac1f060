/**
 * Gradient of a convolution's weights: dw[o, c, t] = sum over n and p of dy[n, o, p] x[n, c, s p + d t - pad].
 * No ONNX operator computes it, so it is written as matrix products; which form is fastest depends on the sizes.
 */
import type { NodeOf } from '../../network/ir.ts';
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';

type Attributes = NodeOf<'conv2d'>['attributes'];

/** What tap (i, j) of the kernel sees of the padded x, in the layout whose row axis is `rowAxis`: one view per tap. */
function tapViews(emit: Emitter, padded: Tensor, dy: Tensor, attributes: Attributes, rowAxis: number): Tensor[] {
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

/** The gradient, of the weight's shape [O, C / g, kH, kW]. */
export function convolutionWeightGradient(
  emit: Emitter,
  x: Tensor,
  dy: Tensor,
  weightShape: readonly number[],
  attributes: Attributes,
): Tensor {
  const { kernel, groups, padding } = attributes;
  const taps = kernel[0] * kernel[1];
  const batch = sizeAt(x.shape, 0);
  const inputs = sizeAt(x.shape, 1);
  const outputs = sizeAt(dy.shape, 1);
  const places = sizeAt(dy.shape, 2) * sizeAt(dy.shape, 3);
  const padded = emit.pad(x, padding, 0);
  // Columns [N, g, taps C / g, P] against dy [N, g, O / g, P].
  const perGroup = inputs / groups;
  const parts = tapViews(emit, padded, dy, attributes, 2).map((view) =>
    emit.reshape(view, [batch, groups, perGroup, places]),
  );
  const columns = emit.concat(parts, 2);
  const rows = emit.reshape(dy, [batch, groups, outputs / groups, places]);
  const products = emit.matmul(rows, emit.transpose(columns, [0, 1, 3, 2]));
  const summed = emit.reduce('ReduceSum', products, [0], false);
  const byTap = emit.reshape(summed, [outputs, taps, perGroup]);
  return emit.reshape(emit.transpose(byTap, [0, 2, 1]), weightShape);
}
