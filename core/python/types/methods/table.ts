/** What tables of methods are made of. */

import { native, type Taken } from '../../evaluation/signature.ts';
import { refuse } from '../../reason.ts';
import { typeName } from '../type-name.ts';
import type { DictValue, ListValue, NativeFunction, SetValue, Value } from '../values.ts';

/** `counted`: it takes the same time whatever the size of its arguments, or counts what it does itself. */
export type Definition = readonly [name: string, signature: string, run: (taken: Taken) => Value, counted?: 'counted'];

export function table(definitions: readonly Definition[]): Map<string, NativeFunction> {
  return new Map(
    definitions.map(([name, signature, run, counted]) => {
      const whole = signature === '' ? 'self, /' : `self, /, ${signature}`;
      return [name, native(name, whole, run, { method: true, counted: counted !== undefined })];
    }),
  );
}

/** A method that changes its object and gives None. */
export function changing(run: (taken: Taken) => void): (taken: Taken) => Value {
  return (taken) => {
    run(taken);
    return null;
  };
}

export function listOf(taken: Taken): ListValue {
  const value = taken.get('self');
  if (value !== null && typeof value === 'object' && value.kind === 'list') return value;
  return refuse('type', `this method needs a list, not ${typeName(value)}`, taken.place);
}

export function dictOf(taken: Taken): DictValue {
  const value = taken.get('self');
  if (value !== null && typeof value === 'object' && value.kind === 'dict') return value;
  return refuse('type', `this method needs a dict, not ${typeName(value)}`, taken.place);
}

export function setOf(taken: Taken): SetValue {
  const value = taken.get('self');
  if (value !== null && typeof value === 'object' && value.kind === 'set') return value;
  return refuse('type', `this method needs a set, not ${typeName(value)}`, taken.place);
}
