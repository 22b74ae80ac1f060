/** What passes between this process and a child of it: a schema in each direction, parsed where it arrives. */
import type * as z from 'zod';

export interface Protocol<T extends z.ZodType = z.ZodType, F extends z.ZodType = z.ZodType> {
  readonly toChild: T;
  readonly fromChild: F;
}

export function protocol<T extends z.ZodType, F extends z.ZodType>(toChild: T, fromChild: F): Protocol<T, F> {
  return { toChild, fromChild };
}

/** Messages as they are sent, and as they are read. */
export type ToChild<P extends Protocol> = z.input<P['toChild']>;
export type ReadByChild<P extends Protocol> = z.output<P['toChild']>;
export type FromChild<P extends Protocol> = z.input<P['fromChild']>;
export type ReadFromChild<P extends Protocol> = z.output<P['fromChild']>;
