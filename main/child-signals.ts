/**
 * Signals in our child processes. A terminal's Ctrl-C and its closing reach every process of the group, and so does
 * what `timeout` and service managers send: whoever started a child decides when it ends.
 */

/** Leaves the ending of this process to its parent: asked for through the channel, or by SIGKILL. */
export function leaveSignalsToParent(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}
