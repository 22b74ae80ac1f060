/** Python's exceptions: the classes by name, and which reasons an `except` clause catches. */
import { FailureError } from '../../failure.ts';
import { type Place, type ReasonKind, reasonError, refuse, withoutPlace, withoutStack } from '../reason.ts';
import { tuple } from '../types/containers.ts';
import type { ClassValue, ExceptionValue, NativeFunction, Value } from '../types/values.ts';
import { isSubclass, makeClass } from './classes.ts';
import { positional, type Runtime } from './runtime.ts';

/** Name and base of every exception class that programs may name. */
const hierarchy: readonly (readonly [string, string])[] = [
  ['BaseException', 'object'],
  ['Exception', 'BaseException'],
  ['KeyboardInterrupt', 'BaseException'],
  ['SystemExit', 'BaseException'],
  ['GeneratorExit', 'BaseException'],
  ['ArithmeticError', 'Exception'],
  ['FloatingPointError', 'ArithmeticError'],
  ['ZeroDivisionError', 'ArithmeticError'],
  ['OverflowError', 'ArithmeticError'],
  ['AssertionError', 'Exception'],
  ['AttributeError', 'Exception'],
  ['BufferError', 'Exception'],
  ['EOFError', 'Exception'],
  ['ImportError', 'Exception'],
  ['ModuleNotFoundError', 'ImportError'],
  ['LookupError', 'Exception'],
  ['IndexError', 'LookupError'],
  ['KeyError', 'LookupError'],
  ['MemoryError', 'Exception'],
  ['NameError', 'Exception'],
  ['UnboundLocalError', 'NameError'],
  ['OSError', 'Exception'],
  ['FileNotFoundError', 'OSError'],
  ['PermissionError', 'OSError'],
  ['TimeoutError', 'OSError'],
  ['RuntimeError', 'Exception'],
  ['NotImplementedError', 'RuntimeError'],
  ['RecursionError', 'RuntimeError'],
  ['StopIteration', 'Exception'],
  ['StopAsyncIteration', 'Exception'],
  ['SyntaxError', 'Exception'],
  ['TypeError', 'Exception'],
  ['ValueError', 'Exception'],
  ['UnicodeError', 'ValueError'],
  ['Warning', 'Exception'],
  ['UserWarning', 'Warning'],
  ['DeprecationWarning', 'Warning'],
  ['PendingDeprecationWarning', 'Warning'],
  ['RuntimeWarning', 'Warning'],
  ['FutureWarning', 'Warning'],
  ['ImportWarning', 'Warning'],
];

/** Other names of the same classes. */
const aliases: readonly (readonly [string, string])[] = [
  ['IOError', 'OSError'],
  ['EnvironmentError', 'OSError'],
];

/** The exception that Python would raise for a reason; reasons without one cannot be caught. */
const exceptionOfKind: Partial<Record<ReasonKind, string>> = {
  name: 'NameError',
  attribute: 'AttributeError',
  type: 'TypeError',
  value: 'ValueError',
  index: 'IndexError',
  key: 'KeyError',
  import: 'ModuleNotFoundError',
  shape: 'RuntimeError',
};

/** A reason may begin with its exception: `ZeroDivisionError: division by zero`. */
const named = /^([A-Z]\w*(?:Error|Iteration)): ([\s\S]*)$/;

/** A reason that the program raised itself. */
export class RaisedError extends FailureError {
  readonly exception: ExceptionValue;

  constructor(exception: ExceptionValue, place: Place) {
    // A sentence is shortened; the exception keeps its whole text.
    const said = exception.text.slice(0, 4_000);
    const text = said === '' ? exception.type.name : `${exception.type.name}: ${said}`;
    super(reasonError('raised', text, place).failure);
    this.exception = exception;
  }
}

export function raisedError(exception: ExceptionValue, place: Place): RaisedError {
  return withoutStack(() => new RaisedError(exception, place));
}

export function exceptionValue(
  type: ClassValue,
  text: string,
  args: readonly Value[],
  origin?: unknown,
): ExceptionValue {
  return { kind: 'exception', type, text, args, attributes: new Map(), origin };
}

/** An exception of a built-in class with a text, or none. */
export function simpleException(runtime: Runtime, name: string, text: string): ExceptionValue {
  const type = runtime.builtins.get(name);
  if (type === null || typeof type !== 'object' || type.kind !== 'class') {
    throw new Error(`There is no exception class ${name}.`);
  }
  return exceptionValue(type, text, text === '' ? [] : [text]);
}

/** Raises an exception of a built-in class. */
export function raise(runtime: Runtime, name: string, text: string, place: Place): never {
  throw raisedError(simpleException(runtime, name, text), place);
}

