// One recorded run with candidates of every end, told by the command line, by the engine over the contract, and by the
// rows that a page puts together while the run is written: the same facts, and figures counted anew from the rows.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type CandidateRow, candidateDetailSchema } from '../../core/contract/candidates.ts';
import { runDetailSchema } from '../../core/contract/runs.ts';
import type { SearchEvent } from '../../core/search/events.ts';
import { applySettings } from '../../core/search/setting-paths.ts';
import { changedCandidates } from '../../main/engine/changed-candidates.ts';
import { openSnapshot } from '../../main/run/snapshot.ts';
import { createRun } from '../../main/store/run-folder.ts';
import { type CandidateRows, newestFirst, withRows } from '../../renderer/state/candidate-rows.ts';
import { runCli } from '../main/doors/run-cli.ts';
import { smallDescription, smallSearch, smallSettings } from '../main/store/small-search.ts';
import { asked } from './asking.ts';
import { doors, type OpenDoor } from './doors.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-reading-'));
const runs = join(folder, 'runs');
const mixed = join(runs, 'mixed');

const networkSchema = z.object({
  network: z.string(),
  fitness: z.number(),
  accuracy: z.object({ test: z.number() }),
  niche: z.number(),
  hash: z.string(),
});

const reportSchema = z.object({
  candidates: z.number(),
  generations: z.object({ done: z.number(), planned: z.number() }),
  initial: networkSchema,
  best: networkSchema,
  niches: z.number(),
  filled: z.number(),
  coverage: z.number(),
  qdScore: z.number(),
  promptsFilled: z.number(),
  counts: runDetailSchema.shape.counts,
  byPrompt: runDetailSchema.shape.byPrompt,
  elites: z.array(networkSchema),
  lineage: candidateDetailSchema.shape.lineage,
  health: z.unknown(),
});

/** What the search told when its last generation ended. */
let told: Extract<SearchEvent, { type: 'generation-finished' }> | undefined;
/** What a page has put together from what it was told while the run was written. */
let page: CandidateRows = new Map();
let report: z.infer<typeof reportSchema>;

