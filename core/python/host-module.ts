/** Modules that the host defines. */
import { refuse } from './reason.ts';
import type { ModuleValue, Value } from './values.ts';

/** A module of the host. Attributes that it lacks are refused by `missing`, or as Python does. */
export function hostModule(
  name: string,
  attributes: Iterable<readonly [string, Value]>,
  missing?: (name: string) => Value,
): ModuleValue {
  return {
    kind: 'module',
    name,
    attributes: new Map(attributes),
    missing: missing ?? ((attribute) => refuse('attribute', `module '${name}' has no attribute '${attribute}'`)),
  };
}
