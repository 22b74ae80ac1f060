// What a run's processes worked, also those that were killed, and what a run says while one works on it. The oracle for
// times is arithmetic by hand on the clock readings given.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../main/store/run-description.ts';
import { createRun, openRun } from '../../../main/store/run-folder.ts';
import { standingOfRun } from '../../../main/store/run-state.ts';
import { totalSeconds, withWorked } from '../../../main/store/sessions.ts';
import { runCli } from '../doors/run-cli.ts';
import { smallDescription, smallSearch, smallSettings } from './small-search.ts';

const at = (time: string): string => `2026-11-04T${time}Z`;

function session(started: string, ended: string | null, seconds: Session['seconds'] = {}): Session {
  const outcome = ended === null ? null : 'interrupted';
  return { id: 1, started: at(started), ended: ended === null ? null : at(ended), outcome, environment: {}, seconds };
}

const totals = (sessions: readonly Session[], recorded: readonly string[]): (number | undefined)[] =>
  withWorked(sessions, () => recorded.map(at)).map(({ seconds }) => seconds.total);

describe('seconds worked', () => {
  it('of a process that was killed go to the last step that it recorded', () => {
    const sessions = [
      session('10:00:00.000', null, { train: 3 }),
      session('11:00:00.000', null, { total: 20 }),
      session('12:00:00.000', '12:00:30.000', { total: 31 }),
      session('13:00:00.000', null),
      session('14:00:00.000', null),
    ];
    const recorded = ['10:00:05.000', '10:02:00.500', '11:00:15.000', '12:00:29.000', '14:00:01.000', '14:01:40.250'];
    expect(totals(sessions, recorded)).toEqual([120.5, 20, 31, undefined, 100.25]);
    expect(totalSeconds(withWorked(sessions, () => recorded.map(at)))).toEqual({ train: 3, total: 271.75 });
  });

  it('are not asked of the steps where every process noted its own, and no damaged time counts', () => {
    const never = (): never => expect.fail('Steps are read.');
    const whole = [session('10:00:00.000', '10:01:00.000', { total: 60 })];
    expect(withWorked(whole, never)).toEqual(whole);
    expect(withWorked([], never)).toEqual([]);
    const killed = [session('10:00:00.000', null, { total: 1 })];
    expect(totals(killed, ['', 'never'])).toEqual([1]);
    expect(withWorked([{ ...killed[0]!, started: 'x' }], () => [at('10:00:09.000')])[0]!.seconds.total).toBe(1);
  });
});

describe('a run that a process works on', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'llmatic-worked-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('is listed as running, with the process; one that was killed as unfinished, with what it worked', async () => {
    const settings = { ...smallSettings, generations: 1, offspring: 2 };
    const store = createRun(join(home, 'run'), { ...smallDescription, settings });
    const listed = async () => {
      const { stdout, exitCode } = await runCli(['runs', 'list', home, '--json']);
      expect(exitCode).toBe(0);
      const { state, process, seconds } = JSON.parse(stdout).runs[0];
      return { state, process, seconds };
    };
    expect(await listed()).toEqual({ state: 'held', process: null, seconds: {} });
    await store.startSession({ process: process.pid });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await smallSearch(store);
    expect(await listed()).toMatchObject({ state: 'running', process: process.pid });
    const shown = await runCli(['runs', 'show', store.folder]);
    expect(shown.stdout).toContain(`running (process ${process.pid}); generation 1 of 1`);
    expect(shown.stdout).toMatch(/Time: \d/);
    // As a kill leaves it: the lock is gone, the session has no end.
    await store.close();
    const killed = await listed();
    expect(killed).toMatchObject({ state: 'unfinished', process: null });
    expect(killed.seconds.total).toBeGreaterThan(1);
  });

  it('names no process that is gone, and none that it did not note', async () => {
    const gone = spawn(process.execPath, ['-e', '0']);
    await new Promise((resolve) => gone.on('exit', resolve));
    const store = createRun(join(home, 'run'), smallDescription);
    for (const environment of [{}, { process: gone.pid! }, { process: 'x' }, { process: -1 }]) {
      await store.startSession(environment);
      expect(standingOfRun(store.folder, store.sessions())).toEqual({ state: 'running', process: null });
    }
    await (await store.startSession({})).end('interrupted', {});
    expect(standingOfRun(store.folder, store.sessions()).state).toBe('held');
    await store.close();
    const closed = openRun(store.folder, { readOnly: true });
    expect(standingOfRun(closed.folder, closed.sessions())).toEqual({ state: 'interrupted', process: null });
    await closed.close();
  });
});
