/**
 * Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon; torch.optim.Muon) for one matrix; a filter [O, I, h, w]
 * counts as the matrix [O, I h w]:
 *
 *     b += (1 - momentum) (g - b)
 *     u = orthogonalised(g + momentum (b - g))        Nesterov's momentum
 *     w -= rate decay w + rate scale u
 *
 * orthogonalised: X = u / |u|, then k times X = a X + (b A + c A A) X with A = X X^T and the published coefficients,
 * which takes all singular values near 1. PyTorch iterates in bfloat16; this is float32 throughout.
 */
import { float } from '../../onnx/graph-builder.ts';
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';
import type { OptimizerOptions } from './options.ts';
import { towards, type UpdateRule } from './rule.ts';

/** a, b and c of the quintic: the steepest at 0 that still does not leave [0.7, 1.2] or so. */
const QUINTIC = { a: 3.4445, b: -4.775, c: 2.0315 } as const;

/** The norm is not divided by where it is less. */
const LEAST_NORM = 1e-7;

/** The Frobenius norm of a tensor as a scalar. */
function norm(emit: Emitter, x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return emit.unary('Sqrt', emit.reduce('ReduceSum', emit.multiply(x, x), axes, false));
}

/** alpha a op(b) + beta c for matrices. */
function product(emit: Emitter, a: Tensor, b: Tensor, options: { alpha: number; beta: number; c: Tensor }): Tensor {
  const attributes = { alpha: float(options.alpha), beta: float(options.beta) };
  return emit.node('Gemm', [a, b, options.c], options.c.shape, attributes);
}

/** The matrix with its singular values brought near 1. */
function orthogonalised(emit: Emitter, matrix: Tensor, steps: number): Tensor {
  const tall = sizeAt(matrix.shape, 0) > sizeAt(matrix.shape, 1);
  const wide = tall ? emit.transpose(matrix, [1, 0]) : matrix;
  const length = emit.node('Max', [norm(emit, wide), emit.scalar(LEAST_NORM)], []);
  let x = emit.divide(wide, length);
  for (let step = 0; step < steps; step++) {
    const gram = emit.gemm(x, x, { transB: true });
    const polynomial = product(emit, gram, gram, { alpha: QUINTIC.c, beta: QUINTIC.b, c: gram });
    x = product(emit, polynomial, x, { alpha: 1, beta: QUINTIC.a, c: x });
  }
  return tall ? emit.transpose(x, [1, 0]) : x;
}

/** What the rate is multiplied by for a weight whose first axes are `rows` and `columns`, as torch.optim.Muon has it. */
function shapeFactor(scale: OptimizerOptions['muonScale'], rows: number, columns: number): number {
  switch (scale) {
    case 'original':
      return Math.sqrt(Math.max(1, rows / columns));
    case 'match-rms-adamw':
      return 0.2 * Math.sqrt(Math.max(rows, columns));
    case 'none':
      return 1;
  }
}

export const muon: UpdateRule = ({ emit, options, gradient, learningRate, weightDecay, ...call }) => {
  const { add, multiply, scalar, subtract } = emit;
  const { momentum } = options;
  const { shape } = gradient;
  const rows = sizeAt(shape, 0);
  const columns = shape.slice(1).reduce((count, size) => count * size, 1);
  let direction = gradient;
  if (momentum !== 0) {
    const velocity = towards(emit, call.moment('momentum'), gradient, scalar(1 - momentum));
    call.keep('momentum', velocity);
    direction = towards(emit, gradient, velocity, scalar(momentum));
  }
  let { weight } = call;
  // The norm of a weight that is all zeros stays what it is.
  if (options.muonNormalise) {
    const length = emit.node('Max', [norm(emit, weight), scalar(LEAST_NORM)], []);
    weight = multiply(weight, emit.divide(scalar(Math.sqrt(rows)), length));
  }
  const whitened = emit.reshape(
    orthogonalised(emit, emit.reshape(direction, [rows, columns]), options.muonSteps),
    shape,
  );
  const factor = shapeFactor(options.muonScale, rows, columns);
  const step = multiply(whitened, factor === 1 ? learningRate : multiply(learningRate, scalar(factor)));
  if (weightDecay === 0) return subtract(weight, step);
  return subtract(weight, add(multiply(weight, multiply(learningRate, scalar(weightDecay))), step));
};
