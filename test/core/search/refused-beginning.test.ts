// A search whose initial network is refused: told with the reason, and what to choose where the dataset is at fault.
import { expect, test } from 'vitest';
import type { EndableInterpreter } from '../../../core/search/ports.ts';
import { finished, settingsFor } from './fake-search.ts';
import { memoryStore } from './fakes.ts';

const refusing =
  (kind: string): EndableInterpreter =>
  async () => ({ ok: false, reason: { kind, message: 'line 5: not for these images' } });

test.each(['shape', 'output'])('by the %s of the images names the dataset that it takes', async (kind) => {
  const search = finished(settingsFor(), memoryStore(), {}, {}, { interpreter: refusing(kind) });
  await expect(search).rejects.toThrow(
    /refused under these settings: line 5: not for these images\. Searches begin with .* 3x32x32 in ten classes.*--as 3x32x32/,
  );
});

test('by a budget tells that alone', async () => {
  const search = finished(settingsFor(), memoryStore(), {}, {}, { interpreter: refusing('budget') });
  await expect(search).rejects.toThrow(/refused under these settings: line 5: not for these images\.$/);
});
