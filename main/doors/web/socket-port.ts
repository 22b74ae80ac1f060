/** A client's WebSocket as a port of the contract: text alone, alive, and read as fast as it is written. */
import type { WebSocket } from 'ws';
import { textPort } from '../../../core/contract/text-port.ts';
import type { Port } from '../../../core/contract/wire.ts';

export interface SocketLimits {
  /** Bytes that may wait for a slow reader; beyond it the socket is cut, and the client connects and asks again. */
  readonly waitingBytes: number;
  /** Milliseconds between two pings; a socket that did not answer the last one is dead. */
  readonly heartbeat: number;
}

export const usualLimits: SocketLimits = { waitingBytes: 16 * 2 ** 20, heartbeat: 15_000 };

/** Codes of RFC 6455, section 7.4.1. */
const unsupportedData = 1003;

/** Milliseconds for the far side to say goodbye as well. */
const closePatience = 3000;

export function socketPort(socket: WebSocket, limits: SocketLimits): Port {
  const end = (code?: number, reason?: string): void => {
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), closePatience).unref();
  };
  const carrier = {
    send(text: string): void {
      socket.send(text);
      // A closing handshake would wait behind everything that is not read.
      if (socket.bufferedAmount > limits.waitingBytes) socket.terminate();
    },
    close: () => end(),
  };
  const { port, receive, ended } = textPort(carrier, 'engine');
  let alive = true;
  const heartbeat = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, limits.heartbeat);
  heartbeat.unref();
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('message', (data, isBinary) => {
    if (isBinary) end(unsupportedData, 'Messages are text.');
    else receive(data.toString());
  });
  // Reset, a message beyond the limit, broken UTF-8: the close that follows is what counts.
  socket.on('error', () => {});
  socket.on('close', () => {
    clearInterval(heartbeat);
    ended();
  });
  return port;
}
