/**
 * torch.nn.MaxPool2d and AdaptiveMaxPool2d. The gradient of a window goes to its largest element, the first of equals
 * in row-major order, as PyTorch has it: to the index that ONNX MaxPool reports.
 */
import { type Emitter, elementCount, sizeAt, type Tensor } from '../emitter.ts';
import { inputOf, type Rule } from '../rule.ts';
import { adaptiveWindows, selectionMatrix } from './adaptive-windows.ts';
import { isTiling, poolWindows, type Windows } from './pool-window.ts';
import { portablePool } from './portable-max-pool.ts';

/** Below every activation, and finite, so that no product with it is NaN. */
const LOWEST = -3.4028234663852886e38;

function poolAttributes({ kernel, stride, dilation, padding, paddingFits }: Windows) {
  return { kernel_shape: kernel, strides: stride, dilations: dilation, pads: paddingFits ? padding : [0, 0, 0, 0] };
}

function padded(emit: Emitter, x: Tensor, windows: Windows): Tensor {
  return windows.paddingFits ? x : emit.pad(x, windows.padding, LOWEST);
}

function pool(emit: Emitter, x: Tensor, windows: Windows, shape: readonly number[]): Tensor {
  return emit.node('MaxPool', [padded(emit, x, windows)], shape, poolAttributes(windows));
}

/** The pool, and its gradient by x. */
function differentiablePool(
  emit: Emitter,
  x: Tensor,
  windows: Windows,
  shape: readonly number[],
): { output: Tensor; backward(dy: Tensor): Tensor } {
  if (emit.formulation === 'portable') return portablePool(emit, x, windows, shape, LOWEST);
  const source = padded(emit, x, windows);
  const [value = '', places = ''] = emit.builder.nodes('MaxPool', [source.name], 2, poolAttributes(windows));
  const indices: Tensor = { name: places, shape };
  return {
    output: { name: value, shape },
    backward(dy) {
      const scattered = scatter(emit, dy, indices, source.shape, windows);
      if (source === x) return scattered;
      const [top, left] = windows.padding;
      return emit.slice(scattered, [
        { axis: 2, start: top, end: top + sizeAt(x.shape, 2) },
        { axis: 3, start: left, end: left + sizeAt(x.shape, 3) },
      ]);
    },
  };
}

/** Adds each element of dy at its index (flat, over the whole tensor) in zeros of the given shape. */
function scatter(emit: Emitter, dy: Tensor, indices: Tensor, shape: readonly number[], windows: Windows): Tensor {
  if (isTiling(windows)) {
    const sizes: Tensor = { name: emit.builder.integers(shape), shape: [shape.length] };
    return emit.node('MaxUnpool', [dy, indices, sizes], shape, {
      kernel_shape: windows.kernel,
      strides: windows.stride,
    });
  }
  const count = elementCount(shape);
  const flat = emit.zeros([count]);
  const length = elementCount(dy.shape);
  const inputs = [flat, emit.reshape(indices, [length]), emit.reshape(dy, [length])];
  return emit.reshape(emit.node('ScatterElements', inputs, [count], { axis: 0, reduction: 'add' }), shape);
}

export const maxPool2d: Rule<'maxPool2d'> = {
  evaluate(call) {
    const x = inputOf(call, 0);
    return pool(call.emit, x, poolWindows(call.attributes, x.shape, call.shape), call.shape);
  },
  train(call) {
    const x = inputOf(call, 0);
    const windows = poolWindows(call.attributes, x.shape, call.shape);
    const { output, backward } = differentiablePool(call.emit, x, windows, call.shape);
    return { output, backward: (dy) => ({ inputs: [backward(dy)] }) };
  },
};

/** Windows of unequal size made equal by repeating each one's last row and column, which changes no maximum. */
function evenWindows(emit: Emitter, x: Tensor, output: readonly [number, number]) {
  const [rows, columns] = [
    adaptiveWindows(sizeAt(x.shape, 2), output[0]),
    adaptiveWindows(sizeAt(x.shape, 3), output[1]),
  ];
  let spread = x;
  for (const [axis, { indices, length }] of [rows, columns].entries()) {
    if (length === sizeAt(x.shape, axis + 2)) continue;
    const chosen: Tensor = { name: emit.builder.integers(indices), shape: [indices.length] };
    spread = emit.node('Gather', [spread, chosen], spread.shape.with(axis + 2, length), { axis: axis + 2 });
  }
  const windows: Windows = {
    kernel: [rows.size, columns.size],
    stride: [rows.size, columns.size],
    dilation: [1, 1],
    padding: [0, 0, 0, 0],
    paddingFits: true,
  };
  return { spread, windows, rows, columns };
}

export const adaptiveMaxPool2d: Rule<'adaptiveMaxPool2d'> = {
  evaluate(call) {
    const { spread, windows } = evenWindows(call.emit, inputOf(call, 0), call.attributes.output);
    return pool(call.emit, spread, windows, call.shape);
  },
  train(call) {
    const { emit } = call;
    const x = inputOf(call, 0);
    const { spread, windows, rows, columns } = evenWindows(emit, x, call.attributes.output);
    const { output, backward } = differentiablePool(emit, spread, windows, call.shape);
    return {
      output,
      backward(dy) {
        let dx = backward(dy);
        // Repeated rows and columns hand their gradient back to the element they repeat.
        if (spread !== x) {
          const [height, width] = [sizeAt(x.shape, 2), sizeAt(x.shape, 3)];
          const down = emit.constant(selectionMatrix(rows.indices, height), [height, rows.length]);
          const across = emit.constant(selectionMatrix(columns.indices, width), [width, columns.length]);
          dx = emit.matmul(emit.matmul(down, dx), emit.transpose(across, [1, 0]));
        }
        return { inputs: [dx] };
      },
    };
  },
};
