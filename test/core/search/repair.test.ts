/** The setting repair: what it changes in a search, what is recorded, and that both shares are counted either way. */
import { expect, test } from 'vitest';
import type { Interpreter } from '../../../core/search/ports.ts';
import { presets } from '../../../core/search/presets.ts';
import { runSearch } from '../../../core/search/search.ts';
import { applySettings } from '../../../core/search/setting-paths.ts';
import { contentOf, fakeModel, fakeTrainer, interpreter, type MemoryStore, memoryStore, netText } from './fakes.ts';
import { paperPrompts } from './paper-prompts.ts';

const mended = netText({ w: 48, d: 3, f: 80_000 });

/** Finds a network in every text that holds none. */
const repairing: Interpreter = (text, how) => {
  const result = interpreter(text);
  const found = interpreter(mended);
  if (result.ok || !found.ok || how?.repair !== true) return result;
  const repairs = [{ kind: 'input-size', line: 1, message: 'a made-up repair' }] as const;
  return { ...result, repaired: { value: found.value, from: text, repairs } };
};

async function search(repair: boolean, store: MemoryStore, ...assignments: string[]) {
  const settings = applySettings(presets.demo, [
    'generations=3',
    'offspring=8',
    'initialisation.networks=4',
    'networkArchive.niches=20',
    'networkArchive.samples=200',
    'promptArchive.niches=20',
    'promptArchive.samples=200',
    `repair=${repair}`,
    ...assignments,
  ]);
  const parts = { model: fakeModel({ garbage: 0.5 }), trainer: fakeTrainer(), interpreter: repairing, store };
  return runSearch({ settings, prompts: paperPrompts, ...parts });
}

test('without it a slip is refused, and what repair would have made is told with the reason', async () => {
  const store = memoryStore();
  const summary = await search(false, store);
  const verdicts = [...store.records.values()].flatMap(({ interpreted }) => interpreted?.verdict ?? []);
  const refused = verdicts.filter((verdict) => verdict.kind === 'refused');
  expect(refused.length).toBeGreaterThan(3);
  expect(summary).toMatchObject({ repairable: refused.length, readable: 24 - refused.length });
  expect(summary.trainable).toBe(summary.readable);
  for (const { reason, repairable } of refused) {
    expect(repairable).toMatchObject({ reason, from: 'def nothing(): return' });
    expect(repairable?.source).toContain('# w 48');
  }
});

test('with it the repaired text is the network, recorded with its reason and its repairs', async () => {
  const store = memoryStore();
  const summary = await search(true, store);
  const accepted = [...store.records.values()].flatMap(({ interpreted }) => {
    return interpreted?.verdict.kind === 'accepted' ? [interpreted.verdict] : [];
  });
  const repaired = accepted.filter((verdict) => verdict.repaired !== undefined);
  expect(accepted).toHaveLength(25);
  expect(repaired.length).toBeGreaterThan(3);
  expect(summary).toMatchObject({ repairable: repaired.length, readable: 24 - repaired.length, trainable: 24 });
  for (const { source, repaired: record } of repaired) {
    expect(record).toMatchObject({ source, from: 'def nothing(): return', reason: { kind: 'syntax' } });
  }
  // A search that goes on reads its texts again and repairs them again, to the same record.
  const before = contentOf(store);
  expect(await search(true, store)).toEqual(summary);
  expect(contentOf(store)).toBe(before);
});

test('what a repair makes must keep to the budget of the search', async () => {
  const summary = await search(true, memoryStore(), 'budget.flops=70000');
  expect(summary.repairable).toBe(0);
});
