/**
 * What native functions pay for what they are given. A function of the host runs through its arguments without the
 * evaluator seeing it, so each pays for their sizes before it runs, unless it says that it counts for itself: one that
 * is added later cannot forget to.
 */
import type { Meter } from '../budget.ts';
import { isWide, wideSteps } from '../types/integers.ts';
import type { Arguments, Value } from '../types/values.ts';

/** Items or characters that a value holds itself; what is inside of those pays where it is reached. */
function sizeOf(value: Value): number {
  switch (typeof value) {
    case 'string':
      return value.length;
    case 'object':
      break;
    default:
      return 0;
  }
  if (value === null) return 0;
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return value.items.length;
    case 'set':
    case 'dict':
      return 2 * value.entries.size;
    case 'view':
      return 2 * value.mapping.entries.size;
    case 'class':
      return value.members?.size ?? 0;
    default:
      return 0;
  }
}

function charge(meter: Meter, value: Value): void {
  if (typeof value === 'bigint') {
    if (isWide(value)) meter.steps(wideSteps.product);
  } else meter.work(sizeOf(value));
}

/** Charges for the number of arguments: each is bound to a name or put into a tuple. */
export function chargeCount(meter: Meter, { positional, keywords }: Arguments): void {
  meter.work(2 * positional.length + 4 * keywords.size);
}

/** Charges for the sizes of all arguments. */
export function chargeArguments(meter: Meter, { positional, keywords }: Arguments): void {
  for (const value of positional) charge(meter, value);
  for (const value of keywords.values()) charge(meter, value);
}
