// Three thousand flipped bits of a run's file: none that changes what is recorded is called sound, each is told in words.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRun } from '../../../main/store/run-folder.ts';
import { flippedBits } from './flipped-bits.ts';
import { smallDescription, smallSearch, smallSettings } from './small-search.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-flips-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('finds each of 3,000 flipped bits that changes what is recorded', async () => {
  const run = join(home, 'run');
  const settings = { ...smallSettings, generations: 2, offspring: 4 };
  const store = createRun(run, { ...smallDescription, settings });
  const session = await store.startSession({ resumed: false });
  await smallSearch(store);
  await session.end('finished', { total: 1 });
  await store.close();
  const { changing, unseen, unclear } = await flippedBits(run, join(home, 'flipped'), 3000, 7);
  expect(changing).toBeGreaterThan(500);
  expect({ unseen, unclear }).toEqual({ unseen: [], unclear: [] });
}, 1_800_000);
