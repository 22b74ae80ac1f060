/**
 * A MAP-Elites archive over given niches (Mouret and Clune 2015; CVT: Vassiliades et al. 2018): one elite a niche,
 * strictly better replaces, a tie keeps the incumbent. Values, not objects: each change gives a new archive, which
 * shares what did not change with the one before, so that a change costs the same whatever the archive holds.
 */
import { buildKdTree, type KdTree, nearestNeighbours } from './kd-tree.ts';
import { NicheMap } from './niche-map.ts';
import { axisCount, type Niches, nicheAt, nicheCount } from './niches.ts';

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
  readonly niches: Niches;
  /** Whether descriptors are clipped to [0, 1]. */
  readonly clip: boolean;
  /** By niche, in order of the niches. */
  readonly elites: NicheMap<Elite<T>>;
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

/** An archive without elites. */
export function emptyArchive<T>(niches: Niches, options: { readonly clip: boolean }): Archive<T> {
  const clipped = Array.from({ length: axisCount(niches) }, () => ({ below: 0, above: 0 }));
  return { niches, clip: options.clip, elites: NicheMap.empty(), clipped };
}

/** Descriptors as the archive compares them with its niches. */
function comparedDescriptors(archive: Archive<unknown>, descriptors: readonly number[]): readonly number[] {
  if (!archive.clip) return descriptors;
  return descriptors.map((place) => Math.min(1, Math.max(0, place)));
}

/** The niche of descriptors. @throws RangeError when they do not fit the archive */
export function nicheOf(archive: Archive<unknown>, descriptors: readonly number[]): number {
  return nicheAt(archive.niches, comparedDescriptors(archive, descriptors));
}

/** On which side of an axis a place lies outside; null where it is inside. */
function sideOf(place: number): 'below' | 'above' | null {
  if (place < 0) return 'below';
  return place > 1 ? 'above' : null;
}

const noAxes: readonly number[] = [];

function clippedAxesOf({ clip }: Archive<unknown>, descriptors: readonly number[]): readonly number[] {
  if (!clip || descriptors.every((place) => place >= 0 && place <= 1)) return noAxes;
  return descriptors.flatMap((place, axis) => (sideOf(place) === null ? [] : [axis]));
}

/** The counts with one clipped individual more. */
export function countClipped(
  counts: readonly ClipCount[],
  clippedAxes: readonly number[],
  descriptors: readonly number[],
): readonly ClipCount[] {
  if (clippedAxes.length === 0) return counts;
  return counts.map((count, axis) => {
    const side = clippedAxes.includes(axis) ? sideOf(descriptors[axis] ?? 0) : null;
    return side === null ? count : { ...count, [side]: count[side] + 1 };
  });
}

/**
 * Tries to enter `individual`.
 * @throws RangeError when its fitness is not finite, or its descriptors do not fit the archive
 */
export function insert<T>(archive: Archive<T>, individual: Individual<T>): Insertion<T> {
  const { id, fitness, descriptors, value } = individual;
  if (!Number.isFinite(fitness)) throw new RangeError(`The fitness of ${id} must be finite, not ${fitness}.`);
  const niche = nicheOf(archive, descriptors);
  const clippedAxes = clippedAxesOf(archive, descriptors);
  const clipped = countClipped(archive.clipped, clippedAxes, descriptors);
  const incumbent = archive.elites.get(niche) ?? null;
  const added = incumbent === null || fitness > incumbent.fitness;
  const elites = added
    ? archive.elites.with(niche, { id, fitness, descriptors, value, niche, curiosity: 0 })
    : archive.elites;
  return {
    archive: { niches: archive.niches, clip: archive.clip, elites, clipped },
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
  return { ...archive, elites: archive.elites.with(niche, { ...elite, curiosity: elite.curiosity + credit }) };
}

/** All elites in order of their niche. */
export function elitesOf<T>(archive: Archive<T>): Elite<T>[] {
  return [...archive.elites.values()];
}

/** What the figures of an archive need of it: its elites by niche, in order of the niches. */
export interface Scored<E extends { readonly fitness: number }> {
  readonly elites: NicheMap<E>;
}

/** The elite of highest fitness, the lowest niche on a tie; null in an empty archive. */
export function bestOf<E extends { readonly fitness: number }>(archive: Scored<E>): E | null {
  let best: E | null = null;
  for (const elite of archive.elites.values()) if (best === null || elite.fitness > best.fitness) best = elite;
  return best;
}

/** Share of niches that are filled, 0 to 1. */
export function coverageOf(archive: Archive<unknown>): number {
  return archive.elites.size / nicheCount(archive.niches);
}

/** Sum over the elites of fitness less `offset` (Pugh et al. 2016), in order of the niches, as pyribs defines it. */
export function qdScoreOf(archive: Scored<{ readonly fitness: number }>, offset = 0): number {
  let sum = 0;
  for (const elite of archive.elites.values()) sum += elite.fitness - offset;
  return sum;
}

interface EliteTree<T> {
  readonly elites: readonly Elite<T>[];
  readonly tree: KdTree;
}

/** The elites of an archive by their places, made once: a crossover generation asks for each of its parents. */
const trees = new WeakMap<Archive<unknown>['elites'], EliteTree<unknown>>();

function eliteTree(archive: Archive<unknown>): EliteTree<unknown> {
  const known = trees.get(archive.elites);
  if (known !== undefined) return known;
  const elites = elitesOf(archive);
  const tree = buildKdTree(elites.map((elite) => comparedDescriptors(archive, elite.descriptors)));
  trees.set(archive.elites, { elites, tree });
  return { elites, tree };
}

/**
 * The `count` elites nearest to `elite` by descriptors as the archive compares them, itself left out, nearest first.
 */
export function nearestElites<T>(archive: Archive<T>, elite: Elite<T>, count: number): Elite<T>[] {
  const { elites, tree } = eliteTree(archive);
  if (tree.size === 0) return [];
  return nearestNeighbours(tree, comparedDescriptors(archive, elite.descriptors), count + 1)
    .flatMap(({ index }) => {
      const niche = elites[index]?.niche;
      return niche === undefined || niche === elite.niche ? [] : (archive.elites.get(niche) ?? []);
    })
    .slice(0, count);
}
