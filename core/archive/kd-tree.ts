/**
 * A k-d tree in flat arrays: exact nearest neighbours among tens of thousands of points (Bentley 1975). Ties go to the
 * lowest index, so what it finds is what comparing every point in order would find, to the bit.
 */

export type Point = readonly number[];

export interface KdTree {
  readonly size: number;
  readonly dimensions: number;
  /** [size][dimensions], in the order of the tree: the middle of a range parts it, smaller coordinates before it. */
  readonly coordinates: Float64Array;
  /** [size]: place of each in the list that the tree was built from. */
  readonly indices: Int32Array;
  /** [size]: the axis along which a middle parts its range. */
  readonly axes: Uint8Array;
  /** Ranges of so few points are not parted. */
  readonly leaf: number;
}

export interface Neighbour {
  /** Place of the point in the list that the tree was built from. */
  readonly index: number;
  readonly squaredDistance: number;
}

/** So few points are as soon compared one by one. */
const leaf = 8;

/** Orders indices[from..to) so that what stands before `middle` is not larger on the axis, and what follows not smaller. */
function partAt(
  { points, dimensions }: { readonly points: Float64Array; readonly dimensions: number },
  indices: Int32Array,
  range: { readonly from: number; readonly to: number; readonly middle: number },
  axis: number,
): void {
  const at = (place: number): number => points[(indices[place] ?? 0) * dimensions + axis] ?? 0;
  const swap = (a: number, b: number): void => {
    const held = indices[a] ?? 0;
    indices[a] = indices[b] ?? 0;
    indices[b] = held;
  };
  let low = range.from;
  let high = range.to - 1;
  while (low < high) {
    const [a, b, c] = [at(low), at((low + high) >> 1), at(high)];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let left = low;
    let right = high;
    while (left <= right) {
      while (at(left) < pivot) left++;
      while (at(right) > pivot) right--;
      if (left <= right) swap(left++, right--);
    }
    if (range.middle <= right) high = right;
    else if (range.middle >= left) low = left;
    else return;
  }
}

/** The axis on which points of a range lie farthest apart. */
function widestAxis(points: Float64Array, dimensions: number, indices: Int32Array, from: number, to: number): number {
  let widest = 0;
  let largest = -1;
  for (let axis = 0; axis < dimensions; axis++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let place = from; place < to; place++) {
      const value = points[(indices[place] ?? 0) * dimensions + axis] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low > largest) {
      largest = high - low;
      widest = axis;
    }
  }
  return widest;
}

/** Builds the tree of finite points [n][dimensions] that lie one behind the other. */
export function buildFlatKdTree(points: Float64Array, dimensions: number): KdTree {
  const size = dimensions === 0 ? 0 : points.length / dimensions;
  const indices = Int32Array.from({ length: size }, (_, index) => index);
  const axes = new Uint8Array(size);
  const part = (from: number, to: number): void => {
    if (to - from <= leaf) return;
    const middle = (from + to) >> 1;
    const axis = widestAxis(points, dimensions, indices, from, to);
    partAt({ points, dimensions }, indices, { from, to, middle }, axis);
    axes[middle] = axis;
    part(from, middle);
    part(middle + 1, to);
  };
  part(0, size);
  const coordinates = new Float64Array(points.length);
  for (let place = 0; place < size; place++) {
    const start = (indices[place] ?? 0) * dimensions;
    for (let axis = 0; axis < dimensions; axis++) {
      coordinates[place * dimensions + axis] = points[start + axis] ?? 0;
    }
  }
  return { size, dimensions, coordinates, indices, axes, leaf };
}

/**
 * Builds the tree. `points`: [n][d], all of the same d, all finite.
 * @throws RangeError on points of different lengths or coordinates that are not finite
 */
export function buildKdTree(points: readonly Point[]): KdTree {
  const dimensions = points[0]?.length ?? 0;
  const flat = new Float64Array(points.length * dimensions);
  for (const [index, point] of points.entries()) {
    if (point.length !== dimensions || !point.every(Number.isFinite)) {
      throw new RangeError(`Point ${index} of the k-d tree must have ${dimensions} finite coordinates.`);
    }
    flat.set(point, index * dimensions);
  }
  return buildFlatKdTree(flat, dimensions);
}

/** Finds the nearest points of one tree again and again, without making anything new for each query. */
export interface NeighbourSearch {
  /** Indices of the nearest points, nearest first; equal distances in order of the index. */
  readonly indices: Int32Array;
  readonly squaredDistances: Float64Array;
  /**
   * Looks for the neighbours of the point at queries[start..start + d); returns how many it found.
   * `within`: a squared distance beyond which none is looked for.
   */
  find(queries: ArrayLike<number>, start: number, within?: number): number;
}

