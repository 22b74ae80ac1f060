// A run from elsewhere is looked at and nothing more, until the person says that they trust whoever made it.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Params } from '../../../core/contract.ts';
import { FailureError } from '../../../core/failure.ts';
import { createEngine } from '../../../main/engine.ts';
import { resumeSearch } from '../../../main/search-run/search-run.ts';
import { createRun, openRun } from '../../../main/store/run-folder.ts';
import { ensuredKey } from '../../../main/store/seal.ts';
import { isTrusted, refuseForeign, trustRun } from '../../../main/store/trust.ts';
import { runCli } from '../doors/run-cli.ts';
import { earlierRun } from './earlier-run.ts';
import { smallDescription } from './small-search.ts';

let folder: string;
let runs: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-trust-'));
  runs = join(folder, 'runs');
  mkdirSync(runs);
  atHome('mine');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Another data folder: another person, or another machine. */
function atHome(name: string): void {
  vi.stubEnv('LLMATIC_HOME', join(folder, name));
}

async function begun(name: string): Promise<string> {
  const store = createRun(join(runs, name), smallDescription);
  const session = await store.startSession({});
  await session.end('interrupted', {});
  await store.close();
  return store.folder;
}

/** As a search that is to go on sees it. */
async function refusal(run: string): Promise<string | null> {
  const store = openRun(run, { readOnly: true });
  try {
    refuseForeign(store, runs);
    return null;
  } catch (error) {
    if (error instanceof FailureError) return error.failure.kind;
    throw error;
  } finally {
    await store.close();
  }
}

it('goes on in runs made here, wherever they lie, and in none from elsewhere before it is trusted', async () => {
  const own = await begun('own');
  expect(await refusal(own)).toBeNull();
  cpSync(own, join(folder, 'copied'), { recursive: true });
  expect(await refusal(join(folder, 'copied'))).toBeNull();

  atHome('others');
  expect(await refusal(own)).toBe('untrusted');
  await expect(resumeSearch({ folder: own })).rejects.toMatchObject({
    failure: { kind: 'untrusted', message: expect.stringContaining('runs trust') },
  });
  const shown = await runCli(['runs', 'show', own], { environment: { LLMATIC_HOME: join(folder, 'others') } });
  expect([shown.exitCode, shown.stdout]).toEqual([0, expect.stringContaining('comes from elsewhere')]);
  await trustRun(own);
  expect(await refusal(own)).toBeNull();
  // Whoever made it has another key: it is theirs no longer.
  atHome('mine');
  expect(await refusal(own)).toBe('untrusted');
});

it('through the engine: a row says so, nothing is resumed or written, and Trust changes it', async () => {
  await begun('own');
  atHome('others');
  const engine = createEngine({ runsFolder: runs });
  const trusted = async () => (await engine.call('runs.list', {})).runs.map((row) => row.trusted);
  expect(await trusted()).toEqual([false]);
  for (const [call, more] of [
    ['search.resume', {}],
    ['runs.export', { network: 'initial' }],
  ] as const) {
    await expect(engine.call(call, { run: 'own', ...more } as Params<typeof call>)).rejects.toMatchObject({
      failure: { kind: 'untrusted' },
    });
  }
  expect((await engine.call('runs.trust', { run: 'own' })).row.trusted).toBe(true);
  expect(await trusted()).toEqual([true]);
  await engine.close();
});

it('neither goes on in a run that was changed since, nor takes it for one that is trusted', async () => {
  const own = await begun('own');
  const database = new Database(join(own, 'run.sqlite'));
  database.exec(`UPDATE run SET description = json_set(description, '$.model.file', '/tmp/other.gguf')`);
  database.close();
  expect(await refusal(own)).toBe('run');
  await expect(trustRun(own)).rejects.toThrow(/model.file was changed/);
});

it('takes runs of before there were seals for its own where they lay in the runs folder before there was a key', async () => {
  const before = join(runs, 'before');
  const outside = join(folder, 'outside');
  earlierRun(before, 1);
  earlierRun(outside, 1);
  await new Promise((resume) => setTimeout(resume, 20));
  ensuredKey();
  await new Promise((resume) => setTimeout(resume, 20));
  const after = join(runs, 'after');
  earlierRun(after, 1);
  const trusted = [before, outside, after].map((run) => {
    const store = openRun(run, { readOnly: true });
    const found = isTrusted(store, runs);
    void store.close();
    return found;
  });
  expect(trusted).toEqual([true, false, false]);
  await trustRun(after);
  expect(await refusal(after)).toBeNull();
});
