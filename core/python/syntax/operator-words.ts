/** Python's binary and comparison operators as words. */
import type { BinaryOperator, ComparisonOperator } from './syntax.ts';

const binaryOperators: ReadonlySet<string> = new Set<BinaryOperator>([
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '**',
  '@',
  '&',
  '|',
  '^',
  '<<',
  '>>',
]);

const comparisonOperators: ReadonlySet<string> = new Set<ComparisonOperator>([
  '<',
  '<=',
  '==',
  '!=',
  '>',
  '>=',
  'in',
  'not in',
  'is',
  'is not',
]);

export function isBinaryOperator(word: string): word is BinaryOperator {
  return binaryOperators.has(word);
}

export function isComparison(word: string): word is ComparisonOperator {
  return comparisonOperators.has(word);
}
