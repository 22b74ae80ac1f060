/** From networks and an instruction to the grammar of their children: the one place where the parts come together. */
import type { Network } from '../ir.ts';
import { type ChildGrammar, childGrammar } from './child-grammar.ts';
import { outlineOf } from './outline.ts';
import { wishOf } from './wish.ts';

/** Grammar for what follows an instruction below these networks; null where there is none to start from. */
export function grammarOf(parents: readonly Network[], instruction: string): ChildGrammar | null {
  const [first, ...others] = parents.flatMap((network) => outlineOf(network) ?? []);
  return first === undefined ? null : childGrammar(first, wishOf(instruction), others);
}
