/** Python's exceptions: the classes by name, and which reasons an `except` clause catches. */
import { FailureError } from '../failure.ts';
import type { Place, ReasonKind } from './reason.ts';
import type { Runtime } from './runtime.ts';
import { type ClassValue, type ExceptionValue, isSubclass, makeClass, type Value } from './values.ts';

/** Name and base of every exception class that programs may name. */
const hierarchy: readonly (readonly [string, string])[] = [
  ['BaseException', 'object'],
  ['Exception', 'BaseException'],
  ['ArithmeticError', 'Exception'],
  ['ZeroDivisionError', 'ArithmeticError'],
  ['OverflowError', 'ArithmeticError'],
  ['AssertionError', 'Exception'],
  ['AttributeError', 'Exception'],
  ['ImportError', 'Exception'],
  ['ModuleNotFoundError', 'ImportError'],
  ['LookupError', 'Exception'],
  ['IndexError', 'LookupError'],
  ['KeyError', 'LookupError'],
  ['NameError', 'Exception'],
  ['OSError', 'Exception'],
  ['FileNotFoundError', 'OSError'],
  ['RuntimeError', 'Exception'],
  ['NotImplementedError', 'RuntimeError'],
  ['StopIteration', 'Exception'],
  ['TypeError', 'Exception'],
  ['ValueError', 'Exception'],
  ['Warning', 'Exception'],
  ['UserWarning', 'Warning'],
  ['DeprecationWarning', 'Warning'],
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

/** A reason that the program raised itself. */
export class RaisedError extends FailureError {
  readonly exception: ExceptionValue;

  constructor(exception: ExceptionValue, place: Place) {
    const text = exception.text === '' ? exception.type.name : `${exception.type.name}: ${exception.text}`;
    super({ kind: 'raised', message: `line ${place.line}: ${text}`, line: place.line, column: place.column });
    this.exception = exception;
  }
}

/** Raises an exception of a built-in class. */
export function raise(runtime: Runtime, name: string, text: string, place: Place): never {
  const type = runtime.builtins.get(name);
  if (type === null || typeof type !== 'object' || type.kind !== 'class') {
    throw new Error(`There is no exception class ${name}.`);
  }
  throw new RaisedError({ kind: 'exception', type, text }, place);
}

/** Whether `except filter:` catches a reason; a null filter catches whatever Python could catch. */
export function catches(runtime: Runtime, filter: Value, error: FailureError): boolean {
  const thrown = thrownClass(runtime, error);
  if (thrown === null) return false;
  if (filter === null) return true;
  if (typeof filter !== 'object') return false;
  if (filter.kind === 'tuple') return filter.items.some((item) => item !== null && catches(runtime, item, error));
  return filter.kind === 'class' && isSubclass(thrown, filter);
}

function thrownClass(runtime: Runtime, error: FailureError): ClassValue | null {
  if (error instanceof RaisedError) return error.exception.type;
  const kinds: Readonly<Record<string, string | undefined>> = exceptionOfKind;
  const type = runtime.builtins.get(kinds[error.failure.kind] ?? '');
  return type !== null && typeof type === 'object' && type.kind === 'class' ? type : null;
}

/** The exception classes by name. */
export function exceptionClasses(object: ClassValue): Map<string, ClassValue> {
  const classes = new Map<string, ClassValue>([['object', object]]);
  for (const [name, baseName] of hierarchy) {
    const base = classes.get(baseName);
    if (base === undefined) throw new Error(`Exception ${name} comes before its base ${baseName}.`);
    const made: ClassValue = makeClass(name, [base], new Map());
    classes.set(name, made);
  }
  classes.delete('object');
  return classes;
}
