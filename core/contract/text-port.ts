/** A port over anything that carries text: JSON both ways, limited both ways, nothing lost before somebody listens. */
import { messageLimit, type Port } from './wire.ts';

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
   * Takes what the carrier brought. A text that is no JSON reaches the listener as `undefined`, which no message is;
   * anything but a text, or one beyond the limit, closes the port.
   */
  receive(text: unknown): void;
  /** Says that the carrier has ended. */
  ended(): void;
}

export function textPort(carrier: TextCarrier): TextPort {
  let open = true;
  let listener: ((message: unknown) => void) | null = null;
  const early: unknown[] = [];
  const closeListeners: (() => void)[] = [];

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
      const message = parsed(text);
      if (listener === null) early.push(message);
      else listener(message);
    },
    ended,
    port: {
      send(message) {
        if (!open) return;
        const text = JSON.stringify(message);
        if (tooLarge(text)) {
          throw new RangeError(`A message of ${utf8Bytes(text)} bytes is beyond the limit of ${messageLimit}.`);
        }
        carrier.send(text);
      },
      onMessage(listen) {
        listener = listen;
        for (const message of early.splice(0)) listen(message);
      },
      onClose(listen) {
        if (open) closeListeners.push(listen);
        else void Promise.resolve().then(listen);
      },
      close,
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
