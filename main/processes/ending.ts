/** How a child ended: the first thing that was wrong, and the last of what it wrote to stderr. */

export type Reason =
  | { readonly kind: 'exit'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  /** A thread's uncaught error. */
  | { readonly kind: 'thrown'; readonly error: unknown }
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'silent'; readonly seconds: number }
  /** It said something that is not of its protocol. */
  | { readonly kind: 'garbled'; readonly message: string };

export type Ending = Reason & { readonly wrote: string };

/** In words that follow the child's name: `ended with exit code 1`, `was ended by SIGKILL`. */
export function howItEnded(ending: Ending): string {
  switch (ending.kind) {
    case 'exit':
      return ending.signal === null ? `ended with exit code ${ending.code}` : `was ended by ${ending.signal}`;
    case 'thrown':
      return `ended with ${ending.error}`;
    case 'unreachable':
      return `could not be started or reached: ${ending.message}`;
    case 'silent':
      return `said nothing for ${ending.seconds} seconds and was ended`;
    case 'garbled':
      return `sent a message that is not of its protocol (${ending.message}) and was ended`;
  }
}

/** What Node adds to an uncaught error: places in files, and its own version. */
const addedByNode = /^\s*(at .*|Node\.js v[\d.]+)?$/;

/** The last of what it wrote as a sentence that follows; empty where it wrote nothing. */
export function itWrote({ wrote }: Ending): string {
  const lines = wrote.split('\n').filter((line) => !addedByNode.test(line));
  const tail = lines.slice(-3).join(' ').trim();
  return tail === '' ? '' : ` It wrote: ${tail.slice(-500)}`;
}
