/**
 * A MAP-Elites archive over given centroids (Mouret and Clune 2015; CVT: Vassiliades et al. 2018): one elite a niche,
 * strictly better replaces, a tie keeps the incumbent. Values, not objects: each change gives a new archive.
 */
import { buildKdTree, type KdTree, nearest, nearestNeighbours } from './kd-tree.ts';

/** How often descriptors lay outside an axis: below 0, above 1. */
export interface ClipCount {
  readonly below: number;
  readonly above: number;
}

/** What tries to enter. `T` is whatever the archive keeps besides. */
export interface Individual<T> {
  readonly id: string;
  /** Higher is better. */
  readonly fitness: number;
  /** [d] in units of the axes: [0, 1] unless it lies outside. */
  readonly descriptors: readonly number[];
  readonly value: T;
}

export interface Elite<T> extends Individual<T> {
  readonly niche: number;
  /** Curiosity score of this individual (Cully and Demiris 2017); a newcomer starts at 0. */
  readonly curiosity: number;
}

export interface Archive<T> {
  /** [niches][d] */
  readonly centroids: readonly (readonly number[])[];
  readonly tree: KdTree;
  /** Whether descriptors are clipped to [0, 1]. */
  readonly clip: boolean;
  readonly elites: ReadonlyMap<number, Elite<T>>;
  /** By axis: how many individuals were clipped. */
  readonly clipped: readonly ClipCount[];
}

export interface Insertion<T> {
  readonly archive: Archive<T>;
  readonly niche: number;
  readonly added: boolean;
  readonly why: 'empty niche' | 'better' | 'not better';
  /** Axes on which the descriptors were clipped. */
  readonly clippedAxes: readonly number[];
  readonly replaced: Elite<T> | null;
}

/** An archive without elites. @throws RangeError without centroids, or with centroids of different lengths */
export function emptyArchive<T>(
  centroids: readonly (readonly number[])[],
  options: { readonly clip: boolean },
): Archive<T> {
  if (centroids.length === 0) throw new RangeError('An archive needs at least one centroid.');
  const tree = buildKdTree(centroids);
  return {
    centroids,
    tree,
    clip: options.clip,
    elites: new Map(),
    clipped: Array.from({ length: tree.dimensions }, () => ({ below: 0, above: 0 })),
  };
}

/** Descriptors as the archive compares them with its centroids. */
export function comparedDescriptors(archive: Archive<unknown>, descriptors: readonly number[]): number[] {
  if (!archive.clip) return [...descriptors];
  return descriptors.map((place) => Math.min(1, Math.max(0, place)));
}

/** The niche of descriptors: the nearest centroid, the lowest index on a tie. */
export function nicheOf(archive: Archive<unknown>, descriptors: readonly number[]): number {
  return nearest(archive.tree, comparedDescriptors(archive, descriptors));
}

/**
 * Tries to enter `individual`.
 * @throws RangeError when its fitness is not finite, or its descriptors do not fit the archive
 */
export function insert<T>(archive: Archive<T>, individual: Individual<T>): Insertion<T> {
  if (!Number.isFinite(individual.fitness)) {
    throw new RangeError(`The fitness of ${individual.id} must be finite, not ${individual.fitness}.`);
  }
  const niche = nicheOf(archive, individual.descriptors);
  const side = (place: number): 'below' | 'above' | null => {
    if (!archive.clip) return null;
    if (place < 0) return 'below';
    return place > 1 ? 'above' : null;
  };
  const clippedAxes = individual.descriptors.flatMap((place, axis) => (side(place) === null ? [] : [axis]));
  const clipped = archive.clipped.map((count, axis) => {
    const where = side(individual.descriptors[axis] ?? 0);
    return where === null ? count : { ...count, [where]: count[where] + 1 };
  });
  const incumbent = archive.elites.get(niche) ?? null;
  const added = incumbent === null || individual.fitness > incumbent.fitness;
  const elites = added ? new Map(archive.elites).set(niche, { ...individual, niche, curiosity: 0 }) : archive.elites;
  return {
    archive: { ...archive, elites, clipped },
    niche,
    added,
    why: incumbent === null ? 'empty niche' : added ? 'better' : 'not better',
    clippedAxes,
    replaced: added ? incumbent : null,
  };
}

/** Adds `credit` to the curiosity of the individual `id` in `niche`; unchanged when it is no longer there. */
export function creditCuriosity<T>(archive: Archive<T>, niche: number, id: string, credit: number): Archive<T> {
  const elite = archive.elites.get(niche);
  if (elite === undefined || elite.id !== id) return archive;
  return {
    ...archive,
    elites: new Map(archive.elites).set(niche, { ...elite, curiosity: elite.curiosity + credit }),
  };
}

/** All elites in order of their niche. */
export function elitesOf<T>(archive: Archive<T>): Elite<T>[] {
  return [...archive.elites.values()].sort((a, b) => a.niche - b.niche);
}

/** The elite of highest fitness, the lowest niche on a tie; null in an empty archive. */
export function bestOf<T>(archive: Archive<T>): Elite<T> | null {
  return elitesOf(archive).reduce<Elite<T> | null>(
    (best, elite) => (best === null || elite.fitness > best.fitness ? elite : best),
    null,
  );
}

/** Share of niches that are filled, 0 to 1. */
export function coverageOf(archive: Archive<unknown>): number {
  return archive.elites.size / archive.centroids.length;
}

/** Sum over the elites of fitness less `offset` (Pugh et al. 2016), in order of the niches, as pyribs defines it. */
export function qdScoreOf(archive: Archive<unknown>, offset = 0): number {
  return elitesOf(archive).reduce((sum, elite) => sum + (elite.fitness - offset), 0);
}

/**
 * The `count` elites nearest to `elite` by descriptors as the archive compares them, itself left out, nearest first.
 */
export function nearestElites<T>(archive: Archive<T>, elite: Elite<T>, count: number): Elite<T>[] {
  const others = elitesOf(archive).filter((other) => other.niche !== elite.niche);
  if (others.length === 0) return [];
  const tree = buildKdTree(others.map((other) => comparedDescriptors(archive, other.descriptors)));
  return nearestNeighbours(tree, comparedDescriptors(archive, elite.descriptors), count).flatMap(
    (neighbour) => others[neighbour.index] ?? [],
  );
}
