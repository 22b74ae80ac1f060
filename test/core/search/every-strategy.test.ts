// What every strategy of the table keeps to, run through whole searches over stand-ins. A new row is tested here by itself.
import { describe, expect, test } from 'vitest';
import { type CandidateRecord, isEnded } from '../../../core/search/candidate.ts';
import { insertGeneration } from '../../../core/search/insertion.ts';
import { candidateId } from '../../../core/search/search-context.ts';
import { emptyState } from '../../../core/search/state.ts';
import { strategies, strategyNames } from '../../../core/search/strategies/table.ts';
import { finished, run, settingsFor } from './fake-search.ts';
import { contentOf, type MemoryStore, memoryStore, scrambledDelay } from './fakes.ts';
import { paperPrompts } from './paper-prompts.ts';
import { storedState } from './stored-state.ts';

function recordsOf(store: MemoryStore, generation: number): CandidateRecord[] {
  return [...store.records.values()]
    .filter(({ proposed }) => proposed?.generation === generation)
    .sort((a, b) => (a.proposed?.index ?? 0) - (b.proposed?.index ?? 0));
}

describe.each(strategyNames.map((name) => [name] as const))('the strategy %s', (name) => {
  const settings = settingsFor(`strategy=${name}`, 'generations=3');

  test('says in one sentence what it does', () => {
    expect(strategies[name].sentence).toMatch(/^[A-Z][^\n]*\.$/);
    expect(strategies[name].sentence.length).toBeLessThan(160);
  });

  test('has settings that are complete without a word', () => {
    expect(strategies[name].settings.safeParse({}).success).toBe(true);
  });

  test('fills every generation with as many offspring as asked, each with parents that the search has inserted', async () => {
    const { store } = await finished(settings, memoryStore());
    for (let generation = 0; generation < settings.generations; generation++) {
      const records = recordsOf(store, generation);
      expect(records.map(({ id }) => id)).toEqual(
        Array.from({ length: settings.offspring }, (_, index) => candidateId(generation, index)),
      );
      for (const { proposed } of records) {
        for (const parent of proposed?.parents ?? []) {
          const found = store.records.get(parent);
          expect(found?.inserted, parent).not.toBeNull();
          expect(found?.proposed?.generation).toBeLessThan(generation);
        }
      }
    }
  });

  test('asks a model exactly if it says so', async () => {
    const { model } = await finished(settings, memoryStore());
    expect(model.requests.length > 0).toBe(strategies[name].usesModel);
  });

  test('knows nothing but what the records say: told of them again, it proposes the same', async () => {
    const { store } = await finished(settings, memoryStore());
    const find = (id: string): CandidateRecord | null => store.records.get(id) ?? null;
    const one = storedState(settings, paperPrompts, find).state;
    let two = emptyState(settings, paperPrompts);
    for (let generation = -1; generation < settings.generations; generation++) {
      two = insertGeneration(settings, two, recordsOf(store, generation).filter(isEnded)).state;
    }
    const asked = [one, two].map(({ strategy, generation, networks, initial }) =>
      initial === null ? [] : strategy.ask({ generation, networks, initial }),
    );
    expect(asked[0]?.length).toBe(settings.offspring);
    expect(asked[0]).toEqual(asked[1]);
  });

  test('is the same at any number of workers', async () => {
    const reference = await finished(settings, memoryStore());
    const other = await finished(settings, memoryStore(), {}, { capacity: 4, delay: scrambledDelay(4) });
    expect(contentOf(other.store)).toBe(contentOf(reference.store));
  });

  test('killed at any write, resumes to the same records', async () => {
    const reference = await finished(settings, memoryStore());
    const writes = reference.store.calls();
    for (let at = 1; at <= writes; at += 5) {
      const killed = memoryStore(undefined, { at, after: at % 2 === 0 });
      await expect(run(settings, killed, {}, { capacity: 2, delay: scrambledDelay(at) }).summary).rejects.toThrow(
        'killed',
      );
      const resumed = await finished(settings, memoryStore(killed));
      expect(contentOf(resumed.store)).toBe(contentOf(reference.store));
    }
  });
});
