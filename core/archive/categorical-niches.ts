/**
 * Niches of categories by continuous axes, such as prompt by temperature: the first axis counts categories, category c
 * of n lying at c / n, and each category has a row of its own in equal bins of the other axes.
 */
import { binOf, cellOf, cellsBetween, checkBins } from './grid-niches.ts';
import type { NicheKind } from './niche-kind.ts';

export interface CategoricalNiches {
  readonly kind: 'categorical';
  /** Categories on the first axis. */
  readonly categories: number;
  /** [d - 1]: bins of each of the other axes. */
  readonly bins: readonly number[];
}

/** @throws RangeError for categories or bins that are no whole numbers from 1 */
export function categoricalNiches(categories: number, bins: readonly number[]): CategoricalNiches {
  checkBins([categories, ...bins]);
  return { kind: 'categorical', categories, bins };
}

/** The category whose place is nearest. */
function categoryOf(place: number, categories: number): number {
  return Math.min(categories - 1, Math.max(0, Math.round(place * categories)));
}

export const categoricalKind: NicheKind<CategoricalNiches> = {
  count: ({ categories, bins }) => bins.reduce((product, count) => product * count, categories),
  dimensions: ({ bins }) => bins.length + 1,
  find({ categories, bins }, place) {
    const category = categoryOf(place[0] ?? 0, categories);
    return bins.reduce((niche, count, axis) => niche * count + binOf(place[axis + 1] ?? 0, count), category);
  },
  reach({ categories, bins }, { low, high }) {
    const cellAt = (corner: readonly number[]): number[] => [
      categoryOf(corner[0] ?? 0, categories),
      ...bins.map((count, axis) => binOf(corner[axis + 1] ?? 0, count)),
    ];
    return cellsBetween(cellAt(low), cellAt(high), [categories, ...bins]);
  },
  centre({ categories, bins }, niche) {
    const [category = 0, ...cell] = cellOf(niche, [categories, ...bins]);
    return [category / categories, ...cell.map((bin, axis) => (bin + 0.5) / (bins[axis] ?? 1))];
  },
};
