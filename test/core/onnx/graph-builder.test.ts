/** What a built graph computes and holds, seen by ONNX Runtime. */
import { expect, test } from 'vitest';
import { createGraphBuilder, float } from '../../../core/onnx/graph-builder.ts';
import { openSession, tensorOf } from '../autodiff/session.ts';

test('a node whose result nobody reads is left out', async () => {
  const builder = createGraphBuilder();
  const x = builder.input('x', 'float32', [2]);
  builder.node('Log', [x]);
  builder.output('y', builder.node('LeakyRelu', [x], { alpha: float(0.5) }), 'float32', [2]);
  const bytes = builder.build('graph', '');
  expect(Buffer.from(bytes).includes('Log')).toBe(false);
  const session = await openSession(bytes);
  const results = await session.run({ x: tensorOf({ type: 'float32', shape: [2] }, Float32Array.of(-2, 3)) });
  expect([...(results.y!.data as Float32Array)]).toEqual([-1, 3]);
  await session.release();
});

test('equal constants are stored once, whatever the number of readers', () => {
  const builder = createGraphBuilder();
  expect(builder.floats([1, 2], [2])).toBe(builder.floats([1, 2], [2]));
  expect(builder.floats([1, 2], [2])).not.toBe(builder.floats([1, 2], [1, 2]));
  expect(builder.integers([1])).not.toBe(builder.integers([2]));
});

test('one value can be two outputs, and an input can be an output', async () => {
  const builder = createGraphBuilder();
  const x = builder.input('x', 'float32', [1]);
  const y = builder.node('Neg', [x]);
  builder.output('first', y, 'float32', [1]);
  builder.output('second', y, 'float32', [1]);
  builder.output('same', x, 'float32', [1]);
  const session = await openSession(builder.build('graph', ''));
  const results = await session.run({ x: tensorOf({ type: 'float32', shape: [1] }, Float32Array.of(4)) });
  expect([results.first, results.second, results.same].map((tensor) => tensor!.data[0])).toEqual([-4, -4, 4]);
  await session.release();
});

test('a name cannot be declared twice', () => {
  const builder = createGraphBuilder();
  builder.input('x', 'float32', [1]);
  expect(() => builder.input('x', 'float32', [1])).toThrow(RangeError);
});
