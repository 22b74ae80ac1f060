// The web door's pages over real sockets: what is served, to whom, and under which headers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWebDoor } from '../../../../main/doors/web.ts';
import { standInEngine } from '../../../core/contract/stand-in-engine.ts';
import { ask, openDoor, type TriedDoor } from './door.ts';

let door: TriedDoor;
beforeAll(async () => {
  door = await openDoor(standInEngine());
});
afterAll(() => door.close());

const withCookie = (headers: Record<string, string> = {}) => ({ Cookie: door.cookie, ...headers });

describe('the way in', () => {
  it('is an address with 256 random bits, drawn anew at each start', async () => {
    const other = await openDoor(standInEngine());
    expect(door.url).toBe(`http://127.0.0.1:${door.port}/?token=${door.token}`);
    expect(Buffer.from(door.token, 'base64url')).toHaveLength(32);
    expect(other.token).not.toBe(door.token);
    expect((await ask(door, '/', { Cookie: `llmatic_${door.port}=${other.token}` })).status).toBe(401);
    expect((await ask(door, '/', { Cookie: `llmatic_${door.port}=${door.token}` })).status).toBe(401);
    await other.close();
  });

  it('gives a cookie that neither scripts nor other sites get, and the page a key; neither is the secret', async () => {
    for (const headers of [{}, { 'Sec-Fetch-Site': 'cross-site' }]) {
      const answer = await ask(door, `/runs?token=${door.token}&a=1`, headers);
      expect(answer.status).toBe(200);
      const [, value, attributes] =
        /^llmatic_\d+=([\w-]{43}); (.*)$/.exec(answer.headers.get('set-cookie') ?? '') ?? [];
      expect(answer.headers.get('set-cookie')).toMatch(new RegExp(`^llmatic_${door.port}=`));
      expect(attributes).toBe('Path=/; HttpOnly; SameSite=Strict');
      const key = /^<!doctype html><meta name="llmatic-key" content="([\w-]{43})">/.exec(answer.body)?.[1];
      expect(new Set([value, key, door.token]).size).toBe(3);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    }
    // Whoever has the cookie alone gets no key.
    expect((await ask(door, '/', withCookie())).body).not.toContain('llmatic-key');
    expect((await ask(door, `/?token=${'A'.repeat(43)}`, withCookie())).body).not.toContain('llmatic-key');
  });

  it('never leads to another host', async () => {
    for (const path of ['//example.com/', '///example.com/', '/\\example.com/', '/%2f/example.com']) {
      const { status, headers } = await ask(door, `${path}?token=${door.token}`);
      expect([200, 404]).toContain(status);
      expect(headers.has('location')).toBe(false);
    }
  });

  it('is refused without the secret, in words that say what to do', async () => {
    const wrong = 'A'.repeat(43);
    for (const [target, headers] of [
      ['/', {}],
      ['/assets/main.js', {}],
      ['/none.js', {}],
      [`/?token=${wrong}`, {}],
      ['/?token=', {}],
      ['/', { Cookie: `llmatic_${door.port}=${wrong}` }],
      ['/', { Cookie: `llmatic_${door.port}=` }],
      ['/', { Cookie: `other=${door.token}` }],
    ] as const) {
      const answer = await ask(door, target, headers);
      expect([target, answer.status]).toEqual([target, 401]);
      expect(answer.body).toContain('Open the address that `llmatic serve` printed');
      expect(answer.headers.has('set-cookie')).toBe(false);
    }
  });

  it('finds its cookie among others', async () => {
    expect((await ask(door, '/', { Cookie: `a=1; ${door.cookie}; llmatic_1=x` })).status).toBe(200);
  });
});