/** Raises the StopIteration of an iterator that is at its end, with what a generator returned. */
export function stop(runtime: Runtime, iterator: Value, place: Place): never {
  const isIterator = iterator !== null && typeof iterator === 'object' && iterator.kind === 'iterator';
  const returned = isIterator ? (iterator.generator?.returned ?? null) : null;
  if (returned === null) return refuse('value', 'StopIteration: ', place);
  const end = simpleException(runtime, 'StopIteration', runtime.text(returned, place));
  end.args = [returned];
  throw raisedError(end, place);
}

/** What `raise value` and `generator.throw(value)` throw: an exception, or one made of its class. */
export function thrownBy(runtime: Runtime, value: Value, place: Place): FailureError {
  const made =
    value !== null && typeof value === 'object' && value.kind === 'class'
      ? runtime.call(value, positional(), place)
      : value;
  if (made === null || typeof made !== 'object' || made.kind !== 'exception') {
    return refuse('type', 'exceptions must derive from BaseException', place);
  }
  return made.origin instanceof FailureError ? made.origin : raisedError(made, place);
}

/** Whether `except filter:` catches a reason; a null filter catches whatever Python could catch. */
export function catches(runtime: Runtime, filter: Value, error: FailureError): boolean {
  const thrown = thrownClass(runtime, error);
  if (thrown === null) return false;
  if (filter === null) return true;
  if (typeof filter !== 'object') return false;
  if (filter.kind === 'tuple') {
    runtime.meter.enter();
    const found = filter.items.some((item) => {
      runtime.meter.step();
      return item !== null && catches(runtime, item, error);
    });
    runtime.meter.leave();
    return found;
  }
  return filter.kind === 'class' && isSubclass(thrown, filter);
}

/** Whether Python could catch an error at all: not what is unsupported or beyond a bound. */
export function catchable(runtime: Runtime, error: unknown): error is FailureError {
  return error instanceof FailureError && thrownClass(runtime, error) !== null;
}

/** Whether an error is an exception of a built-in class, or of one below it. */
export function isException(runtime: Runtime, error: unknown, name: string): boolean {
  if (!(error instanceof FailureError)) return false;
  return thrownClass(runtime, error)?.order.some((each) => each.name === name) ?? false;
}

/** What `except ... as name` binds. */
export function caughtException(runtime: Runtime, error: FailureError): ExceptionValue {
  if (error instanceof RaisedError) return error.exception;
  const type = thrownClass(runtime, error);
  if (type === null) throw error;
  const message = withoutPlace(error.failure);
  const text = named.exec(message)?.[2] ?? message;
  return exceptionValue(type, text, [text], error);
}

function thrownClass(runtime: Runtime, error: FailureError): ClassValue | null {
  if (error instanceof RaisedError) return error.exception.type;
  const kinds: Readonly<Record<string, string | undefined>> = exceptionOfKind;
  const usual = kinds[error.failure.kind];
  if (usual === undefined) return null;
  const stated = runtime.builtins.get(named.exec(withoutPlace(error.failure))?.[1] ?? usual);
  const type = stated ?? runtime.builtins.get(usual) ?? null;
  return type !== null && typeof type === 'object' && type.kind === 'class' ? type : null;
}

/** `super().__init__(...)` of an exception class: its arguments, which `str()` shows. */
const initialise = (runtime: () => Runtime): NativeFunction => ({
  kind: 'native',
  name: '__init__',
  method: true,
  run(given, place) {
    const [self, ...args] = given.positional;
    if (self === null || self === undefined || typeof self !== 'object' || self.kind !== 'exception') return null;
    const [only] = args;
    self.args = args;
    if (args.length === 0) self.text = '';
    else if (args.length === 1 && typeof only === 'string' && self.type.name !== 'KeyError') self.text = only;
    else self.text = runtime().repr(only !== undefined && args.length === 1 ? only : tuple(args), place);
    return null;
  },
});

/** The exception classes by name. */
export function exceptionClasses(object: ClassValue, runtime: () => Runtime): Map<string, ClassValue> {
  const classes = new Map<string, ClassValue>([['object', object]]);
  for (const [name, baseName] of hierarchy) {
    const base = classes.get(baseName);
    if (base === undefined) throw new Error(`Exception ${name} comes before its base ${baseName}.`);
    classes.set(
      name,
      makeClass(name, [base], name === 'BaseException' ? new Map([['__init__', initialise(runtime)]]) : new Map()),
    );
  }
  for (const [name, same] of aliases) {
    const type = classes.get(same);
    if (type !== undefined) classes.set(name, type);
  }
  classes.delete('object');
  return classes;
}
