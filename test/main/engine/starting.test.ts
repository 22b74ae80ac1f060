// Searches that are just being started, and lists of runs that are long: the engine by itself, with its real parts.
import { cpSync, existsSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/contract.ts';
import { createRun } from '../../../main/store/run-folder.ts';
import { isState, listening } from '../../conformance/listening.ts';
import { tinySearch } from '../../conformance/tiny-search.ts';
import { smallDescription } from '../store/small-search.ts';
import { engineInFolder } from './engine-in-folder.ts';

let runs: string;
let engine: Engine;
beforeEach(() => {
  const here = engineInFolder('starting');
  ({ runs, engine } = here);
  return here.close;
});

describe('searches being started', () => {
  it('never share a folder, however close together they are started', async () => {
    const names = [null, null, 'same', 'same'];
    const starts = await Promise.allSettled(names.map((name) => engine.call('search.start', { ...tinySearch, name })));
    expect(starts.map(({ status }) => status).slice(0, 2)).toEqual(['fulfilled', 'fulfilled']);
    const begun = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value.row.id] : []));
    expect(new Set(begun).size).toBe(3);
    const refused = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason] : []));
    expect(refused).toMatchObject([
      { failure: { kind: 'run', message: expect.stringContaining('named same already') } },
    ]);
    await Promise.all(begun.map((run) => engine.call('search.stop', { run })));
  });

  it('leave nothing behind when they are stopped before they begin, and no run is shown as unreadable meanwhile', async () => {
    const ear = listening(engine);
    const loading = ear.until(isState('brief', 'starting'));
    const gone = ear.until((event) => event.type === 'run-removed');
    const start = engine.call('search.start', { ...tinySearch, name: 'brief' });
    const outcome = expect(start).rejects.toMatchObject({
      failure: { kind: 'interrupted', message: expect.stringContaining('before it began') },
    });
    await loading;
    expect(existsSync(join(runs, 'brief'))).toBe(false);
    await engine.call('search.stop', { run: 'brief' });
    await outcome;
    expect(await gone).toEqual({ type: 'run-removed', run: 'brief' });
    const states = ear.events.flatMap((event) => (event.type === 'run-changed' ? [event.row.state] : []));
    expect(new Set(states)).toEqual(new Set(['starting', 'stopping', 'interrupted']));
    expect(await engine.call('runs.list', {})).toEqual({ runs: [] });
    expect(existsSync(join(runs, 'brief'))).toBe(false);
  });
});

describe('a list of runs', () => {
  const made = (name: string, seed = 1): Promise<void> =>
    createRun(join(runs, name), { ...smallDescription, seed }).close();

  it('reads a run again only where it has changed, however many there are', async () => {
    await made('run-00');
    const names = Array.from({ length: 30 }, (_, index) => `run-${String(index).padStart(2, '0')}`);
    for (const name of names.slice(1)) cpSync(join(runs, 'run-00'), join(runs, name), { recursive: true });
    const file = (name: string): string => join(runs, name, 'run.sqlite');
    // Whole seconds, which can be set again.
    const time = new Date('2026-11-24T10:00:00Z');
    for (const name of names) utimesSync(file(name), time, time);
    const { runs: first } = await engine.call('runs.list', {});
    expect(first.map(({ id, state }) => [id, state])).toEqual(names.map((name) => [name, 'interrupted']));
    // Damage that leaves size and times as they were is not seen by whoever does not read.
    for (const name of names) {
      writeFileSync(file(name), Buffer.alloc(statSync(file(name)).size));
      utimesSync(file(name), time, time);
    }
    expect(await engine.call('runs.list', {})).toEqual({ runs: first });
    utimesSync(file('run-07'), new Date(), new Date());
    const { runs: then } = await engine.call('runs.list', {});
    expect(then.filter(({ state }) => state === 'unreadable').map(({ id }) => id)).toEqual(['run-07']);
  });

  it('is no news to who begins to listen, but what changes from that moment on is, however soon', async () => {
    await made('same', 1);
    await made('changed', 1);
    const ear = listening(engine);
    const told = ear.until((event) => event.type === 'run-changed');
    rmSync(join(runs, 'changed'), { recursive: true });
    await made('changed', 2);
    expect(await told).toMatchObject({ row: { id: 'changed', seed: 2 } });
    ear.end();
    expect(ear.events).toHaveLength(1);
  });

  it('shows another run that took the place of a deleted one', async () => {
    await made('run', 1);
    const seeds = async () => (await engine.call('runs.list', {})).runs.map(({ seed }) => seed);
    expect(await seeds()).toEqual([1]);
    expect((await engine.call('runs.get', { run: 'run' })).row.seed).toBe(1);
    rmSync(join(runs, 'run'), { recursive: true });
    expect(await seeds()).toEqual([]);
    await made('run', 2);
    expect(await seeds()).toEqual([2]);
    expect((await engine.call('runs.get', { run: 'run' })).row.seed).toBe(2);
  });
});
