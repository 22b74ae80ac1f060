import { describe, expect, test } from 'vitest';
import { type SearchEvent, searchEventSchema } from '../../../core/search/events.ts';
import { presets } from '../../../core/search/presets.ts';
import { applySettings } from '../../../core/search/setting-paths.ts';
import { finished, run, settingsFor } from './fake-search.ts';
import { contentOf, memoryStore, scrambledDelay } from './fakes.ts';
import { paperPrompts } from './paper-prompts.ts';
import { storedState } from './stored-state.ts';

describe('a search', () => {
  test('is the same whatever the capacity of the trainer and the order in which trainings end', async () => {
    const reference = await finished(settingsFor(), memoryStore());
    for (const capacity of [2, 3, 8]) {
      const other = await finished(settingsFor(), memoryStore(), {}, { capacity, delay: scrambledDelay(capacity) });
      expect(other.trainer.busiest()).toBeGreaterThan(1);
      expect(other.trainer.busiest()).toBeLessThanOrEqual(capacity);
      expect(contentOf(other.store)).toBe(contentOf(reference.store));
      expect(other.summary).toEqual(reference.summary);
    }
  });

  test('differs between seeds', async () => {
    const one = await finished(settingsFor('seed=1'), memoryStore());
    const two = await finished(settingsFor('seed=2'), memoryStore());
    expect(contentOf(one.store)).not.toBe(contentOf(two.store));
  });

  test.each([
    ['', []],
    [' with inherited weights and standing-in parents', ['inheritWeights=true', 'failedChild=parent']],
  ])('killed at any write, before or after it, resumes to the same archive and records%s', async (_, assignments) => {
    const settings = settingsFor('generations=3', ...assignments);
    const reference = await finished(settings, memoryStore());
    const writes = reference.store.calls();
    expect(writes).toBeGreaterThan(60);
    for (let at = 1; at <= writes; at++) {
      for (const after of [false, true]) {
        const killed = memoryStore(undefined, { at, after });
        const trainer = { capacity: 1 + (at % 3), delay: scrambledDelay(at) };
        await expect(run(settings, killed, {}, trainer).summary).rejects.toThrow('killed');
        const resumed = await finished(settings, memoryStore(killed));
        expect(resumed.summary).toEqual(reference.summary);
        expect(contentOf(resumed.store)).toBe(contentOf(reference.store));
      }
    }
  });

  test('killed again and again, it still ends the same', async () => {
    const settings = settingsFor();
    const reference = await finished(settings, memoryStore());
    let store = memoryStore();
    let deaths = 0;
    for (;;) {
      store = memoryStore(store, { at: 7, after: deaths % 2 === 0 });
      try {
        await run(settings, store, {}, { capacity: 2, delay: scrambledDelay(deaths) }).summary;
        break;
      } catch {
        deaths++;
      }
    }
    expect(deaths).toBeGreaterThan(10);
    expect(contentOf(store)).toBe(contentOf(reference.store));
  });

  test('aborted by its signal, it rejects with the reason, has no training under way, and resumes', async () => {
    const settings = settingsFor();
    const reference = await finished(settings, memoryStore());
    const controller = new AbortController();
    const store = memoryStore();
    const reason = new Error('Ctrl-C');
    let trained = 0;
    const onEvent = (event: SearchEvent): void => {
      if (event.type === 'trained' && ++trained === 5) controller.abort(reason);
    };
    const { summary } = run(
      settings,
      store,
      {},
      { capacity: 3, delay: scrambledDelay(1) },
      { onEvent, signal: controller.signal },
    );
    await expect(summary).rejects.toBe(reason);
    const left = contentOf(store);
    await new Promise((resume) => setTimeout(resume, 20));
    expect(contentOf(store)).toBe(left);
    const resumed = await finished(settings, memoryStore(store));
    expect(contentOf(resumed.store)).toBe(contentOf(reference.store));
  });

  test('finished, it does nothing when run again, and goes on when given more generations', async () => {
    const long = await finished(settingsFor('generations=4'), memoryStore());
    const short = await finished(settingsFor('generations=2'), memoryStore());
    const again = await finished(settingsFor('generations=2'), memoryStore(short.store));
    expect(again.model.requests).toEqual([]);
    expect(again.trainer.jobs).toEqual([]);
    expect(again.summary).toEqual(short.summary);
    const longer = await finished(settingsFor('generations=4'), memoryStore(short.store));
    expect(contentOf(longer.store)).toBe(contentOf(long.store));
    expect(longer.summary).toEqual(long.summary);
  });

  test('refuses to go on with a run of other settings', async () => {
    const { store } = await finished(settingsFor(), memoryStore());
    await expect(run(settingsFor('seed=9'), memoryStore(store)).summary).rejects.toThrow(
      /stored with another (proposal|insertion) than these settings/,
    );
  });

  test('tells what it does in events that fit their schema, counted as the records are', async () => {
    const events: SearchEvent[] = [];
    const { store, summary } = await finished(
      settingsFor(),
      memoryStore(),
      {},
      {},
      { onEvent: (event) => events.push(event) },
    );
    for (const event of events) searchEventSchema.parse(JSON.parse(JSON.stringify(event)));
    const of = (type: SearchEvent['type']) => events.filter((event) => event.type === type).length;
    const records = [...store.records.values()];
    expect([of('started'), of('generation-started'), of('generation-finished'), of('finished')]).toEqual([1, 4, 4, 1]);
    expect(of('proposed')).toBe(1 + 4 * 6);
    expect(of('generated')).toBe(4 * 6);
    expect(of('interpreted')).toBe(1 + 4 * 6);
    expect(of('trained')).toBe(records.filter((record) => record.trained !== null).length);
    expect(of('inserted')).toBe(1 + 4 * 6);
    expect(summary).toMatchObject({ generated: 24, generations: 4, setAside: 0 });
    const offspring = records.filter((record) => record.id !== 'initial');
    const trainable = offspring.filter((record) => record.trained?.result.status === 'trained');
    expect(summary.trainable).toBe(trainable.length);
    expect(summary.trained).toBe(trainable.filter((record) => record.trained?.sameAs === null).length);
    const hashes = trainable.map((r) => (r.interpreted?.verdict.kind === 'accepted' ? r.interpreted.verdict.hash : ''));
    expect(summary.distinct).toBe(new Set(hashes).size);
    expect(summary.seconds.generate).toBeCloseTo(12);
    expect(summary.initial).toMatchObject({
      network: 'initial',
      fitness: records.find((r) => r.id === 'initial')?.inserted?.fitness,
    });
  });

  test('is rebuilt from its records alone', async () => {
    const settings = settingsFor();
    const { store, summary } = await finished(settings, memoryStore());
    const { state, records } = storedState(settings, paperPrompts, store.find);
    expect(records.length).toBe(1 + 4 * 6);
    expect(state.networks.elites.size).toBe(summary.filled);
    const best = Math.max(...[...state.networks.elites.values()].map((elite) => elite.fitness));
    expect(summary.best?.fitness).toBe(best);
    const kept = new Set([...state.networks.elites.values()].map((elite) => elite.value.weights));
    for (const hash of kept) expect(store.weights.has(hash ?? '')).toBe(true);
    const initial = store.records.get('initial')?.trained?.weights ?? '';
    expect(new Set(store.weights.keys())).toEqual(new Set([...kept, initial]));
  });

  test('with no generations trains the initial network and reports it', async () => {
    const { summary, model, trainer } = await finished(settingsFor('generations=0'), memoryStore());
    expect(model.requests).toEqual([]);
    expect(trainer.jobs.length).toBe(1);
    expect(summary).toMatchObject({ filled: 1, generated: 0, best: { network: 'initial' } });
    expect(summary.best).toEqual(summary.initial);
  });
});

