/** A WebSocket as a port: one JSON text a message. */
import { messageLimit, type Port } from '../../core/contract/wire.ts';

const encoder = new TextEncoder();

function portOf(socket: WebSocket): Port {
  return {
    send(message) {
      const text = JSON.stringify(message);
      if (encoder.encode(text).byteLength > messageLimit) {
        throw new RangeError(`A message of more than ${messageLimit} bytes is not sent.`);
      }
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    onMessage(listener) {
      socket.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string') return;
        let message: unknown;
        try {
          message = JSON.parse(data);
        } catch {
          return;
        }
        listener(message);
      });
    },
    onClose: (listener) => socket.addEventListener('close', () => listener(), { once: true }),
    close: () => socket.close(),
  };
}

/** @throws Error where nobody answers at that address, or the door refuses */
export function connectWebSocket(address: URL): Promise<Port> {
  const socket = new WebSocket(address);
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(portOf(socket)), { once: true });
    socket.addEventListener('close', () => reject(new Error(`Nobody answers at ${address.host}.`)), { once: true });
  });
}
