// The web door in a real browser: the way in, what its policy keeps out, and what pages of other origins can do.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { standInEngine } from '../../../core/contract/stand-in-engine.ts';
import { attempt, openDoor, type TriedDoor } from './door.ts';

const probes = join(import.meta.dirname, 'probes');

let browser: Browser;
let context: BrowserContext;
let page: Page;
let door: TriedDoor;
/** A server of somebody else on this machine, with a page that attacks and a link to the door. */
let other: Server;
let otherPort: number;
/** What was asked of it. */
const asked: string[] = [];
/** Cookies that it was sent. */
const overheard: string[] = [];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  door = await openDoor(standInEngine({ 'models.list': () => ({ models: [] }) }));
  writeFileSync(
    join(door.folder, 'index.html'),
    '<!doctype html><title>the page</title><link rel="icon" href="data:,"><body><script type="module" src="./assets/main.js"></script>',
  );
  cpSync(join(probes, 'page.js'), join(door.folder, 'assets', 'main.js'));
  other = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.headers.cookie !== undefined) overheard.push(request.headers.cookie);
    const isScript = request.url === '/attack.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(
      isScript
        ? readFileSync(join(probes, 'attack.js'))
        : `<!doctype html><link rel="icon" href="data:,"><body><a href="${door.url}#/runs/a">LLMatic</a>${request.url?.startsWith('/?victim') === true ? '<script type="module" src="/attack.js"></script>' : ''}`,
    );
  });
  await new Promise<void>((resolve) => other.listen(0, resolve));
  otherPort = (other.address() as AddressInfo).port;
});
afterAll(async () => {
  await browser.close();
  await door.close();
  other.close();
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(() => context.close());

/** What the probe of a page wrote. */
async function result(from = page): Promise<Record<string, unknown>> {
  return JSON.parse((await from.locator('#result').textContent()) ?? '');
}

const answer = '{"type":"result","id":0,"value":{"models":[]}}';

describe('the printed address in a browser', () => {
  it('opens the page with its place in it, without the secret in the address or within reach of scripts', async () => {
    await page.goto(`${door.url}#/runs/a`);
    expect(await result()).toEqual({ cookie: '', own: answer });
    expect(page.url()).toBe(`http://${door.address}/#/runs/a`);
    await page.reload();
    expect(await result()).toEqual({ cookie: '', own: answer });
    const second = await context.newPage();
    await second.goto(`http://${door.address}/`);
    expect(await result(second)).toEqual({ cookie: '', own: answer });
  });

  it('opens the page from a link on another site as well', async () => {
    await page.goto(`http://localhost:${otherPort}/`);
    await page.getByText('LLMatic').click();
    expect(await result()).toEqual({ cookie: '', own: answer });
    expect(new URL(page.url()).search).toBe('');
  });

  it('is what the refusal asks for, in words that can be read, where somebody comes without it', async () => {
    const refusal = await page.goto(`http://${door.address}/`);
    expect(refusal?.status()).toBe(401);
    expect(await page.getByRole('heading').textContent()).toBe('Not signed in');
    // Its style is let through by the policy: a line is no wider than 34 rem.
    expect((await page.locator('body').boundingBox())?.width).toBeLessThan(600);
  });
});

describe('the page', () => {
  it('runs its own files alone and speaks with its own door alone', async () => {
    asked.length = 0;
    await page.goto(`${door.url}&foreign=${encodeURIComponent(`http://127.0.0.1:${otherPort}/`)}`);
    expect(await result()).toEqual({
      cookie: '',
      own: answer,
      inline: false,
      eval: 'EvalError',
      fetch: 'TypeError',
      script: 'refused',
      image: 'refused',
      style: 'refused',
      worker: 'refused',
      socket: 'refused',
    });
    expect(asked).toEqual([]);
  });
});

describe('pages of another origin', () => {
  // The first is of the same site, since sites know no ports: the browser sends the cookie with its requests.
  it.each(['127.0.0.1', 'localhost'])('get nothing from a browser that is signed in: %s', async (name) => {
    await page.goto(door.url);
    expect(await result()).toEqual({ cookie: '', own: answer });
    await page.goto(`http://${name}:${otherPort}/?victim=${encodeURIComponent(`http://${door.address}/`)}`);
    expect(await result()).toEqual({
      script: 'refused',
      read: 'TypeError',
      blind: 'TypeError',
      inside: 'SecurityError',
      socket: 'closed',
    });
  });

  it('are sent its cookie, since cookies know no ports, and cannot steer with it', async () => {
    await page.goto(door.url);
    expect(await result()).toMatchObject({ own: answer });
    await page.goto(`http://127.0.0.1:${otherPort}/`);
    const cookie = overheard.find((each) => each.includes(`llmatic_${door.port}=`));
    expect(cookie).toBeDefined();
    for (const path of ['/socket', `/socket?token=${cookie?.split('=')[1]}`, `/socket?key=${cookie?.split('=')[1]}`]) {
      const headers = { cookie: cookie!, origin: `http://${door.address}`, host: door.address };
      expect(await attempt(door.socket({ headers, path }))).toBe(401);
    }
  });
});
