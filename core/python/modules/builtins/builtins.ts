/** Python's built-in functions, and those that are refused by name. */

import type { Runtime } from '../../evaluation/runtime.ts';
import { refuse } from '../../reason.ts';
import { ellipsis, type Value } from '../../types/values.ts';
import { definer } from './define.ts';
import { defineNumberFunctions } from './number-functions.ts';
import { defineObjectFunctions } from './object-functions.ts';
import { defineSequenceFunctions } from './sequence-functions.ts';
import { defineTextFunctions } from './text-functions.ts';

/** The built-in functions by name. */
export function builtinFunctions(runtime: Runtime): Map<string, Value> {
  const functions = new Map<string, Value>();
  const define = definer(functions);
  defineSequenceFunctions(functions, runtime);
  defineNumberFunctions(functions, runtime);
  defineObjectFunctions(functions, runtime);
  defineTextFunctions(functions, runtime);
  define('id', 'value', (taken) => refuse('unsupported', 'id() is not supported', taken.place));
  define('hash', 'value', (taken) => refuse('unsupported', 'hash() is not supported', taken.place));
  for (const name of ['exec', 'compile', 'open', 'input', '__import__', 'breakpoint', 'help', 'exit']) {
    define(name, '*args, **kwargs', (taken) => refuse('unsupported', `${name}() is not supported`, taken.place));
  }
  functions.set('Ellipsis', ellipsis);
  functions.set('__name__', 'network');
  return functions;
}
