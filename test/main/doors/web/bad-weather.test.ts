// The web door with clients that ask nothing, too slowly or without reading, over real sockets.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../../../core/contract/client.ts';
import { webSocketPort } from '../../../../core/contract/web-socket-port.ts';
import { standInEngine } from '../../../core/contract/stand-in-engine.ts';
import { ask, openDoor, type TriedDoor } from './door.ts';

type Options = Parameters<typeof openDoor>[1];

async function withDoor(use: (door: TriedDoor) => Promise<void>, options: Options): Promise<void> {
  const door = await openDoor(standInEngine({ 'models.list': () => ({ models: [] }) }), options);
  try {
    await use(door);
  } finally {
    await door.close();
  }
}

async function connected(door: TriedDoor): Promise<Socket> {
  const socket = connect(door.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Reads on; resolves when the far side has ended a connection. */
async function ended(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.destroyed) await once(socket, 'close');
}

const upgrade = ({ address, cookie, key }: TriedDoor): string =>
  [
    `GET /socket?key=${key} HTTP/1.1`,
    `Host: ${address}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
    `Cookie: ${cookie}`,
    '\r\n',
  ].join('\r\n');

/** A masked frame, as clients send them: RFC 6455, section 5.2, with a mask of zeros. */
function frame(opcode: number, payload: Uint8Array, final = true): Buffer {
  const first = (final ? 0x80 : 0) | opcode;
  const length =
    payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([first, ...length, 0, 0, 0, 0]), payload]);
}

describe('the web door under bad weather', () => {
  const quick = { connections: { connections: 64, head: 60, silence: 60 } };

  it('ends a connection that asks nothing, asks a byte at a time, or stays after its answer', () =>
    withDoor(async (door) => {
      const mute = await connected(door);
      const slow = await connected(door);
      const drops = setInterval(() => slow.write('x'), 20);
      slow.write(`GET / HTTP/1.1\r\nHost: ${door.address}\r\nX-Slow: `);
      const lasting = await connected(door);
      lasting.write(`GET / HTTP/1.1\r\nHost: ${door.address}\r\nCookie: ${door.cookie}\r\n\r\n`);
      const body = await connected(door);
      body.write(`POST / HTTP/1.1\r\nHost: ${door.address}\r\nCookie: ${door.cookie}\r\nContent-Length: 9\r\n\r\n`);
      await Promise.all([mute, slow, lasting, body].map(ended));
      clearInterval(drops);
      expect((await ask(door, '/', { Cookie: door.cookie })).status).toBe(200);
    }, quick));

  it('ends a connection whose answer is not read', () =>
    withDoor(async (door) => {
      // More than the system keeps for a reader.
      writeFileSync(join(door.folder, 'large.bin'), new Uint8Array(2 ** 25));
      const deaf = await connected(door);
      deaf.pause();
      deaf.write(`GET /large.bin HTTP/1.1\r\nHost: ${door.address}\r\nCookie: ${door.cookie}\r\n\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 400));
      // What the system kept is read; then it ends, before all of it has come.
      let bytes = 0;
      deaf.on('data', (chunk) => {
        bytes += chunk.length;
      });
      await ended(deaf);
      expect(bytes).toBeLessThan(2 ** 25);
    }, quick));

  it('keeps a place for the newest however many connections hang about, and every socket of the contract', () =>
    withDoor(
      async (door) => {
        const client = createClient(await webSocketPort(door.socket()));
        const idle: Socket[] = [];
        for (let count = 0; count < 40; count++) idle.push(await connected(door));
        expect((await ask(door, '/', { Cookie: door.cookie })).status).toBe(200);
        await Promise.all(idle.slice(0, 30).map(ended));
        expect(await client.call('models.list', {})).toEqual({ models: [] });
        for (const socket of idle) socket.destroy();
      },
      { connections: { connections: 8, head: 60_000, silence: 60_000 } },
    ));

  it('has no more than 32 sockets, and a place again when one goes', () =>
    withDoor(async (door) => {
      const open = await Promise.all(
        Array.from({ length: 32 }, async () => createClient(await webSocketPort(door.socket()))),
      );
      await expect(webSocketPort(door.socket())).rejects.toMatchObject({ failure: { kind: 'closed' } });
      open[7]!.close();
      await expect
        .poll(async () =>
          webSocketPort(door.socket()).then(
            () => 'open',
            () => 'full',
          ),
        )
        .toBe('open');
    }, {}));

  it('ends a socket for broken UTF-8 and for a message in too many pieces, and stays for the others', () =>
    withDoor(async (door) => {
      const pieces = Buffer.concat([
        frame(1, Buffer.from('"'), false),
        ...Array.from({ length: 20_000 }, () => frame(0, new Uint8Array(1), false)),
      ]);
      for (const bytes of [frame(1, Buffer.from([0x22, 0xff, 0xfe, 0x22])), pieces, frame(3, new Uint8Array(1))]) {
        const socket = await connected(door);
        socket.write(upgrade(door));
        await once(socket, 'data');
        socket.write(bytes);
        await ended(socket);
      }
      expect((await ask(door, '/', { Cookie: door.cookie })).status).toBe(200);
    }, {}));
});
