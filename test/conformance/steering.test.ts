// A real search steered through every door: started, paused, resumed, stopped, begun again, and watched meanwhile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractEventSchema } from '../../core/contract/events.ts';
import { type CandidateRows, newestFirst, withRows } from '../../renderer/state/candidate-rows.ts';
import { asked, refused } from './asking.ts';
import { doors, type OpenDoor } from './doors.ts';
import { found } from './found.ts';
import { isState, isStep, listening } from './listening.ts';
import { tinySearch } from './tiny-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-steering-'));
const homeBefore = process.env.LLMATIC_HOME;
beforeAll(() => {
  process.env.LLMATIC_HOME = join(folder, 'home');
});
afterAll(() => {
  if (homeBefore === undefined) delete process.env.LLMATIC_HOME;
  else process.env.LLMATIC_HOME = homeBefore;
  rmSync(folder, { recursive: true });
});

let reference: unknown = null;

describe.each(doors)('$name', (door) => {
  const runs = join(folder, door.name.replaceAll(' ', '-'));
  let open: OpenDoor;
  beforeAll(async () => {
    open = await door.open(runs);
  });
  afterAll(() => open.close());

  it('runs a search to its end and tells both clients every step in order, none twice', async () => {
    const [one, two] = [listening(open.first), listening(open.second)];
    const finished = [one, two].map((ear) => ear.until(isState('whole', 'finished')));
    const { row } = await asked(open.first, 'search.start', { ...tinySearch, name: 'whole' });
    expect(row).toMatchObject({ id: 'whole', folder: join(runs, 'whole'), state: 'running', preset: 'demo', seed: 1 });
    expect(await refused(open.second, 'search.start', { ...tinySearch, name: 'whole' })).toMatchObject({ code: 'run' });
    expect(await refused(open.second, 'search.resume', { run: 'whole' })).toMatchObject({ code: 'state' });
    await Promise.all(finished);

    const steps = (ear: typeof one) => ear.events.filter((event) => event.type === 'run-event');
    for (const { events } of [one, two]) {
      for (const event of events) expect(contractEventSchema.parse(event)).toStrictEqual(event);
    }
    expect(steps(two)).toEqual(steps(one));
    const types = steps(one).map(({ event }) => event.type);
    expect(types.filter((type) => ['run', 'started', 'finished'].includes(type))).toEqual([
      'run',
      'started',
      'finished',
    ]);
    expect(types.filter((type) => type === 'generation-finished')).toHaveLength(2);
    const ids = steps(one).flatMap(({ event }) => (event.type === 'proposed' ? [event.id] : []));
    expect(ids).toHaveLength(new Set(ids).size);
    const rows = one.events.flatMap((event) => (event.type === 'run-changed' ? [event.row] : []));
    expect(rows.at(-1)).toEqual((await asked(open.second, 'runs.get', { run: 'whole' })).row);
    expect(rows.map(({ ended }) => ended)).toEqual(rows.map(({ ended }) => ended).toSorted((a, b) => a - b));
    // The page's rows are those that the engine told last of each candidate.
    for (const { events } of [one, two]) {
      const told = events.flatMap((event) => (event.type === 'candidates-changed' ? [event] : []));
      expect(new Set(told.map((event) => event.run))).toEqual(new Set(['whole']));
      const shown = told.reduce<CandidateRows>((before, { candidates }) => withRows(before, candidates), new Map());
      const { candidates } = await asked(open.second, 'runs.candidates', { run: 'whole' });
      expect(newestFirst(shown)).toEqual(candidates);
    }
    for (const ear of [one, two]) ear.end();
    reference ??= found(join(runs, 'whole'));
    expect(found(join(runs, 'whole'))).toEqual(reference);
  });

  it('holds on a pause with nothing at work, goes on, stops, begins again, and ends as if nothing had been', async () => {
    const run = 'steered';
    const ear = listening(open.second);
    const trained = ear.until(isStep(run, 'training-progress'));
    await asked(open.first, 'search.start', { ...tinySearch, name: run });
    await trained;
    expect((await asked(open.second, 'search.pause', { run })).row.state).toBe('paused');
    const count = ear.events.filter(({ type }) => type === 'run-event').length;
    const paused = await asked(open.first, 'runs.get', { run });
    expect(paused.row).toMatchObject({ state: 'paused', problem: null });
    // Pausing what is paused is no failure; starting it anew is one.
    expect((await asked(open.first, 'search.pause', { run })).row.state).toBe('paused');
    expect(await refused(open.first, 'search.start', { ...tinySearch, name: run })).toMatchObject({ code: 'run' });
    expect((await asked(open.first, 'runs.candidates', { run })).total).toBe(paused.row.candidates);
    expect(ear.events.filter(({ type }) => type === 'run-event')).toHaveLength(count);

    const trainedAgain = ear.until(isStep(run, 'trained'));
    expect((await asked(open.first, 'search.resume', { run })).row.state).toBe('running');
    await trainedAgain;
    expect((await asked(open.first, 'search.stop', { run })).row.state).toBe('interrupted');
    expect(await refused(open.first, 'search.pause', { run })).toMatchObject({ code: 'state' });
    expect(await refused(open.first, 'search.stop', { run })).toMatchObject({ code: 'state' });

    const finished = ear.until(isState(run, 'finished'));
    expect((await asked(open.second, 'search.resume', { run, workers: 2 })).row.state).toBe('running');
    await finished;
    ear.end();
    const { sessions } = await asked(open.first, 'runs.get', { run });
    expect(sessions.map(({ outcome }) => outcome)).toEqual(['interrupted', 'interrupted', 'finished']);
    expect(found(join(runs, run))).toEqual(reference);
  });

  it('stops what is paused, and a start that was cancelled leaves nothing at work', async () => {
    const run = 'held';
    await asked(open.first, 'search.start', { ...tinySearch, name: run });
    await asked(open.first, 'search.pause', { run });
    expect((await asked(open.first, 'search.stop', { run })).row.state).toBe('interrupted');

    const cancelling = new AbortController();
    const ear = listening(open.second);
    const loading = ear.until(isState('never', 'starting'));
    const start = open.first.call('search.start', { ...tinySearch, name: 'never' }, { signal: cancelling.signal });
    await loading;
    cancelling.abort();
    await expect(start).rejects.toThrow();
    await expect
      .poll(async () => (await asked(open.first, 'runs.list', {})).runs.map(({ id, state }) => [id, state]))
      .toEqual(
        expect.not.arrayContaining([
          ['never', 'starting'],
          ['never', 'running'],
        ]),
      );
    ear.end();
  });
});
