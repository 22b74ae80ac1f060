/**
 * How signals end a command: the first aborts it, so that it saves and ends in order; the second ends the process at
 * once. SIGHUP (the terminal was closed) and SIGTERM are treated as Ctrl-C is.
 */
import { FailureError } from '../../core/failure.ts';

/** Of the same meaning; SIGBREAK is Windows' Ctrl-Break, and comes nowhere else. */
const stoppingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

export type StoppingSignal = (typeof stoppingSignals)[number];

/** The exit code of a command that was interrupted. */
const interruptedCode = 130;

/** `timeout` sends SIGTERM to the process and once more to its group: within so many milliseconds it is one. */
const sameTerm = 100;

/** What a signal asks for, when the first came `since` milliseconds ago; null where it is the first. */
export function meaningOf(signal: StoppingSignal, since: number | null): 'stop' | 'quit' | 'nothing' {
  if (since === null) return 'stop';
  // A terminal that closes sends SIGHUP, and its shell sends it again.
  if (signal === 'SIGHUP') return 'nothing';
  return signal === 'SIGTERM' && since < sameTerm ? 'nothing' : 'quit';
}

export interface Stopping {
  readonly controller: AbortController;
  /** Words for the command that runs: what happens before it ends. */
  describe(words: string): void;
}

/** Listens to the signals from now on; `say` writes a line for people. */
export function stoppingBySignals(say: (line: string) => void): Stopping {
  const controller = new AbortController();
  let words = 'Stopping.';
  let first: number | null = null;
  for (const signal of stoppingSignals) {
    process.on(signal, () => {
      const meaning = meaningOf(signal, first === null ? null : performance.now() - first);
      if (meaning === 'quit') process.exit(interruptedCode);
      if (meaning !== 'stop') return;
      first = performance.now();
      // First those who draw on the terminal stop, then this line has its place.
      controller.abort(new FailureError({ kind: 'interrupted', message: 'Interrupted.' }));
      say(`\n${words} Press Ctrl-C again to quit at once.`);
    });
  }
  return {
    controller,
    describe(text) {
      words = text;
    },
  };
}
