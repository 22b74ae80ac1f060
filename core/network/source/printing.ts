/** What a printer of an operator is given, and the forms that many operators share. */
import type { Dimension, NodeOf, NodeParameters, Operator, OperatorAttributes, Shape } from '../ir.ts';
import { bare } from './precedence.ts';
import { callText, singleText } from './python-text.ts';

/** What a printer may ask about its node. */
export interface Printing<O extends Operator> {
  readonly node: NodeOf<O>;
  readonly attributes: OperatorAttributes[O];
  /** The expression of an input, in parentheses where it binds less than `level`; masks as floats. */
  input(place: number, level?: number): string;
  /** The same where a mask may stay a mask. */
  raw(place: number, level?: number): string;
  isMask(place: number): boolean;
  /** The number of an input that is one known number, null otherwise. */
  number(place: number): number | null;
  shape(place: number): Shape;
  /** `self.conv1` where the node is a registered layer. */
  readonly layer: string | null;
  /** The expression of a parameter, `None` where the node has none. */
  parameter(role: keyof NodeParameters): string;
  /** Sizes of the parameter. */
  sizes(role: 'weight' | 'bias'): readonly number[];
  /** A size: a number, or `n` and its multiples. */
  dimension(size: Dimension): string;
  /** A known table as the expression that makes it. */
  table(values: readonly number[], shape: Shape): string;
}

export type Printer<O extends Operator> = (printing: Printing<O>) => string;

/** `F.relu(x)`. */
export function functional<O extends Operator>(name: string): Printer<O> {
  return ({ input }) => callText(name, [bare(input(0))]);
}

/** `a + b`. */
export function binary<O extends Operator>(operator: string, level: number): Printer<O> {
  return ({ input }) => `${input(0, level)} ${operator} ${input(1, level + 1)}`;
}

/** A layer called, or its function. */
export function layerOr<O extends Operator>(otherwise: Printer<O>): Printer<O> {
  return (printing) =>
    printing.layer === null ? otherwise(printing) : `${printing.layer}(${bare(printing.input(0))})`;
}

/** An operand that may be a plain number. */
export function operand(
  { number, input }: Pick<Printing<Operator>, 'number' | 'input'>,
  place: number,
  level?: number,
): string {
  const value = number(place);
  return value === null ? input(place, level) : singleText(value);
}
