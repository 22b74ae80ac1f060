// Runs that ended before their end: why one failed is kept with it, and one whose model's file has moved goes on with it.
import { appendFileSync, copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../../core/contract.ts';
import { embeddedModelFile } from '../../../main/llm/embedded.ts';
import { createRun, openRun } from '../../../main/store/run-folder.ts';
import { isState, listening } from '../../conformance/listening.ts';
import { tinySearch } from '../../conformance/tiny-search.ts';
import { runCli } from '../doors/run-cli.ts';
import { smallDescription } from '../store/small-search.ts';
import { engineInFolder } from './engine-in-folder.ts';

let folder: string;
let runs: string;
let engine: Engine;
beforeEach(() => {
  const here = engineInFolder('resuming');
  ({ folder, runs, engine } = here);
  return here.close;
});

async function failedRun(name: string, problem?: { readonly kind: string; readonly message: string }): Promise<void> {
  const store = createRun(join(runs, name), smallDescription);
  const session = await store.startSession({ resumed: false });
  await session.end('failed', { total: 1 }, problem);
  await store.close();
}

it('keeps why a run failed, for every door; of an earlier version that is not known', async () => {
  const message = 'The trainer failed for 5 candidates in a row (no memory).';
  await failedRun('known', { kind: 'fault', message });
  await failedRun('unknown');
  const { runs: rows } = await engine.call('runs.list', {});
  expect(rows.map(({ id, state, problem }) => [id, state, problem]).sort()).toEqual([
    ['known', 'failed', { code: 'fault', message, data: {} }],
    ['unknown', 'failed', null],
  ]);
  const shown = await runCli(['runs', 'show', join(runs, 'known')], { cwd: folder });
  expect(shown.stdout).toContain(`Why it failed: ${message}`);
  const json = await runCli(['runs', 'show', join(runs, 'known'), '--json'], { cwd: folder });
  expect(JSON.parse(json.stdout)).toMatchObject({ state: 'failed', problem: { kind: 'fault', message } });
  expect((await runCli(['runs', 'show', join(runs, 'unknown')], { cwd: folder })).stdout).not.toContain(
    'Why it failed',
  );
  expect((await runCli(['runs', 'list', runs], { cwd: folder })).stdout).toContain(message);
  // What else the session noted stays.
  const store = openRun(join(runs, 'known'), { readOnly: true });
  expect(store.sessions()[0]?.environment).toMatchObject({ resumed: false });
  store.close();
});

it('goes on with a model that has moved, and with no other', async () => {
  const before = join(folder, 'model.gguf');
  const now = join(folder, 'elsewhere.gguf');
  copyFileSync(embeddedModelFile(), before);
  const ear = listening(engine);
  const request = { ...tinySearch, changes: { ...tinySearch.changes, model: before }, name: 'moved' };
  await engine.call('search.start', request);
  await engine.call('search.stop', { run: 'moved' });
  renameSync(before, now);
  // Another file: a byte more at its end, which no tensor reaches.
  const other = join(folder, 'other.gguf');
  copyFileSync(now, other);
  appendFileSync(other, '\0');
  await expect(engine.call('search.resume', { run: 'moved' })).rejects.toMatchObject({
    failure: { kind: 'file', message: expect.stringContaining(before) },
  });
  await expect(engine.call('search.resume', { run: 'moved', model: other })).rejects.toMatchObject({
    failure: { kind: 'input', message: expect.stringContaining('was made with the model') },
  });
  const finished = ear.until(isState('moved', 'finished'));
  await engine.call('search.resume', { run: 'moved', model: now });
  await finished;
});
