/**
 * torch.nn.AvgPool2d and AdaptiveAvgPool2d: a sum over each window times one factor a place (1 over the window's count
 * by PyTorch's rules). The gradient multiplies by the same factors and spreads each window's share over its elements.
 */
import type { NodeOf, Pair } from '../../network/ir.ts';
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';
import { inputOf, type Rule } from '../rule.ts';
import { averagingMatrix } from './adaptive-windows.ts';
import { isTiling, poolWindows, type Windows } from './pool-window.ts';

/**
 * What a window's plain mean (over kernel height x width, padding counted as zeros) is multiplied by, for each place.
 * PyTorch counts declared padding when asked, never what ceil_mode adds beyond it.
 */
function corrections(
  attributes: NodeOf<'avgPool2d'>['attributes'],
  input: readonly number[],
  output: readonly number[],
): number[] {
  const { kernel, stride, padding, countIncludePad, divisor } = attributes;
  const counts = ([0, 1] as const).map((axis) => {
    const size = sizeAt(input, axis - 2);
    return Array.from({ length: sizeAt(output, axis - 2) }, (_, i) => {
      const start = i * stride[axis] - padding[axis];
      const end = Math.min(start + kernel[axis], size + padding[axis]);
      return countIncludePad ? end - start : Math.min(end, size) - Math.max(start, 0);
    });
  });
  const [rows = [], columns = []] = counts;
  const full = kernel[0] * kernel[1];
  return rows.flatMap((row) => columns.map((column) => full / (divisor ?? row * column)));
}

/** The factors as a tensor that broadcasts over [N, C, H', W'], null where all are 1. */
function correctionTensor(emit: Emitter, values: readonly number[], output: readonly number[]): Tensor | null {
  const [first = 1] = values;
  if (values.some((value) => value !== first)) {
    return emit.constant(values, [1, 1, sizeAt(output, -2), sizeAt(output, -1)]);
  }
  return first === 1 ? null : emit.scalar(first);
}

/** Mean over kernel height x width of each window, padding counted as zeros. */
function plainMean(emit: Emitter, x: Tensor, windows: Windows, shape: readonly number[]): Tensor {
  const { kernel, stride, padding, paddingFits } = windows;
  return emit.node('AveragePool', [paddingFits ? x : emit.pad(x, padding, 0)], shape, {
    kernel_shape: kernel,
    strides: stride,
    pads: paddingFits ? padding : [0, 0, 0, 0],
    count_include_pad: 1,
  });
}

/** Gradient of {@link plainMean}. */
function spreadMean(emit: Emitter, dy: Tensor, windows: Windows, input: readonly number[]): Tensor {
  const { kernel, stride, padding } = windows;
  const [top, left, bottom, right] = padding;
  const [height, width] = [sizeAt(input, 2), sizeAt(input, 3)];
  if (isTiling(windows)) {
    const share = emit.multiply(dy, emit.scalar(1 / (kernel[0] * kernel[1])));
    const enlarged = emit.enlarge(share, kernel[0], kernel[1]);
    const rest = [0, 0, height - sizeAt(enlarged.shape, 2), width - sizeAt(enlarged.shape, 3)] as const;
    return emit.pad(enlarged, rest, 0);
  }
  if (stride[0] === 1 && stride[1] === 1) {
    const pads = [kernel[0] - 1 - top, kernel[1] - 1 - left, kernel[0] - 1 - bottom, kernel[1] - 1 - right];
    if (pads.every((size) => size >= 0)) {
      return emit.node('AveragePool', [dy], input, { kernel_shape: kernel, pads, count_include_pad: 1 });
    }
  }
  // One channel at a time through a transposed convolution with equal weights.
  const [batch, channels] = [sizeAt(input, 0), sizeAt(input, 1)];
  const single = emit.reshape(dy, [batch * channels, 1, sizeAt(dy.shape, 2), sizeAt(dy.shape, 3)]);
  const share = 1 / (kernel[0] * kernel[1]);
  const weight = emit.constant(new Float32Array(kernel[0] * kernel[1]).fill(share), [1, 1, kernel[0], kernel[1]]);
  const reached = [
    (sizeAt(dy.shape, 2) - 1) * stride[0] + kernel[0],
    (sizeAt(dy.shape, 3) - 1) * stride[1] + kernel[1],
  ] as const;
  const spread = emit.node('ConvTranspose', [single, weight], [batch * channels, 1, ...reached], {
    kernel_shape: kernel,
    strides: stride,
  });
  const whole = emit.pad(
    spread,
    [0, 0, Math.max(0, top + height - reached[0]), Math.max(0, left + width - reached[1])],
    0,
  );
  const cut = emit.slice(whole, [
    { axis: 2, start: top, end: top + height },
    { axis: 3, start: left, end: left + width },
  ]);
  return emit.reshape(cut, input);
}

