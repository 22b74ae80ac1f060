/** How many items a value has. */
import { findInClass, override } from '../../evaluation/classes.ts';
import { rangeLength } from '../../evaluation/iteration.ts';
import { positional, type Runtime } from '../../evaluation/runtime.ts';
import { characterCount } from '../../evaluation/subscripts.ts';
import { type Place, refuse } from '../../reason.ts';
import { typeName } from '../../types/type-name.ts';
import type { Value } from '../../types/values.ts';
import { membersOf } from '../enumerations.ts';

/** `len(value)`. @throws a reason of kind type */
export function lengthOf(runtime: Runtime, value: Value, place: Place): Value {
  if (typeof value === 'string') {
    return BigInt(characterCount(runtime.meter, value));
  }
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'list' || value.kind === 'tuple' || value.kind === 'dict') {
      const own = override(value, '__len__');
      if (own !== undefined) return runtime.call(own, positional(value), place);
      return BigInt(value.kind === 'dict' ? value.entries.size : value.items.length);
    }
    if (value.kind === 'set') return BigInt(value.entries.size);
    if (value.kind === 'view') return BigInt(value.mapping.entries.size);
    if (value.kind === 'class' && value.members !== undefined) {
      runtime.meter.work(4 * value.members.size);
      return BigInt(membersOf(value).length);
    }
    if (value.kind === 'range') return rangeLength(value.start, value.stop, value.step);
    if (value.kind === 'host' && value.length !== undefined) return value.length(place);
    if (value.kind === 'instance') {
      if (typeof value.payload === 'string') return lengthOf(runtime, value.payload, place);
      const method = findInClass(value.type, '__len__');
      if (method !== undefined) return runtime.call(method, positional(value), place);
    }
  }
  return refuse('type', `object of type '${typeName(value)}' has no len()`, place);
}
