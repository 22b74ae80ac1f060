/**
 * The niches of an archive as areas: Voronoi cells of its centroids, clipped to a box, with their neighbours. A niche is
 * what is nearer to its centroid than to any other (section 3.1 of the CVT-MAP-Elites paper).
 */
import { Delaunay } from 'd3-delaunay';

export type Point = readonly [number, number];

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly low: number;
  readonly high: number;
}

export interface VoronoiMap {
  readonly box: Box;
  readonly centroids: readonly Point[];
  /** Corners of each cell in order, the first not repeated; empty where the box holds nothing of it. */
  readonly cells: readonly (readonly Point[])[];
  /** The cells that share an edge with it inside the box. */
  neighbours(cell: number): number[];
  /** The cell that a point lies in; -1 without centroids. */
  find(x: number, y: number): number;
}

export const unitBox: Box = { left: 0, right: 1, low: 0, high: 1 };

/** The smallest box around the centroids, widened where it would have no area. */
export function boundingBox(centroids: readonly Point[]): Box {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of centroids) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  if (left > right) return unitBox;
  const widen = (from: number, to: number): [number, number] =>
    to > from ? [from, to] : [from - Math.max(0.5, Math.abs(from) / 2), to + Math.max(0.5, Math.abs(to) / 2)];
  [left, right] = widen(left, right);
  [low, high] = widen(low, high);
  return { left, right, low, high };
}

function cornersOf({ left, right, low, high }: Box): Point[] {
  return [
    [left, low],
    [right, low],
    [right, high],
    [left, high],
  ];
}

/** What of a convex polygon is nearer to one point than to another (Sutherland and Hodgman's clipping). */
function nearerHalf(corners: readonly Point[], near: Point, far: Point): Point[] {
  const [wayX, wayY] = [far[0] - near[0], far[1] - near[1]];
  const bound = (wayX * (near[0] + far[0]) + wayY * (near[1] + far[1])) / 2;
  const beyond = ([x, y]: Point): number => wayX * x + wayY * y - bound;
  const kept: Point[] = [];
  let before = corners.at(-1);
  for (const corner of corners) {
    const out = beyond(corner);
    const outBefore = before === undefined ? out : beyond(before);
    if (before !== undefined && out > 0 !== outBefore > 0) {
      const share = outBefore / (outBefore - out);
      kept.push([before[0] + share * (corner[0] - before[0]), before[1] + share * (corner[1] - before[1])]);
    }
    if (out <= 0) kept.push(corner);
    before = corner;
  }
  return kept;
}

/** Whether two cells have two corners in common that are not one: rounding leaves corners a little apart. */
function sharesEdge(corners: readonly Point[], others: readonly Point[], box: Box): boolean {
  const width = box.right - box.left;
  const height = box.high - box.low;
  const coincide = (a: Point, b: Point): boolean =>
    Math.abs(a[0] - b[0]) < width * 1e-7 && Math.abs(a[1] - b[1]) < height * 1e-7;
  const common = corners.filter((corner) => others.some((other) => coincide(corner, other)));
  return common.some((corner) => common.some((other) => !coincide(corner, other)));
}

/** Distances are measured in the units of the centroids, as the archive measures them. */
export function voronoiMap(centroids: readonly Point[], box: Box): VoronoiMap {
  const delaunay = new Delaunay(Float64Array.from(centroids.flat()));
  const cells = centroids.map((centroid, index): readonly Point[] => {
    const around = [...delaunay.neighbors(index)];
    // Of two centroids in one place, one holds the cell and the other has no neighbours.
    if (around.length === 0 && centroids.length > 1) return [];
    const nearer = (corners: Point[], other: number): Point[] =>
      nearerHalf(corners, centroid, centroids[other] ?? centroid);
    return around.reduce(nearer, cornersOf(box));
  });
  let last = 0;
  return {
    box,
    centroids,
    cells,
    neighbours: (cell) =>
      [...delaunay.neighbors(cell)].filter((other) => sharesEdge(cells[cell] ?? [], cells[other] ?? [], box)),
    find(x, y) {
      if (centroids.length === 0) return -1;
      last = Math.max(0, delaunay.find(x, y, last));
      return last;
    },
  };
}

export type Direction = 'left' | 'right' | 'up' | 'down';

const ways: Readonly<Record<Direction, Point>> = { left: [-1, 0], right: [1, 0], up: [0, 1], down: [0, -1] };

/** Cosine of the widest angle to the direction at which a neighbour still counts as lying there: 75 degrees. */
const widest = Math.cos((75 * Math.PI) / 180);

/** The neighbour that lies best in a direction as the map is seen, up being higher; null at the edge. */
export function neighbourTowards(map: VoronoiMap, cell: number, direction: Direction): number | null {
  return closestTowards(map, cell, map.neighbours(cell), direction, (cosine) => cosine);
}

/** The nearest of some cells that lies in a direction, straight ones first; null where there is none. */
export function nextTowards(
  map: VoronoiMap,
  cell: number,
  among: Iterable<number>,
  direction: Direction,
): number | null {
  return closestTowards(map, cell, among, direction, (cosine, distance) => cosine / distance);
}

function closestTowards(
  { box, centroids }: VoronoiMap,
  cell: number,
  among: Iterable<number>,
  direction: Direction,
  rank: (cosine: number, distance: number) => number,
): number | null {
  const from = centroids[cell];
  if (from === undefined) return null;
  const [wayX, wayY] = ways[direction];
  let best: number | null = null;
  let highest = Number.NEGATIVE_INFINITY;
  for (const other of among) {
    const to = centroids[other];
    if (other === cell || to === undefined) continue;
    // As it is seen: the box is drawn as a square whatever its units.
    const x = (to[0] - from[0]) / (box.right - box.left);
    const y = (to[1] - from[1]) / (box.high - box.low);
    const distance = Math.hypot(x, y);
    if (distance === 0) continue;
    const cosine = (x * wayX + y * wayY) / distance;
    const value = rank(cosine, distance);
    if (cosine < widest || value <= highest) continue;
    best = other;
    highest = value;
  }
  return best;
}
