/** What every way of dividing descriptor space into niches must say: one file a way, one row in niches.ts. */

/** Functions over the plain data `N` of one way. Niches are numbered from 0; places are [d], in units of the axes. */
export interface NicheKind<N> {
  /** How many niches there are. */
  count(niches: N): number;
  /** How many axes. */
  dimensions(niches: N): number;
  /** The niche that a place of finite coordinates lies in; beyond the ends of the axes, one at the edge. */
  find(niches: N, place: readonly number[]): number;
  /** A place in the niche that stands for it. */
  centre(niches: N, niche: number): readonly number[];
}
