/**
 * FLOPs of an operation: multiply-accumulates x1 of one sample in convolutions, linear and recurrent layers, attention
 * and matrix products; biases and all other operations not counted (the reading notes' convention, fvcore's but for norms).
 */
import { elementsOfSample } from './dimensions.ts';
import type { Operator, Shape } from './ir.ts';

export interface OperationShapes {
  readonly output: Shape;
  readonly inputs: readonly Shape[];
  /** Of the weight that is a parameter; null where there is none, or where it is a computed input. */
  readonly weight: readonly number[] | null;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}

function fixed(shape: Shape | undefined): readonly number[] {
  return (shape ?? []).map((size) => (typeof size === 'number' ? size : size.batch));
}

/** Multiply-accumulates of one sample. */
export function flopsOf(operator: Operator, { output, inputs, weight }: OperationShapes): number {
  switch (operator) {
    case 'conv2d':
    case 'linear':
      // One output number takes as many multiply-accumulates as one output channel has weights.
      return elementsOfSample(output) * product((weight ?? fixed(inputs[1])).slice(1));
    case 'convTranspose2d':
      return elementsOfSample(inputs[0] ?? []) * product((weight ?? fixed(inputs[1])).slice(1));
    case 'matmul':
      return elementsOfSample(output) * (fixed(inputs[0]).at(-1) ?? 0);
    case 'recurrent': {
      const [x = [], inputWeight = [], hiddenWeight = []] = inputs;
      const steps = elementsOfSample(x.slice(0, 2));
      // The last cell state comes from the same products as the hidden states, which count them.
      return output.length === 2 ? 0 : steps * (product(fixed(inputWeight)) + product(fixed(hiddenWeight)));
    }
    default:
      return 0;
  }
}