describe('the same network twice', () => {
  test('is trained once and its result reused, its descriptors its own', async () => {
    const { store, trainer } = await finished(settingsFor('generations=6', 'offspring=10'), memoryStore());
    const reused = [...store.records.values()].filter((record) => (record.trained?.sameAs ?? null) !== null);
    expect(reused.length).toBeGreaterThan(3);
    const hashOf = (id: string): string => {
      const verdict = store.records.get(id)?.interpreted?.verdict;
      return verdict?.kind === 'accepted' ? verdict.hash : '';
    };
    for (const record of reused) {
      const original = store.records.get(record.trained!.sameAs!)!;
      expect(hashOf(record.id)).toBe(hashOf(original.id));
      expect(original.trained?.sameAs).toBeNull();
      expect(record.trained?.result).toEqual(original.trained?.result);
      expect(original.id === 'initial' || original.id < record.id).toBe(true);
    }
    const own = [...store.records.values()].filter((record) => record.trained?.sameAs === null);
    expect(trainer.jobs.length).toBe(own.length);
  });

  test('every elite has its weights, also where its network was met and dropped before', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const settings = settingsFor('generations=6', 'offspring=10', `seed=${seed}`);
      const { store } = await finished(settings, memoryStore());
      for (const elite of storedState(settings, paperPrompts, store.find).state.networks.elites.values()) {
        expect(store.weights.has(elite.value.weights ?? '')).toBe(true);
      }
    }
  });

  test('is trained again when the settings say so', async () => {
    const { store } = await finished(settingsFor('reuseResults=false'), memoryStore());
    for (const record of store.records.values()) expect(record.trained?.sameAs ?? null).toBeNull();
  });
});

