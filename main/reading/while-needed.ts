/** A reading thread for one command or one answer: it ends with it. */
import type { Cancellation } from '../../core/cancellation.ts';
import type { EndableInterpreter } from '../../core/search/ports.ts';
import { type ReadingThread, readingThread } from './reading-thread.ts';

/** Runs `use` with a thread of its own, and ends that however it goes. */
export async function withReadingThread<T>(use: (thread: ReadingThread) => Promise<T>): Promise<T> {
  const thread = readingThread();
  try {
    return await use(thread);
  } finally {
    await thread.close();
  }
}

/** The same interpreter, which the signal ends whoever asks. */
export function endedBy(signal: Cancellation | undefined, interpreter: EndableInterpreter): EndableInterpreter {
  return (text, how, own) => interpreter(text, how, own ?? signal);
}
