/** Modules that the host defines. */
import { refuse } from '../reason.ts';
import type { ModuleValue, Value } from '../types/values.ts';

/**
 * A module of the host. Attributes that it lacks are refused by `missing`, or as Python does; `names` are those that the
 * real module has besides.
 */
export function hostModule(
  name: string,
  attributes: Iterable<readonly [string, Value]>,
  missing?: (name: string) => Value,
  names?: () => Iterable<string>,
): ModuleValue {
  return {
    ...(names === undefined ? {} : { names }),
    kind: 'module',
    name,
    attributes: new Map(attributes),
    missing: missing ?? ((attribute) => refuse('attribute', `module '${name}' has no attribute '${attribute}'`)),
  };
}
