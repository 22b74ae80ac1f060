/** How built-in functions get into the table of names. */
import { native, type Taken } from '../../evaluation/signature.ts';
import type { Value } from '../../types/values.ts';

/** Adds a function by its name and signature. */
export type Define = (name: string, signature: string, run: (taken: Taken) => Value, counted?: 'counted') => void;

export function definer(functions: Map<string, Value>): Define {
  return (name, signature, run, counted) => {
    functions.set(name, native(name, signature, run, { counted: counted !== undefined }));
  };
}
