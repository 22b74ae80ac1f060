// What serves the engine on a port: every message answered once, no message fatal, a client's end the end of its calls.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serveContract } from '../../../core/contract/serve-contract.ts';
import { messageLimit } from '../../../core/contract/wire.ts';
import { callNames } from '../../../core/contract.ts';
import { FailureError, fail } from '../../../core/failure.ts';
import { portPair } from './ports.ts';
import { type StandInEngine, standInEngine } from './stand-in-engine.ts';

interface Answer {
  readonly type: string;
  readonly id: number | null;
}

/** A served engine, and everything that it sends. */
function served(engine: StandInEngine) {
  const pair = portPair();
  const end = serveContract(pair.far, engine);
  const answers: (Answer & Record<string, unknown>)[] = [];
  pair.near.onMessage((message) => answers.push(message as Answer & Record<string, unknown>));
  return { ...pair, end, answers };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

const id = fc.oneof(fc.nat(5), fc.constantFrom(-1, 1.5, 2 ** 53, null, '3', [], true));
const nearlyMessage = fc.record(
  {
    type: fc.oneof(
      { weight: 4, arbitrary: fc.constant('call') },
      fc.constantFrom('cancel', 'event', 'result', 7, null),
    ),
    id,
    name: fc.oneof(
      fc.constantFrom(...callNames),
      fc.constantFrom('toString', '__proto__', 'x'.repeat(101)),
      fc.string(),
    ),
    params: fc.oneof(fc.constant({}), fc.constant({ run: 'a' }), fc.jsonValue()),
    surplus: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const anyText = fc.oneof(
  { weight: 4, arbitrary: nearlyMessage.map((message) => JSON.stringify(message)) },
  fc.json(),
  fc.string(),
  fc.constantFrom('{"__proto__":{"type":"call"}}', '{"type":"call","id":1,"name":"models.list"}', '['.repeat(9000)),
  fc.nat(8000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
  fc.nat(8000).map((depth) => {
    const nested = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    return `{"type":"call","id":4,"name":"search.check","params":${nested}}`;
  }),
);

function isCancellation(text: string): boolean {
  try {
    const { type, id: given, ...rest } = JSON.parse(text) as Record<string, unknown>;
    return type === 'cancel' && Number.isSafeInteger(given) && Number(given) >= 0 && Object.keys(rest).length === 0;
  } catch {
    return false;
  }
}

describe('an engine served on a port', () => {
  it('answers each of any messages once, whatever they are, and still answers a proper call', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 12 }), async (texts) => {
        const engine = standInEngine({
          'models.list': () => ({ models: [] }),
          'runs.get': () => fail('run', 'There is none.', { line: 3 }),
          'app.describe': () => undefined,
          'runs.list': () => {
            throw new TypeError('A mistake of the engine.');
          },
        });
        const { near, answers, inject } = served(engine);
        for (const text of texts) inject(text);
        near.send({ type: 'call', id: 1000, name: 'models.list', params: {} });
        const due = texts.filter((text) => !isCancellation(text)).length + 1;
        await until(() => answers.length >= due && answers.some((answer) => answer.id === 1000));
        for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
        expect(answers).toHaveLength(due);
        expect(answers.find((answer) => answer.id === 1000)).toEqual({
          type: 'result',
          id: 1000,
          value: { models: [] },
        });
      }),
      { numRuns: 150 },
    );
  });

  it('passes a failure on as a value with its place, and null for a call without a result', async () => {
    const engine = standInEngine({
      'runs.get': () => fail('syntax', 'The text ends early.', { line: 3, column: 7 }),
      'models.list': () => undefined,
    });
    const { near, answers } = served(engine);
    near.send({ type: 'call', id: 0, name: 'runs.get', params: { run: 'a' } });
    near.send({ type: 'call', id: 1, name: 'models.list', params: {} });
    await until(() => answers.length === 2);
    expect(answers).toEqual([
      {
        type: 'failure',
        id: 0,
        failure: { code: 'syntax', message: 'The text ends early.', data: { line: 3, column: 7 } },
      },
      { type: 'result', id: 1, value: null },
    ]);
  });

  it('checks parameters before the engine hears of the call, and fills in what has a default', async () => {
    const engine = standInEngine({ 'runs.candidates': () => ({ total: 0, candidates: [] }) });
    const { near, answers } = served(engine);
    near.send({ type: 'call', id: 0, name: 'runs.candidates', params: { run: 'a', limit: 0 } });
    near.send({ type: 'call', id: 1, name: 'runs.candidates', params: { run: 'a' } });
    await until(() => answers.length === 2);
    expect(answers).toMatchObject([
      { id: 0, failure: { code: 'input', message: expect.stringContaining('limit') } },
      { id: 1, type: 'result' },
    ]);
    expect(engine.heard.map(({ params }) => params)).toEqual([{ run: 'a', offset: 0, limit: 200 }]);
  });

  it('aborts a call that is cancelled, and every call of a client that has gone', async () => {
    const engine = standInEngine({
      'app.doctor': (_params: never, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new FailureError({ kind: 'cancelled', message: 'It was.' })));
        }),
    });
    const { near, answers } = served(engine);
    for (const each of [1, 2, 3]) near.send({ type: 'call', id: each, name: 'app.doctor', params: {} });
    near.send({ type: 'cancel', id: 2 });
    near.send({ type: 'cancel', id: 77 });
    await until(() => answers.length === 1);
    expect(answers[0]).toMatchObject({ id: 2, failure: { code: 'cancelled' } });
    expect(engine.heard.map(({ signal }) => signal?.aborted)).toEqual([false, true, false]);
    near.close();
    await until(() => engine.listeners === 0);
    expect(engine.heard.map(({ signal }) => signal?.aborted)).toEqual([true, true, true]);
    expect(answers).toHaveLength(1);
  });

  it('lets a start or a resumption outlive the client that asked for it, but not its cancellation', async () => {
    const engine = standInEngine({
      'search.start': () => new Promise(() => {}),
      'search.resume': () => new Promise(() => {}),
    });
    const { near } = served(engine);
    near.send({ type: 'call', id: 0, name: 'search.start', params: { preset: 'demo', changes: {}, name: null } });
    near.send({ type: 'call', id: 1, name: 'search.resume', params: { run: 'a' } });
    near.send({ type: 'call', id: 2, name: 'search.resume', params: { run: 'b' } });
    near.send({ type: 'cancel', id: 2 });
    await until(() => engine.heard.at(-1)?.signal?.aborted === true);
    near.close();
    await until(() => engine.listeners === 0);
    expect(engine.heard.map(({ signal }) => signal?.aborted)).toEqual([false, false, true]);
  });

  it('refuses a number that is under way, and more than 256 calls at once', async () => {
    const engine = standInEngine({ 'app.doctor': () => new Promise(() => {}) });
    const { near, answers } = served(engine);
    near.send({ type: 'call', id: 0, name: 'app.doctor', params: {} });
    for (let each = 0; each < 258; each++) near.send({ type: 'call', id: each, name: 'app.doctor', params: {} });
    await until(() => answers.length === 3);
    expect(answers).toMatchObject([
      { id: 0, failure: { code: 'message', message: expect.stringContaining('under way already') } },
      { id: 256, failure: { code: 'message', message: expect.stringContaining('256 calls are under way') } },
      { id: 257, failure: { code: 'message' } },
    ]);
    expect(engine.heard).toHaveLength(256);
  });

  it('answers with a failure where an answer is too large, and leaves out an event that is', async () => {
    const large = 'x'.repeat(messageLimit);
    const engine = standInEngine({ 'models.list': () => ({ models: [large] }) });
    const { near, answers } = served(engine);
    near.send({ type: 'call', id: 0, name: 'models.list', params: {} });
    await until(() => answers.length === 1);
    expect(answers[0]).toMatchObject({
      type: 'failure',
      failure: { message: expect.stringContaining('beyond the limit') },
    });
    engine.emit({ type: 'run-removed', run: large });
    engine.emit({ type: 'run-removed', run: 'a' });
    await until(() => answers.length === 2);
    expect(answers[1]).toEqual({ type: 'event', event: { type: 'run-removed', run: 'a' } });
  });

  it('says no more than a person reads, whatever was quoted in it', async () => {
    const engine = standInEngine({
      'runs.get': ({ run }: { run: string }) => fail('run', `There is no run ${run.repeat(100)}.`),
    });
    const { near, answers } = served(engine);
    near.send({ type: 'call', id: 0, name: 'runs.get', params: { run: '/a'.repeat(2048) } });
    near.send({ type: 'call', id: 1, name: 'runs.get', params: { run: 'a'.repeat(4097) } });
    near.send({ type: 'call', id: 2, name: 'n'.repeat(101), params: {} });
    const surplus = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`surplus${index}`, index]));
    near.send({ type: 'call', id: 3, name: 'runs.list', params: surplus });
    near.send({ type: 'call', id: 4, name: 'runs.get', params: { run: 'a\0b' } });
    await until(() => answers.length === 5);
    for (const answer of answers) expect(JSON.stringify(answer).length).toBeLessThan(4200);
    const of = (id: number) => answers.find((answer) => answer.id === id);
    expect(of(0)).toMatchObject({
      failure: { code: 'run', message: expect.stringMatching(/^There is no run (\/a)+\.\.\.$/) },
    });
    expect(of(4)).toMatchObject({ failure: { code: 'input', message: expect.stringContaining('NUL character') } });
  });

  it('tells nothing after its end', async () => {
    const engine = standInEngine();
    const { end, answers } = served(engine);
    engine.emit({ type: 'run-removed', run: 'a' });
    await until(() => answers.length === 1);
    end();
    end();
    expect(engine.listeners).toBe(0);
  });
});
