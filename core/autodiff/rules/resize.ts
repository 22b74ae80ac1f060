/**
 * torch.nn.functional.interpolate: each output row is a fixed mixture of input rows, columns likewise, so
 * y = A x B^T and dx = A^T dy B, with the matrices of upsample_nearest2d, upsample_bilinear2d and upsample_bicubic2d.
 */
import type { NodeOf } from '../../network/ir.ts';
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';
import { inputOf, type Rule } from '../rule.ts';

type Attributes = NodeOf<'resize'>['attributes'];

/** PyTorch's cubic convolution coefficient. */
const CUBIC = -0.75;

function near(t: number): number {
  return (CUBIC + 2) * t ** 3 - (CUBIC + 3) * t ** 2 + 1;
}

function far(t: number): number {
  return CUBIC * t ** 3 - 5 * CUBIC * t ** 2 + 8 * CUBIC * t - 4 * CUBIC;
}

/** Weights of the input places of one output place: [place, weight]; places may lie outside and are clamped. */
function mixture(attributes: Attributes, axis: 0 | 1, length: number, at: number): [number, number][] {
  const { mode, alignCorners } = attributes;
  const outputs = attributes.size[axis];
  const given = attributes.scale[axis];
  // The factor that was given counts, where the size follows from it.
  const ratio = given === null ? length / outputs : 1 / given;
  if (mode === 'nearest') return [[Math.min(Math.floor(at * ratio), length - 1), 1]];
  let source: number;
  if (alignCorners) source = outputs > 1 ? (at * (length - 1)) / (outputs - 1) : 0;
  else source = (at + 0.5) * ratio - 0.5;
  if (mode === 'bilinear') {
    const inside = Math.max(source, 0);
    const low = Math.min(Math.floor(inside), length - 1);
    const t = inside - low;
    return [
      [low, 1 - t],
      [low + 1, t],
    ];
  }
  const low = Math.floor(source);
  const t = source - low;
  return [
    [low - 1, far(t + 1)],
    [low, near(t)],
    [low + 1, near(1 - t)],
    [low + 2, far(2 - t)],
  ];
}

/** [outputs, length], row-major. */
function mixtureMatrix(attributes: Attributes, axis: 0 | 1, length: number): Float32Array {
  const outputs = attributes.size[axis];
  const matrix = new Float32Array(outputs * length);
  for (let at = 0; at < outputs; at++) {
    for (const [place, weight] of mixture(attributes, axis, length, at)) {
      const inside = Math.min(Math.max(place, 0), length - 1);
      const index = at * length + inside;
      matrix[index] = (matrix[index] ?? 0) + weight;
    }
  }
  return matrix;
}

function matrices(emit: Emitter, attributes: Attributes, input: readonly number[]): readonly [Tensor, Tensor] {
  const [height, width] = [sizeAt(input, -2), sizeAt(input, -1)];
  return [
    emit.constant(mixtureMatrix(attributes, 0, height), [attributes.size[0], height]),
    emit.constant(mixtureMatrix(attributes, 1, width), [attributes.size[1], width]),
  ];
}

/** Whole factors of nearest-neighbour enlargement; null otherwise. */
function wholeFactors({ mode, size, scale }: Attributes, input: readonly number[]): readonly [number, number] | null {
  const factors = [size[0] / sizeAt(input, -2), size[1] / sizeAt(input, -1)] as const;
  const exact = factors.every((factor, axis) => Number.isInteger(factor) && (scale[axis] ?? factor) === factor);
  return mode === 'nearest' && exact ? factors : null;
}

export const resize: Rule<'resize'> = {
  evaluate(call) {
    const { emit, attributes } = call;
    const x = inputOf(call, 0);
    const factors = wholeFactors(attributes, x.shape);
    if (factors !== null) return emit.enlarge(x, factors[0], factors[1]);
    const [down, across] = matrices(emit, attributes, x.shape);
    return emit.matmul(emit.matmul(down, x), emit.transpose(across, [1, 0]));
  },
  train(call) {
    const { emit, attributes } = call;
    const x = inputOf(call, 0);
    return {
      output: resize.evaluate(call),
      backward(dy) {
        const [down, across] = matrices(emit, attributes, x.shape);
        return { inputs: [emit.matmul(emit.matmul(emit.transpose(down, [1, 0]), dy), across)] };
      },
    };
  },
};
