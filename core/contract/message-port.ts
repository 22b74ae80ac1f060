/** A port over a MessagePort: the window's, Node's of worker_threads, or Electron's MessagePortMain. */
import { type Side, textPort } from './text-port.ts';
import type { Port } from './wire.ts';

interface Sending {
  postMessage(message: string): void;
  start(): void;
  close(): void;
}

/** The platform's MessagePort, in a window and in Node. */
export interface WebMessagePort extends Sending {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
}

/** Electron's MessagePortMain: the same, with an emitter's words. */
export interface EmitterMessagePort extends Sending {
  on(type: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(type: 'close', listener: () => void): unknown;
}

/** Messages cross as JSON text, so that every door carries the same values under the same limit. */
export function messagePortPort(messagePort: WebMessagePort | EmitterMessagePort, side: Side = 'client'): Port {
  const carrier = { send: (text: string) => messagePort.postMessage(text), close: () => messagePort.close() };
  const { port, receive, ended } = textPort(carrier, side);
  if ('addEventListener' in messagePort) {
    messagePort.addEventListener('message', (event) => receive(event.data));
    messagePort.addEventListener('close', ended);
  } else {
    messagePort.on('message', (event) => receive(event.data));
    messagePort.on('close', ended);
  }
  messagePort.start();
  return port;
}
