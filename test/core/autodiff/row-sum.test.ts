import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createEmitter } from '../../../core/autodiff/create-emitter.ts';
import type { Arithmetic, Formulation } from '../../../core/autodiff/emitter.ts';
import { sumOfRows } from '../../../core/autodiff/row-sum.ts';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import { createGraphBuilder } from '../../../core/onnx/graph-builder.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { onnxRuntime } from '../../../main/training/onnx-runtime.ts';
import { openSession } from './session.ts';

/** The sums of random rows, whose mean is small beside them, and those that float64 gives. */
async function sums(shape: readonly number[], formulation: Formulation) {
  const width = shape.at(-1) ?? 1;
  const count = shape.reduce((product, size) => product * size, 1);
  let state = 1;
  const values = Float32Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.47;
  });
  const exact = new Float64Array(width);
  values.forEach((value, i) => {
    exact[i % width] = (exact[i % width] ?? 0) + value;
  });
  const builder = createGraphBuilder();
  const emit = createEmitter(builder, formulation);
  const name = builder.input('x', 'float32', shape);
  builder.output('sum', sumOfRows(emit, { name, shape }, 1).name, 'float32', [width]);
  const session = await openSession(builder.build('sum', 'Sum of rows.'));
  const { sum } = await session.run({ x: new onnxRuntime.Tensor('float32', values, [...shape]) });
  await session.release();
  const found = sum?.data as Float32Array;
  const norm = (numbers: ArrayLike<number>) => Math.hypot(...Array.from(numbers));
  return norm(exact.map((value, i) => value - (found[i] ?? 0))) / norm(exact);
}

test.each([
  ['cpu', [8, 1024, 64], 2e-7],
  ['cpu', [7, 911, 5], 2e-7],
  ['cpu', [2, 3, 4], 2e-7],
  ['portable', [8, 1024, 64], 2e-5],
] as const)(
  'the sum of many rows is as near to the sum in float64 as PyTorch comes: %s %j',
  async (how, shape, bound) => {
    expect(await sums(shape, how)).toBeLessThan(bound);
  },
);

const interpret = await loadInterpreter();

function graphOf(forward: string, arithmetic: Arithmetic): string {
  const result = interpret(`class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 64)
        self.f = nn.Linear(64, 10)
        self.g = nn.Linear(3072, 10)

    def forward(self, x):
        return ${forward}
`);
  if (!result.ok) throw new Error(result.reason.message);
  const options = { batch: 8, momentum: 0.9, weightDecay: 0, labelSmoothing: 0, arithmetic };
  return createHash('sha256').update(buildTrainingGraph(result.value.network, options).bytes).digest('hex');
}

test('a run keeps the arithmetic that it began with; networks without tokens are trained the same in both', () => {
  const tokens = 'self.f(self.a(x.flatten(2).transpose(1, 2)).mean(1))';
  expect(graphOf(tokens, 1)).not.toBe(graphOf(tokens, 2));
  expect(graphOf('self.g(x.flatten(1))', 1)).toBe(graphOf('self.g(x.flatten(1))', 2));
});
