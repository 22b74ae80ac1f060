/**
 * torch.nn.CrossEntropyLoss, mean over the batch: with target t = (1 - s) onehot(label) + s / K for smoothing s,
 * loss = -mean over n of sum over k of t log softmax(z), and dz = (softmax(z) - t) / N.
 */
import { fail } from '../failure.ts';
import type { Emitter, Tensor } from './emitter.ts';

/** logits: [N, K]; labels: [N] int32. @throws FailureError (`shape`) when the logits are not a matrix. */
export function crossEntropy(
  emit: Emitter,
  logits: Tensor,
  labels: Tensor,
  smoothing: number,
): { loss: Tensor; gradient: Tensor } {
  const [batch, classes] = logits.shape;
  if (batch === undefined || classes === undefined || logits.shape.length !== 2 || batch !== labels.shape[0]) {
    const shape = logits.shape.join(', ');
    return fail('shape', `The network's output is [${shape}]; a loss over classes needs [batch, classes].`);
  }
  emit.builder.scope('loss');
  // Row k is the target of label k.
  const table = new Float32Array(classes * classes).fill(smoothing / classes);
  for (let k = 0; k < classes; k++) table[k * classes + k] = 1 - smoothing + smoothing / classes;
  const rows = emit.constant(table, [classes, classes]);
  const target = emit.node('Gather', [rows, labels], [batch, classes], { axis: 0 });
  const logProbabilities = emit.logSoftmax(logits, 1);
  const total = emit.reduce('ReduceSum', emit.multiply(target, logProbabilities), [0, 1], false);
  const loss = emit.multiply(total, emit.scalar(-1 / batch));
  const difference = emit.subtract(emit.unary('Exp', logProbabilities), target);
  const gradient = emit.multiply(difference, emit.scalar(1 / batch));
  emit.builder.scope('');
  return { loss, gradient };
}
