/** Classes: method resolution order, and what is found along it. */

import type { Meter } from '../budget.ts';
import { type Place, refuse } from '../reason.ts';
import type { ClassValue, Value } from '../types/values.ts';

/** Linearises base classes (C3, as Python does). @throws a reason of kind type when no order exists. */
function resolutionOrder(bases: readonly ClassValue[]): ClassValue[] {
  const sequences = [...bases.map((base) => [...base.order]), [...bases]];
  const order: ClassValue[] = [];
  for (;;) {
    const left = sequences.filter((sequence) => sequence.length > 0);
    if (left.length === 0) return order;
    const head = left
      .map((sequence) => sequence[0])
      .find((candidate) => !left.some((sequence) => candidate !== undefined && sequence.indexOf(candidate) > 0));
    if (head === undefined) refuse('type', 'Cannot create a consistent method resolution order (MRO)');
    order.push(head);
    for (const sequence of left) if (sequence[0] === head) sequence.shift();
  }
}

/** Charges for the order of a new class: every class above it is looked for among those of all its bases. */
export function chargeOrder(meter: Meter, bases: readonly ClassValue[]): void {
  meter.work((bases.length + 1) * bases.reduce((sum, base) => sum + base.order.length, 0));
}

/** A class of the host or of the program, with its method resolution order. */
export function makeClass(
  name: string,
  bases: readonly ClassValue[],
  attributes: Map<string, Value>,
  options: { readonly construct?: ClassValue['construct']; readonly place?: Place | null } = {},
): ClassValue {
  const made: ClassValue = {
    kind: 'class',
    name,
    bases,
    order: [],
    attributes,
    construct: options.construct ?? null,
    place: options.place ?? null,
  };
  made.order = [made, ...resolutionOrder(bases)];
  if (made.order.length > 100) refuse('budget', `the class ${name} has more than 100 classes above it`);
  return made;
}

/** The attribute of a class, searched in its method resolution order. */
/** Says why a class, or what makes an instance, is only half read: a base of it that is not. */
export function refuseUnread(type: ClassValue, place: Place | null): void {
  type.order.find((each) => each.unread !== undefined)?.unread?.(place);
}

export function findInClass(type: ClassValue, name: string): Value | undefined {
  for (const each of type.order) {
    const found = each.attributes.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a class of the program defines over the built-in types that it extends. */
export function override(value: { readonly type?: ClassValue }, name: string): Value | undefined {
  if (value.type === undefined) return undefined;
  for (const each of value.type.order) {
    const found = each.place === null ? undefined : each.attributes.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isSubclass(type: ClassValue, base: ClassValue): boolean {
  return type.order.includes(base);
}