beforeAll(async () => {
  mkdirSync(runs);
  const changes = ['failedChild=parent', 'generations=12', 'networkArchive.qdOffset=-0.1'];
  const store = createRun(mixed, { ...smallDescription, settings: applySettings(smallSettings, changes) });
  const session = await store.startSession({});
  const changed = changedCandidates();
  const looking = openSnapshot(mixed);
  let heard = 0;
  const tell = (): void => {
    looking.refresh();
    page = withRows(page, changed.rows(looking.run));
  };
  await smallSearch(
    store,
    2,
    (event) => {
      changed.hear(event);
      // The engine tells of several at once.
      if (++heard % 5 === 0) tell();
      if (event.type === 'generation-finished') told = event;
    },
    { overlong: true },
  );
  tell();
  await session.end('finished', { total: 1 });
  await store.close();
  const { exitCode, stdout } = await runCli(['runs', 'show', mixed, '--json'], { cwd: folder });
  expect(exitCode).toBe(0);
  report = reportSchema.parse(JSON.parse(stdout));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

const isChild = ({ operator }: CandidateRow): boolean => operator !== 'initial';
const idsOf = (rows: readonly CandidateRow[]): string[] => rows.map(({ id }) => id);

describe.each(doors)('a run with every kind of candidate through $name', (door) => {
  let open: OpenDoor;
  let rows: CandidateRow[];
  beforeAll(async () => {
    open = await door.open(runs, [folder]);
    ({ candidates: rows } = await asked(open.first, 'runs.candidates', { run: 'mixed', limit: 1000 }));
  });
  afterAll(() => open.close());

  it('has them all: diverged, set aside, refused, a network for the second time, a child whose parent stands in', () => {
    const kinds = {
      diverged: rows.filter(({ outcome }) => outcome === 'diverged'),
      'set aside': rows.filter(({ outcome }) => outcome === 'set aside'),
      refused: rows.filter(({ outcome }) => outcome === 'refused'),
      again: rows.filter(({ sameAs }) => sameAs !== null),
      'stands in': rows.filter(({ standsInFor }) => standsInFor !== null),
      trained: rows.filter(({ outcome }) => outcome === 'trained'),
      elite: rows.filter(({ elite }) => elite),
    };
    for (const [kind, found] of Object.entries(kinds)) expect([kind, found.length > 0]).toEqual([kind, true]);
    // A stand-in is a network like any other, with why the child was none beside it.
    for (const row of kinds['stands in']) {
      expect(row).toMatchObject({ standsInFor: { kind: 'syntax' }, hash: expect.any(String) });
      if (row.outcome === 'trained') expect(row.reason).toBeNull();
    }
    for (const { reason } of kinds.diverged) {
      expect(reason).toEqual({ kind: 'diverged', message: expect.stringContaining('at step 3') });
    }
  });

  it('is shown by the page as the engine answers', () => {
    expect(newestFirst(page)).toEqual(rows);
  });

  it('has the figures that the command line prints and the search told, to the bit', async () => {
    const { row, history, counts, byPrompt } = await asked(open.first, 'runs.get', { run: 'mixed' });
    const archives = await asked(open.first, 'runs.archives', { run: 'mixed' });
    expect(counts).toEqual(report.counts);
    expect(byPrompt).toEqual(report.byPrompt);
    expect(archives.networks.health).toEqual(report.health);
    const { niches, filled, coverage, qdScore, promptsFilled, generations, candidates } = report;
    expect(row).toMatchObject({ niches, filled, qdScore, generations, candidates });
    expect(row.best).toEqual({
      network: report.best.network,
      fitness: report.best.fitness,
      testAccuracy: report.best.accuracy.test,
    });
    expect(row.initial).toMatchObject({ network: 'initial', fitness: report.initial.fitness });
    const { type: _, stored: __, ...standing } = told!;
    expect(history.at(-1)).toMatchObject(standing);
    expect(history.at(-1)).toMatchObject({ filled, coverage, qdScore, promptsFilled });
    expect(archives.prompts.elites).toHaveLength(promptsFilled);
    // Summed in order of the niches, as pyribs defines it.
    const sum = archives.networks.elites.reduce((before, { fitness }) => before + (fitness + 0.1), 0);
    expect(sum).toBe(qdScore);
  });

  it('has the elites of the command line, best first', async () => {
    const { networks } = await asked(open.first, 'runs.archives', { run: 'mixed' });
    const ranked = networks.elites.toSorted((a, b) => b.fitness - a.fitness || a.niche - b.niche);
    expect(ranked.map(({ id, fitness, niche, hash }) => [id, fitness, niche, hash])).toEqual(
      report.elites.map(({ network, fitness, niche, hash }) => [network, fitness, niche, hash]),
    );
    expect(new Set(idsOf(rows.filter(({ elite }) => elite)))).toEqual(new Set(networks.elites.map(({ id }) => id)));
  });

  it('has the lineage of the command line, which the parents in the rows lead back through', async () => {
    const { lineage } = await asked(open.first, 'runs.candidate', { run: 'mixed', candidate: report.best.network });
    expect(lineage).toEqual(report.lineage);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const chain: string[] = [];
    for (let id: string | undefined = report.best.network; id !== undefined; id = byId.get(id)?.parents[0]) {
      chain.unshift(id);
    }
    expect(lineage.map(({ network }) => network)).toEqual(chain);
  });

  it('counts what its rows say', () => {
    const offspring = rows.filter(isChild);
    const of = (outcome: CandidateRow['outcome']) => offspring.filter((row) => row.outcome === outcome);
    const refused: Record<string, number> = {};
    for (const { reason } of of('refused')) refused[reason!.kind] = (refused[reason!.kind] ?? 0) + 1;
    expect(report.counts).toMatchObject({
      trainable: of('trained').length,
      diverged: of('diverged').length,
      setAside: of('set aside').length,
      distinct: new Set(of('trained').map(({ hash }) => hash)).size,
      readable: offspring.filter(({ hash, standsInFor }) => hash !== null && standsInFor === null).length,
      added: offspring.filter(({ added }) => added === true).length,
      refused,
    });
    const shares = report.byPrompt.reduce((sum, each) => sum + each.trainable, 0);
    expect(shares).toBe(of('trained').filter(({ prompt }) => prompt !== null).length);
  });
});
