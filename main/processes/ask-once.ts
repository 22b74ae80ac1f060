/** A child that is started for one question and leaves when it has answered. */
import type { Ending } from './ending.ts';
import type { Protocol, ReadFromChild, ToChild } from './protocol.ts';
import { type ChildStart, type SupervisedChild, startChild } from './supervised-child.ts';

export interface AskedOnce<P extends Protocol> {
  readonly child: SupervisedChild<P>;
  /** Rejects with what `lost` makes of the end of a child that gave no answer. */
  readonly answer: Promise<ReadFromChild<P>>;
}

export function askOnce<P extends Protocol>(
  start: Omit<ChildStart<P>, 'hear'>,
  question: ToChild<P>,
  lost: (ending: Ending) => Error,
): AskedOnce<P> {
  const { promise, resolve, reject } = Promise.withResolvers<ReadFromChild<P>>();
  const child = startChild({ ...start, hear: resolve });
  void child.ended.then((ending) => reject(lost(ending)));
  child.send(question);
  return { child, answer: promise };
}
