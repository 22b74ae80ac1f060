import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Archive, coverageOf, elitesOf, emptyArchive, insert } from '../../../core/archive/archive.ts';
import { centroidalVoronoi } from '../../../core/archive/centroids.ts';
import { cvtNiches } from '../../../core/archive/cvt-niches.ts';
import { gridNiches } from '../../../core/archive/grid-niches.ts';
import { axisCount, type Niches } from '../../../core/archive/niches.ts';
import { randomStream } from '../../../core/random/stream.ts';
import { hashOfCentroids } from '../../golden/archive/plain-centroids.ts';
import { madeCentroids } from './made-centroids.ts';

function randomPoints(key: string, count: number, dimensions: number): number[][] {
  const random = randomStream(key);
  return Array.from({ length: count }, () => Array.from({ length: dimensions }, () => random.uniform()));
}

const kinds: { name: string; niches: Niches }[] = [
  ...[1, 2, 3, 6].map((dimensions) => ({
    name: `a CVT of 500 niches on ${dimensions} axes`,
    niches: cvtNiches(randomPoints(`centroids ${dimensions}`, 500, dimensions)),
  })),
  { name: 'a CVT of 10,000 niches', niches: cvtNiches(randomPoints('many', 10_000, 2)) },
  { name: 'a grid on one axis', niches: gridNiches([100]) },
  { name: 'a grid of 10,000 niches', niches: gridNiches([100, 100]) },
  { name: 'a grid on six axes', niches: gridNiches([5, 4, 3, 2, 3, 4]) },
];

/** Oracle: pyribs itself, given the same niches, points and objectives. */
describe('archives beside pyribs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-pyribs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const filled = kinds.map(({ name, niches }) => {
    const points = randomPoints(name, 20_000, axisCount(niches));
    const random = randomStream(name, 'objectives');
    return { niches, points, objectives: points.map(() => random.uniform()) };
  });
  let theirs: { coverage: number; elites: [number, number][] }[];
  beforeAll(() => {
    const question = join(folder, 'question.json');
    writeFileSync(question, JSON.stringify({ archives: filled }));
    const python = process.env.LLMATIC_PYTHON ?? '.oracle/bin/python';
    const answer = execFileSync(python, [join(import.meta.dirname, 'pyribs_oracle.py'), question], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    theirs = z
      .array(z.object({ coverage: z.number(), elites: z.array(z.tuple([z.int(), z.int()])) }))
      .parse(JSON.parse(answer));
  });

  test.each(kinds.map(({ name }, index) => ({ name, index })))('$name holds the same elites', ({ index }) => {
    const { niches, points, objectives } = filled[index]!;
    let archive: Archive<null> = emptyArchive(niches, { clip: true });
    for (const [number, descriptors] of points.entries()) {
      archive = insert(archive, { id: String(number), fitness: objectives[number]!, descriptors, value: null }).archive;
    }
    expect(elitesOf(archive).map(({ niche, id }) => [niche, Number(id)])).toEqual(theirs[index]!.elites);
    expect(coverageOf(archive)).toBe(theirs[index]!.coverage);
  });
});

test.each(madeCentroids)(
  'centroids of version 0.1 to the bit: $count on $dimensions axes',
  ({ key, sha256, ...request }) => {
    expect(hashOfCentroids(centroidalVoronoi({ ...request, random: randomStream(...key) }))).toBe(sha256);
  },
);
