/** Niches that nothing can fill, told apart from those that nothing has filled yet. */
import type { AxisView } from '../../core/contract/archives.ts';
import { placeOf } from './axis-ticks.ts';
import type { VoronoiMap } from './voronoi.ts';

function niches(map: VoronoiMap, isUnreachable: (corners: VoronoiMap['cells'][number]) => boolean): Set<number> {
  const found = new Set<number>();
  for (const [niche, corners] of map.cells.entries())
    if (corners.length > 0 && isUnreachable(corners)) found.add(niche);
  return found;
}

/**
 * Niches of the prompt archive that no prompt leads to. Prompts lie at whole numbers of the axis, so what they reach is
 * one upright line each; a cell is convex, and is reached when a line lies between its leftmost and rightmost corner.
 */
export function beyondPrompts(map: VoronoiMap, prompts: AxisView): Set<number> {
  const lines = (prompts.names ?? []).map((_, number) => Math.min(1, Math.max(0, placeOf(prompts, number))));
  if (lines.length === 0) return new Set();
  return niches(map, (corners) => {
    const left = Math.min(...corners.map(([x]) => x));
    const right = Math.max(...corners.map(([x]) => x));
    return !lines.some((line) => line >= left && line <= right);
  });
}

/** Niches of the network archive above the budget of FLOPs: a network there is refused before it is trained. */
export function beyondBudget(map: VoronoiMap, flops: AxisView, budget: number): Set<number> {
  const highest = placeOf(flops, budget);
  // What lies above the axis is clipped to its end, so the end is reached.
  if (highest >= 1) return new Set();
  return niches(map, (corners) => Math.min(...corners.map(([, y]) => y)) > Math.max(0, highest));
}
