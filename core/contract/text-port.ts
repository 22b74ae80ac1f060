/** A port over anything that carries text: JSON both ways, limited both ways, nothing lost before somebody listens. */
import { failureOf } from '../failure.ts';
import { parseJsonText } from '../json-text.ts';
import { messageLimit, type Port, requestBounds, type Unread } from './wire.ts';

/** Bytes of a text as UTF-8, a lone surrogate counted as the three bytes of its replacement. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(index + 1))) {
      // A pair is two units and four bytes.
      bytes += 2;
      index += 1;
    } else bytes += 2;
  }
  return bytes;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Whether a text is beyond {@link messageLimit}; counts bytes only where the number of units leaves that open. */
function tooLarge(text: string): boolean {
  if (text.length * 3 <= messageLimit) return false;
  return text.length > messageLimit || utf8Bytes(text) > messageLimit;
}

export interface TextCarrier {
  send(text: string): void;
  /** Ends the carrier; it may or may not tell of its end by itself. */
  close(): void;
}

export interface TextPort {
  readonly port: Port;
  /**
   * Takes what the carrier brought. A text that is no JSON, and at the engine one beyond {@link requestBounds}, reaches
   * the listener as unread; anything but a text, or one beyond {@link messageLimit}, closes the port.
   */
  receive(text: unknown): void;
  /** Says that the carrier has ended. */
  ended(): void;
}

/** Which side of the wire a port is: the engine reads requests within bounds, a client sends none beyond them. */
export type Side = 'client' | 'engine';

/** Messages that wait for somebody to listen; more are a flood. */
const earlyKept = 1000;

export function textPort(carrier: TextCarrier, side: Side = 'client'): TextPort {
  let open = true;
  let listener: Parameters<Port['onMessage']>[0] | null = null;
  const early: Read[] = [];
  const closeListeners: (() => void)[] = [];
  const mostSent = side === 'client' ? requestBounds.characters : messageLimit;

  const ended = (): void => {
    if (!open) return;
    open = false;
    for (const listen of closeListeners) listen();
  };
  const close = (): void => {
    if (!open) return;
    carrier.close();
    ended();
  };
  return {
    receive(text) {
      if (!open) return;
      if (typeof text !== 'string' || tooLarge(text)) return close();
      const read = side === 'engine' ? readRequest(text) : readAnswer(text);
      if (listener !== null) listener(read.message, read.unread);
      else if (early.length < earlyKept) early.push(read);
      else close();
    },
    ended,
    port: {
      send(message) {
        if (!open) return;
        const text = JSON.stringify(message);
        if (text.length > mostSent || tooLarge(text)) {
          throw new RangeError(`A message of ${utf8Bytes(text)} bytes is beyond the limit of ${mostSent}.`);
        }
        carrier.send(text);
      },
      onMessage(listen) {
        listener = listen;
        for (const { message, unread } of early.splice(0)) listen(message, unread);
      },
      onClose(listen) {
        if (open) closeListeners.push(listen);
        else void Promise.resolve().then(listen);
      },
      close,
    },
  };
}

interface Read {
  readonly message: unknown;
  readonly unread: Unread | null;
}

/** The number of a call stands at its beginning as our clients write it. */
const numbered = /^\s*\{\s*"type"\s*:\s*"call"\s*,\s*"id"\s*:\s*(\d{1,15})\s*,/;

function unread(text: string, why: string): Read {
  const id = numbered.exec(text.slice(0, 200))?.[1];
  return { message: undefined, unread: { why, id: id === undefined ? null : Number(id) } };
}

function readRequest(text: string): Read {
  try {
    return { message: parseJsonText(text, 'A message', requestBounds), unread: null };
  } catch (error) {
    return unread(text, failureOf(error).message);
  }
}

function readAnswer(text: string): Read {
  try {
    return { message: JSON.parse(text), unread: null };
  } catch {
    return unread(text, 'A message is not JSON.');
  }
}
