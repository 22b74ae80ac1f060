/** Where a pooling window lies: the padding that makes a plain (floor) pool of the size PyTorch computes. */
import type { Padding2d, Pair } from '../../network/ir.ts';
import { sizeAt } from '../emitter.ts';

export interface Windows {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Before as declared; after, what the last window needs: with ceil_mode that can be more than declared. */
  readonly padding: Padding2d;
  /** Whether ONNX takes the padding as an attribute: it must be smaller than the kernel. */
  readonly paddingFits: boolean;
}

/** Windows of a pool from [N, C, H, W] to [N, C, H', W']. */
export function poolWindows(
  attributes: { readonly kernel: Pair; readonly stride: Pair; readonly padding: Pair; readonly dilation?: Pair },
  input: readonly number[],
  output: readonly number[],
): Windows {
  const { kernel, stride, padding, dilation = [1, 1] } = attributes;
  const after = [0, 1].map((axis) => {
    const reach =
      (sizeAt(output, axis - 2) - 1) * (stride[axis] ?? 1) + ((kernel[axis] ?? 1) - 1) * (dilation[axis] ?? 1) + 1;
    return Math.max(0, reach - sizeAt(input, axis - 2) - (padding[axis] ?? 0));
  });
  const [bottom = 0, right = 0] = after;
  return {
    kernel,
    stride,
    dilation,
    padding: [padding[0], padding[1], bottom, right],
    paddingFits: Math.max(padding[0], bottom) < kernel[0] && Math.max(padding[1], right) < kernel[1],
  };
}

/** Whether windows neither overlap nor leave the input: then each element belongs to at most one window. */
export function isTiling({ kernel, stride, dilation, padding }: Windows): boolean {
  return (
    padding.every((size) => size === 0) &&
    kernel[0] === stride[0] &&
    kernel[1] === stride[1] &&
    dilation[0] === 1 &&
    dilation[1] === 1
  );
}
