/** Evaluation logits and gradients of a network from weights made of their names, as judge.py makes them. */
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { initialBuffer } from '../../../core/network/initialise.ts';
import type { Network } from '../../../core/network/ir.ts';
import { readSafetensors, writeSafetensors } from '../../../core/tensors/safetensors.ts';
import type { Tensor } from '../../../core/tensors/tensor.ts';
import { logitsOf, weightFeeds } from '../../../main/training/evaluation.ts';
import type { SessionSettings } from '../../../main/training/messages.ts';
import { openSession } from '../../../main/training/session.ts';
import { gradients } from '../../../main/training/single-runs.ts';
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

function weightsOf(network: Network): Map<string, Tensor> {
  return new Map<string, Tensor>([
    ...network.parameters.map(({ name, shape }) => [name, weightOf(name, shape)] as const),
    ...network.buffers.map((buffer) => {
      const { name, shape } = buffer;
      return [name, /running_(mean|var)$/.test(name) ? weightOf(name, shape) : initialBuffer(buffer)] as const;
    }),
  ]);
}

const options: SessionSettings = {
  device: 'cpu',
  threads: 1,
  optimization: 'basic',
  memoryLimitBytes: Number.MAX_SAFE_INTEGER,
};

/** Largest difference of the first ten logits of the made-up image from PyTorch's float64, over the largest logit. */
export async function logitsErrorOf(network: Network, expected: string, largest: number): Promise<number> {
  const graph = buildEvaluationGraph(network, { batch: 1, formulation: 'cpu' });
  const session = await openSession(graph, options);
  try {
    const image = numbers(network.input, seedOf('images'));
    const write = (_: number, target: Float32Array, offset: number) => target.set(image, offset);
    const { logits } = await logitsOf(
      graph,
      session,
      weightFeeds(graph, weightsOf(network)),
      1,
      write,
      () => undefined,
    );
    const differences = [...decode(expected)].map((value, i) => Math.abs((logits[i] ?? Number.NaN) - value));
    return Math.max(...differences) / largest;
  } finally {
    await session.release();
  }
}

const normOf = (values: Float32Array | readonly number[]) =>
  Math.sqrt([...values].reduce((sum, value) => sum + value * value, 0));

/**
 * Largest error of a gradient beside PyTorch's float64, over its norm; one far smaller than the largest is held to that. What
 * PyTorch has no gradient for must be zero here.
 */
export async function gradientsErrorOf(network: Network, expected: Readonly<Record<string, string>>): Promise<number> {
  const shape = [2, ...network.input];
  const answer = await gradients(
    {
      network,
      weights: writeSafetensors(weightsOf(network)),
      images: numbers(shape, seedOf('images')),
      labels: Int32Array.of(0, 1),
      count: 2,
    },
    options,
  );
  if (answer.kind !== 'gradients') throw new Error(`gradients were answered with ${answer.kind}`);
  const ours = readSafetensors(answer.tensors);
  const theirs = new Map(Object.entries(expected).map(([name, text]) => [name, decode(text)]));
  const norms = new Map([...theirs].map(([name, values]) => [name, normOf(values)]));
  const smallest = 1e-3 * Math.max(...norms.values());
  const errors = network.parameters.map(({ name }) => {
    const values = [...(ours.get(name)?.data ?? [])].map(Number);
    const exact = theirs.get(name);
    const difference = normOf(values.map((value, i) => value - (exact === undefined ? 0 : (exact[i] ?? Number.NaN))));
    return difference / Math.max(norms.get(name) ?? 0, smallest);
  });
  const unknown = [...theirs.keys()].find((name) => !network.parameters.some((each) => each.name === name));
  if (unknown !== undefined) throw new Error(`there is no parameter ${unknown}`);
  return Math.max(...errors);
}