describe('settings of the reference code', () => {
  test('a child that is no network is silently replaced by its parent, which is trained in its stead', async () => {
    const { store, summary } = await finished(settingsFor('failedChild=parent'), memoryStore());
    expect(summary.trainable).toBe(24);
    let replaced = 0;
    for (const { proposed, generated, interpreted, inserted } of store.records.values()) {
      if (interpreted?.verdict.kind !== 'accepted' || interpreted.verdict.standsInFor === undefined) continue;
      replaced++;
      expect(generated?.text).toBe('def nothing(): return');
      expect(interpreted.verdict.standsInFor.kind).toBe('syntax');
      const parent = store.records.get(proposed?.parents[0] ?? '')?.interpreted?.verdict;
      expect(parent?.kind === 'accepted' && parent.hash).toBe(interpreted.verdict.hash);
      expect(inserted?.credit).not.toBe(-1);
    }
    expect(replaced).toBeGreaterThan(2);
  });

  test("a training starts from the parent's weights", async () => {
    const settings = settingsFor('inheritWeights=true', 'reuseResults=false');
    const { store, trainer } = await finished(settings, memoryStore());
    const trained = [...store.records.values()].filter((record) => record.trained !== null);
    expect(trainer.jobs.length).toBe(trained.length);
    for (const [index, job] of trainer.jobs.entries()) {
      const parent = store.records.get(trained[index]?.proposed?.parents[0] ?? '');
      expect(job.inherited).toBe(parent?.trained?.weights ?? null);
    }
    const fresh = await finished(settingsFor('reuseResults=false'), memoryStore());
    expect(fresh.trainer.jobs.every((job) => job.inherited === null)).toBe(true);
  });

  test('the whole preset runs, and hardly leaves its few niches', async () => {
    const settings = applySettings(presets['reference-code'], ['generations=3', 'offspring=10']);
    const { summary } = await finished(settings, memoryStore());
    expect(summary.initial?.fitness).toBeLessThan(0);
    expect(summary.filled).toBeLessThanOrEqual(3);
    expect(summary.trained).toBe(30);
  });
});

