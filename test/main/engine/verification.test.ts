// `runs.verify` works beside the engine: other calls are answered meanwhile, an abort ends its process, and it finds
// what is wrong in the folder of a run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../../core/contract.ts';
import { createEngine } from '../../../main/engine.ts';
import { createRun } from '../../../main/store/run-folder.ts';
import { smallDescription, smallSearch } from '../store/small-search.ts';

let folder: string;
let engine: Engine;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-verification-'));
  const store = createRun(join(folder, 'small'), smallDescription);
  await smallSearch(store, 2, () => {});
  store.close();
  engine = createEngine({ runsFolder: folder });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

it('answers other calls while a run is verified', async () => {
  const order: string[] = [];
  const verified = engine.call('runs.verify', { run: 'small' }).then((result) => {
    order.push('verified');
    return result;
  });
  await engine.call('runs.get', { run: 'small' }).then(() => order.push('got'));
  expect(await verified).toMatchObject({ ok: true, problems: [] });
  expect(order).toEqual(['got', 'verified']);
});

it('ends when it is aborted', async () => {
  const aborting = new AbortController();
  const verified = engine.call('runs.verify', { run: 'small' }, { signal: aborting.signal });
  aborting.abort();
  await expect(verified).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
});

it('names what does not belong to the run', async () => {
  writeFileSync(join(folder, 'small', 'weights', 'note.txt'), 'kept here by mistake');
  const { ok, problems } = await engine.call('runs.verify', { run: 'small' });
  expect([ok, problems]).toEqual([false, [expect.stringContaining('weights/note.txt')]]);
});
