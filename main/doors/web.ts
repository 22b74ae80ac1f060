/**
 * The web door: the renderer as a page on this machine, and the engine behind a WebSocket. Every request needs the
 * secret that this start has drawn; its address carries it.
 */
import { createServer, type Server, STATUS_CODES } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { serveContract } from '../../core/contract/serve-contract.ts';
import { socketPath } from '../../core/contract/web-socket-port.ts';
import type { Engine } from '../../core/contract.ts';
import { FailureError, fail } from '../../core/failure.ts';
import { type Access, createAccess, isLoopback, tokenParameter } from './web/access.ts';
import { type Answer, addressOf, answerRequest, refusalOf } from './web/answer.ts';
import { boundConnections, type ConnectionLimits, usualConnections } from './web/connection-bounds.ts';
import { type SocketLimits, socketPort, usualLimits } from './web/socket-port.ts';

export interface WebDoorOptions {
  readonly engine: Pick<Engine, 'call' | 'subscribe'>;
  /** 0 takes any free one. */
  readonly port: number;
  /** Where to listen; anything but this machine itself needs `allowNetwork`. */
  readonly host?: string;
  readonly allowNetwork?: boolean;
  /** Holds the built renderer: index.html and what it loads. */
  readonly rendererFolder: string;
  readonly limits?: SocketLimits;
  readonly connections?: ConnectionLimits;
}

export interface WebDoor {
  /** Opens the page: carries the secret. */
  readonly url: string;
  readonly port: number;
  /** Ends all connections; the engine stays. */
  close(): Promise<void>;
}

/** Sockets at the same time: far above the windows that a person opens. */
const clientLimit = 32;

/** Bytes of a message: some more than what is read, so that a little too much is answered with a sentence. */
const messageBytes = 2 ** 20;

/** Milliseconds between two looks for requests that do not come to their end. */
const lookPause = 1000;

/** @throws FailureError `usage` for a host that others can reach, `port-in-use`, `listen` where it cannot listen there */
export async function openWebDoor(options: WebDoorOptions): Promise<WebDoor> {
  const { engine, host = '127.0.0.1', allowNetwork = false, rendererFolder } = options;
  const { limits = usualLimits, connections = usualConnections } = options;
  if (!isLoopback(host) && !allowNetwork) {
    fail(
      'usage',
      `--host ${host} would let other machines reach this server, unencrypted: whoever reads that traffic reads the secret too and can steer searches here. Leave --host out, or add --allow-network where the network is yours.`,
    );
  }
  const server = createServer({ connectionsCheckingInterval: lookPause });
  const becameSocket = boundConnections(server, connections);
  const port = await listen(server, host, options.port);
  const access = createAccess({ host, port });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytes,
    perMessageDeflate: false,
    // One message a turn, so that whoever sends thousands takes turns with the others.
    allowSynchronousEvents: false,
  });

  server.on('request', (request, response) => void answerRequest(access, rendererFolder, request, response));
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    const address = addressOf(request);
    const isSocket = address?.pathname === socketPath;
    const refused = refusalOf(access, request, address, isSocket ? 'maySteer' : 'mayRead');
    if (refused !== null) return refuseUpgrade(stream, refused.status);
    if (!isSocket) return refuseUpgrade(stream, 404);
    if (sockets.clients.size >= clientLimit) return refuseUpgrade(stream, 503);
    becameSocket(stream);
    sockets.handleUpgrade(request, stream, head, (socket) => serveContract(socketPort(socket, limits), engine));
  });

  return {
    url: urlOf(host, port, access),
    port,
    async close() {
      for (const socket of sockets.clients) socket.close(goingAway, 'The server ends.');
      const closed = new Promise((resolve) => server.close(resolve));
      // Who does not answer the closing handshake at once is cut off.
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 300))]);
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Code of RFC 6455, section 7.4.1. */
const goingAway = 1001;

function refuseUpgrade(stream: Duplex, status: Answer['status']): void {
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    stream.destroy(),
  );
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'it is in use. Name another with --port, or end what uses it',
  EACCES: 'this user may not listen there. Name one above 1023 with --port',
  EADDRNOTAVAIL: 'this machine has no such address. Leave --host out',
  ENOTFOUND: 'there is no such host. Leave --host out',
};

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    // Stays on: an error at accepting one more connection must not end those there are.
    server.on('error', (error: NodeJS.ErrnoException) => {
      const why = reasons[error.code ?? ''] ?? error.message;
      const kind = error.code === 'EADDRINUSE' ? 'port-in-use' : 'listen';
      reject(new FailureError({ kind, message: `Cannot listen on port ${port} of ${host}: ${why}.` }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Where the page is opened: on this machine where it listens there, else under an address that others reach too. */
function urlOf(host: string, port: number, { token }: Access): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? (outerAddress() ?? '127.0.0.1') : host;
  return `http://${isIP(name) === 6 ? `[${name}]` : name}:${port}/?${tokenParameter}=${token}`;
}

function outerAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
