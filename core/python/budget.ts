/** Computed bounds of an evaluation: the same program is refused at the same point on every machine, clocks play no part. */
import { refuse } from './reason.ts';

export interface Budget {
  /** Characters of the text. */
  readonly text: number;
  /** Nodes of the syntax tree of one text. */
  readonly syntax: number;
  /** Characters of all files that it imports, and how many files. */
  readonly importedText: number;
  readonly importedFiles: number;
  /** Expressions evaluated and statements run, at the price of {@link prices}. */
  readonly steps: number;
  /** Calls and expressions inside each other. */
  readonly depth: number;
  /** Items put into lists, tuples, dictionaries and sets, all together. */
  readonly items: number;
  /** Characters of all strings that are built. */
  readonly characters: number;
  /** Bits of an integer. */
  readonly bits: number;
  /** Axes of a value. */
  readonly rank: number;
  /** Operations of the network. */
  readonly nodes: number;
  /** Modules that are created. */
  readonly modules: number;
  /** Numbers in one table that is computed while the network is built. */
  readonly table: number;
  /** Numbers in one value of one sample: so many, and so many more for each number of the input. */
  readonly elements: number;
  readonly elementsOfInput: number;
  /** Numbers in all parameters and buffers. */
  readonly parameters: number;
  /** Multiply-accumulates of one sample. */
  readonly flops: number;
  /** Bytes of all values of one sample, likewise. */
  readonly activationBytes: number;
  readonly activationBytesOfInput: number;
  /** Operations of the graph of a training step (core/network/graph-size.ts), and those of its recurrent layers alone. */
  readonly trainingOperations: number;
  readonly unrolled: number;
  /** Places of a convolution's kernel. */
  readonly taps: number;
  /** Bytes of the constants of a training step's graph. */
  readonly constantBytes: number;
  /** Numbers that all pools read of one sample. */
  readonly reads: number;
}

/** Wide enough for every network in torchvision (which a bound of 125,000 steps reads too), narrow enough that a hostile program ends at once. */
export const defaultBudget: Budget = {
  text: 100_000,
  syntax: 60_000,
  importedText: 3_000_000,
  importedFiles: 300,
  steps: 240_000,
  depth: 600,
  items: 250_000,
  characters: 1_000_000,
  bits: 4096,
  rank: 64,
  nodes: 10_000,
  modules: 5_000,
  table: 6_000_000,
  // 4 GiB for one value of 128 images.
  elements: 2 ** 23,
  elementsOfInput: 128,
  parameters: 1_000_000_000,
  flops: 1_000_000_000_000,
  activationBytes: 1_000_000_000,
  activationBytesOfInput: 50_000,
  // HRNets have half as many.
  trainingOperations: 120_000,
  // ONNX Runtime makes a session of 50,000 in a minute of processor time; it grows with their square.
  unrolled: 60_000,
  taps: 2 ** 16,
  constantBytes: 2 ** 26,
  reads: 1_000_000_000,
};

/**
 * What small expressions take of a step, by the processor time that they take: tables of positions are computed by
 * millions of them.
 */
export const prices = { constant: 1 / 8, name: 1 / 8, arithmetic: 1 / 4 } as const;

/** How many times the work a file may take that a person names with its folder (`--root`): real projects read registries. */
export const namedFilesFactor = 20;

/** The bounds of a program whose files a person named: more work, no larger network. */
export const namedFilesBudget: Budget = {
  ...defaultBudget,
  text: 500_000,
  syntax: 400_000,
  importedText: namedFilesFactor * 1_000_000,
  importedFiles: 2_000,
  steps: namedFilesFactor * defaultBudget.steps,
  items: namedFilesFactor * defaultBudget.items,
  characters: namedFilesFactor * defaultBudget.characters,
};

/** Counts what an evaluation spends; each method throws a reason of kind budget beyond the bound. */
export interface Meter {
  readonly budget: Budget;
  step(): void;
  /** Several steps at once, or a part of one that binary fractions write exactly. */
  steps(count: number): void;
  /** Charges for reading `size` items or characters at once: a step for every few. */
  work(size: number): void;
  /** Charges for moving items to their neighbours' places, as taking one out of a list does. */
  move(count: number): void;
  /** Charges for a table of numbers that is computed or copied: a step for every sixty-four. */
  table(count: number): void;
  /** The largest share of a bound of work that is used up: steps, items, characters. */
  spent(): number;
  /** Enters a level; leave it with {@link Meter.leave}. */
  enter(): void;
  leave(): void;
  depth(): number;
  /** Goes on at a depth after an exception was caught there; catching costs as much as a hundred steps. */
  caught(depth: number, cost?: number): void;
  items(count: number): void;
  characters(count: number): void;
  integer(value: bigint): bigint;
  module(): void;
  parameters(count: number): void;
}

export function createMeter(budget: Budget): Meter {
  let steps = 0;
  let depth = 0;
  let items = 0;
  let characters = 0;
  let modules = 0;
  let parameters = 0;
  const limit = 1n << BigInt(budget.bits);
  const tooMany = (): never => refuse('budget', `the program takes more than ${budget.steps} steps`);
  const spend = (count: number): void => {
    steps += count;
    // What is no number at all has no end either.
    if (!(steps <= budget.steps)) tooMany();
  };
  return {
    budget,
    step() {
      if (++steps > budget.steps) tooMany();
    },
    steps: spend,
    work(size) {
      if (size >= 16) spend(Math.floor(size / 16));
    },
    move(count) {
      if (count >= 256) spend(Math.floor(count / 256));
    },
    table(count) {
      if (!(count <= budget.table)) {
        refuse(
          'budget',
          `a tensor of ${count} numbers is computed when the network is built, more than ${budget.table}`,
        );
      }
      spend(Math.floor(count / 64));
    },
    spent: () => Math.max(steps / budget.steps, items / budget.items, characters / budget.characters),
    enter() {
      if (++depth > budget.depth) refuse('budget', `maximum recursion depth exceeded (${budget.depth} levels)`);
    },
    leave() {
      depth--;
    },
    depth: () => depth,
    caught(at, cost = 100) {
      depth = at;
      spend(cost);
    },
    items(count) {
      items += count;
      if (!(items <= budget.items)) refuse('budget', `the program builds more than ${budget.items} list items`);
    },
    characters(count) {
      characters += count;
      if (!(characters <= budget.characters)) {
        refuse('budget', `the program builds more than ${budget.characters} characters of text`);
      }
    },
    integer(value) {
      if (value > limit || value < -limit) refuse('budget', `an integer has more than ${budget.bits} bits`);
      return value;
    },
    module() {
      if (++modules > budget.modules) refuse('budget', `the program creates more than ${budget.modules} modules`);
    },
    parameters(count) {
      parameters += count;
      if (!(parameters <= budget.parameters)) {
        refuse('budget', `the network has more than ${budget.parameters} parameters`);
      }
    },
  };
}
