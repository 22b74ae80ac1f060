/**
 * Python values as the evaluator holds them. None, bool, int, float and str are JavaScript's null, boolean, bigint,
 * number and string; everything else is a record with a `kind`. What PyTorch adds (tensors, parameters) is a HostValue.
 */

import type { FailureError } from '../../failure.ts';
import type { Place } from '../reason.ts';
import type {
  BinaryOperator,
  Expression,
  FunctionDefinition,
  Parameter,
  Statement,
  UnaryOperator,
} from '../syntax/syntax.ts';

/** Says why a value is not known. @throws a reason */
export type Unknown = (place: Place | null) => never;

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | TupleValue
  | ListValue
  | DictValue
  | SetValue
  | ViewValue
  | RangeValue
  | SliceValue
  | FunctionValue
  | NativeFunction
  | BoundMethod
  | ClassValue
  | InstanceValue
  | SuperValue
  | ModuleValue
  | PropertyValue
  | WrappedFunction
  | IteratorValue
  | EllipsisValue
  | ExceptionValue
  | HostValue;

export interface TupleValue {
  readonly kind: 'tuple';
  readonly items: readonly Value[];
  /** `torch.Size` prints differently. */
  readonly typeName: string;
  /** Its class, where a program made one: a named tuple. */
  readonly type?: ClassValue;
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: Value[];
  readonly type?: ClassValue;
  readonly attributes?: Map<string, Value>;
}

/** Entries by a text that is equal exactly for equal keys (see hashKey). */
export interface DictValue {
  readonly kind: 'dict';
  readonly typeName: 'dict' | 'OrderedDict' | 'defaultdict' | 'Counter' | 'mappingproxy';
  readonly entries: Map<string | Value, readonly [Value, Value]>;
  readonly fallback: Value;
  readonly type?: ClassValue;
  readonly attributes?: Map<string, Value>;
}

export interface SetValue {
  readonly kind: 'set';
  readonly typeName?: 'frozenset';
  readonly entries: Map<string | Value, Value>;
}

/** `mapping.keys()`, `.values()`, `.items()`: they follow the mapping. */
export interface ViewValue {
  readonly kind: 'view';
  readonly part: 'keys' | 'values' | 'items';
  readonly mapping: DictValue;
}

export interface RangeValue {
  readonly kind: 'range';
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
}

export interface SliceValue {
  readonly kind: 'slice';
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
}

export interface EllipsisValue {
  readonly kind: 'ellipsis';
}

/** A lazy sequence: zip, enumerate, map, a generator; `next` gives undefined at its end, and then always. */
export interface IteratorValue {
  readonly kind: 'iterator';
  readonly typeName: string;
  next(): Value | undefined;
  /** Only of what yields. */
  readonly generator?: GeneratorControl;
}

/** What a generator understands beside `next` (Python reference, section 6.2.9). */
export interface GeneratorControl {
  /** Where the call or the expression stands that made it; null of a generator of the host. */
  readonly place: Place | null;
  /** Whether it runs now, waits at a yield or before its first statement, or is over. */
  readonly state: 'new' | 'running' | 'waiting' | 'over';
  /** Goes on, the yield that it waits at giving `value`. */
  send(value: Value, place: Place): Value | undefined;
  /** Goes on with an exception raised at the yield that it waits at. */
  raise(error: FailureError, place: Place): Value | undefined;
  /** Ends it: raises GeneratorExit at the yield. */
  close(place: Place): void;
  /** What it returned; None until it is over. */
  readonly returned: Value;
}

/** What a module of the program is called and where it is. */
export interface ModuleOrigin {
  readonly name: string;
  /** The package that relative imports start from. */
  readonly package: string;
  /** Path as messages say it; null for the text that is read. */
  readonly file: string | null;
}

/** Variables of a block, with the blocks around it. */
export interface Scope {
  readonly kind: 'module' | 'class' | 'function';
  readonly variables: Map<string, Value>;
  /** The nearest function around it, or null. */
  readonly enclosing: Scope | null;
  readonly module: Scope | null;
  /** Names that are local although not yet assigned. */
  readonly locals: ReadonlySet<string> | null;
  /** Names declared global or nonlocal in this block. */
  outer: Map<string, 'global' | 'nonlocal'> | null;
  /** For `super()` without arguments: the class whose body holds the function, and its first argument. */
  readonly owner: ClassValue | null;
  readonly self: Value;
  /** Only of a comprehension: the block it stands in, where `:=` binds. */
  readonly around?: Scope;
  /** Only of a class body: annotations by name, in order. */
  readonly annotations?: Map<string, Value>;
  /** Only of a module. */
  readonly origin?: ModuleOrigin;
  /** Whether annotations stay unevaluated: `from __future__ import annotations`. */
  postponed?: boolean;
  /** Only of a module: why names whose statement could not be read are missing. */
  readonly unread?: Map<string, unknown>;
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly defaults: ReadonlyMap<string, Value>;
  readonly body: readonly Statement[] | Expression;
  readonly locals: ReadonlySet<string>;
  readonly closure: Scope;
  /** The class that defines it; set once the class exists. */
  owner: ClassValue | null;
  readonly place: Place;
  readonly definition: FunctionDefinition | null;
  /** Whether it yields: a call then makes a generator. */
  readonly generator: boolean;
  /** Attributes that the program sets: `function.__name__ = ...`. */
  attributes?: Map<string, Value>;
  /** Whether `abstractmethod` marks it. */
  readonly abstract?: boolean;
}

