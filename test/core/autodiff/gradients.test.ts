/** Each operator's gradients, loss and evaluation logits against PyTorch in float64 (test/golden/autodiff). */
import { describe, expect, test } from 'vitest';
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { buildExportModel } from '../../../core/autodiff/export-model.ts';
import { buildGradientGraph } from '../../../core/autodiff/gradient-graph.ts';
import { rules } from '../../../core/autodiff/rules.ts';
import * as golden from './golden-cases.ts';
import { openSession, runGraph, tensorOf } from './session.ts';

const cases = golden.gradientCases();

test('every operator has a golden case', () => {
  const covered = new Set(cases.flatMap(({ network }) => network.nodes.map((node) => node.operator)));
  expect([...covered].sort()).toEqual(Object.keys(rules).sort());
});

describe.each(cases)('$name', (example) => {
  test('gives the loss and gradients of PyTorch', async () => {
    const graph = buildGradientGraph(example.network, { batch: golden.BATCH });
    const session = await openSession(graph.bytes);
    const results = await runGraph(session, graph, golden.feed(example));
    await session.release();
    expect(Math.abs((results.get('loss')![0] as number) - example.loss)).toBeLessThan(1e-5 * Math.max(1, example.loss));
    for (const output of graph.outputs) {
      if (output.role !== 'gradient') continue;
      const exact = example.gradients[output.state] ?? null;
      const values = results.get(output.name) as Float32Array;
      if (exact === null) {
        expect(output.used, `${output.state} should have no gradient`).toBe(false);
        expect(values.every((value) => value === 0)).toBe(true);
        continue;
      }
      const error = golden.relativeError(values, golden.decode(exact.value));
      expect(error, `gradient of ${output.state}`).toBeLessThanOrEqual(golden.allowance(exact.error));
    }
  });

  test('gives the evaluation logits of PyTorch, exported for any batch too', async () => {
    const graph = buildEvaluationGraph(example.network, { batch: golden.BATCH });
    const session = await openSession(graph.bytes);
    const logits = (await runGraph(session, graph, golden.feed(example))).get('logits') as Float32Array;
    await session.release();
    const exact = golden.decode(example.logits);
    expect(golden.relativeError(logits, exact)).toBeLessThanOrEqual(golden.allowance(example.logitsError));

    const weights = new Map(
      [...golden.initialState(example)].flatMap(([name, values]) =>
        values instanceof Float32Array ? [[name, values] as const] : [],
      ),
    );
    const exported = await openSession(buildExportModel(example.network, weights));
    const input = tensorOf(
      { type: 'float32', shape: [golden.BATCH, ...example.network.input] },
      golden.images(example),
    );
    const results = await exported.run({ input });
    expect(golden.relativeError(results.logits!.data as Float32Array, exact)).toBeLessThanOrEqual(
      golden.allowance(example.logitsError),
    );
    await exported.release();
  });
});
