// Centroids made in a thread: the same as made here, while the process does other things.
import { expect, it } from 'vitest';
import { centroidsOf } from '../../core/search/niches-of-archives.ts';
import { centroidsFor } from '../../main/centroids/centroids.ts';

const archive = (niches: number, samples: number) => ({ niches, samples, dimensions: 2 });
const small = { seed: 5, networkArchive: archive(30, 900), promptArchive: archive(20, 700) };

it('gives the bits of those that the search makes itself, once for the same settings', async () => {
  const { networks, prompts } = await centroidsFor(small);
  expect({ networks, prompts }).toEqual(centroidsOf(small));
  expect((await centroidsFor({ ...small })).networks).toBe(networks);
  expect((await centroidsFor({ ...small, seed: 6 })).networks).not.toEqual(networks);
});

it('leaves the process free meanwhile', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await centroidsFor({ seed: 1, networkArchive: archive(400, 20_000), promptArchive: archive(400, 20_000) });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(20);
});

it('says what is wrong with the settings, each time they are asked for', async () => {
  const wrong = { ...small, networkArchive: archive(30, 10) };
  await expect(centroidsFor(wrong)).rejects.toThrow(/30 niches needs at least as many samples/);
  await expect(centroidsFor(wrong)).rejects.toThrow(/30 niches needs at least as many samples/);
});

it('is given up on an abort, and there for the next who asks', async () => {
  const stop = new AbortController();
  const settings = { ...small, seed: 7 };
  const given = centroidsFor(settings, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(given).rejects.toThrow('stopped');
  expect((await centroidsFor(settings)).prompts).toHaveLength(20);
});
