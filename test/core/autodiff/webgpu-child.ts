/**
 * Runs the goldens' graphs in the portable formulation on the WebGPU provider, in a process of its own: the provider
 * takes its Vulkan driver from the environment when the process starts, and a crash must not take the tests along.
 * Prints one JSON line a case: the error of all gradients together, of each, and of the evaluation logits to PyTorch's
 * float64, and that of PyTorch's own float32.
 */
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { buildGradientGraph } from '../../../core/autodiff/gradient-graph.ts';
import { onnxRuntime, type RuntimeProvider, type RuntimeSession } from '../../../main/training/onnx-runtime.ts';
import * as golden from './golden-cases.ts';
import { runGraph } from './session.ts';

const [part = 0, parts = 1] = process.argv.slice(2).map(Number);

async function onGpu(bytes: Uint8Array): Promise<RuntimeSession> {
  return onnxRuntime.InferenceSession.create(bytes, {
    executionProviders: [{ name: 'webgpu', enableRobustness: true } as RuntimeProvider],
    logSeverityLevel: 3,
  });
}

for (const example of golden.gradientCases().filter((_, i) => i % parts === part)) {
  const { network, name } = example;
  const options = { batch: golden.BATCH, formulation: 'portable' } as const;
  const results = async (graph: Parameters<typeof runGraph>[1] & { readonly bytes: Uint8Array }) => {
    const session = await onGpu(graph.bytes);
    try {
      return await runGraph(session, graph, golden.feed(example));
    } finally {
      await session.release();
    }
  };
  const gradients = await results(buildGradientGraph(network, options));
  const errors = network.parameters.map(({ name: parameter }) => {
    const exact = example.gradients[parameter] ?? null;
    const values = gradients.get(`gradient:${parameter}`) as Float32Array;
    const zeros = new Float32Array(values.length);
    const error = golden.relativeError(values, exact === null ? zeros : golden.decode(exact.value));
    return { of: `gradient of ${parameter}`, error, torch: exact?.error ?? 0 };
  });
  const logits = (await results(buildEvaluationGraph(network, options))).get('logits') as Float32Array;
  const error = golden.relativeError(logits, golden.decode(example.logits));
  const gradient = golden.gradientError(example, gradients);
  const all = [...errors, { of: 'logits', error, torch: example.logitsError }];
  process.stdout.write(`${JSON.stringify({ name, gradient, errors: all })}\n`);
}
// The provider's own threads would keep the process.
process.exit(0);
