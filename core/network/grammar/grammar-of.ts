/** From networks and what an instruction asks to the grammar of their children: the one place where the parts come together. */
import type { Asks } from '../asks.ts';
import type { Network } from '../ir.ts';
import { type ChildGrammar, childGrammar } from './child-grammar.ts';
import { outlineOf } from './outline.ts';

/** Grammar for what does as asked below these networks; null where there is none to start from. */
export function grammarOf(parents: readonly Network[], asks: Asks): ChildGrammar | null {
  const [first, ...others] = parents.flatMap((network) => outlineOf(network) ?? []);
  return first === undefined ? null : childGrammar(first, asks, others);
}
