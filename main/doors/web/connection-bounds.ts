/**
 * Connections under bad weather: those that ask nothing, ask too slowly or read nothing end, and so many at most stand
 * open that none of them costs the others. When they are full, the one that has been idle longest makes room.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** Connections that are no sockets of the contract, at the same time. */
  readonly connections: number;
  /** Milliseconds within which the head of a request must have come, from the connection's begin or the last answer. */
  readonly head: number;
  /** Milliseconds without a byte in either direction, while a request is answered. */
  readonly silence: number;
}

export const usualConnections: ConnectionLimits = { connections: 128, head: 10_000, silence: 20_000 };

/** Bounds a server's connections; what it returns takes one of them out: it has become a socket of the contract. */
export function boundConnections(server: Server, limits: ConnectionLimits): (socket: object) => void {
  server.headersTimeout = limits.head;
  server.requestTimeout = limits.head;
  server.keepAliveTimeout = limits.head;
  // Requests have no body, and an answer is read to its end.
  server.setTimeout(limits.silence, (socket) => socket.destroy());
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size > limits.connections) oldest?.destroy();
  });
  server.on('request', ({ socket }) => {
    // Last in the order of those that would make room.
    if (open.delete(socket)) open.add(socket);
  });
  return (socket) => {
    for (const each of open) if (each === socket) open.delete(each);
  };
}
