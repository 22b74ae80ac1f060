/** What the graph builders refuse. */
import { expect, test } from 'vitest';
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { buildExportModel } from '../../../core/autodiff/export-model.ts';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import * as golden from './golden-cases.ts';

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
