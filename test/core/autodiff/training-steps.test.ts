/** Three steps of SGD against PyTorch: losses, weights, running statistics (test/golden/autodiff/steps.json). */
import { describe, expect, test } from 'vitest';
import { rules } from '../../../core/autodiff/rules.ts';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import * as golden from './golden-cases.ts';
import { openSession, runGraph } from './session.ts';

const cases = golden.stepCases();

test('every operator is trained', () => {
  const trained = new Set(cases.flatMap(({ network }) => network.nodes.map((node) => node.operator)));
  expect([...trained].sort()).toEqual(Object.keys(rules).sort());
});

describe.each(cases)('$name', (example) => {
  test('trains as PyTorch does', async () => {
    const graph = buildTrainingGraph(example.network, { batch: golden.BATCH, ...example.options });
    const session = await openSession(graph.bytes);
    const state = new Map<string, Float32Array | BigInt64Array>();
    for (const [name, values] of golden.initialState(example)) {
      state.set(`parameter:${name}`, values);
      state.set(`statistic:${name}`, values);
      if (values instanceof Float32Array) state.set(`momentum:${name}`, new Float32Array(values.length));
    }
    for (let step = 0; step < example.losses.length; step++) {
      const results = await runGraph(session, graph, (input) => {
        switch (input.role) {
          case 'images':
            return golden.images(example, step);
          case 'labels':
            return golden.labels(example, step);
          case 'learningRate':
            return Float32Array.of(example.options.learningRate / (step + 1));
          case 'dropoutMask':
            return golden.dropoutMask(input.node, input.p, input.scale, input.shape, step);
          case 'noise':
            return golden.noise(input.node, input.distribution, input.shape, step);
          case 'coefficient':
            throw new Error(`Plain SGD asks for no ${input.coefficient}.`);
          default:
            return state.get(`${input.role}:${input.state}`)!;
        }
      });
      const loss = results.get('loss')![0] as number;
      const [exact, pytorch] = [example.losses[step]!, example.lossErrors[step]!];
      const bound = Math.max(1e-5 * Math.max(1, exact), 2 * pytorch);
      expect(Math.abs(loss - exact), `loss of step ${step}`).toBeLessThanOrEqual(bound);
      for (const output of graph.outputs) {
        if ('state' in output) state.set(`${output.role}:${output.state}`, results.get(output.name) as Float32Array);
      }
    }
    await session.release();

    for (const [name, exact] of Object.entries(example.state)) {
      if (typeof exact === 'number') {
        expect(state.get(`statistic:${name}`), name).toEqual(BigInt64Array.of(BigInt(exact)));
        continue;
      }
      const isParameter = example.network.parameters.some((parameter) => parameter.name === name);
      const values = state.get(`${isParameter ? 'parameter' : 'statistic'}:${name}`) as Float32Array;
      const error = golden.relativeError(values, golden.decode(exact.value));
      expect(error, name).toBeLessThanOrEqual(golden.allowance(exact.error));
    }
  });
});
