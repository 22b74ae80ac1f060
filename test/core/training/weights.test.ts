import { describe, expect, test } from 'vitest';
import { initialWeights } from '../../../core/network/initialise.ts';
import type { Tensor } from '../../../core/tensors/tensor.ts';
import { inheritedWeights, weightsFor } from '../../../core/training/weights.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';

/** Pixels in the order of a table, as Swin's windows look up their positions, then batch normalisation. */
const source = (places: string) => `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer('places', torch.tensor(${places}))
        self.norm = nn.BatchNorm2d(3)
        self.head = nn.Linear(3 * 3 * 32, 10)

    def forward(self, x):
        return self.head(self.norm(x[:, :, self.places]).flatten(1))
`;

const interpret = await loadInterpreter();

function networkOf(places: string) {
  const result = interpret(source(places));
  if (!result.ok) throw new Error(result.reason.message);
  return result.value.network;
}

const network = networkOf('[2, 0, 1]');
const whole = (...values: bigint[]): Tensor => ({
  type: 'int64',
  shape: values.length === 1 ? [] : [values.length],
  data: BigInt64Array.from(values),
});
/** A state_dict with the given tensors in place of its own, without those that are null. */
function state(changes: Readonly<Record<string, Tensor | null>>): Map<string, Tensor> {
  const weights = initialWeights(network, 1);
  for (const [name, tensor] of Object.entries(changes)) {
    if (tensor === null) weights.delete(name);
    else weights.set(name, tensor);
  }
  return weights;
}

describe('weights of a file', () => {
  test('may lack whole numbers, which then are what the source makes them', () => {
    const weights = weightsFor(network, state({ places: null, 'norm.num_batches_tracked': null }));
    expect(weights.get('places')).toEqual(whole(2n, 0n, 1n));
    expect(weights.get('norm.num_batches_tracked')).toEqual(whole(0n));
  });

  test('bring the count of batches with them', () => {
    const weights = weightsFor(network, state({ 'norm.num_batches_tracked': whole(37n) }));
    expect(weights.get('norm.num_batches_tracked')).toEqual(whole(37n));
  });

  test('may not lack running statistics', () => {
    expect(() => weightsFor(network, state({ 'norm.running_var': null }))).toThrow('"norm.running_var" [3] is missing');
  });

  test('are refused with other places than those that the network was read with', () => {
    expect(() => weightsFor(network, state({ places: whole(2n, 1n, 0n) }))).toThrow(
      '"places" holds other whole numbers than the network\'s source computes',
    );
  });
});

test('weights inherited from a parent leave the child its own places', () => {
  const child = networkOf('[1, 2, 0]');
  const inherited = inheritedWeights(child, initialWeights(child, 2), state({ 'norm.num_batches_tracked': whole(5n) }));
  expect(inherited.get('places')).toEqual(whole(1n, 2n, 0n));
  expect(inherited.get('norm.num_batches_tracked')).toEqual(whole(5n));
  expect(inherited.get('head.weight')).toEqual(initialWeights(network, 1).get('head.weight'));
});
