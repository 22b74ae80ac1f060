/**
 * Values that a program may have though nobody can say what they are: numbers of a batch, times, what another package
 * would give. They may be stored, printed and computed with; whoever needs to know one refuses.
 */
import type { Place } from '../reason.ts';
import type { HostValue, Unknown, Value } from './values.ts';

/** Why a value is not known; undefined for all that are. */
export function unknownOf(value: Value): Unknown | undefined {
  return value !== null && typeof value === 'object' && value.kind === 'host' ? value.unknown : undefined;
}

/** Refuses a value whose kind does not fit where it is one that is not known: that is why. */
export function refuseUnknown(value: Value, place: Place | null): void {
  unknownOf(value)?.(place);
}

/** Whether a value of the host computes with numbers itself. */
export function isComputing(value: Value): boolean {
  return value !== null && typeof value === 'object' && value.kind === 'host' && value.unknown === undefined;
}

/** A number that is not known: what is computed from it is not known either. */
export function unknownNumber(unknown: Unknown, typeName = 'float'): HostValue {
  const self: HostValue = {
    kind: 'host',
    typeName,
    unknown,
    attribute: (name) => (name.startsWith('__') ? undefined : self),
    call: () => self,
    // A tensor makes a tensor of it.
    binary: (_operator, other) => (isComputing(other) ? undefined : self),
    unary: () => self,
    compare: (_operator, other) => (isComputing(other) ? undefined : self),
    truth: unknown,
    iterate: unknown,
    length: unknown,
    text: () => '?',
    format: () => 0,
  };
  return self;
}
