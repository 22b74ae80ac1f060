/** Niches of a grid archive (Mouret and Clune 2015): each axis of [0, 1] in equal bins, the last axis counting fastest. */
import type { NicheKind } from './niche-kind.ts';

export interface GridNiches {
  readonly kind: 'grid';
  /** [d]: bins of each axis. */
  readonly bins: readonly number[];
}

/** @throws RangeError without axes, or for bins that are no whole numbers from 1 */
export function gridNiches(bins: readonly number[]): GridNiches {
  checkBins(bins);
  return { kind: 'grid', bins };
}

export function checkBins(bins: readonly number[]): void {
  if (bins.length === 0) throw new RangeError('A grid needs at least one axis.');
  for (const count of bins) {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`An axis needs at least one bin, not ${count}.`);
  }
}

/** Just below the edge of a bin counts as on it: whole numbers scaled to an axis round to either side. As in pyribs. */
const edge = 1e-6;

/** The bin of a place on an axis of `count` bins. */
export function binOf(place: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(place * count + edge)));
}

/** Number of a cell whose bins are known: [d], the last axis counting fastest. */
export function cellNumber(cell: readonly number[], bins: readonly number[]): number {
  return cell.reduce((number, bin, axis) => number * (bins[axis] ?? 1) + bin, 0);
}

/** Bins [d] of a cell; inverse of {@link cellNumber}. */
export function cellOf(number: number, bins: readonly number[]): number[] {
  const cell: number[] = [];
  let rest = number;
  for (const count of bins.toReversed()) {
    cell.push(rest % count);
    rest = Math.floor(rest / count);
  }
  return cell.reverse();
}

/** Numbers of all cells whose bins [d] lie between two cells', both inclusive. */
export function cellsBetween(low: readonly number[], high: readonly number[], bins: readonly number[]): Set<number> {
  let numbers = [0];
  for (const [axis, count] of bins.entries()) {
    const [from, to] = [low[axis] ?? 0, high[axis] ?? 0];
    const steps = Array.from({ length: to - from + 1 }, (_, step) => from + step);
    numbers = numbers.flatMap((number) => steps.map((bin) => number * count + bin));
  }
  return new Set(numbers);
}

export const gridKind: NicheKind<GridNiches> = {
  count: ({ bins }) => bins.reduce((product, count) => product * count, 1),
  dimensions: ({ bins }) => bins.length,
  find({ bins }, place) {
    let niche = 0;
    for (let axis = 0; axis < bins.length; axis++) {
      const count = bins[axis] ?? 1;
      niche = niche * count + binOf(place[axis] ?? 0, count);
    }
    return niche;
  },
  reach: ({ bins }, box) =>
    cellsBetween(
      bins.map((count, axis) => binOf(box.low[axis] ?? 0, count)),
      bins.map((count, axis) => binOf(box.high[axis] ?? 1, count)),
      bins,
    ),
  centre: ({ bins }, niche) => cellOf(niche, bins).map((bin, axis) => (bin + 0.5) / (bins[axis] ?? 1)),
};
