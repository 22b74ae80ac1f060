// The web door's WebSocket over real sockets: who gets one, and what ends it.
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createClient } from '../../../../core/contract/client.ts';
import { webSocketPort } from '../../../../core/contract/web-socket-port.ts';
import { messageLimit } from '../../../../core/contract/wire.ts';
import { standInEngine } from '../../../core/contract/stand-in-engine.ts';
import { attempt, closing, openDoor, type TriedDoor } from './door.ts';

async function withDoor(
  use: (door: TriedDoor, engine: ReturnType<typeof standInEngine>) => Promise<void>,
  options: Parameters<typeof openDoor>[1] = {},
): Promise<void> {
  const engine = standInEngine({ 'models.list': () => ({ models: [] }) });
  const door = await openDoor(engine, options);
  try {
    await use(door, engine);
  } finally {
    await door.close();
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("the web door's socket", () => {
  it('opens with the cookie or the token, from its own page or from no page', () =>
    withDoor(async (door) => {
      const { cookie } = door;
      const origin = `http://${door.address}`;
      const path = `/socket?token=${door.token}`;
      expect(await attempt(door.socket())).toBe('open');
      expect(await attempt(door.socket({ headers: { cookie, origin } }))).toBe('open');
      expect(await attempt(door.socket({ headers: {}, path }))).toBe('open');
    }));

  it('is not opened by what a server on another port hears of a browser, nor by what a page keeps', () =>
    withDoor(async (door) => {
      // Cookies know no ports: every server of this machine that the browser visits gets it.
      const { cookie, key, port } = door;
      const origin = `http://${door.address}`;
      const refused = (headers: Record<string, string>, path: string) => attempt(door.socket({ headers, path }));
      expect(await refused({ cookie, origin }, '/socket')).toBe(401);
      expect(await refused({ cookie, origin }, '/socket?key=')).toBe(401);
      expect(await refused({ cookie, origin }, `/socket?key=${cookie.split('=')[1]}`)).toBe(401);
      expect(await refused({ cookie, origin }, `/socket?token=${cookie.split('=')[1]}`)).toBe(401);
      expect(await refused({ origin }, `/socket?key=${key}`)).toBe(401);
      expect(await refused({ cookie: `llmatic_${port}=${key}` }, `/socket?key=${key}`)).toBe(401);
      // Under another of the door's names than they were given for they hold as little.
      const host = `localhost:${port}`;
      expect(await refused({ cookie, host }, `/socket?key=${key}`)).toBe(401);
      expect(await refused({ cookie, host }, `/socket?token=${door.token}`)).toBe('open');
      // Another door of this machine, with the same cookie under its own name.
      await withDoor(async (other) => {
        const stolen = cookie.replace(String(port), String(other.port));
        expect(await attempt(other.socket({ headers: { cookie: stolen }, path: `/socket?key=${key}` }))).toBe(401);
      });
    }));

  it('is refused without the secret, under another name, to other pages and at other paths', () =>
    withDoor(async (door) => {
      const { cookie } = door;
      const refused = (headers: Record<string, string>, path = '/socket') => attempt(door.socket({ headers, path }));
      expect(await refused({})).toBe(401);
      expect(await refused({ cookie: `llmatic_${door.port}=${'A'.repeat(43)}` })).toBe(401);
      expect(await refused({}, `/socket?token=${'A'.repeat(43)}`)).toBe(401);
      expect(await refused({ cookie, host: `evil.example:${door.port}` })).toBe(403);
      expect(await refused({ cookie, origin: 'http://evil.example' })).toBe(403);
      expect(await refused({ cookie, origin: 'http://127.0.0.1:1' })).toBe(403);
      expect(await refused({ cookie, origin: 'null' })).toBe(403);
      expect(await refused({ cookie }, '/')).toBe(404);
    }));

  it('carries calls and events, for several clients apart', () =>
    withDoor(async (door, engine) => {
      const clients = await Promise.all(
        [door.socket(), door.socket()].map(async (socket) => createClient(await webSocketPort(socket))),
      );
      const heard: unknown[] = [];
      for (const client of clients) client.subscribe((event) => heard.push(event));
      expect(await Promise.all(clients.map((client) => client.call('models.list', {})))).toEqual([
        { models: [] },
        { models: [] },
      ]);
      engine.emit({ type: 'run-removed', run: 'a' });
      await until(() => heard.length === 2);
      clients[0]!.close();
      await until(() => engine.listeners === 1);
      expect(await clients[1]!.call('models.list', {})).toEqual({ models: [] });
      await expect(clients[0]!.call('models.list', {})).rejects.toMatchObject({ failure: { kind: 'closed' } });
    }));

  it('ends for a message beyond the limit or in binary, and the engine stays for the others', () =>
    withDoor(async (door) => {
      for (const [data, code] of [
        ['x'.repeat(messageLimit + 1), 1009],
        ['x'.repeat(2 ** 20 + 1), 1009],
        [Buffer.from('{"type":"call","id":0,"name":"models.list","params":{}}'), 1003],
      ] as const) {
        const socket = door.socket();
        expect(await attempt(socket)).toBe('open');
        const closed = closing(socket);
        socket.send(data);
        expect(await closed).toBe(code);
      }
      const client = createClient(await webSocketPort(door.socket()));
      expect(await client.call('models.list', {})).toEqual({ models: [] });
    }));

  it('answers what is no message, however deep it is nested, and goes on', () =>
    withDoor(async (door) => {
      const socket = door.socket();
      expect(await attempt(socket)).toBe('open');
      const answers: unknown[] = [];
      socket.on('message', (data) => answers.push(JSON.parse(String(data))));
      const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
      const texts = [
        '{',
        '',
        'null',
        '[]',
        '{"type":"shout"}',
        nested,
        `{"type":"call","id":7,"name":"models.list","params":${nested}}`,
        '{"type":"call","id":8,"name":"models.list","params":{}}',
      ];
      for (const text of texts) socket.send(text);
      await until(() => answers.length === texts.length);
      const unread = { type: 'failure', id: null, failure: { code: 'message' } };
      expect(answers).toMatchObject([
        unread,
        unread,
        unread,
        unread,
        unread,
        unread,
        { ...unread, id: 7 },
        { type: 'result', id: 8, value: { models: [] } },
      ]);
    }));

  it('cuts off a reader that does not read, and the engine goes on telling the others', () =>
    withDoor(
      async (door, engine) => {
        // A bare socket, since a WebSocket client reads whether one listens or not.
        const slow = connect(door.port, '127.0.0.1');
        slow.on('error', () => {});
        const key = Buffer.from('0123456789abcdef').toString('base64');
        slow.write(
          `GET /socket?key=${door.key} HTTP/1.1\r\nHost: ${door.address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nCookie: ${door.cookie}\r\n\r\n`,
        );
        await new Promise((resolve) => slow.once('data', resolve));
        slow.pause();
        const brisk = createClient(await webSocketPort(door.socket()));
        const heard: unknown[] = [];
        brisk.subscribe((event) => heard.push(event));
        await until(() => engine.listeners === 2);
        const run = 'r'.repeat(200);
        let told = 0;
        while (engine.listeners === 2) {
          for (let i = 0; i < 1_000; i++, told++) engine.emit({ type: 'run-removed', run });
          await new Promise((resolve) => setImmediate(resolve));
        }
        await until(() => heard.length === told);
        slow.destroy();
      },
      { limits: { waitingBytes: 2 ** 20, heartbeat: 60_000 } },
    ));

  it('ends a connection that answers no ping, and keeps one that does', () =>
    withDoor(
      async (door, engine) => {
        const alive = door.socket();
        expect(await attempt(alive)).toBe('open');
        const mute = new WebSocket(`ws://${door.address}/socket?key=${door.key}`, {
          headers: { cookie: door.cookie },
          autoPong: false,
        });
        const cut = closing(mute);
        expect(await attempt(mute)).toBe('open');
        expect(await cut).toBe(1006);
        await until(() => engine.listeners === 1);
        expect(alive.readyState).toBe(WebSocket.OPEN);
      },
      { limits: { waitingBytes: 2 ** 20, heartbeat: 40 } },
    ));

  it('tells its clients when the door closes, also one that does not listen any more', async () => {
    const engine = standInEngine();
    const door = await openDoor(engine);
    const socket = door.socket();
    expect(await attempt(socket)).toBe('open');
    const deaf = connect(door.port, '127.0.0.1');
    deaf.on('error', () => {});
    await new Promise<void>((resolve) => deaf.on('connect', () => resolve()));
    deaf.write(`GET / HTTP/1.1\r\nHost: ${door.address}\r\n`);
    const closed = closing(socket);
    await door.close();
    expect(await closed).toBe(1001);
    expect(engine.listeners).toBe(0);
    deaf.destroy();
  });
});
