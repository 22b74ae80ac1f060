/** What the portable emitter refuses: every configuration found wrong on WebGPU, and none of any graph it makes. */
import { describe, expect, test } from 'vitest';
import { createEmitter } from '../../../core/autodiff/create-emitter.ts';
import type { Emitter, Tensor } from '../../../core/autodiff/emitter.ts';
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { buildGradientGraph } from '../../../core/autodiff/gradient-graph.ts';
import { type PortableNode, unsafeReason, watchedOperators } from '../../../core/autodiff/portable-safety.ts';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import type { Network } from '../../../core/network/ir.ts';
import { createGraphBuilder } from '../../../core/onnx/graph-builder.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { classes, image, layerPrograms } from '../network/layer-programs.ts';
import * as golden from './golden-cases.ts';

const interpret = await loadInterpreter({ input: image, classes });

const node = (operator: string, more: Partial<PortableNode> = {}): PortableNode => ({
  operator,
  attributes: {},
  outputs: 1,
  inputs: [],
  ...more,
});

/** A convolution of `channels` inputs a group to `outputs` in all. */
const convolution = (outputs: number, channels: number, taps = 3, attributes: PortableNode['attributes'] = {}) =>
  node('Conv', {
    inputs: [
      [2, channels, 8, 8],
      [outputs, channels, taps, taps],
    ],
    attributes,
  });

/** As measured against the CPU provider: what is wrong, and beside it what is right. */
const unsafe: Readonly<Record<string, PortableNode>> = {
  'six channels to eight': convolution(8, 6),
  'fifteen channels to four': convolution(4, 15),
  'two groups of five outputs': convolution(10, 4, 3, { group: 2 }),
  'one tap, padded after its input': convolution(5, 4, 1, { pads: [0, 0, 1, 1] }),
  'a transposed convolution to one channel': node('ConvTranspose', {
    inputs: [
      [2, 4, 8, 8],
      [4, 1, 3, 3],
    ],
  }),
  padding: node('Pad'),
  sine: node('Sin'),
  cosine: node('Cos'),
  'batch statistics': node('BatchNormalization', { attributes: { training_mode: 1 }, outputs: 3 }),
  'indices of a max pool': node('MaxPool', { outputs: 2 }),
  unpooling: node('MaxUnpool'),
  'a split in eleven': node('Split', { outputs: 11 }),
};

const safe: readonly PortableNode[] = [
  convolution(8, 3),
  convolution(5, 6),
  convolution(8, 12),
  convolution(16, 4, 3, { group: 2 }),
  convolution(8, 4, 3, { group: 2 }),
  convolution(5, 4, 1, { pads: [1, 1, 0, 0] }),
  node('ConvTranspose', {
    inputs: [
      [2, 4, 8, 8],
      [4, 2, 3, 3],
    ],
  }),
  node('BatchNormalization'),
  node('MaxPool'),
  node('Split', { outputs: 10 }),
  node('Relu'),
];

test.each(Object.entries(unsafe))('%s is known to be unsafe', (_, each) => {
  expect(unsafeReason(each)).not.toBeNull();
});

test('every operator that is watched has an unsafe node here', () => {
  const covered = new Set(Object.values(unsafe).map(({ operator }) => operator));
  expect([...covered].sort()).toEqual([...watchedOperators].sort());
});

test('nothing is said against what WebGPU computes rightly', () => {
  expect(safe.map(unsafeReason)).toEqual(safe.map(() => null));
});

const x: Tensor = { name: 'x', shape: [2, 4, 8, 8] };

/** Rules that would use what is unsafe. */
const rules: readonly (readonly [operator: string, rule: (emit: Emitter) => unknown])[] = [
  ['Pad', (emit) => emit.node('Pad', [x, x], x.shape)],
  ['Sin', (emit) => emit.unary('Sin', x)],
  ['MaxPool', (emit) => emit.builder.nodes('MaxPool', ['x'], 2)],
  ['Conv', (emit) => emit.builder.node('Conv', ['x', 'w'])],
];

describe('the emitter', () => {
  test.each(rules)('refuses %s by name in the portable formulation alone', (operator, rule) => {
    const message = new RegExp(`portable formulation cannot use ${operator}: on WebGPU it`);
    expect(() => rule(createEmitter(createGraphBuilder(), 'portable'))).toThrow(message);
    expect(() => rule(createEmitter(createGraphBuilder()))).not.toThrow();
  });

  const read = layerPrograms().map(({ name, text }): { name: string; network: Network } => {
    const result = interpret(text);
    if (!result.ok) throw new Error(result.reason.message);
    return { name, network: result.value.network };
  });

  test.each([...golden.gradientCases(), ...read])('needs nothing unsafe for $name', ({ network }) => {
    const options = { batch: golden.BATCH, formulation: 'portable' } as const;
    const training = { ...options, momentum: 0.9, weightDecay: 0.01, labelSmoothing: 0.1 };
    expect(() => buildGradientGraph(network, options)).not.toThrow();
    expect(() => buildEvaluationGraph(network, options)).not.toThrow();
    for (const optimizer of ['sgd', 'adamw', 'muon'] as const) {
      expect(() => buildTrainingGraph(network, { ...training, optimizer })).not.toThrow();
    }
  });
});
