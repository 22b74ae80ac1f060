/**
 * Processor time of one training step, ours over PyTorch's: node test/bench/training-step.ts [batch] [threads] [optimizer].
 * Processor time, not wall-clock, so that other work on the machine does not show; on one thread the two are equal.
 * Python with torch is named by LLMATIC_PYTHON. Prints one JSON document.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GraphInput } from '../../core/autodiff/graph.ts';
import { buildTrainingGraph } from '../../core/autodiff/training-graph.ts';
import type { Network } from '../../core/network/ir.ts';
import { recipeSchema } from '../../core/training/recipe.ts';
import { onnxRuntime, type RuntimeTensor } from '../../main/training/onnx-runtime.ts';

const SECONDS = 3;
const batch = Number(process.argv[2] ?? 128);
const threads = Number(process.argv[3] ?? 1);
/** PyTorch's side is SGD whatever this is. */
const { optimizer } = recipeSchema.parse({ optimizer: process.argv[4] ?? 'sgd' });

function valuesOf(input: GraphInput): Float32Array | Int32Array | BigInt64Array {
  const count = input.shape.reduce((product, size) => product * size, 1);
  if (input.role === 'labels') return Int32Array.from({ length: count }, (_, i) => i % 10);
  if (input.type === 'int64') return new BigInt64Array(count);
  if (input.role === 'momentum' || input.role === 'secondMoment') return new Float32Array(count);
  if (input.role === 'learningRate' || input.role === 'coefficient') return Float32Array.of(0.01);
  const scale = input.role === 'images' ? 1 : 0.1;
  return Float32Array.from({ length: count }, (_, i) => scale * Math.sin(i * 12.9898));
}

async function secondsPerStep(network: Network): Promise<{ seconds: number; create: number }> {
  const graph = buildTrainingGraph(network, { batch, optimizer, momentum: 0.9, weightDecay: 0, labelSmoothing: 0 });
  const start = performance.now();
  const session = await onnxRuntime.InferenceSession.create(graph.bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const create = (performance.now() - start) / 1000;
  const feeds: Record<string, RuntimeTensor> = {};
  for (const input of graph.inputs) {
    feeds[input.name] = new onnxRuntime.Tensor(input.type as 'float32', valuesOf(input) as Float32Array, [
      ...input.shape,
    ]);
  }
  const times: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  while (times.length < 13 || performance.now() < end) {
    const before = process.cpuUsage();
    const results = await session.run(feeds);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1e6);
    for (const input of graph.inputs) {
      if ('state' in input && input.next !== null) feeds[input.name] = results[input.next] as RuntimeTensor;
    }
  }
  await session.release();
  const measured = times.slice(3).sort((a, b) => a - b);
  return { seconds: measured[Math.floor(measured.length / 2)] ?? Number.NaN, create };
}

const python = process.env.LLMATIC_PYTHON ?? '.oracle/bin/python';
const script = fileURLToPath(new URL('training_step.py', import.meta.url));
const output = execFileSync(python, [script, String(batch), String(threads), String(SECONDS)], { encoding: 'utf8' });
const networks = JSON.parse(output) as { name: string; network: Network; pytorch: number }[];
const results = [];
for (const { name, network, pytorch } of networks) {
  const { seconds, create } = await secondsPerStep(network);
  results.push({ name, ours: seconds, pytorch, ratio: seconds / pytorch, sessionCreation: create });
}
console.log(JSON.stringify({ batch, threads, optimizer, results }, null, 2));
