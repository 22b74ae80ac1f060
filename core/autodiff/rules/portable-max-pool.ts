/**
 * Max pooling and its gradient without indices: one view of the padded input for each place of the window. The gradient
 * goes to the first view, in row-major order, that equals the maximum, as PyTorch has it on ties.
 */
import { fail } from '../../failure.ts';
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';
import { spread } from '../portable-convolution.ts';
import type { Windows } from './pool-window.ts';

/** Places of a window: each becomes a dozen operations here. */
const mostPlaces = 1024;

/** What each place of the window sees: [N, C, H', W'] for each, row-major. */
function views(emit: Emitter, padded: Tensor, { kernel, stride, dilation }: Windows, shape: readonly number[]) {
  const [rows, columns] = [sizeAt(shape, 2), sizeAt(shape, 3)];
  const places: { readonly top: number; readonly left: number; readonly view: Tensor }[] = [];
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      const [top, left] = [i * dilation[0], j * dilation[1]];
      const view = emit.slice(padded, [
        { axis: 2, start: top, end: top + (rows - 1) * stride[0] + 1, step: stride[0] },
        { axis: 3, start: left, end: left + (columns - 1) * stride[1] + 1, step: stride[1] },
      ]);
      places.push({ top, left, view });
    }
  }
  return places;
}

/**
 * The pool from [N, C, H, W] to `shape`, and its gradient by x. `lowest` stands in the padding.
 * @throws FailureError `internal`, which is no verdict on the network, for a window that is too large for this device
 */
export function portablePool(
  emit: Emitter,
  x: Tensor,
  windows: Windows,
  shape: readonly number[],
  lowest: number,
): { output: Tensor; backward(dy: Tensor): Tensor } {
  const { padding, stride, kernel } = windows;
  const places = kernel[0] * kernel[1];
  if (places > mostPlaces) {
    fail(
      'internal',
      `A max pool over windows of ${places} places is too large for this device, which takes ${mostPlaces}: train on the CPU (--device cpu).`,
    );
  }
  const padded = emit.pad(x, padding, lowest);
  const output = emit.node('MaxPool', [padded], shape, {
    kernel_shape: windows.kernel,
    strides: stride,
    dilations: windows.dilation,
  });
  return {
    output,
    backward(dy) {
      const all = views(emit, padded, windows, shape);
      const zero = emit.zeros(shape);
      let left = dy;
      let total: Tensor | null = null;
      for (const [index, place] of all.entries()) {
        const share = emit.select('Equal', place.view, output, left, zero);
        if (index < all.length - 1) left = emit.select('Equal', place.view, output, zero, left);
        const placed = spread(emit, spread(emit, share, 2, stride[0]), 3, stride[1]);
        const below = sizeAt(padded.shape, 2) - place.top - sizeAt(placed.shape, 2);
        const right = sizeAt(padded.shape, 3) - place.left - sizeAt(placed.shape, 3);
        const whole = emit.pad(placed, [place.top, place.left, below, right], 0);
        total = total === null ? whole : emit.add(total, whole);
      }
      const sum = total ?? zero;
      const [top, leftEdge] = padding;
      return emit.slice(sum, [
        { axis: 2, start: top, end: top + sizeAt(x.shape, 2) },
        { axis: 3, start: leftEdge, end: leftEdge + sizeAt(x.shape, 3) },
      ]);
    },
  };
}
