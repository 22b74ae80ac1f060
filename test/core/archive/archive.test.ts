import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
import { cvtNiches } from '../../../core/archive/cvt-niches.ts';
import { axisCount, centreOf, nicheAt, nicheCount } from '../../../core/archive/niches.ts';
import { kindCases } from './kinds.ts';

function individual(id: string, fitness: number, descriptors: readonly number[]) {
  return { id, fitness, descriptors, value: null };
}

const clipped = (point: readonly number[]) => point.map((place) => Math.min(1, Math.max(0, place)));

/** What every kind of archive must do. */
describe.each(kindCases)('an archive: $name', ({ dimensions, count, make, plain }) => {
  const niches = make();
  /** Coordinates from a coarse lattice too, so that edges and ties are common. */
  const coordinate = fc.oneof(
    fc.double({ min: -1, max: 2, noNaN: true }),
    fc.integer({ min: -6, max: 18 }).map((step) => step / 12),
  );
  const members = fc.array(
    fc.record({
      fitness: fc.integer({ min: 0, max: 5 }),
      descriptors: fc.array(coordinate, { minLength: dimensions, maxLength: dimensions }),
    }),
    { maxLength: 30 },
  );
  const filled = (list: readonly { id: string; fitness: number; descriptors: readonly number[] }[]) =>
    list.reduce<Archive<null>>(
      (archive, { id, fitness, descriptors }) => insert(archive, individual(id, fitness, descriptors)).archive,
      emptyArchive(niches, { clip: true }),
    );

  test('has its niches on its axes, each with a centre inside it', () => {
    expect(nicheCount(niches)).toBe(count);
    expect(axisCount(niches)).toBe(dimensions);
    for (let niche = 0; niche < count; niche++) {
      const centre = centreOf(niches, niche);
      expect(centre).toHaveLength(dimensions);
      expect(nicheAt(niches, centre)).toBe(niche);
    }
  });

  test('keeps the first of the fittest of each niche, and counts what is clipped on each side', () => {
    fc.assert(
      fc.property(members, (list) => {
        let archive: Archive<null> = emptyArchive(niches, { clip: true });
        for (const [index, { fitness, descriptors }] of list.entries()) {
          const before = archive;
          const insertion = insert(archive, individual(String(index), fitness, descriptors));
          archive = insertion.archive;
          expect(insertion.niche).toBe(plain(clipped(descriptors)));
          const incumbent = before.elites.get(insertion.niche);
          expect(insertion.added).toBe(incumbent === undefined || fitness > incumbent.fitness);
          expect(insertion.replaced).toBe(insertion.added ? (incumbent ?? null) : null);
          expect(insertion.why).toBe(
            incumbent === undefined ? 'empty niche' : insertion.added ? 'better' : 'not better',
          );
          for (const [at, elite] of before.elites)
            expect(archive.elites.get(at)!.fitness).toBeGreaterThanOrEqual(elite.fitness);
          expect(insertion.clippedAxes).toEqual(
            descriptors.flatMap((place, axis) => (place < 0 || place > 1 ? [axis] : [])),
          );
        }
        const best = new Map<number, number>();
        for (const [index, { fitness, descriptors }] of list.entries()) {
          const niche = plain(clipped(descriptors));
          const held = list[best.get(niche) ?? -1];
          if (held === undefined || fitness > held.fitness) best.set(niche, index);
        }
        const expected = [...best].sort(([a], [b]) => a - b);
        expect(elitesOf(archive).map(({ niche, id }) => [niche, Number(id)])).toEqual(expected);
        expect(coverageOf(archive)).toBe(best.size / count);
        const fitnesses = expected.map(([, index]) => list[index]!.fitness);
        expect(qdScoreOf(archive)).toBe(fitnesses.reduce((a, b) => a + b, 0));
        expect(bestOf(archive)?.fitness ?? null).toBe(fitnesses.length === 0 ? null : Math.max(...fitnesses));
        expect(archive.clipped).toEqual(
          Array.from({ length: dimensions }, (_, axis) => ({
            below: list.filter((member) => member.descriptors[axis]! < 0).length,
            above: list.filter((member) => member.descriptors[axis]! > 1).length,
          })),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('is the same whatever the order of insertion, ties apart', () => {
    fc.assert(
      fc.property(members, fc.nat(), (list, seed) => {
        const distinct = list.map(({ fitness, descriptors }, index) => ({
          id: String(index),
          fitness: fitness + index / 100,
          descriptors,
        }));
        const shuffled = distinct
          .map((member, index) => ({ member, key: Math.imul(index + 1, seed | 1) >>> 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ member }) => member);
        expect(elitesOf(filled(shuffled))).toEqual(elitesOf(filled(distinct)));
      }),
      { numRuns: 20 },
    );
  });

  test('leaves every earlier state as it was', () => {
    fc.assert(
      fc.property(members, (list) => {
        const states = [emptyArchive<null>(niches, { clip: true })];
        const told: string[] = [JSON.stringify(elitesOf(states[0]!))];
        for (const [index, { fitness, descriptors }] of list.entries()) {
          const { archive, niche } = insert(states.at(-1)!, individual(String(index), fitness, descriptors));
          states.push(creditCuriosity(archive, niche, String(index), 0.5));
          told.push(JSON.stringify(elitesOf(states.at(-1)!)));
        }
        expect(states.map((state) => JSON.stringify(elitesOf(state)))).toEqual(told);
      }),
      { numRuns: 20 },
    );
  });

  test('gives the elites nearest to one, as comparing all of them does', () => {
    fc.assert(
      fc.property(members, fc.integer({ min: 1, max: 5 }), (list, wanted) => {
        const archive = filled(list.map((member, index) => ({ ...member, id: String(index) })));
        for (const elite of elitesOf(archive).slice(0, 4)) {
          const own = clipped(elite.descriptors);
          const others = elitesOf(archive)
            .filter((other) => other.niche !== elite.niche)
            .map((other) => ({
              id: other.id,
              gap: clipped(other.descriptors).reduce((sum, place, axis) => sum + (place - own[axis]!) ** 2, 0),
            }))
            .sort((a, b) => a.gap - b.gap);
          const found = nearestElites(archive, elite, wanted).map(({ id }) => id);
          expect(found).toEqual(others.slice(0, wanted).map(({ id }) => id));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('curiosity belongs to the individual: it adds up, and a newcomer starts at 0', () => {
    const place = [...centreOf(niches, count - 1)];
    const niche = count - 1;
    const first = insert(emptyArchive<null>(niches, { clip: true }), individual('a', 1, place)).archive;
    const credited = creditCuriosity(creditCuriosity(first, niche, 'a', 1), niche, 'a', -0.5);
    expect(credited.elites.get(niche)?.curiosity).toBe(0.5);
    expect(creditCuriosity(credited, niche, 'somebody else', 1)).toBe(credited);
    const kept = insert(credited, individual('b', 1, place)).archive;
    expect(kept.elites.get(niche)).toMatchObject({ id: 'a', curiosity: 0.5 });
    const replaced = insert(kept, individual('c', 2, place));
    expect(replaced.archive.elites.get(niche)).toMatchObject({ id: 'c', curiosity: 0 });
    expect(replaced.replaced?.id).toBe('a');
    expect(first.elites.get(niche)?.curiosity).toBe(0);
  });

  test('refuses a fitness that is not finite, and places on another number of axes', () => {
    const archive = emptyArchive<null>(niches, { clip: true });
    const place = [...centreOf(niches, 0)];
    expect(() => insert(archive, individual('a', Number.NaN, place))).toThrow(/fitness of a must be finite/);
    expect(() => insert(archive, individual('a', 1, [...place, 0]))).toThrow(
      new RegExp(`needs ${dimensions} coordinates`),
    );
    expect(() => insert(archive, individual('a', 1, place.fill(Number.NaN)))).toThrow(/are numbers/);
  });
});

describe('an archive', () => {
  const centroids = [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.5, 0.5],
    [0.1, 0.9],
    [0.9, 0.9],
  ];
  const empty = (clip = true) => emptyArchive<null>(cvtNiches(centroids), { clip });

  test('without clipping, descriptors far outside go to the nearest centroid and nothing is counted', () => {
    const insertion = insert(empty(false), individual('far', 1, [5, 13_312]));
    expect(insertion.niche).toBe(4);
    expect(insertion.clippedAxes).toEqual([]);
    expect(insertion.archive.clipped).toEqual(empty(false).clipped);
  });

  test('the QD score sums fitness less an offset', () => {
    const archive = insert(insert(empty(), individual('a', -3, [0, 0])).archive, individual('b', -1, [1, 1])).archive;
    expect(qdScoreOf(archive)).toBe(-4);
    expect(qdScoreOf(archive, -10)).toBe(16);
  });

  test('the nearest elites are those of smallest distance between clipped descriptors, the elite itself left out', () => {
    let archive = empty();
    const places: Record<string, [number, number]> = { a: [0, 0], b: [0.9, -4], c: [0.5, 0.4], d: [1, 7] };
    for (const [id, place] of Object.entries(places)) archive = insert(archive, individual(id, 1, place)).archive;
    const from = (id: string) => elitesOf(archive).find((elite) => elite.id === id)!;
    expect(nearestElites(archive, from('a'), 2).map((elite) => elite.id)).toEqual(['c', 'b']);
    expect(nearestElites(archive, from('c'), 9).map((elite) => elite.id)).toEqual(['b', 'a', 'd']);
  });

  test('needs niches: centroids, bins and categories', () => {
    expect(() => cvtNiches([])).toThrow(/at least one centroid/);
  });
});
