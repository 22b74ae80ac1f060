/**
 * Starts of k-means by k-means++ (Arthur and Vassilvitskii 2007): each next centre is a point drawn with odds of its
 * squared distance to the nearest centre so far. A new centre is compared with the points near it alone, and the draw
 * reads a tree of sums; both find what comparing and adding up all points in order would find.
 */
import type { RandomStream } from '../random/stream.ts';
import { buildFlatKdTree, type KdTree } from './kd-tree.ts';

/** Values of points by index, their sums in a tree whose root is 1 and whose leaves begin at `base`. */
interface SumTree {
  readonly base: number;
  readonly sums: Float64Array;
  readonly size: number;
}

function sumTree(size: number, value: number): SumTree {
  const base = 2 ** Math.ceil(Math.log2(Math.max(1, size)));
  const sums = new Float64Array(2 * base);
  sums.fill(value, base, base + size);
  return { base, sums, size };
}

/** Sums anew above the leaves that changed. */
function updateSums({ base, sums, size }: SumTree, changed: Int32Array, count: number): void {
  if (count * Math.log2(base + 1) > size) {
    for (let node = base - 1; node > 0; node--) sums[node] = (sums[2 * node] ?? 0) + (sums[2 * node + 1] ?? 0);
    return;
  }
  for (let place = 0; place < count; place++) {
    for (let node = (base + (changed[place] ?? 0)) >> 1; node > 0; node >>= 1) {
      sums[node] = (sums[2 * node] ?? 0) + (sums[2 * node + 1] ?? 0);
    }
  }
}

/** The first point at which `share` of all values, added up one after the other, is exceeded; else the last. */
function drawInOrder({ base, sums, size }: SumTree, share: number): number {
  let total = 0;
  for (let index = 0; index < size; index++) total += sums[base + index] ?? 0;
  let rest = share * total;
  for (let index = 0; index < size; index++) {
    rest -= sums[base + index] ?? 0;
    if (rest < 0) return index;
  }
  return size - 1;
}

/** {@link drawInOrder} through the tree, unless rounding of that many sums could make a difference. */
function draw(tree: SumTree, share: number): number {
  const { base, sums, size } = tree;
  const total = sums[1] ?? 0;
  const target = share * total;
  let below = 0;
  let node = 1;
  while (node < base) {
    const left = below + (sums[2 * node] ?? 0);
    node *= 2;
    if (left <= target) {
      below = left;
      node++;
    }
  }
  // Adding n values rounds by at most n units of the last place of the total; here twice n, with room to spare.
  const rounding = (4 * size + 1000) * Number.EPSILON * total;
  const isCertain = target - below > rounding && below + (sums[node] ?? 0) - target > rounding;
  return isCertain ? node - base : drawInOrder(tree, share);
}

/** Lowers the squared distances of the points that lie nearer to a new centre than to all before it. */
function nearnessUpdater({ size, dimensions, coordinates, indices, axes, leaf }: KdTree, { base, sums }: SumTree) {
  /** By middle of a range: the largest squared distance in it. */
  const largest = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const centre = new Float64Array(dimensions);
  const offsets = new Float64Array(dimensions);
  const changed = new Int32Array(size);
  let count = 0;

  const compare = (place: number): number => {
    let gap = 0;
    for (let axis = 0; axis < dimensions; axis++) {
      const difference = (coordinates[place * dimensions + axis] ?? 0) - (centre[axis] ?? 0);
      gap += difference * difference;
    }
    const index = indices[place] ?? 0;
    const before = sums[base + index] ?? 0;
    if (gap >= before) return before;
    sums[base + index] = gap;
    changed[count++] = index;
    return gap;
  };

  /** Returns the largest squared distance that is left in the range. `bound`: the least that a point in it can have. */
  const visit = (from: number, to: number, bound: number): number => {
    if (from >= to) return 0;
    const middle = (from + to) >> 1;
    const most = largest[middle] ?? 0;
    if (bound >= most) return most;
    let left = 0;
    if (to - from <= leaf) {
      for (let place = from; place < to; place++) left = Math.max(left, compare(place));
    } else {
      const axis = axes[middle] ?? 0;
      const offset = (centre[axis] ?? 0) - (coordinates[middle * dimensions + axis] ?? 0);
      const before = offsets[axis] ?? 0;
      offsets[axis] = offset;
      // In the order of the axes, as distances are summed: rounding never makes it exceed one of them.
      let far = 0;
      for (let each = 0; each < dimensions; each++) far += (offsets[each] ?? 0) * (offsets[each] ?? 0);
      const farSide = offset < 0 ? visit(middle + 1, to, far) : visit(from, middle, far);
      offsets[axis] = before;
      const nearSide = offset < 0 ? visit(from, middle, bound) : visit(middle + 1, to, bound);
      left = Math.max(compare(middle), nearSide, farSide);
    }
    largest[middle] = left;
    return left;
  };

  return {
    changed,
    /** Returns how many points changed: the first so many of `changed`. */
    add(points: Float64Array, point: number): number {
      for (let axis = 0; axis < dimensions; axis++) centre[axis] = points[point * dimensions + axis] ?? 0;
      count = 0;
      visit(0, size, 0);
      return count;
    },
  };
}

/**
 * Indices of `count` of the points [n][dimensions]. Draws one integer, then one uniform number a centre.
 */
export function firstCentroids(
  points: Float64Array,
  dimensions: number,
  count: number,
  random: RandomStream,
): number[] {
  const size = points.length / dimensions;
  const squared = sumTree(size, Number.POSITIVE_INFINITY);
  const nearness = nearnessUpdater(buildFlatKdTree(points, dimensions), squared);
  const centres: number[] = [];
  let chosen = random.integer(size);
  while (centres.length < count) {
    centres.push(chosen);
    updateSums(squared, nearness.changed, nearness.add(points, chosen));
    chosen = draw(squared, random.uniform());
  }
  return centres;
}