export interface Arguments {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

/** A function of the host; `run` gets the arguments as written. */
export interface NativeFunction {
  readonly kind: 'native';
  readonly name: string;
  /** Whether it takes `self` when it is found on a class. */
  readonly method: boolean;
  /** Whether it takes the same time whatever the size of its arguments, or counts what it does; others pay for their size. */
  readonly counted?: boolean;
  /** Its name, where a call without arguments depends on where it stands: `super`, `locals`. */
  readonly contextual?: 'super' | 'locals' | 'globals' | 'eval';
  run(given: Arguments, place: Place): Value;
}

interface BoundMethod {
  readonly kind: 'bound';
  readonly self: Value;
  readonly callee: FunctionValue | NativeFunction;
}

export interface ClassValue {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly ClassValue[];
  /** Method resolution order, itself first. */
  order: readonly ClassValue[];
  readonly attributes: Map<string, Value>;
  /** Only of built-in types: makes the value instead of an instance. */
  readonly construct: ((given: Arguments, place: Place, type: ClassValue) => Value) | null;
  readonly place: Place | null;
  /** Only of abstract classes such as Sequence: whether a value counts as an instance. */
  check?: (value: Value) => boolean;
  /** Only of an enumeration: its members by name. */
  members?: Map<string, Value>;
  /** Fields of a data class, in order. */
  fields?: readonly DataField[];
  /** Names of methods that are still abstract. */
  abstract?: readonly string[];
  /** The module that defines it. */
  module?: string;
  /** Of what stands for a base that is not read: why. */
  unread?: Unknown;
}

/** A field of a data class. */
export interface DataField {
  readonly name: string;
  readonly type: Value;
  /** undefined: the field must be given. */
  readonly fallback: Value | undefined;
  /** Makes the default value. */
  readonly factory: Value | undefined;
  readonly init: boolean;
  readonly repr: boolean;
  readonly compare: boolean;
  readonly keywordOnly: boolean;
}

export interface InstanceValue {
  readonly kind: 'instance';
  readonly type: ClassValue;
  readonly attributes: Map<string, Value>;
  /** The value of a built-in type that it extends: a member of an IntEnum is an int too. */
  readonly payload?: Value;
}

export interface SuperValue {
  readonly kind: 'super';
  readonly start: ClassValue;
  readonly self: Value;
}

export interface ModuleValue {
  readonly kind: 'module';
  readonly name: string;
  readonly attributes: ReadonlyMap<string, Value>;
  /** An attribute that is not in the table: throws a reason, or gives a stand-in (names that are only hints). */
  missing(name: string): Value;
  /** Names that it has besides its attributes, for dir() and hasattr(). */
  names?(): Iterable<string>;
  /** Only of modules of the program: sets an attribute. */
  assign?(name: string, value: Value): void;
}

interface PropertyValue {
  readonly kind: 'property';
  readonly getter: Value;
  readonly setter: Value;
}

interface WrappedFunction {
  readonly kind: 'staticmethod' | 'classmethod';
  readonly callee: Value;
}

export interface ExceptionValue {
  readonly kind: 'exception';
  readonly type: ClassValue;
  /** `str(exception)`. */
  text: string;
  args: readonly Value[];
  readonly attributes: Map<string, Value>;
  /** The error behind it when the evaluator raised it itself; raising it again gives that. */
  readonly origin?: unknown;
}

/** A value that the host defines: a tensor, a parameter, a size. `undefined` means: not for me. */
export interface HostValue {
  readonly kind: 'host';
  readonly typeName: string;
  /** Its class, for isinstance and type(). */
  readonly type?: ClassValue;
  /** Only of a value that is not known: refuses, and says why (unknown-value.ts). */
  unknown?(place: Place | null): never;
  attribute(name: string, place: Place): Value | undefined;
  setAttribute?(name: string, value: Value, place: Place): boolean;
  call?(given: Arguments, place: Place): Value;
  item?(index: Value, place: Place): Value;
  setItem?(index: Value, value: Value, place: Place): void;
  length?(place: Place): Value;
  iterate?(place: Place): readonly Value[];
  contains?(item: Value, place: Place): boolean;
  /** `reflected`: the value stands on the right. */
  binary?(operator: BinaryOperator, other: Value, reflected: boolean, place: Place): Value | undefined;
  /** `x += y` and its kin, when it changes the value itself. */
  augmented?(operator: BinaryOperator, other: Value, place: Place): Value | undefined;
  unary?(operator: Exclude<UnaryOperator, 'not'>, place: Place): Value | undefined;
  truth?(place: Place): boolean;
  /** What copy.deepcopy gives; values without it are shared. */
  copy?(): Value;
  compare?(operator: string, other: Value, place: Place): Value | undefined;
  text?(): string;
  /** The value that an f-string formats in its place. */
  format?(specification: string): Value;
}

export const ellipsis: EllipsisValue = { kind: 'ellipsis' };
