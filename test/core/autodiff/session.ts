/** Runs a graph by its typed inputs and outputs through onnxruntime-node. */
import type { GraphInput, GraphOutput } from '../../../core/autodiff/graph.ts';
import { onnxRuntime, type RuntimeSession, type RuntimeTensor } from '../../../main/training/onnx-runtime.ts';

export type Values = Float32Array | Int32Array | BigInt64Array;

export async function openSession(bytes: Uint8Array): Promise<RuntimeSession> {
  return onnxRuntime.InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
}

export function tensorOf(input: { type: string; shape: readonly number[] }, values: Values): RuntimeTensor {
  return new onnxRuntime.Tensor(input.type as 'float32', values as Float32Array, [...input.shape]);
}

/** Feeds each input with what `give` gives and returns the outputs by name. */
export async function runGraph(
  session: RuntimeSession,
  graph: { readonly inputs: readonly GraphInput[]; readonly outputs: readonly GraphOutput[] },
  give: (input: GraphInput) => Values,
): Promise<Map<string, Values>> {
  const feeds = Object.fromEntries(graph.inputs.map((input) => [input.name, tensorOf(input, give(input))]));
  const results = await session.run(feeds);
  return new Map(graph.outputs.map(({ name }) => [name, results[name]!.data as Values]));
}
