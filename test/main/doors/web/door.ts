/** A web door over a stand-in engine and a small renderer folder, and raw requests that no client library tidies up. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Engine } from '../../../../core/contract.ts';
import { openWebDoor, type WebDoor, type WebDoorOptions } from '../../../../main/doors/web.ts';

export interface TriedDoor extends WebDoor {
  readonly token: string;
  /** What a browser is given that came with the secret, under the door's usual name: both open the socket, neither alone. */
  readonly cookie: string;
  readonly key: string;
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly folder: string;
  socket(options?: { headers?: Record<string, string>; path?: string }): WebSocket;
}

/** A folder with a page, a script below it, and secrets beside it that nothing may reach. */
export function rendererFolder(): { readonly folder: string; remove(): void } {
  const above = mkdtempSync(join(tmpdir(), 'llmatic-web-'));
  const folder = join(above, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(above, 'renderer-more'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>the page</title>');
  writeFileSync(join(folder, 'assets', 'main.js'), 'export {};\n');
  writeFileSync(join(folder, 'assets', 'ä b.css'), 'a{}');
  writeFileSync(join(folder, '.hidden.txt'), 'SECRET');
  writeFileSync(join(above, 'secret.txt'), 'SECRET');
  writeFileSync(join(above, 'renderer-more', 'secret.txt'), 'SECRET');
  symlinkSync(join(above, 'secret.txt'), join(folder, 'link.txt'));
  symlinkSync(above, join(folder, 'linked'));
  return { folder, remove: () => rmSync(above, { recursive: true, force: true }) };
}

export async function openDoor(
  engine: Pick<Engine, 'call' | 'subscribe'>,
  options: Partial<WebDoorOptions> = {},
): Promise<TriedDoor> {
  const { folder, remove } = rendererFolder();
  const door = await openWebDoor({ engine, port: 0, rendererFolder: folder, ...options });
  const url = new URL(door.url);
  const token = url.searchParams.get('token') ?? '';
  const page = await fetch(door.url);
  const [cookie = ''] = (page.headers.get('set-cookie') ?? '').split(';');
  const key = /<meta name="llmatic-key" content="([^"]+)">/.exec(await page.text())?.[1] ?? '';
  return {
    ...door,
    token,
    cookie,
    key,
    address: url.host,
    folder,
    socket: ({ headers = { cookie }, path = `/socket?key=${key}` } = {}) =>
      new WebSocket(`ws://${url.host}${path}`, { headers, perMessageDeflate: false }),
    async close() {
      await door.close();
      remove();
    },
  };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends the target exactly as given: no normalising of `..`, any Host. */
export function ask(
  door: TriedDoor,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<RawAnswer> {
  const lines = Object.entries({ Host: door.address, Connection: 'close', ...headers }).map(([k, v]) => `${k}: ${v}`);
  return new Promise((resolve, reject) => {
    const socket = connect(door.port, '127.0.0.1', () => {
      socket.write([`${method} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const [head = '', ...rest] = text.split('\r\n\r\n');
      const [first = '', ...fields] = head.split('\r\n');
      resolve({
        status: Number(first.split(' ')[1]),
        headers: new Map(
          fields.map((field) => [field.split(': ')[0]!.toLowerCase(), field.split(': ').slice(1).join(': ')]),
        ),
        body: rest.join('\r\n\r\n'),
      });
    });
  });
}

/** How an attempt to open a socket ends: `open`, or the status that refused it. */
export function attempt(socket: WebSocket): Promise<'open' | number> {
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}

/** The code that a socket closes with. */
export function closing(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.on('close', resolve);
  });
}
