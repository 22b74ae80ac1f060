// The client of a port: each answer to its call, failures as FailureErrors, nothing left waiting.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../../core/contract/client.ts';
import { serveContract } from '../../../core/contract/serve-contract.ts';
import { messageLimit } from '../../../core/contract/wire.ts';
import { fail } from '../../../core/failure.ts';
import { portPair } from './ports.ts';
import { type StandInEngine, standInEngine } from './stand-in-engine.ts';

function connected(engine: StandInEngine) {
  const pair = portPair();
  serveContract(pair.far, engine);
  return { ...pair, client: createClient(pair.near) };
}

/** A client whose far side the test plays. */
function alone() {
  const pair = portPair();
  const heard: { type: string; id: number }[] = [];
  pair.far.onMessage((message) => heard.push(message as { type: string; id: number }));
  return { ...pair, heard, client: createClient(pair.near) };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a client', () => {
  it('gives each of many calls its own answer, in whatever order they come', async () => {
    const engine = standInEngine({
      'runs.open': async ({ folder }: { folder: string }) => {
        for (let turn = Number(folder) % 7; turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
        return fail('run', folder);
      },
    });
    const { client } = connected(engine);
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => client.call('runs.open', { folder: String(index) })),
    );
    expect(answers.map((answer) => answer.status === 'rejected' && (answer.reason as Error).message)).toEqual(
      Array.from({ length: 100 }, (_, index) => String(index)),
    );
  });

  it('rejects with the failure and its place', async () => {
    const { client } = connected(
      standInEngine({ 'runs.list': () => fail('syntax', 'The text ends early.', { line: 3, column: 7 }) }),
    );
    await expect(client.call('runs.list', {})).rejects.toMatchObject({
      name: 'FailureError',
      failure: { kind: 'syntax', message: 'The text ends early.', line: 3, column: 7 },
    });
  });

  it('rejects for an answer that is none of this version, naming the call and the place', async () => {
    const { client } = connected(standInEngine({ 'models.list': () => ({ models: [{ file: 7 }] }) }));
    await expect(client.call('models.list', {})).rejects.toMatchObject({
      failure: { kind: 'message', message: expect.stringMatching(/models\.list .*\n.*models\[0\]\.file/s) },
    });
  });

  it('cancels at its signal, before the call as well, and then takes no answer to it', async () => {
    const { client, heard, far } = alone();
    const controller = new AbortController();
    const call = client.call('runs.list', {}, { signal: controller.signal });
    await turns();
    controller.abort();
    await expect(call).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
    await turns();
    expect(heard.map(({ type, id }) => [type, id])).toEqual([
      ['call', 0],
      ['cancel', 0],
    ]);
    far.send({ type: 'result', id: 0, value: { runs: [] } });
    await expect(client.call('runs.list', {}, { signal: controller.signal })).rejects.toMatchObject({
      failure: { kind: 'cancelled' },
    });
    await turns();
    expect(heard).toHaveLength(2);
  });

  it('rejects what waits when the connection ends on either side, and every call after that', async () => {
    for (const side of ['near', 'far'] as const) {
      const pair = alone();
      let ends = 0;
      pair.client.onClose(() => ends++);
      const call = pair.client.call('runs.list', {});
      pair[side].close();
      await expect(call).rejects.toMatchObject({ failure: { kind: 'closed' } });
      await expect(pair.client.call('runs.list', {})).rejects.toMatchObject({ failure: { kind: 'closed' } });
      expect([pair.client.open, ends]).toEqual([false, 1]);
    }
  });

  it('refuses parameters beyond the limit and stays in use', async () => {
    const { client } = connected(standInEngine({ 'models.list': () => ({ models: [] }) }));
    const changes = { model: 'x'.repeat(messageLimit) };
    await expect(client.call('search.check', { preset: 'demo', changes, name: null })).rejects.toMatchObject({
      failure: { kind: 'message', message: expect.stringContaining('search.check') },
    });
    expect(await client.call('models.list', {})).toEqual({ models: [] });
  });

  it('tells each listener every event once, in order, until it ends listening', async () => {
    const engine = standInEngine();
    const { client } = connected(engine);
    const [one, two]: [string[], string[]] = [[], []];
    client.subscribe((event) => one.push(event.type === 'run-removed' ? event.run : ''));
    const end = client.subscribe((event) => two.push(event.type === 'run-removed' ? event.run : ''));
    for (const run of ['a', 'b', 'c']) engine.emit({ type: 'run-removed', run });
    await turns();
    end();
    engine.emit({ type: 'run-removed', run: 'd' });
    await turns();
    expect([one, two]).toEqual([
      ['a', 'b', 'c', 'd'],
      ['a', 'b', 'c'],
    ]);
  });

  it('is not led astray by messages that answer nothing', async () => {
    const message = fc.oneof(
      fc.jsonValue(),
      fc.record({ type: fc.constantFrom('result', 'failure', 'event'), id: fc.oneof(fc.integer(), fc.constant(null)) }),
      fc.record({
        type: fc.constant('failure'),
        id: fc.oneof(fc.constant(null), fc.integer({ min: 10 })),
        failure: fc.record({ code: fc.string(), message: fc.string(), data: fc.constant({}) }),
      }),
      fc.record({ type: fc.constant('result'), id: fc.integer({ min: 10 }), value: fc.jsonValue() }),
      fc.record({ type: fc.constant('event'), event: fc.jsonValue() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 10 }), async (messages) => {
        const { client, far } = alone();
        const call = client.call('models.list', {});
        for (const each of messages) far.send(each);
        far.send({ type: 'result', id: 0, value: { models: [] } });
        far.send({ type: 'result', id: 0, value: { models: [{}] } });
        expect(await call).toEqual({ models: [] });
        expect(client.open).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
