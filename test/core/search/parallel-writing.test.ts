// A model that works on several requests at once: the search asks for as many, and is the one that asks in turn.
import { describe, expect, test } from 'vitest';
import type { SearchEvent } from '../../../core/search/events.ts';
import { presets } from '../../../core/search/presets.ts';
import { runSearch } from '../../../core/search/search.ts';
import { applySettings } from '../../../core/search/setting-paths.ts';
import {
  contentOf,
  fakeModel,
  fakeTrainer,
  interpreter,
  type MemoryStore,
  type ModelScript,
  memoryStore,
  scrambledDelay,
} from './fakes.ts';
import { paperPrompts } from './paper-prompts.ts';

const settings = applySettings(presets.demo, [
  'generations=3',
  'offspring=9',
  'initialisation.networks=4',
  'networkArchive.niches=20',
  'networkArchive.samples=200',
  'promptArchive.niches=20',
  'promptArchive.samples=200',
  'operators.drawnPer=offspring',
]);

async function search(
  script: ModelScript,
  store: MemoryStore = memoryStore(),
  more: { onEvent?: (event: SearchEvent) => void; signal?: AbortSignal } = {},
) {
  const model = fakeModel(script);
  const trainer = fakeTrainer({ capacity: 2, delay: scrambledDelay(5) });
  const summary = await runSearch({ settings, prompts: paperPrompts, interpreter, store, model, trainer, ...more });
  return { model, summary, content: contentOf(store) };
}

describe('a model that works on several requests at once', () => {
  test('gets as many, begun in order, and the search is the same whichever text comes first', async () => {
    const reference = await search({});
    expect(reference.model.busiest()).toBe(1);
    for (const capacity of [2, 3, 8]) {
      const proposed: string[] = [];
      const other = await search({ capacity, delay: scrambledDelay(capacity) }, memoryStore(), {
        onEvent: (event) => {
          if (event.type === 'proposed') proposed.push(event.id);
        },
      });
      expect(other.model.busiest()).toBe(capacity);
      expect(proposed).toEqual(
        [...proposed].sort((a, b) => (a === 'initial' ? -1 : b === 'initial' ? 1 : a < b ? -1 : 1)),
      );
      expect(other.content).toBe(reference.content);
      expect(other.summary).toEqual(reference.summary);
    }
  });

  test('killed at any write, before or after it, the search resumes to the same archive', async () => {
    const reference = await search({});
    const script = { capacity: 4, delay: scrambledDelay(3) };
    const store = memoryStore();
    await search(script, store);
    for (let at = 1; at <= store.calls(); at += 3) {
      const killed = memoryStore(undefined, { at, after: at % 2 === 0 });
      await expect(search(script, killed)).rejects.toThrow('killed');
      const resumed = await search(script, memoryStore(killed));
      expect(resumed.content).toBe(reference.content);
      expect(resumed.summary).toEqual(reference.summary);
    }
  });

  test('aborted, it has no text under way once the search has rejected', async () => {
    const stop = new AbortController();
    const reason = new Error('Ctrl-C');
    const store = memoryStore();
    let written = 0;
    const stopped = search({ capacity: 4, delay: scrambledDelay(2) }, store, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'generated' && ++written === 7) stop.abort(reason);
      },
    });
    await expect(stopped).rejects.toBe(reason);
    const left = contentOf(store);
    await new Promise((resume) => setTimeout(resume, 30));
    expect(contentOf(store)).toBe(left);
    expect((await search({}, memoryStore(store))).content).toBe((await search({})).content);
  });
});
