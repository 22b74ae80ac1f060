/** What a shape rule is asked, and the checks that rules share. */
import { refuse } from '../python/reason.ts';
import { formatShape } from './dimensions.ts';
import type { Dimension, Operator, OperatorAttributes, Shape } from './ir.ts';

export interface ShapeQuestion<O extends Operator> {
  readonly attributes: OperatorAttributes[O];
  readonly inputs: readonly Shape[];
  /** Shape of the weight, where the operator has one. */
  readonly weight: readonly number[] | null;
  /** The shape asked for: of reshape, expand and what has no inputs. */
  readonly target: Shape | null;
  /** How a message names the operation: `Linear(1024, 10)`, `torch.flatten`. */
  readonly name: string;
  /** Where its input comes from: `from flatten of [N, 32, 8, 8]`. */
  readonly origin: string;
}

export type ShapeRule<O extends Operator> = (question: ShapeQuestion<O>) => Shape;

export type Question = ShapeQuestion<Operator>;

export function inputOf(question: Question): Shape {
  const [input] = question.inputs;
  if (input === undefined) throw new Error(`${question.name} has no input.`);
  return input;
}

/** [N, C, H, W] with sizes that are numbers, the first aside. */
export function image(question: Question): readonly [Dimension, number, number, number] {
  const input = inputOf(question);
  const [batch, channels, height, width] = input;
  if (input.length !== 4 || batch === undefined) {
    return refuse(
      'shape',
      `${question.name} expected a 4D input [N, C, H, W], but got a ${input.length}D input ${formatShape(input)} (${question.origin})`,
    );
  }
  if (typeof channels !== 'number' || typeof height !== 'number' || typeof width !== 'number') {
    return refuse(
      'shape',
      `${question.name} got ${formatShape(input)}, whose channels or sizes depend on the batch size (${question.origin})`,
    );
  }
  return [batch, channels, height, width];
}

/** The shape that the request states. */
export function statedShape(question: Question): Shape {
  if (question.target === null) throw new Error(`${question.name} needs its shape stated.`);
  return question.target;
}

/** The weight's sizes: a parameter's, or those of a computed weight, which is input `place`. */
export function weightSizes(question: Question, place: number): readonly number[] {
  if (question.weight !== null) return question.weight;
  return (question.inputs[place] ?? []).map((size) =>
    typeof size === 'number'
      ? size
      : refuse('unsupported', `${question.name} with a weight that depends on the batch size is not supported`),
  );
}
