/** The other side of `supervised-child.ts`: how a child process or thread of ours hears its parent and tells it. */
import { isMainThread, parentPort } from 'node:worker_threads';
import type { FromChild, Protocol, ReadByChild } from './protocol.ts';

export interface ParentLink<P extends Protocol> {
  /** Resolves when it is on its way; nothing happens where the parent is gone. */
  tell(message: FromChild<P>): Promise<void>;
  /** Hears nothing more, and ends when its work is done. */
  leave(): void;
}

export interface Child<P extends Protocol> {
  readonly protocol: P;
  /** A message of the parent. One that is none of the protocol, and an error that leaves this, end the child. */
  hear(message: ReadByChild<P>): unknown;
  /** What a process does that is left alone; it ends at once where this is left out. */
  parentGone?(): void;
}

/**
 * A terminal's Ctrl-C and its closing reach every process of the group, and so does what `timeout` and service managers
 * send: whoever started a child decides when it ends, through the channel or by SIGKILL.
 */
function leaveSignalsToParent(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}

/** Answers the parent of this process or thread. To be called once, when messages can be taken. */
export function linkToParent<P extends Protocol>(child: Child<P>): ParentLink<P> {
  // An error of a promise that nobody waits for ends process and thread alike.
  const hear = async (raw: unknown): Promise<void> => {
    const read = child.protocol.toChild.safeParse(raw);
    // As plain text: what zod throws loses its words between threads.
    if (!read.success) throw new Error(`The parent said what is not of the protocol: ${read.error.message}`);
    // The compiler does not see that the schema's type is the protocol's.
    await child.hear(read.data as ReadByChild<P>);
  };
  if (!isMainThread) {
    const port = parentPort;
    port?.on('message', hear);
    return {
      tell: async (message) => port?.postMessage(message),
      leave: () => port?.close(),
    };
  }
  leaveSignalsToParent();
  process.on('disconnect', child.parentGone ?? (() => process.exit(0)));
  process.on('message', hear);
  return {
    tell: (message) =>
      new Promise((resolve) => {
        if (process.send === undefined || !process.connected) resolve();
        else process.send(message, undefined, undefined, () => resolve());
      }),
    leave() {
      if (process.connected) process.disconnect();
    },
  };
}
