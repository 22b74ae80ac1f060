/** Evaluation logits of a network from weights made of their names, as judge.py makes them. */
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { initialBuffer } from '../../../core/network/initialise.ts';
import type { Network } from '../../../core/network/ir.ts';
import type { Tensor } from '../../../core/tensors/tensor.ts';
import { logitsOf, weightFeeds } from '../../../main/training/evaluation.ts';
import { openSession } from '../../../main/training/session.ts';
import { decode } from '../../core/autodiff/golden-cases.ts';
import { numbers, seedOf } from '../../golden/autodiff/formula.ts';

/** As value_of of judge.py. */
function weightOf(name: string, shape: readonly number[]): Tensor {
  const fan = shape.slice(1).reduce((product, size) => product * size, 1);
  const range =
    shape.length > 1
      ? { scale: Math.sqrt(4.5 / fan) }
      : /(running_var|weight)$/.test(name)
        ? { scale: 0.5, offset: 1 }
        : { scale: 0.2 };
  return { type: 'float32', shape, data: numbers(shape, seedOf(name), range) };
}

/** Largest difference of the first ten logits of the made-up image from PyTorch's float64, over the largest logit. */
export async function logitsErrorOf(network: Network, expected: string, largest: number): Promise<number> {
  const weights = new Map<string, Tensor>([
    ...network.parameters.map(({ name, shape }) => [name, weightOf(name, shape)] as const),
    ...network.buffers.map((buffer) => {
      const { name, shape } = buffer;
      return [name, /running_(mean|var)$/.test(name) ? weightOf(name, shape) : initialBuffer(buffer)] as const;
    }),
  ]);
  const graph = buildEvaluationGraph(network, { batch: 1, formulation: 'cpu' });
  const session = await openSession(graph, {
    device: 'cpu',
    threads: 1,
    optimization: 'basic',
    memoryLimitBytes: Number.MAX_SAFE_INTEGER,
  });
  try {
    const image = numbers(network.input, seedOf('images'));
    const write = (_: number, target: Float32Array, offset: number) => target.set(image, offset);
    const { logits } = await logitsOf(graph, session, weightFeeds(graph, weights), 1, write, () => undefined);
    const differences = [...decode(expected)].map((value, i) => Math.abs((logits[i] ?? Number.NaN) - value));
    return Math.max(...differences) / largest;
  } finally {
    await session.release();
  }
}
