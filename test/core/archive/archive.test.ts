import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  type Archive,
  bestOf,
  coverageOf,
  creditCuriosity,
  elitesOf,
  emptyArchive,
  insert,
  nearestElites,
  qdScoreOf,
} from '../../../core/archive/archive.ts';

/** Oracle: pyribs' CVTArchive given the same centroids, points and objectives (test/golden/archive/make.py). */
const golden = z
  .object({
    centroids: z.array(z.array(z.number())),
    points: z.array(z.array(z.number())),
    objectives: z.array(z.number()),
    statuses: z.array(z.int()),
    stages: z.array(
      z.object({ points: z.int(), coverage: z.number(), qdScore: z.number(), best: z.number(), elites: z.int() }),
    ),
    elites: z.array(z.object({ niche: z.int(), point: z.int(), fitness: z.number() })),
  })
  .parse(JSON.parse(readFileSync(new URL('../../golden/archive/archive.json', import.meta.url), 'utf8')));

function individual(id: string, fitness: number, descriptors: readonly number[]) {
  return { id, fitness, descriptors, value: null };
}

describe('archive', () => {
  test('keeps the same elites as pyribs, with its coverage, QD score and best at every stage', () => {
    let archive: Archive<null> = emptyArchive(golden.centroids, { clip: true });
    const words = { 'not better': 0, better: 1, 'empty niche': 2 } as const;
    for (const [index, point] of golden.points.entries()) {
      const insertion = insert(archive, individual(String(index), golden.objectives[index]!, point));
      expect(words[insertion.why]).toBe(golden.statuses[index]);
      archive = insertion.archive;
      const stage = golden.stages.find((candidate) => candidate.points === index + 1);
      if (stage === undefined) continue;
      expect(coverageOf(archive)).toBe(stage.coverage);
      expect(qdScoreOf(archive)).toBeCloseTo(stage.qdScore, 10);
      expect(bestOf(archive)?.fitness).toBe(stage.best);
      expect(archive.elites.size).toBe(stage.elites);
    }
    const elites = elitesOf(archive).map(({ niche, id, fitness }) => ({ niche, point: Number(id), fitness }));
    expect(elites).toEqual(golden.elites);
  });

  const centroids = [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.5, 0.5],
    [0.1, 0.9],
    [0.9, 0.9],
  ];
  const members = fc.array(
    fc.record({
      fitness: fc.integer({ min: 0, max: 5 }),
      descriptors: fc.tuple(fc.double({ min: -1, max: 2, noNaN: true }), fc.double({ min: -1, max: 2, noNaN: true })),
    }),
    { maxLength: 40 },
  );

  /** Index of the nearest centroid of a clipped point, by brute force. */
  function niche(point: readonly number[]): number {
    const clipped = point.map((place) => Math.min(1, Math.max(0, place)));
    const gaps = centroids.map((centroid) => centroid.reduce((sum, c, axis) => sum + (c - clipped[axis]!) ** 2, 0));
    return gaps.indexOf(Math.min(...gaps));
  }

  test('elite fitness never falls, members lie in their own niche, and clipping is counted on each side', () => {
    fc.assert(
      fc.property(members, (list) => {
        let archive: Archive<null> = emptyArchive(centroids, { clip: true });
        for (const [index, { fitness, descriptors }] of list.entries()) {
          const before = archive;
          const insertion = insert(archive, individual(String(index), fitness, descriptors));
          archive = insertion.archive;
          expect(insertion.niche).toBe(niche(descriptors));
          for (const [at, elite] of before.elites)
            expect(archive.elites.get(at)!.fitness).toBeGreaterThanOrEqual(elite.fitness);
          expect(insertion.clippedAxes).toEqual(
            [0, 1].filter((axis) => descriptors[axis]! < 0 || descriptors[axis]! > 1),
          );
        }
        for (const elite of elitesOf(archive)) {
          expect(niche(elite.descriptors)).toBe(elite.niche);
          const rivals = list.filter((member) => niche(member.descriptors) === elite.niche);
          const highest = Math.max(...rivals.map((member) => member.fitness));
          expect(elite.fitness).toBe(highest);
          // A tie keeps the incumbent: the first that reached the highest fitness.
          expect(elite.id).toBe(
            String(list.findIndex((m) => m.fitness === highest && niche(m.descriptors) === elite.niche)),
          );
        }
        expect(archive.clipped).toEqual(
          [0, 1].map((axis) => ({
            below: list.filter((member) => member.descriptors[axis]! < 0).length,
            above: list.filter((member) => member.descriptors[axis]! > 1).length,
          })),
        );
      }),
    );
  });

  test('does not depend on the order of insertion, ties apart', () => {
    fc.assert(
      fc.property(members, fc.nat(), (list, seed) => {
        const distinct = list.map((member, index) => ({ ...member, fitness: member.fitness + index / 100, index }));
        const shuffled = distinct
          .map((member) => ({ member, key: Math.imul(member.index + 1, seed | 1) >>> 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ member }) => member);
        const filled = (order: typeof distinct) =>
          order.reduce<Archive<null>>(
            (archive, { index, fitness, descriptors }) =>
              insert(archive, individual(String(index), fitness, descriptors)).archive,
            emptyArchive(centroids, { clip: true }),
          );
        expect(elitesOf(filled(shuffled))).toEqual(elitesOf(filled(distinct)));
      }),
    );
  });

  test('without clipping, descriptors far outside go to the nearest centroid and nothing is counted', () => {
    const archive = emptyArchive<null>(centroids, { clip: false });
    const insertion = insert(archive, individual('far', 1, [5, 13_312]));
    expect(insertion.niche).toBe(4);
    expect(insertion.clippedAxes).toEqual([]);
    expect(insertion.archive.clipped).toEqual(archive.clipped);
  });

  test('curiosity belongs to the individual: it adds up, and a newcomer starts at 0', () => {
    const first = insert(emptyArchive<null>(centroids, { clip: true }), individual('a', 1, [0, 0])).archive;
    const credited = creditCuriosity(creditCuriosity(first, 0, 'a', 1), 0, 'a', -0.5);
    expect(credited.elites.get(0)?.curiosity).toBe(0.5);
    expect(creditCuriosity(credited, 0, 'somebody else', 1)).toBe(credited);
    const kept = insert(credited, individual('b', 1, [0, 0])).archive;
    expect(kept.elites.get(0)).toMatchObject({ id: 'a', curiosity: 0.5 });
    const replaced = insert(kept, individual('c', 2, [0, 0]));
    expect(replaced.archive.elites.get(0)).toMatchObject({ id: 'c', curiosity: 0 });
    expect(replaced.replaced?.id).toBe('a');
    expect(first.elites.get(0)?.curiosity).toBe(0);
  });

  test('the QD score sums fitness less an offset', () => {
    let archive = emptyArchive<null>(centroids, { clip: true });
    archive = insert(archive, individual('a', -3, [0, 0])).archive;
    archive = insert(archive, individual('b', -1, [1, 1])).archive;
    expect(qdScoreOf(archive)).toBe(-4);
    expect(qdScoreOf(archive, -10)).toBe(16);
  });

  test('the nearest elites are those of smallest distance between clipped descriptors, the elite itself left out', () => {
    let archive = emptyArchive<null>(centroids, { clip: true });
    const places: Record<string, [number, number]> = { a: [0, 0], b: [0.9, -4], c: [0.5, 0.4], d: [1, 7] };
    for (const [id, place] of Object.entries(places)) archive = insert(archive, individual(id, 1, place)).archive;
    const from = (id: string) => elitesOf(archive).find((elite) => elite.id === id)!;
    expect(nearestElites(archive, from('a'), 2).map((elite) => elite.id)).toEqual(['c', 'b']);
    expect(nearestElites(archive, from('c'), 9).map((elite) => elite.id)).toEqual(['b', 'a', 'd']);
  });

  test('refuses a fitness that is not finite', () => {
    const archive = emptyArchive<null>(centroids, { clip: true });
    expect(() => insert(archive, individual('a', Number.NaN, [0, 0]))).toThrow(/fitness of a must be finite/);
  });
});
