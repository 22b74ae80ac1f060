/** How a program is read as a network: what it is given, and within which bounds. */
import type { Budget } from '../python/budget.ts';
import type { ModuleTexts } from '../python/modules/program-modules.ts';
import type { Value } from '../python/types/values.ts';

export interface ReadOptions {
  /** [C, H, W] of one image. */
  readonly input: readonly number[];
  /** Scores that forward must give for each image; null accepts any number. */
  readonly classes: number | null;
  readonly budget: Budget;
  /** The class to build; null chooses. */
  readonly className: string | null;
  /** A function at the top of the text that returns the module, in place of a class. */
  readonly factory?: string | null;
  /** Arguments of its constructor or of the function, by name. */
  readonly args: ReadonlyMap<string, Value>;
  /** Value of an argument of the constructor that has no default and is not in `args`, by its name. */
  readonly missing?: (name: string) => Value;
  /**
   * As a person's file is read: skips top-level statements that cannot be read (training code), and takes the logits from
   * among several things that forward returns.
   */
  readonly tolerant: boolean;
  /** The program's own files, which it may import; none when left out. */
  readonly files?: ProgramFiles;
}

export interface ProgramFiles {
  /** Dotted name of the text that is read, as relative imports need it. */
  readonly name: string;
  readonly package: string;
  readonly texts: ModuleTexts;
}
