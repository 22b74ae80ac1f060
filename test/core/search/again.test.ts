// A fault costs time, never a candidate: a resumed search tries again what faults set aside, and trains lost weights anew.
import { describe, expect, test } from 'vitest';
import type { SearchEvent } from '../../../core/search/events.ts';
import { finished, run, settingsFor } from './fake-search.ts';
import { contentOf, type MemoryStore, type ModelScript, memoryStore, type TrainerScript } from './fakes.ts';

const always = Number.POSITIVE_INFINITY;
const flopsOf = ({ records }: MemoryStore): number[] => {
  const found = new Set<number>();
  for (const [id, { interpreted, trained }] of records) {
    if (id === 'initial' || trained?.sameAs !== null || interpreted?.verdict.kind !== 'accepted') continue;
    found.add(interpreted.verdict.measures.flops);
  }
  return [...found];
};

function again() {
  const events: Extract<SearchEvent, { type: 'again' }>[] = [];
  const onEvent = (event: SearchEvent): void => {
    if (event.type === 'again') events.push(event);
  };
  return { events, onEvent };
}

describe.each([
  ['', []],
  ['with inherited weights', ['inheritWeights=true']],
  ['where every network is trained', ['reuseResults=false']],
])('a finished run in which faults set candidates aside %s', (_, assignments) => {
  const settings = settingsFor('pauseAfterFaults=null', ...assignments);

  async function endsAsUndisturbed(model: ModelScript, trainer: TrainerScript): Promise<void> {
    const reference = await finished(settings, memoryStore());
    const disturbed = await finished(settings, memoryStore(), model, trainer);
    expect(disturbed.summary.setAside).toBeGreaterThan(0);
    expect(contentOf(disturbed.store)).not.toBe(contentOf(reference.store));
    const { events, onEvent } = again();
    const resumed = await finished(settings, memoryStore(disturbed.store), {}, {}, { onEvent });
    expect(resumed.summary).toEqual(reference.summary);
    expect(contentOf(resumed.store)).toBe(contentOf(reference.store));
    expect([...resumed.store.weights.keys()].sort()).toEqual([...reference.store.weights.keys()].sort());
    expect(events.filter(({ what, done }) => what === 'candidate' && done).length).toBeGreaterThan(0);
  }

  test('ends as the undisturbed one once it is resumed: faults of trainings', async () => {
    const reference = await finished(settings, memoryStore());
    for (const flops of flopsOf(reference.store).slice(0, 4)) {
      await endsAsUndisturbed({}, { faults: (other) => (other === flops ? always : 0) });
    }
  });

  test('faults of the language model', async () => {
    for (const rest of [0, 3]) await endsAsUndisturbed({ faults: (seed) => (seed % 5 === rest ? always : 0) }, {});
  });

  test('killed at any write while it tries again, it still ends so', async () => {
    const reference = await finished(settings, memoryStore());
    const flops = flopsOf(reference.store)[1]!;
    const script: TrainerScript = { faults: (other) => (other === flops ? always : 0) };
    const { store: disturbed } = await finished(
      settings,
      memoryStore(),
      { faults: (seed) => (seed % 7 === 1 ? always : 0) },
      script,
    );
    for (let at = 1; ; at += 5) {
      const killed = memoryStore(disturbed, { at, after: at % 2 === 0 });
      const ended = await run(settings, killed).summary.then(
        () => true,
        () => false,
      );
      if (ended) break;
      const resumed = await finished(settings, memoryStore(killed));
      expect(contentOf(resumed.store)).toBe(contentOf(reference.store));
    }
  });

  test('a fault that stays leaves everything as it is, however often it is resumed', async () => {
    const reference = await finished(settings, memoryStore());
    const flops = flopsOf(reference.store)[0]!;
    const script: TrainerScript = { faults: (other) => (other === flops ? always : 0) };
    const { store: disturbed, summary } = await finished(settings, memoryStore(), {}, script);
    const { events, onEvent } = again();
    const resumed = await finished(settings, memoryStore(disturbed), {}, script, { onEvent });
    expect(resumed.summary).toEqual(summary);
    expect(contentOf(resumed.store)).toBe(contentOf(disturbed));
    expect(events).toHaveLength(summary.setAside);
    expect(events.every(({ done, takenBack }) => !done && takenBack === 0)).toBe(true);
    expect(resumed.model.requests).toEqual([]);
  });
});

describe.each([
  ['', []],
  [' that were inherited', ['inheritWeights=true']],
])('weights%s', (_, assignments) => {
  const settings = settingsFor(...assignments);

  test('that are lost are trained again, to the same bits, and this is told', async () => {
    const reference = await finished(settings, memoryStore());
    const lost = memoryStore(reference.store);
    const gone = [...lost.weights.keys()];
    lost.weights.clear();
    const { events, onEvent } = again();
    const resumed = await finished(settings, lost, {}, {}, { onEvent });
    expect([...resumed.store.weights.keys()].sort()).toEqual(gone.sort());
    expect(contentOf(resumed.store)).toBe(contentOf(reference.store));
    expect(events.length).toBeGreaterThanOrEqual(gone.length);
    expect(events.every(({ what, done, message }) => what === 'weights' && done && message.includes('same bits'))).toBe(
      true,
    );
  });
});
