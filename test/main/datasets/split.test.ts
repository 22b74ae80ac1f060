import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../main/datasets/dataset.ts';
import { selectImages, splitTraining } from '../../../main/datasets/split.ts';
import { refusal } from './temporary-home.ts';

/** A dataset of one-byte images whose byte is their index. */
function datasetOf(labels: readonly number[]): Dataset {
  const train = { images: Uint8Array.from(labels.keys()), labels: Uint8Array.from(labels), count: labels.length };
  return { name: 'made', hash: '', classes: ['a', 'b', 'c', 'd'], shape: [1, 1, 1], train, test: train };
}

const labelLists = fc.array(fc.nat(3), { minLength: 1, maxLength: 200 });

describe('holding out a validation split', () => {
  it('parts the images in two, each once, every class by its share to less than one image', () => {
    fc.assert(
      fc.property(labelLists, fc.nat(), fc.nat(1000), (labels, drawn, seed) => {
        const count = drawn % labels.length;
        const { training, validation } = splitTraining(datasetOf(labels), count, seed);
        expect(validation.length).toBe(count);
        expect([...training, ...validation].sort((a, b) => a - b)).toEqual([...labels.keys()]);
        for (let label = 0; label < 4; label++) {
          const all = labels.filter((each) => each === label).length;
          const held = [...validation].filter((index) => labels[index] === label).length;
          expect(Math.abs(held - (all * count) / labels.length)).toBeLessThan(1);
        }
      }),
    );
  });

  it('depends on the seed alone', () => {
    const dataset = datasetOf(Array.from({ length: 200 }, (_, i) => i % 4));
    const a = splitTraining(dataset, 50, 1);
    expect(splitTraining(dataset, 50, 1)).toEqual(a);
    expect(splitTraining(dataset, 50, 2).validation).not.toEqual(a.validation);
  });

  it('refuses to leave nothing to train on', async () => {
    const dataset = datasetOf([0, 1, 2]);
    for (const count of [3, 4, -1, 0.5]) {
      const message = await refusal(Promise.resolve().then(() => splitTraining(dataset, count, 0)));
      expect(message).toContain('from 0 to 2');
    }
  });

  it('selects images in the order asked for', () => {
    const { train } = datasetOf([3, 2, 1]);
    const { images, labels, count } = selectImages(train, [2, 0], 1);
    expect([[...images], [...labels], count]).toEqual([[2, 0], [1, 3], 2]);
    expect(() => selectImages(train, [3], 1)).toThrow(RangeError);
  });
});
