/** A point of a box within half-spaces, or the proof that there is none: linear programming in few dimensions (Seidel 1991). */

/** What lies between two corners [d], both inclusive; of no extent on an axis where they agree. */
export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** All x with normal · x <= bound. */
export interface HalfSpace {
  readonly normal: readonly number[];
  readonly bound: number;
}

/** Coefficients of a normal of length 1 below which it says nothing of an axis. */
const flat = 1e-12;

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0);
}

function without<T>(list: readonly T[], place: number): T[] {
  return list.filter((_, index) => index !== place);
}

/** On one axis: the end of what is left of the interval on the objective's side. */
function onLine(low: number, high: number, halves: readonly HalfSpace[], objective: number): number | null {
  let [from, to] = [low, high];
  for (const { normal, bound } of halves) {
    const slope = normal[0] ?? 0;
    if (Math.abs(slope) < flat) {
      if (bound < 0) return null;
    } else if (slope > 0) to = Math.min(to, bound / slope);
    else from = Math.max(from, bound / slope);
  }
  if (from > to) return null;
  return objective >= 0 ? to : from;
}

/**
 * The point of the box within all half-spaces that lies farthest along `objective`; null where none lies within all.
 * `halves`: normals of about length 1. Cost grows with their number and steeply with the axes.
 */
export function pointWithin(box: Box, halves: readonly HalfSpace[], objective: readonly number[]): number[] | null {
  const { low, high } = box;
  if (low.length === 1) {
    const place = onLine(low[0] ?? 0, high[0] ?? 0, halves, objective[0] ?? 0);
    return place === null ? null : [place];
  }
  let point = objective.map((slope, axis) => (slope >= 0 ? high : low)[axis] ?? 0);
  for (const [index, { normal, bound }] of halves.entries()) {
    if (dot(normal, point) <= bound) continue;
    // The best point within this one too lies on its edge: one axis less.
    const axis = normal.reduce((best, value, at) => (Math.abs(value) > Math.abs(normal[best] ?? 0) ? at : best), 0);
    const steepest = normal[axis] ?? 0;
    if (Math.abs(steepest) < flat) return null;
    const onEdge = (other: readonly number[], limit: number): HalfSpace => {
      const share = (other[axis] ?? 0) / steepest;
      return {
        normal: without(
          other.map((value, at) => value - share * (normal[at] ?? 0)),
          axis,
        ),
        bound: limit - share * bound,
      };
    };
    const unit = (sign: number): number[] => normal.map((_, at) => (at === axis ? sign : 0));
    const rest = pointWithin(
      { low: without(low, axis), high: without(high, axis) },
      [
        ...halves.slice(0, index).map((earlier) => onEdge(earlier.normal, earlier.bound)),
        onEdge(unit(1), high[axis] ?? 0),
        onEdge(unit(-1), -(low[axis] ?? 0)),
      ],
      onEdge(objective, 0).normal,
    );
    if (rest === null) return null;
    const along = without(normal, axis);
    point = [...rest.slice(0, axis), (bound - dot(along, rest)) / steepest, ...rest.slice(axis)];
  }
  return point;
}
