// The client that connects again: under a clock and connections that the test moves by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConnectionState, createReconnectingClient } from '../../../core/contract/reconnecting-client.ts';
import { serveContract } from '../../../core/contract/serve-contract.ts';
import type { Port } from '../../../core/contract/wire.ts';
import { portPair } from './ports.ts';
import { standInEngine } from './stand-in-engine.ts';

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** An engine that can be away, and everything that the client does about it. */
function scene({ away = false, held = false }: { readonly away?: boolean; readonly held?: boolean } = {}) {
  const engine = standInEngine({ 'models.list': () => ({ models: [] }), 'runs.list': () => new Promise(() => {}) });
  const states: ConnectionState[] = [];
  const waits: number[] = [];
  const at = { away, connections: 0, ports: [] as Port[], pending: [] as (() => void)[] };
  let pass: (() => void)[] = [];
  const client = createReconnectingClient({
    async connect() {
      at.connections++;
      if (held) await new Promise<void>((resolve) => at.pending.push(resolve));
      if (at.away) throw new Error('Nobody answers.');
      const { near, far } = portPair();
      serveContract(far, engine);
      at.ports.push(far);
      return near;
    },
    wait(milliseconds) {
      waits.push(milliseconds);
      return new Promise((resolve) => pass.push(resolve));
    },
    onState: (state) => states.push(state),
  });
  return {
    client,
    engine,
    states,
    waits,
    at,
    /** Lets all waiting end. */
    async pass() {
      const due = pass;
      pass = [];
      for (const resolve of due) resolve();
      await turns();
    },
    async breakOff() {
      at.ports.at(-1)?.close();
      await turns();
    },
  };
}

describe('a reconnecting client', () => {
  it('holds a call until there is a connection, and waits longer after each try, at most four seconds', async () => {
    const { client, states, waits, pass, at } = scene({ away: true });
    const call = client.call('models.list', {});
    for (let attempt = 0; attempt < 7; attempt++) {
      await turns();
      await pass();
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000, 4000]);
    expect([client.state, states]).toEqual(['broken', ['broken']]);
    at.away = false;
    await pass();
    expect(await call).toEqual({ models: [] });
    expect([client.state, states]).toEqual(['open', ['broken', 'open']]);
  });

  it('rejects what was under way at a break, since it may have been done, and answers what is asked after it', async () => {
    const { client, states, breakOff, pass } = scene();
    await turns();
    const underWay = expect(client.call('runs.list', {})).rejects.toMatchObject({ failure: { kind: 'closed' } });
    await turns();
    await breakOff();
    await underWay;
    const after = client.call('models.list', {});
    await pass();
    expect(await after).toEqual({ models: [] });
    expect(states).toEqual(['open', 'broken', 'open']);
  });

  it('never asks an engine that accepts and closes at once without a pause', async () => {
    const { waits, breakOff, pass, at } = scene();
    await turns();
    for (let count = 0; count < 5; count++) {
      await breakOff();
      expect(at.connections).toBe(count + 1);
      await pass();
    }
    expect(waits).toEqual([250, 250, 250, 250, 250]);
  });

  it('tells every event once and in order, over any breaks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('event', 'break'), { maxLength: 20 }), async (acts) => {
        const { client, engine, breakOff, pass } = scene();
        const heard: string[] = [];
        client.subscribe((event) => heard.push(event.type === 'run-removed' ? event.run : event.type));
        await turns();
        const told: string[] = [];
        for (const [index, act] of acts.entries()) {
          if (act === 'event') {
            engine.emit({ type: 'run-removed', run: String(index) });
            told.push(String(index));
            await turns();
          } else {
            await breakOff();
            await pass();
          }
        }
        expect(heard).toEqual(told);
        expect(engine.listeners).toBe(1);
      }),
      { numRuns: 40 },
    );
  });

  it('closed while it connects, drops the connection that comes late and rejects what waited, at once', async () => {
    const { client, states, at, engine } = scene({ held: true });
    const waiting = client.call('models.list', {});
    await turns();
    client.close();
    await expect(waiting).rejects.toMatchObject({ failure: { kind: 'closed' } });
    for (const resolve of at.pending) resolve();
    await turns();
    expect([states, at.ports.length, engine.listeners]).toEqual([['closed'], 1, 0]);
  });

  it('closed while it waits or is open, connects no more and answers nothing', async () => {
    const waiting = scene({ away: true });
    const open = scene();
    await turns();
    for (const { client, states, pass, at, engine } of [waiting, open]) {
      client.close();
      client.close();
      await turns();
      at.away = false;
      await pass();
      expect([client.state, states.at(-1), at.connections, engine.listeners]).toEqual(['closed', 'closed', 1, 0]);
      await expect(client.call('models.list', {})).rejects.toMatchObject({ failure: { kind: 'closed' } });
    }
  });

  it('gives up a call that is aborted while there is no connection', async () => {
    const { client, at, pass } = scene({ away: true });
    const controller = new AbortController();
    const call = client.call('models.list', {}, { signal: controller.signal });
    await turns();
    controller.abort();
    await expect(call).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
    await expect(client.call('models.list', {}, { signal: controller.signal })).rejects.toMatchObject({
      failure: { kind: 'cancelled' },
    });
    at.away = false;
    await pass();
    expect(await client.call('models.list', {})).toEqual({ models: [] });
  });
});
