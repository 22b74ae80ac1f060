/**
 * FLOPs of an operation: multiply-accumulates x1 of one sample in convolutions and linear layers, biases and all other
 * operations not counted (the reading notes' convention, fvcore's but for norms).
 */
import { elementsOfSample } from './dimensions.ts';
import type { Operator, Shape } from './ir.ts';

/** Multiply-accumulates of one sample. `weight`: shape of the operation's weight. */
export function flopsOf(operator: Operator, output: Shape, weight: readonly number[] | null): number {
  if (weight === null || (operator !== 'conv2d' && operator !== 'linear')) return 0;
  // One output number takes as many multiply-accumulates as one output channel has weights.
  const perOutput = weight.slice(1).reduce((product, size) => product * size, 1);
  return elementsOfSample(output) * perOutput;
}
