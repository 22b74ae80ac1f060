import { expect, test } from 'vitest';
import { FailureError } from '../../../core/failure.ts';
import type { EndableInterpreter } from '../../../core/search/ports.ts';
import { finished, run, settingsFor } from './fake-search.ts';
import { contentOf, interpreter, memoryStore } from './fakes.ts';

const settings = settingsFor('pauseAfterFaults=3');
const overran = new FailureError({ kind: 'fault', message: 'Reading the text took too long.' });

/** The interpreter, with what happens to texts by the order in which they come. */
function disturbed(at: (count: number) => Promise<void> | undefined): EndableInterpreter {
  let count = 0;
  return async (text, how) => {
    await at(count++);
    return interpreter(text, how);
  };
}

const reject = (): Promise<void> => Promise.reject(overran);

test('a text that cannot be read in time is set aside, the run goes on to its end, and is read again when it is resumed', async () => {
  const store = memoryStore();
  await finished(settings, store, {}, {}, { interpreter: disturbed((count) => (count === 9 ? reject() : undefined)) });
  const faults = [...store.records.values()].filter(
    ({ interpreted }) => interpreted?.verdict.kind === 'refused' && interpreted.verdict.reason.kind === 'fault',
  );
  expect(faults.map(({ interpreted }) => interpreted?.verdict)).toEqual([{ kind: 'refused', reason: overran.failure }]);
  const undisturbed = memoryStore();
  await finished(settings, undisturbed);
  expect(store.records.size).toBe(undisturbed.records.size);
  // Resumed, it is read once more: where that goes well, the run is one that never met the fault.
  const [well, still] = [memoryStore(store), memoryStore(store)];
  await finished(settings, well);
  expect(contentOf(well)).toBe(contentOf(undisturbed));
  const lost = faults[0]?.generated?.text;
  const same: EndableInterpreter = async (text, how) => {
    if (text === lost) throw overran;
    return interpreter(text, how);
  };
  await finished(settings, still, {}, {}, { interpreter: same });
  expect(contentOf(still)).toBe(contentOf(store));
});

test('a run whose texts cannot be read at all stops and says what fails', async () => {
  const store = memoryStore();
  const broken = disturbed((count) => (count > 12 ? reject() : undefined));
  await expect(finished(settings, store, {}, {}, { interpreter: broken })).rejects.toThrow(
    /interpreter failed for 3 candidates in a row/,
  );
});

test('a signal in the middle of a reading ends the run, which then goes on as if nothing had been', async () => {
  const stop = new AbortController();
  const store = memoryStore();
  const interrupted = disturbed((count) => {
    if (count !== 9) return undefined;
    stop.abort(new Error('Ctrl-C'));
    return Promise.reject(stop.signal.reason);
  });
  const { summary } = run(settings, store, {}, {}, { interpreter: interrupted, signal: stop.signal });
  await expect(summary).rejects.toThrow('Ctrl-C');
  const [resumed, undisturbed] = [memoryStore(store), memoryStore()];
  await finished(settings, resumed);
  await finished(settings, undisturbed);
  expect(contentOf(resumed)).toBe(contentOf(undisturbed));
});