describe('names and origins', () => {
  it('answers under the names of this machine with its port, and under no other', async () => {
    const statusUnder = async (host: string) => (await ask(door, `/?token=${door.token}`, { Host: host })).status;
    for (const host of [
      `127.0.0.1:${door.port}`,
      `localhost:${door.port}`,
      `LOCALHOST:${door.port}`,
      `[::1]:${door.port}`,
    ]) {
      expect([host, await statusUnder(host)]).toEqual([host, 200]);
    }
    for (const host of [
      `evil.example:${door.port}`,
      `127.0.0.1.evil.example:${door.port}`,
      `localhost.evil.example:${door.port}`,
      `192.168.1.2:${door.port}`,
      `user@127.0.0.1:${door.port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      '',
    ]) {
      expect([host, await statusUnder(host)]).toEqual([host, 403]);
    }
  });

  it('refuses a page of another origin, another port of this machine as well', async () => {
    const statusFrom = async (origin: string) =>
      (await ask(door, '/assets/main.js', withCookie({ Origin: origin }))).status;
    expect(await statusFrom(`http://${door.address}`)).toBe(200);
    for (const origin of ['http://127.0.0.1:1', `https://${door.address}`, `http://localhost:${door.port}`, 'null']) {
      expect([origin, await statusFrom(origin)]).toEqual([origin, 403]);
    }
  });

  it('is not opened to other machines unless that is asked for, and then under their addresses', async () => {
    const engine = standInEngine();
    await expect(openWebDoor({ engine, port: 0, host: '0.0.0.0', rendererFolder: door.folder })).rejects.toThrow(
      /^--host 0\.0\.0\.0 would let other machines .*--allow-network/,
    );
    const open = await openDoor(engine, { host: '0.0.0.0', allowNetwork: true });
    const statusUnder = async (host: string) => (await ask(open, `/?token=${open.token}`, { Host: host })).status;
    expect(await statusUnder(`192.168.1.2:${open.port}`)).toBe(200);
    expect(await statusUnder(`evil.example:${open.port}`)).toBe(403);
    expect((await ask(open, '/')).status).toBe(401);
    await open.close();
  });

  it('says so where its port is taken', async () => {
    const second = openWebDoor({ engine: standInEngine(), port: door.port, rendererFolder: door.folder });
    await expect(second).rejects.toMatchObject({
      failure: {
        kind: 'port-in-use',
        message: expect.stringMatching(/^Cannot listen on port \d+ of 127\.0\.0\.1: it is in use/),
      },
    });
  });
});

describe('files', () => {
  it('are served with their type and headers that keep everything else out', async () => {
    const page = await ask(door, '/', withCookie());
    expect([page.status, page.body]).toEqual([200, '<!doctype html><title>the page</title>']);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; script-src 'self'; style-src 'self' 'sha256-[^']+'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'$/,
      ),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-cache',
    });
    const script = await ask(door, '/assets/main.js?v=1', withCookie());
    expect([script.body, script.headers.get('content-type')]).toEqual([
      'export {};\n',
      'text/javascript; charset=utf-8',
    ]);
    expect((await ask(door, '/assets/%C3%A4%20b.css', withCookie())).headers.get('content-type')).toMatch(/^text\/css/);
  });

  it('are the page where an address without an extension names none, and 404 where one with an extension does not', async () => {
    for (const target of ['/runs/a', '/assets', '/x?y=.js']) {
      expect((await ask(door, target, withCookie())).body).toContain('the page');
    }
    expect((await ask(door, '/assets/none.js', withCookie())).status).toBe(404);
  });

  it('are not sent again while they have not changed', async () => {
    const tag = async () => (await ask(door, '/assets/main.js', withCookie())).headers.get('etag')!;
    const first = await tag();
    const again = await ask(door, '/assets/main.js', withCookie({ 'If-None-Match': `"x", W/${first}` }));
    expect([again.status, again.body]).toEqual([304, '']);
    writeFileSync(join(door.folder, 'assets', 'main.js'), 'export { };\n');
    expect(await tag()).not.toBe(first);
    writeFileSync(join(door.folder, 'assets', 'main.js'), 'export {};\n');
  });

  it('have a head alone for HEAD, and nothing for what would change them', async () => {
    const head = await ask(door, '/assets/main.js', withCookie(), 'HEAD');
    expect([head.status, head.headers.get('content-length'), head.body]).toEqual([200, '11', '']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await ask(door, '/', withCookie({ 'Content-Length': '0' }), method);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/%252e%252e/secret.txt',
    '/../renderer-more/secret.txt',
    '/.hidden.txt',
    '/link.txt',
    '/linked/secret.txt',
    '/secret.txt%00.js',
    '/index.html/secret.txt',
    '/%ff.txt',
    '//secret.txt',
    '/C:/secret.txt',
  ])('never lie outside their folder: %s', async (target) => {
    const answer = await ask(door, target, withCookie());
    expect(answer.body).not.toContain('SECRET');
    expect(answer.status).toBe(404);
  });

  it('are not read for what is no path', async () => {
    for (const target of ['*', 'http://example.com/', 'example.com:80']) {
      expect([target, (await ask(door, target, withCookie())).status]).toEqual([target, 400]);
    }
  });
});
