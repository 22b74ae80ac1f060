/** What native code may ask of the evaluator: the interface between Python's own semantics and what is built on them. */
import type { Meter } from './budget.ts';
import type { Place } from './reason.ts';
import type { Expression, Statement } from './syntax.ts';
import type { Arguments, ClassValue, Scope, Value } from './values.ts';

export interface Runtime {
  /** Counts for the program that runs now. */
  meter: Meter;
  /** Names known without an import: `range`, `len`, `ValueError`. */
  readonly builtins: ReadonlyMap<string, Value>;
  /** `object`, the base of all classes. */
  readonly object: ClassValue;
  /** Calls anything callable. @throws a reason */
  call(callee: Value, given: Arguments, place: Place): Value;
  /** `object.name`. @throws a reason of kind attribute */
  attribute(object: Value, name: string, place: Place): Value;
  /** `object.name` or undefined when there is none. */
  findAttribute(object: Value, name: string, place: Place): Value | undefined;
  setAttribute(object: Value, name: string, value: Value, place: Place): void;
  deleteAttribute(object: Value, name: string, place: Place): void;
  /** All items of an iterable, counted. @throws a reason of kind type */
  iterate(value: Value, place: Place): readonly Value[];
  truth(value: Value, place: Place): boolean;
  equals(left: Value, right: Value, place: Place): boolean;
  /** `str(value)`. */
  text(value: Value, place: Place): string;
  /** `repr(value)`. */
  repr(value: Value, place: Place): string;
  /** The class of a value, as `type(value)` gives it. */
  typeOf(value: Value): ClassValue;
}

/** The evaluator from inside: its parts call each other through it. */
export interface Evaluator extends Runtime {
  evaluate(expression: Expression, scope: Scope): Value;
  /** Runs statements; what ends a block early comes back. */
  execute(statements: readonly Statement[], scope: Scope): Completion;
  assign(target: Expression, value: Value, scope: Scope): void;
  /** A module by its dotted name. @throws a reason of kind import */
  importModule(name: string, place: Place): Value;
  importName(module: string, name: string, place: Place): Value;
}

/** How a block ended: at its end, by break or continue, or by return with a value. */
export type Completion = 'end' | 'break' | 'continue' | { readonly value: Value };

const noKeywords: ReadonlyMap<string, Value> = new Map();

/** Arguments by position alone. */
export function positional(...values: readonly Value[]): Arguments {
  return { positional: values, keywords: noKeywords };
}
