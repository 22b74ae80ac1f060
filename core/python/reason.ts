/** Why a program is refused: a closed set of kinds, each with a place and a sentence in Python's own vocabulary. */
import { type Failure, FailureError } from '../failure.ts';

/** Where something stands in the text; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** The file, where it is not the text that is read. */
  readonly file?: string;
}

/** `line 3: `, or `layers.py line 3: ` for a place in another file. */
function prefix({ line, file }: Place): string {
  return file === undefined ? `line ${line}: ` : `${file} line ${line}: `;
}

/**
 * The kinds of reasons (docs/reasons.md has an example of each):
 * - `syntax`: not Python, or cut off before its end;
 * - `name`, `attribute`, `type`, `value`, `index`, `key`: Python's NameError, AttributeError, TypeError, ValueError,
 *   IndexError, KeyError and what follows from them;
 * - `raised`: the program raised an exception itself (`raise`, `assert`);
 * - `unsupported`: valid PyTorch that is not read yet;
 * - `shape`: sizes that do not fit;
 * - `gradient`: it evaluates, but its gradient does not exist;
 * - `output`: forward does not give one score per class and image;
 * - `class`: no class, or no single class, to read;
 * - `import`: a module that cannot be imported;
 * - `budget`: beyond a computed bound (steps, depth, sizes, parameters, FLOPs, bytes).
 */
export type ReasonKind = (typeof reasonKinds)[number];

/** All kinds, for whoever lists or checks them. */
export const reasonKinds = [
  'syntax',
  'name',
  'attribute',
  'type',
  'value',
  'index',
  'key',
  'raised',
  'unsupported',
  'shape',
  'gradient',
  'output',
  'class',
  'import',
  'budget',
] as const;

/** Throws a reason. The sentence gets its `line N: ` when the place is known. */
export function refuse(kind: ReasonKind, message: string, place: Place | null = null): never {
  throw reasonError(kind, message, place);
}

/** Longest sentence of a reason: a program may put texts of any length into it. */
const longestMessage = 2_000;

function shortened(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)} ...`;
}

/** The error that {@link refuse} throws. */
export function reasonError(kind: ReasonKind, given: string, place: Place | null = null): FailureError {
  const message = shortened(given);
  return place === null ? withoutStack(() => new FailureError({ kind, message })) : errorAt(kind, message, place);
}

/**
 * Makes an error without the stack of our own calls: it says nothing about the program, and programs that raise in a
 * loop would spend their time on it.
 */
export function withoutStack<T extends Error>(make: () => T): T {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
  Reflect.set(Error, 'stackTraceLimit', 0);
  const error = make();
  Reflect.set(Error, 'stackTraceLimit', limit);
  return error;
}

function errorAt(kind: string, message: string, place: Place): FailureError {
  const { line, column, file } = place;
  const where = file === undefined ? { line, column } : { line, column, file };
  return withoutStack(() => new FailureError({ kind, message: `${prefix(place)}${message}`, ...where }));
}

/** The same error with a place, if it has none yet: what knows no place throws, the innermost call or operator adds it. */
export function placed(error: unknown, place: Place): unknown {
  if (!(error instanceof FailureError) || error.failure.line !== undefined) return error;
  const { kind, message } = error.failure;
  return errorAt(kind, message, place);
}

/** The sentence of a failure without the place in front of it. */
export function withoutPlace(failure: Failure): string {
  return failure.message.replace(/^(?:\S+ )?line \d+: /, '');
}
