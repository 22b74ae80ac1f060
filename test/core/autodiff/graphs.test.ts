/** What the graph builders refuse, and finite differences as a second oracle beside PyTorch. */
import { expect, test } from 'vitest';
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { buildExportModel } from '../../../core/autodiff/export-model.ts';
import { buildGradientGraph } from '../../../core/autodiff/gradient-graph.ts';
import type { GraphInput } from '../../../core/autodiff/graph.ts';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import * as golden from './golden-cases.ts';
import { openSession, runGraph } from './session.ts';

const cases = new Map(golden.gradientCases().map((example) => [example.name, example]));
const options = { momentum: 0.9, weightDecay: 0, labelSmoothing: 0 };

test('a batch normalisation that sees one value a channel is refused, as PyTorch refuses it', () => {
  const { network } = cases.get('batchNorm 2D')!;
  expect(() => buildTrainingGraph(network, { ...options, batch: 1 })).toThrow(/more than one image/);
  expect(() => buildEvaluationGraph(network, { batch: 1 })).not.toThrow();
});

test('an output that is not [N, classes] is refused', () => {
  const { network } = cases.get('relu')!;
  const image = { ...network, output: 1 };
  expect(() => buildTrainingGraph(image, { ...options, batch: 2 })).toThrow(/needs \[batch, classes\]/);
});

test('an export names the weight that is missing or of another size', () => {
  const { network } = cases.get('relu')!;
  expect(() => buildExportModel(network, new Map())).toThrow(/stem\.bias is missing/);
  expect(() => buildExportModel(network, new Map([['stem.bias', new Float32Array(1)]]))).toThrow(/has 1 elements/);
});

test('a batch that is not a positive integer is refused', () => {
  const { network } = cases.get('relu')!;
  expect(() => buildEvaluationGraph(network, { batch: 0 })).toThrow(/one or more images/);
});

test.each(['batchNorm 4D', 'mish', 'conv2d dilation 2 stride 2'])(
  'gradients of %s agree with finite differences of the loss',
  async (name) => {
    const example = cases.get(name)!;
    const graph = buildGradientGraph(example.network, { batch: golden.BATCH });
    const session = await openSession(graph.bytes);
    const state = golden.initialState(example);
    const give = (input: GraphInput) => {
      if (input.role === 'images') return golden.images(example);
      if (input.role === 'labels') return golden.labels(example);
      return 'state' in input ? state.get(input.state)! : new Float32Array(0);
    };
    const { name: parameter } = example.network.parameters[0]!;
    const gradient = (await runGraph(session, graph, give)).get(`gradient:${parameter}`) as Float32Array;
    const weights = state.get(parameter) as Float32Array;
    // Along the gradient itself the slope is its norm, which is large against float32's rounding of the loss.
    const norm = Math.hypot(...gradient);
    const step = 2e-3;
    const losses: number[] = [];
    for (const sign of [1, -1]) {
      state.set(
        parameter,
        weights.map((weight, i) => weight + (sign * step * gradient[i]!) / norm),
      );
      losses.push((await runGraph(session, graph, give)).get('loss')![0] as number);
    }
    await session.release();
    const slope = (losses[0]! - losses[1]!) / (2 * step);
    expect(Math.abs(slope - norm) / norm).toBeLessThan(5e-3);
  },
);
