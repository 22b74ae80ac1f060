/** What every way of dividing descriptor space into niches must say: one file a way, one row in niches.ts. */
import type { Box } from './half-spaces.ts';

/** Functions over the plain data `N` of one way. Niches are numbered from 0; places are [d], in units of the axes. */
export interface NicheKind<N> {
  /** How many niches there are. */
  count(niches: N): number;
  /** How many axes. */
  dimensions(niches: N): number;
  /** The niche that a place of finite coordinates lies in; beyond the ends of the axes, one at the edge. */
  find(niches: N, place: readonly number[]): number;
  /** The niches that places of a box lie in; none that is left out can be reached from it. */
  reach(niches: N, box: Box): ReadonlySet<number>;
  /** A place in the niche that stands for it. */
  centre(niches: N, niche: number): readonly number[];
}
