/** What a repair is asked, and what it answers: a slip of a text, and the text after one edit. */
import * as z from 'zod';
import type { Failure } from '../../failure.ts';
import type { PythonParser } from '../../python/syntax/parser.ts';
import type { Misfit } from '../torch/world/world.ts';

/**
 * The kinds of repairs:
 * - `input-size`: a layer takes the number of features or channels that reach it;
 * - `flatten`: an image is flattened before a linear layer or where it is returned;
 * - `unfinished`: brackets of the last line are closed, or that line is dropped;
 * - `return`: forward returns what its last statement computed;
 * - `class-name`: `super(Net2, self)` names the class in which it stands;
 * - `import`: a module or name of the standard library or of torch is imported.
 */
export const repairKinds = ['input-size', 'flatten', 'unfinished', 'return', 'class-name', 'import'] as const;

export const repairSchema = z.object({
  kind: z.enum(repairKinds),
  /** Line of the text as it stood when it was repaired, from 1. */
  line: z.int().positive(),
  /** One sentence: what was changed, and why. */
  message: z.string(),
});

export type Repair = z.infer<typeof repairSchema>;

/** What a repair is asked: the text, why it was refused, and what earlier repairs changed. */
export interface Slip {
  readonly text: string;
  /** The class that is the network. */
  readonly className: string;
  readonly reason: Failure;
  readonly misfit: Misfit | null;
  readonly parser: PythonParser;
  /** Repairs so far, oldest first. */
  readonly earlier: readonly Repair[];
}

/** The text after one repair. */
export interface Mended {
  readonly text: string;
  readonly repair: Repair;
}
