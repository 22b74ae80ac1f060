// Where the key in the environment goes. The oracle is what stand-in servers were sent.
import { afterEach, describe, expect, it } from 'vitest';
import { parseAddress } from '../../../../main/llm/served/address.ts';
import { keyFor, rememberKey } from '../../../../main/llm/served/keys.ts';
import { runCli } from '../../doors/run-cli.ts';
import { json, listing, type Respond, type StandIn, standIn } from './stand-in.ts';

const opened: StandIn[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function serve(models: Respond): Promise<StandIn> {
  const server = await standIn({ '/v1/models': models });
  opened.push(server);
  return server;
}

const key = 'sk-very-secret-0123';
const wantsKey: Respond = (response, asked) =>
  asked.authorization === `Bearer ${key}`
    ? listing(['base'])(response, asked)
    : json(response, 401, { error: { message: 'no key' } });

/** The same server by an address that is none of loopback's, though it leads there: what LLMATIC takes for another machine. */
const elsewhere = (server: StandIn): string => `http://0.0.0.0:${server.port}/v1`;

async function inspect(address: string, environment: Readonly<Record<string, string>>) {
  const { exitCode, stdout, stderr } = await runCli(['model', 'inspect', address, '--allow-remote', '--json'], {
    environment: { LLMATIC_API_KEY: key, ...environment },
  });
  expect(stdout + stderr).not.toContain(key);
  return { exitCode, said: stdout };
}

const sentTo = (server: StandIn): Set<string | null> => new Set(server.asked.map(({ authorization }) => authorization));

describe('LLMATIC_API_KEY', () => {
  it('is sent to this machine', async () => {
    const server = await serve(wantsKey);
    expect((await inspect(server.address, {})).exitCode).toBe(0);
    expect(sentTo(server)).toEqual(new Set([`Bearer ${key}`]));
  });

  it('is not sent to another machine, though prompts may be, until its address is named', async () => {
    const server = await serve(wantsKey);
    const refused = await inspect(elsewhere(server), {});
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.said)).toEqual({
      error: {
        kind: 'server',
        message: expect.stringContaining(
          `asks for a key (401: no key). The key in LLMATIC_API_KEY was not sent, for it is meant for this machine alone. If it is this server's, set LLMATIC_API_KEY_FOR=http://0.0.0.0:${server.port};`,
        ),
      },
    });
    expect(sentTo(server)).toEqual(new Set([null]));
    server.asked.splice(0);
    expect((await inspect(elsewhere(server), { LLMATIC_API_KEY_FOR: elsewhere(server) })).exitCode).toBe(0);
    expect(sentTo(server)).toEqual(new Set([`Bearer ${key}`]));
  });

  it('goes to no other address than the one that is named, this machine among them', async () => {
    const server = await serve(wantsKey);
    for (const meant of [`http://0.0.0.0:${server.port + 1}`, `https://0.0.0.0:${server.port}`, 'http://192.0.2.1']) {
      for (const address of [server.address, elsewhere(server)]) {
        const refused = await inspect(address, { LLMATIC_API_KEY_FOR: meant });
        expect([refused.exitCode, refused.said]).toEqual([1, expect.stringContaining(`it is meant for ${meant}. If`)]);
      }
    }
    expect(sentTo(server)).toEqual(new Set([null]));
  }, 60_000);

  it('follows no redirect', async () => {
    const other = await serve(listing(['base']));
    const server = await serve((response) => response.writeHead(307, { location: `${other.address}/models` }).end());
    expect((await inspect(server.address, {})).exitCode).toBe(1);
    expect(sentTo(server)).toEqual(new Set([`Bearer ${key}`]));
    expect(other.asked).toEqual([]);
  });

  it('is refused where LLMATIC_API_KEY_FOR is no address', async () => {
    const server = await serve(wantsKey);
    const refused = await inspect(server.address, { LLMATIC_API_KEY_FOR: 'my server' });
    expect([refused.exitCode, refused.said]).toEqual([2, expect.stringContaining('LLMATIC_API_KEY_FOR=my server')]);
    expect(server.asked).toEqual([]);
  });
});

describe('the remedy of a missing key', () => {
  const of = (address: string, environment: NodeJS.ProcessEnv) => keyFor(parseAddress(address), environment);

  it('names the variables that this address needs', () => {
    expect(of('http://127.0.0.1:1/v1', {})).toEqual({
      value: null,
      remedy: expect.stringMatching(/LLMATIC_API_KEY,.*window/),
    });
    expect(of('https://192.0.2.1/v1', {}).remedy).toContain('LLMATIC_API_KEY_FOR=https://192.0.2.1;');
  });
});

describe('a key typed into the window', () => {
  it('is for its address, before the one of the environment', () => {
    const address = parseAddress('https://192.0.2.1/v1#m');
    const environment = { LLMATIC_API_KEY: 'other', LLMATIC_API_KEY_FOR: 'https://192.0.2.1' };
    rememberKey(address.base, 'typed');
    expect(keyFor(address, environment).value).toBe('typed');
    expect(keyFor(parseAddress('https://192.0.2.2/v1'), {}).value).toBeNull();
    rememberKey(address.base, '');
    expect(keyFor(address, environment).value).toBe('other');
  });
});
