/**
 * The niches of a CVT that places of a box lie in. A niche meets the box when some place of it is nearer to its centroid
 * than to all others: half-spaces, of which those that matter are found one by one through the k-d tree.
 */
import { type Box, type HalfSpace, pointWithin } from './half-spaces.ts';
import type { Point } from './kd-tree.ts';

/** A niche that comes so near to the box counts as reached: what is left out is proved to be out of reach. */
const tolerance = 1e-9;

/** What is nearer to `own` than to `other`. */
function nearerHalf(own: Point, other: Point): HalfSpace {
  const way = other.map((value, axis) => value - (own[axis] ?? 0));
  const length = Math.hypot(...way);
  const normal = way.map((value) => value / length);
  const middle = normal.reduce((sum, value, axis) => sum + (value * ((own[axis] ?? 0) + (other[axis] ?? 0))) / 2, 0);
  return { normal, bound: middle + tolerance };
}

/** The least that places of the box have along a direction. */
function leastAlong({ low, high }: Box, direction: readonly number[]): number {
  return direction.reduce((sum, slope, axis) => sum + slope * ((slope > 0 ? low : high)[axis] ?? 0), 0);
}

function placeInBox({ low, high }: Box, place: Point): number[] {
  return place.map((value, axis) => Math.min(high[axis] ?? 1, Math.max(low[axis] ?? 0, value)));
}

/** @param find the niche of a place */
export function nichesMeeting(
  centroids: readonly Point[],
  find: (place: readonly number[]) => number,
  box: Box,
): Set<number> {
  const found = new Set(centroids.map((centroid) => find(placeInBox(box, centroid))));
  for (const [niche, own] of centroids.entries()) {
    if (found.has(niche)) continue;
    const nearest = placeInBox(box, own);
    // Towards the centroid the niche is likeliest met.
    const objective = own.map((value, axis) => value - (nearest[axis] ?? 0));
    const halves = new Map<number, HalfSpace>();
    let place: number[] | null = nearest;
    while (place !== null) {
      const other = find(place);
      if (other === niche || halves.has(other)) {
        found.add(niche);
        break;
      }
      const rival = centroids[other];
      // Of two centroids in one place only the first is ever nearest.
      if (rival === undefined || rival.every((value, axis) => value === own[axis])) break;
      const half = nearerHalf(own, rival);
      if (leastAlong(box, half.normal) > half.bound) break;
      halves.set(other, half);
      place = pointWithin(box, [...halves.values()], objective);
    }
  }
  return found;
}