describe('faults and verdicts', () => {
  const unlucky = (seed: number): boolean => seed % 5 === 0;

  test('a fault of the model is tried again and leaves no trace', async () => {
    const reference = await finished(settingsFor(), memoryStore());
    const shaky = await finished(settingsFor(), memoryStore(), { faults: () => 2 });
    expect(contentOf(shaky.store)).toBe(contentOf(reference.store));
    expect(shaky.model.requests.length).toBe(3 * reference.model.requests.length);
  });

  test('a fault of the model that stays sets the candidate aside: no curiosity lost, no verdict', async () => {
    const faults = (seed: number): number => (unlucky(seed) ? 99 : 0);
    const { store, summary } = await finished(settingsFor('pauseAfterFaults=null'), memoryStore(), { faults });
    const aside = [...store.records.values()].filter((record) => record.generated?.failure !== undefined);
    expect(aside.length).toBeGreaterThan(0);
    expect(summary.setAside).toBe(aside.length);
    for (const record of aside) {
      expect(record.interpreted?.verdict).toMatchObject({
        kind: 'refused',
        reason: { kind: 'fault', message: 'the model process ended' },
      });
      expect(record.inserted).toEqual({
        step: 'inserted',
        fitness: null,
        network: null,
        prompt: null,
        credit: 0,
        nextTemperature: null,
      });
    }
  });

  test('a prompt that does not fit the context is a verdict of kind budget, not tried again', async () => {
    const { store, model } = await finished(settingsFor(), memoryStore(), { context: unlucky });
    const refused = [...store.records.values()].filter((record) => record.generated?.failure?.kind === 'context');
    expect(refused.length).toBeGreaterThan(0);
    for (const record of refused) {
      expect(record.interpreted?.verdict).toMatchObject({ kind: 'refused', reason: { kind: 'budget' } });
    }
    expect(model.requests.length).toBe(24);
  });

  test('a fault of the trainer is tried again; one that stays sets aside, and its twin is trained anew', async () => {
    const twice = await finished(settingsFor('trainer.retries=2'), memoryStore(), {}, { faults: () => 2 });
    expect(twice.summary.setAside).toBe(0);
    const bad = 320_000;
    const { store, summary, trainer } = await finished(
      settingsFor('pauseAfterFaults=null'),
      memoryStore(),
      {},
      { faults: (flops) => (flops === bad ? 99 : 0) },
    );
    const aside = [...store.records.values()].filter((record) => record.trained?.result.status === 'fault');
    expect(aside.length).toBeGreaterThan(1);
    expect(summary.setAside).toBe(aside.length);
    expect(trainer.jobs.filter((job) => job.sizes.f === bad).length).toBe(2 * aside.length);
    for (const record of aside) expect(record.inserted).toMatchObject({ credit: 0, network: null, prompt: null });
  });

  test('a diverged training is untrainable', async () => {
    const { store, summary } = await finished(
      settingsFor('curiosity.untrainable=-7', 'generations=8'),
      memoryStore(),
      {},
      { diverges: (flops) => flops > 15_000 },
    );
    expect(summary.trainable).toBe(0);
    const curious = [...store.records.values()].filter((record) => record.proposed?.selection === 'curious');
    for (const record of curious) expect([0, -7]).toContain(record.inserted?.credit);
    expect(summary).toMatchObject({ filled: 1, setAside: 0, best: { network: 'initial' } });
  });

  test('a network beyond the computed budget is refused with its figures, and never trained', async () => {
    const { store, trainer } = await finished(settingsFor('budget.flops=100000'), memoryStore());
    const refused = [...store.records.values()].flatMap((record) =>
      record.interpreted?.verdict.kind === 'refused' && record.interpreted.verdict.reason.kind === 'budget'
        ? [record.interpreted.verdict.reason.message]
        : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    for (const message of refused)
      expect(message).toMatch(/^The network has \d+ FLOPs; the budget of the search allows 100000\.$/);
    expect(trainer.jobs.every((job) => job.sizes.f <= 100_000)).toBe(true);
  });

  test('when a part is plainly broken the run stops, nothing of it is recorded, and it resumes', async () => {
    const settings = settingsFor('pauseAfterFaults=3');
    const reference = await finished(settings, memoryStore());
    const store = memoryStore();
    await expect(run(settings, store, { faults: () => 99 }).summary).rejects.toThrow(
      /language model failed for 3 candidates in a row/,
    );
    const other = memoryStore();
    await expect(run(settings, other, {}, { faults: (flops) => (flops > 15_000 ? 99 : 0) }).summary).rejects.toThrow(
      /trainer failed for 3/,
    );
    const initial = memoryStore();
    await expect(run(settings, initial, {}, { faults: () => 99 }).summary).rejects.toThrow(
      /initial network could not be trained/,
    );
    for (const stopped of [store, other, initial]) {
      const resumed = await finished(settings, memoryStore(stopped));
      expect(resumed.summary).toEqual(reference.summary);
      expect(contentOf(resumed.store)).toBe(contentOf(reference.store));
    }
    // Those before the stop were set aside: they are tried again.
    const setAside = [...other.records.values()].filter(({ trained }) => trained?.result.status === 'fault');
    expect(setAside.length).toBeGreaterThan(0);
  });

  test('settings that contradict each other are refused before anything is done', async () => {
    const store = memoryStore();
    await expect(run(settingsFor('validationImages=0'), store).summary).rejects.toThrow(/fitness.split is validation/);
    await expect(run(settingsFor('promptArchive.axis=5'), store).summary).rejects.toThrow(/promptArchive.axis is 5/);
    await expect(run(settingsFor('recipe.trainImages=null'), store).summary).rejects.toThrow(/trainingFlops/);
    expect(() => settingsFor('strategy=no-such')).toThrow(/strategy takes one of llmatic, .*, not "no-such"/);
    expect(store.records.size).toBe(0);
  });
});
