// What goes wrong with a server: each has one error that names the address and the remedy, and none leaves the address.
import { describe, expect, it } from 'vitest';
import type { GenerationRequest } from '../../../../core/search/ports.ts';
import { isLoopback, parseAddress, placeName, resolveHost } from '../../../../main/llm/served/address.ts';
import type { ServedLanguageModel, ServedModelOptions } from '../../../../main/llm/served/served-model.ts';
import { runCli } from '../../doors/run-cli.ts';
import { failureOf, openedInTests } from './opened.ts';
import { frames, json, listing, type Respond, type StandIn, streaming } from './stand-in.ts';

const opened = openedInTests();
const serve = (routes: Readonly<Record<string, Respond>>): Promise<StandIn> =>
  opened.serve({ '/v1/models': listing(['m']), ...routes });
const open = (address: string, options: Partial<ServedModelOptions> = {}): Promise<ServedLanguageModel> =>
  opened.open(address, { retries: 2, ...options });

const request: GenerationRequest = {
  prompt: 'x',
  temperature: 1,
  topP: 1,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
  maxTokens: 10,
  seed: 1,
};

const good = streaming(frames('completion', ['ok']));

describe('an address', () => {
  it('is this machine by 127.0.0.0/8, ::1 and localhost alone', () => {
    const loopback = (text: string): boolean => parseAddress(text).loopback;
    for (const host of ['127.0.0.1', '127.9.8.7', '127.1', '0x7f000001', '[::1]', 'localhost', 'LOCALHOST']) {
      expect([host, loopback(`http://${host}:8080/v1`)]).toEqual([host, true]);
    }
    for (const host of ['0.0.0.0', '10.0.0.1', '128.0.0.1', '[::]', '[fe80::1]', 'localhost.example', 'example.com']) {
      expect([host, loopback(`http://${host}:8080/v1`)]).toEqual([host, false]);
    }
    expect(isLoopback('::ffff:127.0.0.1')).toBe(true);
    expect(isLoopback('::ffff:10.0.0.1')).toBe(false);
  });

  it('gets /v1 where it has no path, keeps its name whole, and holds no password and no query', () => {
    expect(parseAddress('http://127.0.0.1:8080')).toEqual({
      base: 'http://127.0.0.1:8080/v1',
      model: null,
      loopback: true,
    });
    expect(parseAddress('http://127.0.0.1:1/api/v1/#a/b:c#d')).toMatchObject({
      base: 'http://127.0.0.1:1/api/v1',
      model: 'a/b:c#d',
    });
    expect(() => parseAddress('http://me:secret@127.0.0.1/v1')).toThrow(/LLMATIC_API_KEY/);
    expect(() => parseAddress('http://me:secret@127.0.0.1/v1')).not.toThrow(/secret/);
    expect(() => parseAddress('http://127.0.0.1/v1?key=1')).toThrow(/question mark/);
    expect(() => parseAddress('http://')).toThrow(/no address/);
    expect(placeName('http://127.0.0.1:1/v1#qwen:7b')).toBe('qwen:7b');
    expect(placeName('http://127.0.0.1:1/v1')).toBe('127.0.0.1:1');
  });

  it('whose name stands for another machine when the connection is made is refused', async () => {
    const find = async (): Promise<{ address: string; family: number }[]> => [
      { address: '127.0.0.1', family: 4 },
      { address: '10.1.2.3', family: 4 },
    ];
    expect(await failureOf(resolveHost('localhost', true, find))).toMatchObject({
      kind: 'remote-address',
      message: expect.stringMatching(/localhost stands for 10\.1\.2\.3.*127\.0\.0\.1.*--allow-remote/),
    });
    expect(await resolveHost('localhost', false, find)).toHaveLength(2);
  });

  it('of another machine needs the word of the person', async () => {
    const failure = await failureOf(open('http://192.0.2.1:8080/v1#m'));
    expect(failure).toMatchObject({
      kind: 'remote-address',
      message: expect.stringMatching(/192\.0\.2\.1.*not on this machine.*--allow-remote/s),
    });
  });

  it('by the name localhost is reached', async () => {
    const server = await serve({ '/v1/completions': good });
    const model = await open(`http://localhost:${server.port}`);
    expect((await model.generate(request)).text).toBe('ok');
  });

  it('is reached without the proxy that the environment names', async () => {
    const proxy = await serve({});
    const server = await serve({ '/v1/completions': good });
    const at = `http://127.0.0.1:${proxy.port}`;
    const { exitCode, stdout } = await runCli(['model', 'inspect', server.address, '--json'], {
      environment: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: at, http_proxy: at, NO_PROXY: '', no_proxy: '' },
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ model: 'm', remote: false });
    expect(proxy.asked).toEqual([]);
  });
});

