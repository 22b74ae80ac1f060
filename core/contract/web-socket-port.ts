/** A port over a WebSocket, as a page has it: the client's side of the web door. */
import { FailureError } from '../failure.ts';
import { textPort } from './text-port.ts';
import type { Port } from './wire.ts';

/** Path of the web door's socket. */
export const socketPath = '/socket';

/** Name of the page's key in the socket's address, and of the element of its document that brings it at first. */
export const keyParameter = 'key';
export const keyElement = 'llmatic-key';

/** What is needed of the platform's WebSocket. */
export interface WebSocketLike {
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  addEventListener(type: 'error', listener: () => void): void;
}

/** Resolves once the socket is open. @throws FailureError (`closed`) where it closes before that */
export function webSocketPort(socket: WebSocketLike): Promise<Port> {
  const { port, receive, ended } = textPort({ send: (text) => socket.send(text), close: () => socket.close() });
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(port));
    socket.addEventListener('message', (event) => receive(event.data));
    // The platform tells the reason to nobody; the close that follows it is what counts.
    socket.addEventListener('error', () => {});
    socket.addEventListener('close', () => {
      reject(new FailureError({ kind: 'closed', message: 'The engine does not answer at this address.' }));
      ended();
    });
  });
}