/** `count`: neighbours that are wanted at most. */
export function neighbourSearch(tree: KdTree, count: number): NeighbourSearch {
  const { size, dimensions, coordinates, axes } = tree;
  const indices = new Int32Array(count);
  const squaredDistances = new Float64Array(count);
  const query = new Float64Array(dimensions);
  /** By axis: how far the range under search lies from the query at least. */
  const offsets = new Float64Array(dimensions);
  let found = 0;
  let worst = Number.POSITIVE_INFINITY;

  const compare = (place: number): void => {
    let squared = 0;
    for (let axis = 0; axis < dimensions; axis++) {
      const difference = (coordinates[place * dimensions + axis] ?? 0) - (query[axis] ?? 0);
      squared += difference * difference;
    }
    if (squared > worst) return;
    const index = tree.indices[place] ?? 0;
    let slot = found < count ? found : count - 1;
    if (found === count && squared === worst && index > (indices[slot] ?? 0)) return;
    if (found < count) found++;
    while (slot > 0) {
      const before = squaredDistances[slot - 1] ?? 0;
      if (before < squared || (before === squared && (indices[slot - 1] ?? 0) < index)) break;
      squaredDistances[slot] = before;
      indices[slot] = indices[slot - 1] ?? 0;
      slot--;
    }
    squaredDistances[slot] = squared;
    indices[slot] = index;
    if (found === count) worst = squaredDistances[count - 1] ?? 0;
  };

  const visit = (from: number, to: number): void => {
    if (to - from <= leaf) {
      for (let place = from; place < to; place++) compare(place);
      return;
    }
    const middle = (from + to) >> 1;
    const axis = axes[middle] ?? 0;
    const offset = (query[axis] ?? 0) - (coordinates[middle * dimensions + axis] ?? 0);
    if (offset < 0) visit(from, middle);
    else visit(middle + 1, to);
    compare(middle);
    const before = offsets[axis] ?? 0;
    offsets[axis] = offset;
    // Summed as the distances are, so rounding never makes it exceed one of them. On equality the far side may hold a
    // tie with a lower index, so only a strictly larger bound is passed over.
    let bound = 0;
    for (let each = 0; each < dimensions; each++) bound += (offsets[each] ?? 0) * (offsets[each] ?? 0);
    if (bound <= worst) {
      if (offset < 0) visit(middle + 1, to);
      else visit(from, middle);
    }
    offsets[axis] = before;
  };

  return {
    indices,
    squaredDistances,
    find(queries, start, within = Number.POSITIVE_INFINITY) {
      for (let axis = 0; axis < dimensions; axis++) query[axis] = queries[start + axis] ?? Number.NaN;
      found = 0;
      worst = within;
      if (count > 0) visit(0, size);
      return found;
    },
  };
}

/**
 * The `count` points nearest to `query` [d], nearest first; equal distances in order of the index. Fewer where the tree
 * holds fewer.
 * @throws RangeError when `query` has another number of dimensions, or a coordinate that is no number
 */
export function nearestNeighbours(tree: KdTree, query: Point, count: number): Neighbour[] {
  checkQuery(tree, query);
  const search = neighbourSearch(tree, Math.min(count, tree.size));
  const found = search.find(query, 0);
  return Array.from({ length: found }, (_, place) => ({
    index: search.indices[place] ?? 0,
    squaredDistance: search.squaredDistances[place] ?? 0,
  }));
}

function checkQuery(tree: KdTree, query: Point): void {
  if (query.length !== tree.dimensions || query.some(Number.isNaN)) {
    throw new RangeError(`A query of this k-d tree needs ${tree.dimensions} coordinates that are numbers.`);
  }
}

/** Deeper than any tree of points that memory holds. */
const deepest = 64;

/**
 * Finds the one nearest point of queries[start..start + d) again and again: its index, the lowest on a tie; -1 in an
 * empty tree. What archives ask at each insertion, so it keeps its own stack and looks for nothing else.
 */
export function nearestFinder(tree: KdTree): (queries: ArrayLike<number>, start: number) => number {
  const { size, dimensions, coordinates, indices, axes } = tree;
  const query = new Float64Array(dimensions);
  const froms = new Int32Array(deepest);
  const tos = new Int32Array(deepest);
  const bounds = new Float64Array(deepest);

  return (queries, start) => {
    for (let axis = 0; axis < dimensions; axis++) query[axis] = queries[start + axis] ?? Number.NaN;
    let best = Number.POSITIVE_INFINITY;
    let index = -1;
    const compare = (place: number): void => {
      let squared = 0;
      for (let axis = 0; axis < dimensions; axis++) {
        const difference = (coordinates[place * dimensions + axis] ?? 0) - (query[axis] ?? 0);
        squared += difference * difference;
      }
      if (squared > best || (squared === best && (indices[place] ?? 0) > index && index >= 0)) return;
      best = squared;
      index = indices[place] ?? 0;
    };
    let top = 1;
    froms[0] = 0;
    tos[0] = size;
    bounds[0] = 0;
    while (top > 0) {
      top--;
      // On equality there may be a tie with a lower index.
      if ((bounds[top] ?? 0) > best) continue;
      let from = froms[top] ?? 0;
      let to = tos[top] ?? 0;
      while (to - from > leaf) {
        const middle = (from + to) >> 1;
        const axis = axes[middle] ?? 0;
        const offset = (query[axis] ?? 0) - (coordinates[middle * dimensions + axis] ?? 0);
        compare(middle);
        bounds[top] = offset * offset;
        if (offset < 0) {
          froms[top] = middle + 1;
          tos[top] = to;
          to = middle;
        } else {
          froms[top] = from;
          tos[top] = middle;
          from = middle + 1;
        }
        top++;
      }
      for (let place = from; place < to; place++) compare(place);
    }
    return index;
  };
}

/** Index of the nearest point. @throws RangeError on an empty tree, and as {@link nearestNeighbours} does */
export function nearest(tree: KdTree, query: Point): number {
  checkQuery(tree, query);
  if (tree.size === 0) throw new RangeError('An empty k-d tree has no nearest point.');
  return nearestFinder(tree)(query, 0);
}
