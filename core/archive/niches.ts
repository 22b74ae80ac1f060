/** The ways of dividing descriptor space into niches: one row each, and the functions that an archive asks of them. */
import { type CategoricalNiches, categoricalKind } from './categorical-niches.ts';
import { type CvtNiches, cvtKind } from './cvt-niches.ts';
import { type GridNiches, gridKind } from './grid-niches.ts';
import type { Box } from './half-spaces.ts';
import type { NicheKind } from './niche-kind.ts';

/** A division of descriptor space, as plain data. */
export type Niches = CvtNiches | GridNiches | CategoricalNiches;

const kinds: { readonly [K in Niches['kind']]: NicheKind<Extract<Niches, { kind: K }>> } = {
  cvt: cvtKind,
  grid: gridKind,
  categorical: categoricalKind,
};

/** The row of niches, whose functions take them. */
function kindOf<N extends Niches>(niches: N): NicheKind<N> {
  // The row of a kind takes niches of that kind, which the compiler does not follow through the index.
  return kinds[niches.kind] as unknown as NicheKind<N>;
}

export function nicheCount(niches: Niches): number {
  return kindOf(niches).count(niches);
}

export function axisCount(niches: Niches): number {
  return kindOf(niches).dimensions(niches);
}

/** The niche of a place [d]. @throws RangeError when it has another number of coordinates, or one that is no number */
export function nicheAt(niches: Niches, place: readonly number[]): number {
  const kind = kindOf(niches);
  const dimensions = kind.dimensions(niches);
  if (place.length !== dimensions || place.some(Number.isNaN)) {
    throw new RangeError(`A place in this archive needs ${dimensions} coordinates that are numbers.`);
  }
  return kind.find(niches, place);
}

/** A place [d] in a niche that stands for it: its centroid, or the middle of its bins. */
export function centreOf(niches: Niches, niche: number): readonly number[] {
  return kindOf(niches).centre(niches, niche);
}

/** The niches that places of some boxes lie in, in order; none that is left out can be reached from them. */
export function reachedFrom(niches: Niches, boxes: readonly Box[]): Set<number> {
  const found = new Set<number>();
  for (const box of boxes) for (const niche of kindOf(niches).reach(niches, box)) found.add(niche);
  return found;
}

/** Bins [d] of each axis, categories counting as bins; null around centroids. */
export function binsOfNiches(niches: Niches): number[] | null {
  if (niches.kind === 'cvt') return null;
  return niches.kind === 'grid' ? [...niches.bins] : [niches.categories, ...niches.bins];
}