describe('a server', () => {
  it('that is not there is named with the remedy', async () => {
    const server = await serve({});
    await server.close();
    expect(await failureOf(open(server.address))).toMatchObject({
      kind: 'server',
      message: expect.stringMatching(
        new RegExp(`${server.address} does not answer: nothing listens there\\. Start it`),
      ),
    });
  });

  it('that asks for a key says so; the key is sent, and shown nowhere', async () => {
    const key = 'sk-very-secret-0123';
    const models: Respond = (response, { authorization }) =>
      authorization === `Bearer ${key}`
        ? listing(['m'])(response, {} as never)
        : json(response, 401, { error: { message: `Incorrect API key provided: ${authorization}` } });
    const server = await serve({
      '/v1/models': models,
      '/v1/completions': (response) => json(response, 400, { error: { message: `bad request by ${key}` } }),
    });
    expect(await failureOf(open(server.address))).toMatchObject({
      kind: 'server',
      message: expect.stringMatching(/asks for a key \(401.*LLMATIC_API_KEY/),
    });
    const wrong = await failureOf(open(server.address, { key: 'sk-wrong' }));
    expect(wrong.message).not.toContain('sk-wrong');
    const model = await open(server.address, { key });
    expect(JSON.stringify(model)).not.toContain(key);
    const refused = await failureOf(model.generate(request));
    expect(refused).toMatchObject({
      kind: 'server-answer',
      message: expect.stringContaining('(400: bad request by (key))'),
    });
  });

  it('is not followed elsewhere, with a key or without', async () => {
    const other = await serve({ '/v1/completions': good });
    const server = await serve({
      '/v1/completions': (response) => response.writeHead(307, { location: `${other.address}/completions` }).end(),
    });
    const model = await open(server.address, { key: 'sk-for-the-first' });
    expect(await failureOf(model.generate(request))).toMatchObject({
      kind: 'server',
      message: expect.stringMatching(
        new RegExp(`${server.address} sends the request on to ${other.address}.*no redirect`),
      ),
    });
    expect(other.asked).toEqual([]);
  });

  const once = (first: Respond, then: Respond = good): Respond => {
    let count = 0;
    return (response, asked) => (count++ === 0 ? first : then)(response, asked);
  };
  const drop: Respond = (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(frames('completion', ['half'], { open: true }), () => response.destroy());
  };
  const endEarly: Respond = streaming(frames('completion', ['half'], { open: true }));
  const busy: Respond = (response) => json(response, 503, { error: { message: 'Loading model', code: 503 } });

  it.each([
    ['drops the connection in the midst of an answer', drop],
    ['ends an answer before it is complete', endEarly],
    ['closes the connection without an answer', (response) => response.destroy()],
    ['is still loading its model', busy],
  ] satisfies [string, Respond][])('that %s is asked again', async (_what, first) => {
    const server = await serve({ '/v1/completions': once(first) });
    const model = await open(server.address);
    expect((await model.generate(request)).text).toBe('ok');
    const asked = server.asked.filter(({ path }) => path === '/v1/completions');
    expect(asked).toHaveLength(2);
    expect(asked[0]!.body).toEqual(asked[1]!.body);
  });

  it.each([
    ['drops every answer', drop, {}, /broke off|closed the connection/],
    ['says nothing', () => {}, { silence: 0.2 }, /has said nothing for 0\.2 s/],
    ['never comes to an end', slowly, { longest: 0.5 }, /took longer than 0\.5 s/],
    ['stays busy', busy, { silence: 0.2 }, /not ready \(503: Loading model\)/],
  ] satisfies [string, Respond, Partial<ServedModelOptions>, RegExp][])(
    'that %s ends in one error with address and remedy',
    async (_what, respond, limits, words) => {
      const server = await serve({ '/v1/completions': respond });
      const model = await open(server.address, { retries: 1, ...limits });
      const failure = await failureOf(model.generate(request));
      expect(failure.kind).toBe('server');
      expect(failure.message).toMatch(words);
      expect(failure.message).toContain(server.address);
      expect(failure.message).toContain('Start it (again)');
    },
  );

  it.each([
    [
      'has no such path',
      404,
      { error: { message: 'model m not found' } },
      'server',
      /\/completions for the model m \(404: model m not found\)/,
    ],
    [
      'refuses the request',
      400,
      { error: 'unknown field' },
      'server-answer',
      /refused a request \(400: unknown field\)/,
    ],
    ['fails', 500, { error: { message: 'boom' } }, 'server-answer', /refused a request \(500: boom\)/],
    [
      'has too little context',
      400,
      { error: { message: 'request (9001 tokens) exceeds', type: 'exceed_context_size_error' } },
      'context',
      /9001 tokens.*Shorten/,
    ],
    [
      'has too little context, as OpenAI says it',
      400,
      { error: { message: "This model's maximum context length is 9", code: 'context_length_exceeded' } },
      'context',
      /maximum context/,
    ],
  ] as const)('that %s is told in its words', async (_what, status, body, kind, words) => {
    const server = await serve({ '/v1/completions': (response) => json(response, status, body) });
    const failure = await failureOf((await open(server.address)).generate(request));
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(words);
    expect(failure.message).toContain(server.address);
    expect(server.asked.filter(({ path }) => path === '/v1/completions')).toHaveLength(1);
  });

  const sends = (text: string | Buffer): Respond => streaming(Buffer.from(text));
  it.each([
    ['no JSON', sends('data: {"choices": [\n\n'), /no JSON/],
    [
      'a page',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('data: <html>\n\n'),
      /no JSON: <html>/,
    ],
    ['another form', sends('data: {"choices": [{"text": 5}]}\n\n'), /choices\.0\.text/],
    [
      'an error in its stream',
      sends('data: {"error": {"message": "out of memory"}}\n\n'),
      /broke its answer off: out of memory/,
    ],
    [
      'an error as llama-server told it in 2024',
      sends('error: {"code": 500, "message": "slot"}\n\n'),
      /broke its answer off: slot/,
    ],
    ['an event without end', sends(`data: ${'x'.repeat(2 << 20)}`), /one event of more than/],
    ['a text without end', sends(frames('completion', ['y'.repeat(1 << 17)])), /wrote 131072 characters/],
  ] satisfies [string, Respond, RegExp][])(
    'that answers with %s is refused with the reason',
    async (_what, respond, words) => {
      const server = await serve({ '/v1/completions': respond });
      const failure = await failureOf((await open(server.address)).generate(request));
      expect(failure.kind).toBe('server-answer');
      expect(failure.message).toMatch(words);
      expect(failure.message).toContain(server.address);
    },
  );

  it('whose list of models is no list, or without end, is refused', async () => {
    const page = await serve({ '/v1/models': (response) => response.end('<html>hello</html>') });
    expect(await failureOf(open(page.address))).toMatchObject({
      kind: 'server-answer',
      message: expect.stringMatching(/no JSON: <html>hello/),
    });
    const endless = await serve({
      '/v1/models': (response) => {
        const more = (): void => void (response.writable && response.write(' '.repeat(1 << 20), more));
        more();
      },
    });
    expect(await failureOf(open(endless.address))).toMatchObject({
      kind: 'server-answer',
      message: expect.stringContaining('more than'),
    });
  });

  it('is left at once when the person gives up, in an answer and between two tries', async () => {
    const silent = await serve({ '/v1/completions': () => {} });
    const model = await open(silent.address);
    const controller = new AbortController();
    const work = model.generate(request, controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(work).rejects.toThrow('enough');
    await silent.asked.at(-1)!.gone;

    const dead = await serve({ '/v1/completions': busy });
    const patient = await open(dead.address, { pause: 60_000 });
    const again = new AbortController();
    const waiting = patient.generate(request, again.signal);
    setTimeout(() => again.abort(new Error('enough')), 50);
    await expect(waiting).rejects.toThrow('enough');
  });

  it('is left when the model is closed', async () => {
    const silent = await serve({ '/v1/completions': () => {} });
    const model = await open(silent.address);
    const work = failureOf(model.generate(request));
    setTimeout(() => void model.close(), 50);
    expect((await work).kind).toBe('closed');
  });
});

/** Sends a piece now and then, for ever. */
function slowly(...[response]: Parameters<Respond>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const timer = setInterval(() => response.write(': still here\n\n'), 50);
  response.on('close', () => clearInterval(timer));
}
