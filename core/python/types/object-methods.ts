/** What every object has from `object`: reached through super() and through classes. */

import { allocateBare } from '../evaluation/allocation.ts';
import type { Evaluator } from '../evaluation/runtime.ts';
import { native, type Taken } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import type { NativeFunction, Value } from './values.ts';

const made = new WeakMap<Evaluator, ReadonlyMap<string, NativeFunction>>();

/** A method of `object` by name. */
export function objectMethod(evaluator: Evaluator, name: string): NativeFunction | undefined {
  let methods = made.get(evaluator);
  if (methods === undefined) {
    methods = objectMethods(evaluator);
    made.set(evaluator, methods);
  }
  return methods.get(name);
}

function nameOf(taken: Taken): string {
  const name = taken.get('name');
  return typeof name === 'string' ? name : refuse('type', 'attribute name must be string', taken.place);
}

/** Attributes set without what a class defines for it. */
function setPlainly(self: Value, name: string, value: Value, place: Place): void {
  if (self !== null && typeof self === 'object') {
    if (self.kind === 'instance' || self.kind === 'exception') {
      self.attributes.set(name, value);
      return;
    }
    if ((self.kind === 'dict' || self.kind === 'list') && self.attributes !== undefined) {
      self.attributes.set(name, value);
      return;
    }
  }
  refuse('attribute', `cannot set attribute '${name}'`, place);
}

function objectMethods(evaluator: Evaluator): ReadonlyMap<string, NativeFunction> {
  const define = (name: string, signature: string, run: (taken: Taken) => Value) =>
    [name, native(name, signature, run, { method: true })] as const;
  return new Map([
    define('__init__', 'self', () => null),
    define('__new__', 'cls, *args, **kwargs', (taken) => allocateBare(taken.get('cls'), taken.place)),
    define('__init_subclass__', 'cls', () => null),
    define('__setattr__', 'self, name, value', (taken) => {
      setPlainly(taken.get('self'), nameOf(taken), taken.get('value'), taken.place);
      return null;
    }),
    define('__delattr__', 'self, name', (taken) => {
      const self = taken.get('self');
      const held = self !== null && typeof self === 'object' && 'attributes' in self ? self.attributes : undefined;
      if (held instanceof Map && held.delete(nameOf(taken))) return null;
      return refuse('attribute', `object has no attribute '${nameOf(taken)}'`, taken.place);
    }),
    define('__getattribute__', 'self, name', (taken) => {
      return evaluator.attribute(taken.get('self'), nameOf(taken), taken.place);
    }),
    define('__repr__', 'self', (taken) => `<${evaluator.typeOf(taken.get('self')).name} object>`),
    define('__str__', 'self', (taken) => evaluator.repr(taken.get('self'), taken.place)),
    define('__eq__', 'self, other', (taken) =>
      taken.get('self') === taken.get('other') ? true : evaluator.notImplemented,
    ),
    define('__hash__', 'self', (taken) => refuse('unsupported', 'hash() is not supported', taken.place)),
  ]);
}
