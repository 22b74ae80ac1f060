/** The portable formulation on the CPU provider: PyTorch's gradients again, and none of the operators that are unsafe. */
import { describe, expect, test } from 'vitest';
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { buildGradientGraph } from '../../../core/autodiff/gradient-graph.ts';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import * as golden from './golden-cases.ts';
import { openSession, runGraph } from './session.ts';

/** Float32 throughout, where the CPU formulation sums in float64: DESIGN.md's bound for two providers. */
const bound = 1e-5;

/** Refused by WebGPU, or wrong on it (FACTS: Pad reads out of bounds), or computed loosely (Sin, Cos). */
const unsafe = ['Pad', 'MaxUnpool', 'Sin', 'Cos', 'FusedMatMul', 'ConvTranspose'];

/** Whether a model's bytes hold a node of this operator: protobuf field 4 of a node, its type, as length and text. */
function uses(bytes: Uint8Array, operator: string): boolean {
  const text = new TextEncoder().encode(operator);
  return Buffer.from(bytes).includes(Buffer.from([0x22, text.length, ...text]));
}

const cases = golden.gradientCases();

describe.each(cases)('$name, portable', (example) => {
  const options = { batch: golden.BATCH, formulation: 'portable' } as const;

  test('gives the gradients and the evaluation logits of PyTorch', async () => {
    const graph = buildGradientGraph(example.network, options);
    const session = await openSession(graph.bytes);
    const results = await runGraph(session, graph, golden.feed(example));
    await session.release();
    for (const output of graph.outputs) {
      if (output.role !== 'gradient') continue;
      const exact = example.gradients[output.state] ?? null;
      const values = results.get(output.name) as Float32Array;
      if (exact === null) expect(values.every((value) => value === 0)).toBe(true);
      else {
        const error = golden.relativeError(values, golden.decode(exact.value));
        expect(error, `gradient of ${output.state}`).toBeLessThanOrEqual(Math.max(bound, 2 * exact.error));
      }
    }
    const evaluation = buildEvaluationGraph(example.network, options);
    const evaluating = await openSession(evaluation.bytes);
    const logits = (await runGraph(evaluating, evaluation, golden.feed(example))).get('logits') as Float32Array;
    await evaluating.release();
    expect(golden.relativeError(logits, golden.decode(example.logits))).toBeLessThanOrEqual(
      Math.max(bound, 2 * example.logitsError),
    );
  });

  test('uses no operator that is unsafe on a GPU, in any of its graphs', () => {
    const training = { ...options, momentum: 0.9, weightDecay: 0.01, labelSmoothing: 0.1 };
    const graphs = [
      buildGradientGraph(example.network, options),
      buildEvaluationGraph(example.network, options),
      buildTrainingGraph(example.network, training),
    ];
    for (const { bytes } of graphs) expect(unsafe.filter((operator) => uses(bytes, operator))).toEqual([]);
  });
});

test('the check for unsafe operators finds them in the CPU formulation', () => {
  const found = cases.map(({ network }) => buildGradientGraph(network, { batch: golden.BATCH }).bytes);
  expect(unsafe.filter((operator) => found.some((bytes) => uses(bytes, operator)))).toEqual(
    expect.arrayContaining(['Pad', 'MaxUnpool']),
  );
});
