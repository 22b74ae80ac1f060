// A run that another process writes, watched through every door; that process killed; the run gone on with.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../main/doors/run-cli.ts';
import { connectTo, type Served, startServe } from '../main/doors/serve-process.ts';
import { asked, refused } from './asking.ts';
import { doors } from './doors.ts';
import { found } from './found.ts';
import { isState, isStep, listening } from './listening.ts';
import { tinySearch, tinySearchWords } from './tiny-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-processes-'));
const runs = join(folder, 'runs');
const home = join(folder, 'home');
const homeBefore = process.env.LLMATIC_HOME;

let reference: unknown;
let served: Served;

beforeAll(async () => {
  process.env.LLMATIC_HOME = home;
  const whole = join(folder, 'whole');
  expect((await runCli(tinySearchWords(whole), { environment: { LLMATIC_HOME: home } })).exitCode).toBe(0);
  reference = found(whole);
  served = await startServe(['--port', '0'], { folder, home });
}, 180_000);

afterAll(async () => {
  await served.kill();
  if (homeBefore === undefined) delete process.env.LLMATIC_HOME;
  else process.env.LLMATIC_HOME = homeBefore;
  rmSync(folder, { recursive: true });
});

describe('a run of another process', () => {
  it('is watched and not steered through any door, and gone on with once that process was killed', async () => {
    const writer = await connectTo(served.first);
    const ear = listening(writer);
    const trained = ear.until(isStep('shared', 'trained'));
    await asked(writer, 'search.start', { ...tinySearch, name: 'shared' });
    await trained;
    await asked(writer, 'search.pause', { run: 'shared' });
    const own = await asked(writer, 'runs.candidates', { run: 'shared' });

    const opened = await Promise.all(doors.map((door) => door.open(runs)));
    const interrupted = opened.map(({ first }) => listening(first).until(isState('shared', 'interrupted')));
    for (const { first, second } of opened) {
      const { row } = await asked(first, 'runs.get', { run: 'shared' });
      expect(row.state).toBe('elsewhere');
      expect((await asked(second, 'runs.list', {})).runs.map(({ id, state }) => [id, state])).toEqual([
        ['shared', 'elsewhere'],
      ]);
      expect(await asked(first, 'runs.candidates', { run: 'shared' })).toEqual(own);
      for (const name of ['search.pause', 'search.resume', 'search.stop'] as const) {
        expect(await refused(first, name, { run: 'shared' })).toMatchObject({
          code: 'state',
          message: expect.stringContaining('Another process writes the run shared'),
        });
      }
      expect((await asked(second, 'runs.get', { run: 'shared' })).row.state).toBe('elsewhere');
    }

    const more = ear.until(isStep('shared', 'generated'));
    await asked(writer, 'search.resume', { run: 'shared' });
    await more;
    await served.kill();
    // Everybody who listens hears of it without asking.
    await Promise.all(interrupted);
    await Promise.all(opened.map((door) => door.close()));
    cpSync(join(runs, 'shared'), join(folder, 'killed'), { recursive: true });

    for (const door of doors) {
      rmSync(join(runs, 'shared'), { recursive: true });
      cpSync(join(folder, 'killed'), join(runs, 'shared'), { recursive: true });
      const open = await door.open(runs);
      const finished = listening(open.second).until(isState('shared', 'finished'));
      expect((await asked(open.first, 'search.resume', { run: 'shared' })).row.state).toBe('running');
      await finished;
      await open.close();
      expect(found(join(runs, 'shared'))).toEqual(reference);
    }
  }, 180_000);
});
