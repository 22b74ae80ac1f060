// What a search will take, against arithmetic by hand.
import { describe, expect, it } from 'vitest';
import { estimateOf, estimateWords, isShort, shortEstimate, workOf } from '../../../core/search/estimate.ts';
import { presets } from '../../../core/search/presets.ts';
import { parseSettings } from '../../../core/search/setting-paths.ts';

const day = 86_400;

describe('the work of a search', () => {
  it('is its networks and their steps, on the images that are left to train on', () => {
    // The paper: 20 generations of 100; 50 epochs of 50,000 images in batches of 4.
    expect(workOf(presets.paper, 50_000)).toEqual({ networks: 2001, steps: 50 * 12_500 });
    // demo: 2 epochs of 5,000 images in batches of 32, the last, smaller batch dropped.
    expect(workOf(presets.demo, 10_000)).toEqual({ networks: 73, steps: 2 * 156 });
    // laptop: 10 epochs of what 2,000 held-out images leave, in batches of 128.
    expect(workOf(presets.laptop, 10_000)).toEqual({ networks: 401, steps: 10 * 62 });
    const one = parseSettings({ generations: 1, offspring: 1, recipe: { epochs: 1, batch: 4, trainImages: 4 } });
    expect(workOf(one, 3)).toEqual({ networks: 2, steps: 1 });
  });

  it('is short where it takes minutes on any machine', () => {
    expect(isShort(presets.demo, 10_000)).toBe(true);
    expect(isShort(presets.laptop, 10_000)).toBe(false);
    expect(isShort(presets.paper, 50_000)).toBe(false);
    // Few steps, each of many images.
    const wide = parseSettings({ ...presets.laptop, recipe: { ...presets.laptop.recipe, batch: 8000 } });
    expect(workOf(wide, 10_000).steps).toBe(10);
    expect(isShort(wide, 10_000)).toBe(false);
  });
});

describe('an estimate', () => {
  const speeds = { step: { low: 1e-3, high: 4e-3 }, workers: 2, modelBytes: 0 };

  it('spans what half of the networks and what all of them may take', () => {
    const { seconds, measured } = estimateOf(presets.paper, 50_000, speeds);
    // 625 s a training of the smaller network, 2,500 s of the larger: their geometric mean is 1,250 s.
    expect(measured).toEqual({ training: { low: 625, high: 2500 }, workers: 2 });
    expect(seconds.low).toBeCloseTo((0.5 * 2001 * 1250) / 2);
    expect(seconds.high).toBeCloseTo((1.5 * 2001 * 2500) / 2);
  });

  it('takes the bound of FLOPs, the writing of the model and the filled niches into account', () => {
    const settings = parseSettings({
      ...presets.paper,
      budget: { flops: 3e6, params: 1e6 },
      sampling: { maxTokens: 100 },
    });
    const { seconds, bytes } = estimateOf(settings, 50_000, { ...speeds, modelBytes: 4e9 });
    // Half of the larger network's time; a token reads 4 GB, at 4 to 40 GB/s.
    expect(seconds.high).toBeCloseTo((1.5 * 2001 * 1250) / 2 + 2001 * 100);
    expect(seconds.low).toBeCloseTo((0.5 * 2001 * Math.sqrt(625 * 1250)) / 2);
    // 100 niches, each with a network of a million float32 numbers.
    expect(bytes.high).toBeCloseTo(2001 * 40e3 + 100 * 4e6);
    const slow = estimateOf(settings, 50_000, { step: { low: 1e-6, high: 1e-6 }, workers: 2, modelBytes: 4e9 });
    expect(slow.seconds.low).toBeCloseTo(2001 * 30 * 0.1);
    expect(estimateOf(settings, 50_000, { ...speeds, modelBytes: null }).basis).toContain('served model');
  });

  it('names what would make the search smaller, and only that', () => {
    expect(estimateOf(presets.paper, 50_000, speeds).smaller).toEqual([
      'fewer generations (--set generations=5)',
      'fewer epochs (--set recipe.epochs=10)',
      'larger batches (--set recipe.batch=128)',
      'fewer images (--set recipe.trainImages=5000)',
      'the preset demo, of minutes (--preset demo)',
    ]);
    expect(estimateOf(presets.demo, 10_000, speeds).smaller).toEqual(['fewer generations (--set generations=2)']);
    expect(shortEstimate(presets.demo, 10_000, 2)).toMatchObject({ measured: null, smaller: [] });
  });

  it('is told in the largest unit, as a range', () => {
    const words = (low: number, high: number) =>
      estimateWords({
        ...shortEstimate(presets.demo, 1e4, 1),
        seconds: { low, high },
        bytes: { low: 3e5, high: 2.5e9 },
      });
    expect(words(2 * day, 26 * day)).toBe('about 2 to 26 days; 1 MB of disk, at most 2.5 GB');
    expect(words(50 * 60, 16 * 3600)).toContain('about 50 minutes to 16 hours;');
    expect(words(80, 89)).toContain('about 80 to 89 seconds;');
    expect(words(3 * 3600, 3.1 * 3600)).toContain('about 3 hours;');
    expect(words(0, 0.2)).toContain('about 1 second;');
  });
});
