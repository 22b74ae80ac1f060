/** Niches of a CVT archive (Vassiliades et al. 2018): what is nearer to a centroid than to any other. */
import { nichesMeeting } from './cvt-reach.ts';
import { buildKdTree, type KdTree, nearestFinder } from './kd-tree.ts';
import type { NicheKind } from './niche-kind.ts';

export interface CvtNiches {
  readonly kind: 'cvt';
  /** [niches][d] */
  readonly centroids: readonly (readonly number[])[];
  readonly tree: KdTree;
}

/** @throws RangeError without centroids, or with centroids of different lengths */
export function cvtNiches(centroids: readonly (readonly number[])[]): CvtNiches {
  if (centroids.length === 0) throw new RangeError('An archive needs at least one centroid.');
  return { kind: 'cvt', centroids, tree: buildKdTree(centroids) };
}

type Find = ReturnType<typeof nearestFinder>;

/** A finder holds what its queries work in, so it is made once for each tree. */
const finders = new WeakMap<KdTree, Find>();

function finderOf(tree: KdTree): Find {
  const known = finders.get(tree);
  if (known !== undefined) return known;
  const finder = nearestFinder(tree);
  finders.set(tree, finder);
  return finder;
}

export const cvtKind: NicheKind<CvtNiches> = {
  count: ({ centroids }) => centroids.length,
  dimensions: ({ tree }) => tree.dimensions,
  /** The nearest centroid, the lowest index on a tie. */
  find: ({ tree }, place) => finderOf(tree)(place, 0),
  reach: ({ centroids, tree }, box) => nichesMeeting(centroids, (place) => finderOf(tree)(place, 0), box),
  centre: ({ centroids }, niche) => centroids[niche] ?? [],
};
