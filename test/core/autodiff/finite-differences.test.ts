/**
 * The second oracle of gradients, beside PyTorch: central differences of the loss, for every parameter of every case
 * whose loss has a derivative. In float32, as ONNX Runtime's CPU provider has no float64 convolution: along the gradient
 * itself, where the slope is its norm, and along a direction that does not know it.
 */
import { describe, expect, test } from 'vitest';
import { buildGradientGraph } from '../../../core/autodiff/gradient-graph.ts';
import { rules } from '../../../core/autodiff/rules.ts';
import { numbers } from '../../golden/autodiff/formula.ts';
import * as golden from './golden-cases.ts';
import { openSession, runGraph } from './session.ts';

/** Way along a direction of length 1. */
const reach = 2e-3;

/** Share of the gradient's norm. Kinks within the reach cost up to 1.1e-2; 99 of 100 slopes are within 1.5e-3. */
const tolerance = 2e-2;

/** What float32's rounding of two losses makes of their difference over the way: 9e-5, measured where the slope is 0. */
const rounding = 1e-4;

const cases = golden.gradientCases().filter(({ differentiable }) => differentiable);

function direction(values: Float32Array): Float32Array {
  const norm = Math.hypot(...values);
  return values.map((value) => (norm === 0 ? 0 : value / norm));
}

test('every operator has a case that finite differences check', () => {
  const covered = new Set(cases.flatMap(({ network }) => network.nodes.map((node) => node.operator)));
  expect([...covered].sort()).toEqual(Object.keys(rules).sort());
});

describe.each(cases)('$name', (example) => {
  test('has the slopes of its loss for gradients', async () => {
    const graph = buildGradientGraph(example.network, { batch: golden.BATCH });
    const session = await openSession(graph.bytes);
    const state = golden.initialState(example);
    const give = golden.feed(example, state);
    const gradients = await runGraph(session, graph, give);
    for (const { name } of example.network.parameters) {
      const gradient = gradients.get(`gradient:${name}`) as Float32Array;
      const weights = state.get(name) as Float32Array;
      const lossAt = async (way: Float32Array, step: number): Promise<number> => {
        state.set(
          name,
          weights.map((weight, i) => weight + step * way[i]!),
        );
        return (await runGraph(session, graph, give)).get('loss')![0] as number;
      };
      for (const way of [direction(gradient), direction(numbers([gradient.length], 7))]) {
        const slope = ((await lossAt(way, reach)) - (await lossAt(way, -reach))) / (2 * reach);
        const expected = gradient.reduce((sum, value, i) => sum + value * way[i]!, 0);
        const allowed = tolerance * Math.hypot(...gradient) + rounding;
        expect(Math.abs(slope - expected), `slope along ${name}`).toBeLessThanOrEqual(allowed);
      }
      state.set(name, weights);
    }
    await session.release();
  });
});
