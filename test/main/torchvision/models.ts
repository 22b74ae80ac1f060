/** torchvision's classification models, and what PyTorch makes of them: test/golden/network/make_torchvision.py. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { initialBuffer } from '../../../core/network/initialise.ts';
import type { Network } from '../../../core/network/ir.ts';
import type { Budget } from '../../../core/python/budget.ts';
import type { Interpretation } from '../../../core/search/ports.ts';
import { showShape, type Tensor } from '../../../core/tensors/tensor.ts';
import { readNetworkFile } from '../../../main/interpreter.ts';
import { logitsOf, weightFeeds } from '../../../main/training/evaluation.ts';
import { openSession } from '../../../main/training/session.ts';
import { decode } from '../../core/autodiff/golden-cases.ts';
import { numbers, seedOf } from '../../golden/autodiff/formula.ts';

const modelSchema = z.object({
  /** Among the package's models. */
  file: z.string(),
  /** Variance of a weighted sum of ones. */
  gain: z.number(),
  input: z.array(z.int()),
  /** Of state_dict. */
  entries: z.int(),
  /** SHA-256 of a line for each entry: name, sizes, type; parameters first. */
  outline: z.string(),
  parameters: z.int(),
  /** Every 63rd, in float64. */
  logits: z.string(),
  /** Over all logits. */
  largest: z.number(),
  mean: z.number(),
  /** Largest difference of PyTorch's own float32 logits, over the largest logit. */
  logitsError: z.number(),
});

export type TorchvisionModel = z.infer<typeof modelSchema> & { readonly name: string };

export function torchvisionModels(): TorchvisionModel[] {
  const text = readFileSync(new URL('../../golden/network/torchvision.json', import.meta.url), 'utf8');
  const models = z.record(z.string(), modelSchema).parse(JSON.parse(text));
  return Object.entries(models).map(([name, model]) => ({ name, ...model }));
}

/** Reads a model from the package whose modules are in `root`. @throws FailureError with the interpreter's reason */
export function readModel(
  root: string,
  { name, file, input }: TorchvisionModel,
  budget: Partial<Budget> = {},
): Promise<Interpretation> {
  return readNetworkFile(join(root, 'models', file), { root, factory: name, input, budget });
}

/** As the golden's `outline`. */
export function outlineOf(network: Network): string {
  const parameters = network.parameters.map(({ name, shape }) => `${name} ${showShape(shape)} float32\n`);
  const buffers = network.buffers.map(({ name, shape, type }) => `${name} ${showShape(shape)} ${type}\n`);
  return createHash('sha256')
    .update([...parameters, ...buffers].join(''))
    .digest('hex');
}

/** As value_of of make_torchvision.py. */
function weightOf(name: string, shape: readonly number[], gain: number): Tensor {
  const fan = shape.slice(1).reduce((product, size) => product * size, 1);
  const range =
    shape.length > 1
      ? { scale: Math.sqrt((3 * gain) / fan) }
      : /(running_var|weight)$/.test(name)
        ? { scale: 0.5, offset: 1 }
        : { scale: 0.2 };
  return { type: 'float32', shape, data: numbers(shape, seedOf(name), range) };
}

/** Parameters and running statistics by the formula; other buffers as the source computes them. */
function weightsOf(network: Network, gain: number): Map<string, Tensor> {
  const made = network.parameters.map(({ name, shape }) => [name, weightOf(name, shape, gain)] as const);
  const buffers = network.buffers.map((buffer) => {
    const { name, shape } = buffer;
    return [name, /running_(mean|var)$/.test(name) ? weightOf(name, shape, gain) : initialBuffer(buffer)] as const;
  });
  return new Map([...made, ...buffers]);
}

/** Logits of the golden's image. */
async function evaluate(network: Network, gain: number): Promise<Float32Array> {
  const weights = weightsOf(network, gain);
  const graph = buildEvaluationGraph(network, { batch: 1, formulation: 'cpu' });
  const session = await openSession(graph, {
    device: 'cpu',
    threads: 2,
    optimization: 'basic',
    memoryLimitBytes: Number.MAX_SAFE_INTEGER,
  });
  try {
    const image = numbers(network.input, seedOf('images'));
    const write = (_: number, target: Float32Array, offset: number) => target.set(image, offset);
    return (await logitsOf(graph, session, weightFeeds(graph, weights), 1, write, () => undefined)).logits;
  } finally {
    await session.release();
  }
}

/** Largest difference of the golden's logits, of their largest and of their mean, over the largest logit. */
export async function logitsError(network: Network, model: TorchvisionModel): Promise<number> {
  const logits = await evaluate(network, model.gain);
  const exact = decode(model.logits);
  const differences = [...exact].map((value, i) => Math.abs((logits[63 * i] ?? Number.NaN) - value));
  const largest = logits.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const mean = logits.reduce((sum, value) => sum + value, 0) / logits.length;
  return Math.max(...differences, Math.abs(largest - model.largest), Math.abs(mean - model.mean)) / model.largest;
}
