/** Every layer and function of PyTorch that is read, in a small network each, against PyTorch (test/golden/network). */
import { describe, expect, test } from 'vitest';
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { buildGradientGraph } from '../../../core/autodiff/gradient-graph.ts';
import type { GraphInput } from '../../../core/autodiff/graph.ts';
import { initialWeights } from '../../../core/network/initialise.ts';
import type { Network } from '../../../core/network/ir.ts';
import { flopsOfNodes } from '../../../core/network/measures.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { allowance, decode, relativeError } from '../autodiff/golden-cases.ts';
import { openSession, runGraph } from '../autodiff/session.ts';
import { batch, classes, image, images, type LayerProgram, layerPrograms, weightOf } from './layer-programs.ts';

const interpret = await loadInterpreter({ input: image, classes });
const programs = layerPrograms();

function read({ text }: LayerProgram) {
  const result = interpret(text);
  if (!result.ok) throw new Error(`${result.reason.kind}: ${result.reason.message}`);
  return result.value;
}

function feed(input: GraphInput): Float32Array | Int32Array | BigInt64Array {
  if (input.role === 'images') return images();
  if (input.role === 'labels') return Int32Array.from({ length: batch }, (_, i) => i % classes);
  if (!('state' in input)) throw new Error(`Unexpected input ${input.name}.`);
  return input.type === 'int64' ? new BigInt64Array(1) : weightOf(input.state, input.shape);
}

/** Differentiates with what is random in the network left out: the gradient of evaluation mode. */
function withoutMasks(network: Network): Network {
  return {
    ...network,
    nodes: network.nodes.map((node) =>
      node.operator === 'dropout' ? { ...node, attributes: { ...node.attributes, p: 0 } } : node,
    ),
  };
}

test('the corpus has a program for every group of layers', () => {
  expect(programs.length).toBeGreaterThanOrEqual(90);
});

describe.each(programs)('$name', (program) => {
  const { golden } = program;

  test('has the state_dict, parameters and multiply-accumulates of PyTorch', () => {
    const { network, measures } = read(program);
    expect(network.parameters.map(({ name, shape, trainable }) => [name, shape, trainable !== false])).toEqual(
      golden.parameters,
    );
    expect(network.buffers.map(({ name, shape }) => [name, shape])).toEqual(golden.buffers);
    expect([...network.parameters, ...network.buffers].map(({ name }) => name).sort()).toEqual(
      [...golden.stateDict].sort(),
    );
    const count = golden.parameters.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(measures.params).toBe(count);
  });

  test('gives the logits of PyTorch in evaluation mode', async () => {
    const graph = buildEvaluationGraph(read(program).network, { batch });
    const session = await openSession(graph.bytes);
    const logits = (await runGraph(session, graph, feed)).get('logits') as Float32Array;
    await session.release();
    const error = relativeError(logits, decode(golden.logits));
    expect(error).toBeLessThan(1e-4);
    expect(error).toBeLessThanOrEqual(10 * allowance(golden.logitsError));
  });

  test('gives the gradients of PyTorch', async () => {
    const graph = buildGradientGraph(withoutMasks(read(program).network), { batch });
    const session = await openSession(graph.bytes);
    const results = await runGraph(session, graph, feed);
    await session.release();
    expect(Math.abs((results.get('loss')![0] as number) - golden.loss)).toBeLessThan(1e-5 * Math.max(1, golden.loss));
    let [difference, pytorch, norm] = [0, 0, 0];
    for (const output of graph.outputs) {
      if (output.role !== 'gradient') continue;
      const exact = golden.gradients[output.state];
      if (exact === undefined) continue;
      const values = results.get(output.name) as Float32Array;
      if (exact === null) {
        expect(output.used, `${output.state} should have no gradient`).toBe(false);
        continue;
      }
      const wanted = decode(exact.value);
      const error = relativeError(values, wanted);
      // A sum that nearly cancels, as biases' gradients do, loses more than one of float32's digits.
      expect(error, `gradient of ${output.state}`).toBeLessThanOrEqual(5 * allowance(exact.error));
      const square = wanted.reduce((sum, value) => sum + value * value, 0);
      difference += error ** 2 * square;
      pytorch += exact.error ** 2 * square;
      norm += square;
    }
    expect(Math.sqrt(difference / norm), 'all gradients').toBeLessThanOrEqual(allowance(Math.sqrt(pytorch / norm)));
  });

  test('starts from the distributions that PyTorch draws from', () => {
    const { network } = read(program);
    const weights = Array.from({ length: 8 }, (_, seed) => initialWeights(network, seed));
    for (const [name, [low, high, mean, deviation]] of Object.entries(golden.draws)) {
      const drawn = weights.flatMap((each) => [...(each.get(name)!.data as Float32Array)]);
      const own = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
      const spread = Math.sqrt(
        drawn.reduce((sum, value) => sum + (value - own) ** 2, 0) / Math.max(1, drawn.length - 1),
      );
      // Both are samples: what differs by less than six standard errors is the same.
      const error = 6 * Math.max(deviation, spread) * Math.sqrt(2 / drawn.length) + 1e-6;
      expect(Math.abs(own - mean), `mean of ${name}`).toBeLessThanOrEqual(error);
      expect(Math.abs(spread - deviation), `deviation of ${name}`).toBeLessThanOrEqual(error);
      const reach = Math.max(1e-6, high - low);
      if (drawn.length < 200) continue;
      expect(Math.abs(drawn.reduce((a, b) => Math.min(a, b)) - low), `smallest of ${name}`).toBeLessThanOrEqual(reach);
      expect(Math.abs(drawn.reduce((a, b) => Math.max(a, b)) - high), `largest of ${name}`).toBeLessThanOrEqual(reach);
    }
  });
});

/** Products with a vector; one of parameters alone PyTorch counts as shared by the two images of the batch. */
const vectors: Readonly<Record<string, number>> = {
  matmuls: 4 * 8 * 8,
  parameters: (8 * 8) / 2,
  'linear-of-a-vector': (4 * 6 + 4 * 2) / 2,
};

/** Rows and pixels that are looked up by products of matrices, where PyTorch reads memory. */
const lookups: Readonly<Record<string, number>> = {
  'computed-embedding': 64 * 5 * 3,
  'spatial-transformer': 64 * 3 * 2 + 4 * 64 * 64,
  'grid-sample-aligned-border-nearest': 25 * 3 * 2 + 2 * (4 * 64 * 25),
};

test.each(programs)('$name has the FLOPs that PyTorch counts', ({ golden, ...program }) => {
  const { network, measures } = read({ ...program, golden });
  // PyTorch's counter knows neither nn.LSTM's fused kernel nor products with a vector, and has no products for lookups.
  const fused = new Set(network.modules.flatMap(({ path, type }) => (type === 'LSTM' ? [path] : [])));
  const uncounted = flopsOfNodes(network)
    .filter(
      (_, index) => fused.has(network.nodes[index]?.module ?? '') && network.nodes[index]?.operator === 'recurrent',
    )
    .reduce((sum, flops) => sum + flops, (vectors[program.name] ?? 0) + (lookups[program.name] ?? 0));
  expect(measures.flops).toBe(golden.flops + uncounted);
});
