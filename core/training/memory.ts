/** How much memory a training will take, computed before a session is made: an estimate that errs upwards. */
import { type Network, shapeOfValue, sizesOf } from '../network/ir.ts';
import { elementCount } from '../tensors/tensor.ts';
import type { Recipe } from './recipe.ts';

export interface MemoryEstimate {
  readonly trainingBytes: number;
  readonly evaluationBytes: number;
}

/** The process with its dataset, ONNX Runtime and its arena (measured: 143 MB before the first session, slack about 60). */
const fixedBytes = 230e6;

/**
 * Bytes of one training step and one evaluation step, float32.
 * Training keeps every value and its gradient, and for a convolution's weight gradient a rearranged copy of its input
 * and of its output's gradient; weights are there as value, momentum, gradient and next values, and with some optimizers
 * as second moments, averages and matrices on their way to orthogonality.
 * Evaluation keeps at most what its widest stretch needs; all values together bound that.
 */
export function estimateMemory(
  network: Network,
  batch: number,
  evaluationBatch: number,
  rule: Pick<Recipe, 'optimizer' | 'averaging'> = { optimizer: 'sgd', averaging: 0 },
): MemoryEstimate {
  const bytesOfValue = (value: number, images: number): number =>
    4 * elementCount(sizesOf(shapeOfValue(network, value), images));
  let training = bytesOfValue(0, batch);
  let evaluation = bytesOfValue(0, evaluationBatch);
  let largestCopy = 0;
  for (const [index, node] of network.nodes.entries()) {
    const output = bytesOfValue(index + 1, batch);
    training += 2 * output;
    evaluation += bytesOfValue(index + 1, evaluationBatch);
    if (node.operator === 'conv2d') {
      const [rows, columns] = node.attributes.kernel;
      const input = bytesOfValue(node.inputs[0] ?? 0, batch);
      // Small inputs are unrolled tap by tap (im2col), larger ones are transposed and padded.
      const taps = rows * columns;
      const channels = sizesOf(shapeOfValue(network, node.inputs[0] ?? 0), batch)[1] ?? 1;
      const outputPixels = output / (sizesOf(node.shape, batch)[1] ?? 1);
      const copy = channels * taps <= 64 ? outputPixels * channels * taps : 2 * input + output;
      largestCopy = Math.max(largestCopy, copy);
    }
  }
  const weights = network.parameters.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
  return {
    trainingBytes: training + largestCopy + copiesOfWeights(rule) * weights + fixedBytes,
    evaluationBytes: evaluation + weights + fixedBytes,
  };
}

/** Value, momentum and their next values, gradient: five; what else there is comes as an old and a next value. */
function copiesOfWeights({ optimizer, averaging }: Pick<Recipe, 'optimizer' | 'averaging'>): number {
  const further = { sgd: 0, adam: 4, adamw: 4, muon: 4 }[optimizer];
  return 5 + further + (averaging > 0 ? 2 : 0);
}