export const avgPool2d: Rule<'avgPool2d'> = {
  evaluate(call) {
    const { emit, attributes, shape } = call;
    const x = inputOf(call, 0);
    const mean = plainMean(emit, x, poolWindows(attributes, x.shape, shape), shape);
    const factor = correctionTensor(emit, corrections(attributes, x.shape, shape), shape);
    return factor === null ? mean : emit.multiply(mean, factor);
  },
  train(call) {
    const { emit, attributes, shape } = call;
    const x = inputOf(call, 0);
    return {
      output: avgPool2d.evaluate(call),
      backward(dy) {
        const factor = correctionTensor(emit, corrections(attributes, x.shape, shape), shape);
        const scaled = factor === null ? dy : emit.multiply(dy, factor);
        return { inputs: [spreadMean(emit, scaled, poolWindows(attributes, x.shape, shape), x.shape)] };
      },
    };
  },
};

/** The equal windows of an adaptive pool whose output sizes divide its input's; null where they do not. */
function evenWindows(input: readonly number[], output: Pair): Windows | null {
  const [height, width] = [sizeAt(input, 2), sizeAt(input, 3)];
  if (height % output[0] !== 0 || width % output[1] !== 0) return null;
  const kernel: Pair = [height / output[0], width / output[1]];
  return { kernel, stride: kernel, dilation: [1, 1], padding: [0, 0, 0, 0], paddingFits: true };
}

/** Uneven windows average by matrices: y = A x B^T, so dx = A^T dy B. */
export const adaptiveAvgPool2d: Rule<'adaptiveAvgPool2d'> = {
  evaluate(call) {
    const { emit, shape } = call;
    const x = inputOf(call, 0);
    const [rows, columns] = call.attributes.output;
    const windows = evenWindows(x.shape, [rows, columns]);
    if (windows !== null) return plainMean(emit, x, windows, shape);
    const [height, width] = [sizeAt(x.shape, 2), sizeAt(x.shape, 3)];
    const down = emit.constant(averagingMatrix(height, rows), [rows, height]);
    const across = emit.constant(averagingMatrix(width, columns), [columns, width]);
    return emit.matmul(emit.matmul(down, x), emit.transpose(across, [1, 0]));
  },
  train(call) {
    const { emit } = call;
    const x = inputOf(call, 0);
    const [rows, columns] = call.attributes.output;
    return {
      output: adaptiveAvgPool2d.evaluate(call),
      backward(dy) {
        const windows = evenWindows(x.shape, [rows, columns]);
        if (windows !== null) return { inputs: [spreadMean(emit, dy, windows, x.shape)] };
        const [height, width] = [sizeAt(x.shape, 2), sizeAt(x.shape, 3)];
        const down = emit.constant(averagingMatrix(height, rows), [rows, height]);
        const across = emit.constant(averagingMatrix(width, columns), [columns, width]);
        return { inputs: [emit.matmul(emit.matmul(emit.transpose(down, [1, 0]), dy), across)] };
      },
    };
  },
};
