/** A k-d tree over a few hundred points: exact nearest neighbours (Bentley 1975). Ties go to the lowest index. */

export type Point = readonly number[];

interface Node {
  readonly index: number;
  readonly point: Point;
  readonly axis: number;
  readonly left: Node | null;
  readonly right: Node | null;
}

export interface KdTree {
  readonly size: number;
  readonly dimensions: number;
  readonly root: Node | null;
}

export interface Neighbour {
  /** Place of the point in the list that the tree was built from. */
  readonly index: number;
  readonly squaredDistance: number;
}

/** Squared Euclidean distance, summed in order of the axes. */
export function squaredDistance(a: Point, b: Point): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis++) {
    const difference = (a[axis] ?? Number.NaN) - (b[axis] ?? Number.NaN);
    sum += difference * difference;
  }
  return sum;
}

function coordinate(point: Point, axis: number): number {
  return point[axis] ?? Number.NaN;
}

/**
 * Builds the tree. `points`: [n][d], all of the same d, all finite.
 * @throws RangeError on points of different lengths or coordinates that are not finite
 */
export function buildKdTree(points: readonly Point[]): KdTree {
  const dimensions = points[0]?.length ?? 0;
  for (const [index, point] of points.entries()) {
    if (point.length !== dimensions || !point.every(Number.isFinite)) {
      throw new RangeError(`Point ${index} of the k-d tree must have ${dimensions} finite coordinates.`);
    }
  }
  function build(indices: readonly number[], depth: number): Node | null {
    if (indices.length === 0) return null;
    const axis = dimensions === 0 ? 0 : depth % dimensions;
    const at = (index: number): Point => points[index] ?? [];
    const sorted = [...indices].sort((a, b) => coordinate(at(a), axis) - coordinate(at(b), axis) || a - b);
    const middle = sorted.length >> 1;
    const index = sorted[middle] ?? 0;
    return {
      index,
      point: at(index),
      axis,
      left: build(sorted.slice(0, middle), depth + 1),
      right: build(sorted.slice(middle + 1), depth + 1),
    };
  }
  return {
    size: points.length,
    dimensions,
    root: build(
      points.map((_, index) => index),
      0,
    ),
  };
}

/**
 * The `count` points nearest to `query` [d], nearest first; equal distances in order of the index. Fewer where the tree
 * holds fewer.
 * @throws RangeError when `query` has another number of dimensions, or a coordinate that is no number
 */
export function nearestNeighbours(tree: KdTree, query: Point, count: number): Neighbour[] {
  if (query.length !== tree.dimensions || query.some(Number.isNaN)) {
    throw new RangeError(`A query of this k-d tree needs ${tree.dimensions} coordinates that are numbers.`);
  }
  const found: Neighbour[] = [];
  const isBetter = (a: Neighbour, b: Neighbour): boolean =>
    a.squaredDistance < b.squaredDistance || (a.squaredDistance === b.squaredDistance && a.index < b.index);
  const visit = (node: Node | null): void => {
    if (node === null) return;
    const candidate = { index: node.index, squaredDistance: squaredDistance(node.point, query) };
    let place = found.length;
    while (place > 0 && isBetter(candidate, found[place - 1] ?? candidate)) place--;
    if (place < count) {
      found.splice(place, 0, candidate);
      if (found.length > count) found.pop();
    }
    const offset = coordinate(query, node.axis) - coordinate(node.point, node.axis);
    visit(offset < 0 ? node.left : node.right);
    // On equality the far side may hold a tie with a lower index, so only a strictly larger offset is pruned.
    const worst = found.length < count ? Number.POSITIVE_INFINITY : (found.at(-1)?.squaredDistance ?? 0);
    if (offset * offset <= worst) visit(offset < 0 ? node.right : node.left);
  };
  if (count > 0) visit(tree.root);
  return found;
}

/** Index of the nearest point. @throws RangeError on an empty tree */
export function nearest(tree: KdTree, query: Point): number {
  const first = nearestNeighbours(tree, query, 1)[0];
  if (first === undefined) throw new RangeError('An empty k-d tree has no nearest point.');
  return first.index;
}
