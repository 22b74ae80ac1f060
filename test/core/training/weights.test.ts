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

describe('a layer that is registered more than once', () => {
  const repeated = interpret(`class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.m = nn.ModuleList([nn.Conv2d(3, 3, 3, padding=1)] * 2)
        self.head = nn.Linear(3072, 10)
        self.tail = nn.Sequential(self.head)

    def forward(self, x):
        for m in self.m:
            x = m(x)
        return self.tail(x.flatten(1))
`);
  if (!repeated.ok) throw new Error(repeated.reason.message);
  const { network: shared } = repeated.value;
  const own = initialWeights(shared, 1);
  const names = ['m.0.weight', 'm.0.bias', 'head.weight', 'head.bias'];
  const others = ['m.1.weight', 'm.1.bias', 'tail.0.weight', 'tail.0.bias'];
  /** What state_dict gives: both names of each. */
  const all = new Map([...own, ...others.map((name, i) => [name, own.get(names[i] ?? '')] as [string, Tensor])]);

  test('takes the names of state_dict, of which the last counts, and files that have one of them', () => {
    expect([...own.keys()]).toEqual(names);
    expect(weightsFor(shared, all)).toEqual(own);
    expect(weightsFor(shared, own)).toEqual(own);
    const last: Tensor = { type: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) };
    expect(weightsFor(shared, new Map([...all, ['m.1.bias', last]])).get('m.0.bias')).toEqual(last);
    const alone = new Map([...all].filter(([name]) => name !== 'm.0.weight'));
    expect(weightsFor(shared, alone)).toEqual(own);
  });

  test('still wants each tensor once, and none of other names', () => {
    const without = new Map([...own].filter(([name]) => name !== 'head.bias'));
    expect(() => weightsFor(shared, without)).toThrow('"head.bias" [10] is missing');
    const foreign = new Map([...all, ['m.2.bias', all.get('m.1.bias')] as [string, Tensor]]);
    expect(() => weightsFor(shared, foreign)).toThrow('"m.2.bias" [3] is not a weight of the network');
  });
});
