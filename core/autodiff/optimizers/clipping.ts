/**
 * Gradients kept small. By norm, torch.nn.utils.clip_grad_norm_: all are multiplied by min(1, limit / (n + 1e-6)), n
 * being the norm of all together. By value, clip_grad_value_: each element to [-limit, limit].
 */
import type { Emitter, Tensor } from '../emitter.ts';
import type { OptimizerOptions } from './options.ts';

function sumOfSquares(emit: Emitter, x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return emit.reduce('ReduceSum', emit.multiply(x, x), axes, false);
}

/** The factor of clipping by norm, a scalar; null where there are no gradients. */
function normFactor(emit: Emitter, gradients: readonly Tensor[], limit: number): Tensor | null {
  const [first, ...rest] = gradients.map((gradient) => sumOfSquares(emit, gradient));
  if (first === undefined) return null;
  const norm = emit.unary('Sqrt', rest.reduce(emit.add, first));
  const factor = emit.divide(emit.scalar(limit), emit.add(norm, emit.scalar(1e-6)));
  return emit.node('Min', [factor, emit.scalar(1)], []);
}

/** Gradients by parameter, clipped as the options ask. */
export function clipped(
  emit: Emitter,
  gradients: ReadonlyMap<string, Tensor>,
  { clipNorm, clipValue }: Pick<OptimizerOptions, 'clipNorm' | 'clipValue'>,
): ReadonlyMap<string, Tensor> {
  let change: ((gradient: Tensor) => Tensor) | null = null;
  if (clipNorm > 0) {
    const factor = normFactor(emit, [...gradients.values()], clipNorm);
    if (factor !== null) change = (gradient) => emit.multiply(gradient, factor);
  } else if (clipValue > 0) {
    const limits = [emit.scalar(-clipValue), emit.scalar(clipValue)];
    change = (gradient) => emit.node('Clip', [gradient, ...limits], gradient.shape);
  }
  if (change === null) return gradients;
  const made = new Map<string, Tensor>();
  for (const [name, gradient] of gradients) made.set(name, change(gradient));
  return made;
}
