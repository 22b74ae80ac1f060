import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  type Archive,
  bestOf,
  coverageOf,
  elitesOf,
  emptyArchive,
  insert,
  qdScoreOf,
} from '../../../core/archive/archive.ts';
import { categoricalNiches } from '../../../core/archive/categorical-niches.ts';
import { cvtNiches } from '../../../core/archive/cvt-niches.ts';
import { gridNiches } from '../../../core/archive/grid-niches.ts';
import type { Niches } from '../../../core/archive/niches.ts';

/** Oracle: pyribs' archives given the same niches, points and objectives (test/golden/archive/make.py). */
const told = {
  points: z.array(z.array(z.number())),
  objectives: z.array(z.number()),
  statuses: z.array(z.int()),
  stages: z.array(
    z.object({ points: z.int(), coverage: z.number(), qdScore: z.number(), best: z.number(), elites: z.int() }),
  ),
  elites: z.array(z.object({ niche: z.int(), point: z.int(), fitness: z.number() })),
};

function golden<T extends z.ZodType>(name: string, schema: T): z.infer<T> {
  return schema.parse(JSON.parse(readFileSync(new URL(`../../golden/archive/${name}.json`, import.meta.url), 'utf8')));
}

const cvt = golden('archive', z.object({ ...told, centroids: z.array(z.array(z.number())) }));
const grid = golden('grid', z.object({ ...told, bins: z.array(z.int()) }));
const rows = golden('rows', z.object({ ...told, categories: z.int(), bins: z.array(z.int()) }));

describe.each<{ name: string; niches: Niches; run: Omit<typeof cvt, 'centroids'> }>([
  { name: 'a CVT', niches: cvtNiches(cvt.centroids), run: cvt },
  { name: 'a grid', niches: gridNiches(grid.bins), run: grid },
  { name: 'a row of bins a category', niches: categoricalNiches(rows.categories, rows.bins), run: rows },
])('an archive of $name', ({ niches, run }) => {
  test('keeps the same elites as pyribs, with its coverage, QD score and best at every stage', () => {
    let archive: Archive<null> = emptyArchive(niches, { clip: true });
    const words = { 'not better': 0, better: 1, 'empty niche': 2 } as const;
    for (const [index, descriptors] of run.points.entries()) {
      const fitness = run.objectives[index]!;
      const insertion = insert(archive, { id: String(index), fitness, descriptors, value: null });
      expect(words[insertion.why]).toBe(run.statuses[index]);
      archive = insertion.archive;
      const stage = run.stages.find((candidate) => candidate.points === index + 1);
      if (stage === undefined) continue;
      expect(coverageOf(archive)).toBe(stage.coverage);
      expect(qdScoreOf(archive)).toBeCloseTo(stage.qdScore, 10);
      expect(bestOf(archive)?.fitness).toBe(stage.best);
      expect(archive.elites.size).toBe(stage.elites);
    }
    const elites = elitesOf(archive).map(({ niche, id, fitness }) => ({ niche, point: Number(id), fitness }));
    expect(elites).toEqual(run.elites);
  });
});
