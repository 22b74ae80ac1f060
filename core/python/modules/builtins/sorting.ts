/** Sorting as Python does it. */
import { orderOf } from '../../evaluation/comparisons.ts';
import { positional, type Runtime } from '../../evaluation/runtime.ts';
import { type Place, refuse } from '../../reason.ts';
import { typeName } from '../../types/type-name.ts';
import type { Value } from '../../types/values.ts';

/** Values in order, by key, stable. @throws a reason of kind type for values without an order */
export function sortValues(
  runtime: Runtime,
  items: readonly Value[],
  key: Value,
  reverse: boolean,
  place: Place,
): Value[] {
  runtime.meter.steps(items.length);
  const keyed = items.map((item) => ({ item, key: key === null ? item : runtime.call(key, positional(item), place) }));
  keyed.sort((a, b) => {
    runtime.meter.step();
    const order = orderOf(runtime, a.key, b.key, place);
    if (order === null) {
      const names = `'${typeName(a.key)}' and '${typeName(b.key)}'`;
      return refuse('type', `'<' not supported between instances of ${names}`, place);
    }
    return reverse ? -order : order;
  });
  return keyed.map(({ item }) => item);
}
