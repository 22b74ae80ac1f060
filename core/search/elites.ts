/** What the archives keep of an individual besides its fitness, descriptors and curiosity. */
import type { Measures } from '../network/ir.ts';

/** What the network archive keeps. */
export interface NetworkElite {
  /** As the interpreter cut it out: what a child's prompt shows. */
  readonly source: string;
  readonly hash: string;
  readonly measures: Measures;
  /** Mean cross-entropy on the split of the fitness; null where it was not measured. */
  readonly loss: number | null;
  /** Content hash of its trained weights. */
  readonly weights: string | null;
}

/** What the prompt archive keeps. */
export interface PromptElite {
  /** Id of its prompt in the prompt set. */
  readonly prompt: string;
  readonly temperature: number;
}

export interface InitialNetwork extends NetworkElite {
  /** Null when it was trained without a result. */
  readonly fitness: number | null;
}
