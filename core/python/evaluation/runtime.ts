/** What native code may ask of the evaluator: the interface between Python's own semantics and what is built on them. */
import type { Meter } from '../budget.ts';
import type { Place } from '../reason.ts';
import type { Expression, Statement } from '../syntax/syntax.ts';
import type { Arguments, ClassValue, ModuleValue, NativeFunction, Scope, Value } from '../types/values.ts';

export interface Runtime {
  /** Counts for the program that runs now. */
  meter: Meter;
  /** Names known without an import: `range`, `len`, `ValueError`. */
  readonly builtins: ReadonlyMap<string, Value>;
  /** Built-in types by name, also those that programs cannot name. */
  readonly types: ReadonlyMap<string, ClassValue>;
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
  /** What `iter(value)` gives. @throws a reason of kind type */
  iterator(value: Value, place: Place): Value;
  /** Gives the items of an iterable one by one. @throws a reason of kind type */
  cursor(value: Value, place: Place): () => Value | undefined;
  truth(value: Value, place: Place): boolean;
  equals(left: Value, right: Value, place: Place): boolean;
  /** `str(value)`. */
  text(value: Value, place: Place): string;
  /** `repr(value)`. */
  repr(value: Value, place: Place): string;
  /** The class of a value, as `type(value)` gives it. */
  typeOf(value: Value): ClassValue;
  /** A method of a built-in value by name. */
  builtinMethod(value: Value, name: string): NativeFunction | undefined;
  /** What a method gives when it does not know its operands: `NotImplemented`. */
  readonly notImplemented: Value;
}

/** The evaluator from inside: its parts call each other through it. */
export interface Evaluator extends Runtime {
  evaluate(expression: Expression, scope: Scope): Value;
  /** Runs statements; what ends a block early comes back. */
  execute(statements: readonly Statement[], scope: Scope): Completion;
  assign(target: Expression, value: Value, scope: Scope): void;
  /** A module by its dotted name, its packages imported first. @throws a reason of kind import */
  importModule(name: string, place: Place): ModuleValue;
  /** `from module import name`: an attribute, or a module of the package. @throws a reason of kind import */
  importName(module: string, name: string, place: Place): Value;
  /** The errors that `except` blocks handle now, the innermost last. */
  readonly handling: unknown[];
  /** Generators that wait inside blocks whose cleanup Python runs when nobody keeps them any more. */
  readonly unfinished: Set<object>;
}

/** How a block ended: at its end, by break or continue, or by return with a value. */
export type Completion = 'end' | 'break' | 'continue' | { readonly value: Value };

const noKeywords: ReadonlyMap<string, Value> = new Map();

/** Arguments by position alone. */
export function positional(...values: readonly Value[]): Arguments {
  return { positional: values, keywords: noKeywords };
}
