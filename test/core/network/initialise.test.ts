import { describe, expect, test } from 'vitest';
import { initialWeights } from '../../../core/network/initialise.ts';
import type { Network, Parameter } from '../../../core/network/ir.ts';

const parameter = (name: string, shape: number[], bound: number): Parameter => ({
  name,
  shape,
  initializer: { kind: 'uniform', bound },
});

/** One linear layer 3,072 -> 10 behind a reshape, its layer under any name, an unused layer registered before it. */
function network(name: string): Network {
  return {
    version: 1,
    input: [3, 32, 32],
    nodes: [
      {
        operator: 'reshape',
        attributes: {},
        inputs: [0],
        parameters: {},
        shape: [{ batch: 1 }, 3072],
        module: null,
        place: null,
      },
      {
        operator: 'linear',
        attributes: {},
        inputs: [1],
        parameters: { weight: `${name}.weight`, bias: `${name}.bias` },
        shape: [{ batch: 1 }, 10],
        module: name,
        place: null,
      },
    ],
    output: 2,
    parameters: [
      parameter('unused.weight', [4, 4], 0.5),
      parameter(`${name}.weight`, [10, 3072], 1 / Math.sqrt(3072)),
      parameter(`${name}.bias`, [10], 1 / Math.sqrt(3072)),
      { name: 'bn.weight', shape: [3], initializer: { kind: 'constant', value: 1 } },
      { name: 'embedding', shape: [200, 100], initializer: { kind: 'normal', mean: 1, deviation: 0.5 } },
    ],
    buffers: [
      { name: 'bn.running_var', shape: [3], type: 'float32', value: 1 },
      { name: 'bn.num_batches_tracked', shape: [], type: 'int64', value: 0 },
    ],
    modules: [],
  };
}

describe('initial weights', () => {
  test('are uniform within the bound (Kolmogorov and Smirnov at the 0.1 % level)', () => {
    const weight = initialWeights(network('fc'), 1).get('fc.weight');
    const bound = 1 / Math.sqrt(3072);
    const sorted = [...(weight!.data as Float32Array)].map((value) => (value / bound + 1) / 2).sort((a, b) => a - b);
    expect(sorted.length).toBe(30_720);
    const distance = Math.max(...sorted.map((value, i) => Math.abs(value - (i + 0.5) / sorted.length)));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(sorted.length));
  });

  test('are normal or constant where the layer says so, and buffers have their own type', () => {
    const weights = initialWeights(network('fc'), 1);
    const drawn = [...(weights.get('embedding')!.data as Float32Array)];
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(variance).toBeCloseTo(0.25, 1);
    expect(weights.get('bn.weight')?.data).toEqual(Float32Array.of(1, 1, 1));
    expect(weights.get('bn.running_var')?.data).toEqual(Float32Array.of(1, 1, 1));
    expect(weights.get('bn.num_batches_tracked')?.data).toEqual(BigInt64Array.of(0n));
  });

  test('come from the seed and the place in the network, not from its names', () => {
    const a = initialWeights(network('fc'), 1);
    expect(initialWeights(network('fc'), 1)).toEqual(a);
    expect(initialWeights(network('aaa'), 1).get('aaa.weight')).toEqual(a.get('fc.weight'));
    expect(initialWeights(network('fc'), 2).get('fc.weight')).not.toEqual(a.get('fc.weight'));
    expect(a.get('fc.bias')?.data.slice(0, 5)).not.toEqual(a.get('fc.weight')?.data.slice(0, 5));
  });

  test('keep the order of state_dict', () => {
    expect([...initialWeights(network('fc'), 1).keys()].slice(0, 3)).toEqual(['unused.weight', 'fc.weight', 'fc.bias']);
  });
});
