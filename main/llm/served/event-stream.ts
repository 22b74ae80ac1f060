/**
 * Server-sent events, as far as language model servers use them (WHATWG HTML, 9.2.6): data lines, ended by an empty
 * one; comments keep a silent connection open. llama-server of 2024 tells errors in a field of that name.
 */
import { fail } from '../../../core/failure.ts';

interface ServerEvent {
  readonly field: 'data' | 'error';
  readonly value: string;
}

export interface EventStream {
  /** The events that these bytes complete. @throws FailureError `server-answer` for an event beyond all bounds */
  push(bytes: Uint8Array): ServerEvent[];
  /** What is left when the stream ends: some servers leave out the last empty line. */
  end(): ServerEvent[];
}

/** Characters of one event: an answer of a whole network at once is a tenth of it. */
const longestEvent = 1 << 20;

/** Reads events out of bytes that may be cut anywhere, inside a character too. `who` names the server in errors. */
export function eventStream(who: string): EventStream {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  let held = 0;

  function line(text: string, found: ServerEvent[]): void {
    if (text === '') {
      if (data.length > 0) found.push({ field: 'data', value: data.join('\n') });
      data = [];
      held = 0;
      return;
    }
    const colon = text.indexOf(':');
    if (colon <= 0) return;
    const field = text.slice(0, colon);
    const value = text.slice(colon + 1).replace(/^ /, '');
    if (field === 'error') found.push({ field, value });
    if (field !== 'data') return;
    data.push(value);
    held += value.length;
  }

  function take(text: string, isLast: boolean): ServerEvent[] {
    const found: ServerEvent[] = [];
    rest += text;
    // A carriage return at the very end may be the first half of a line break.
    const pattern = isLast ? /\r\n|\n|\r/ : /\r\n|\n|\r(?!$)/;
    const lines = rest.split(pattern);
    rest = lines.pop() ?? '';
    for (const each of lines) line(each, found);
    if (rest.length + held > longestEvent) {
      fail('server-answer', `${who} sent one event of more than ${longestEvent} characters. Use another server.`);
    }
    if (isLast) {
      line(rest, found);
      line('', found);
    }
    return found;
  }

  return {
    push: (bytes) => take(decoder.decode(bytes, { stream: true }), false),
    end: () => take(decoder.decode(), true),
  };
}
