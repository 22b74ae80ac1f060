// What the engine shows of a run, read from recorded insertions, against the state of the search itself: the archives
// made by its own rules from the same candidates, and the standing that it told after each generation.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Archive, elitesOf } from '../../../core/archive/archive.ts';
import { centreOf, nicheCount } from '../../../core/archive/niches.ts';
import { archivesSchema } from '../../../core/contract/archives.ts';
import { fail } from '../../../core/failure.ts';
import { isEnded } from '../../../core/search/candidate.ts';
import type { SearchEvent } from '../../../core/search/events.ts';
import { insertGeneration } from '../../../core/search/insertion.ts';
import { promptSetSchema } from '../../../core/search/prompt-set.ts';
import { applySettings } from '../../../core/search/setting-paths.ts';
import { emptyState, type SearchState } from '../../../core/search/state.ts';
import { archiveSpaceFor } from '../../../main/centroids/archive-space.ts';
import { archivesOfRun } from '../../../main/engine/archive-views.ts';
import { candidatePage } from '../../../main/engine/candidate-pages.ts';
import { detailOfRun } from '../../../main/engine/run-detail.ts';
import { rowOfRun } from '../../../main/engine/run-row.ts';
import { detailOfCandidate } from '../../../main/run/candidates.ts';
import { lineage } from '../../../main/run/lineage.ts';
import { runReport } from '../../../main/run/report.ts';
import { generationsOf, type Run, storedRun } from '../../../main/run/run.ts';
import { openSnapshot } from '../../../main/run/snapshot.ts';
import { createRun, openRun } from '../../../main/store/run-folder.ts';
import { smallDescription, smallSearch, smallSettings } from '../store/small-search.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-archives-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Finished = Extract<SearchEvent, { type: 'generation-finished' }>;

async function searched(name: string, changes: readonly string[]): Promise<{ folder: string; told: Finished[] }> {
  const folder = join(home, name);
  const settings = applySettings(smallSettings, changes);
  const store = createRun(folder, { ...smallDescription, settings });
  const told: Finished[] = [];
  await smallSearch(store, 2, (event) => {
    if (event.type === 'generation-finished') told.push(event);
  });
  store.close();
  return { folder, told };
}

/** The search's own states after the initial network and after each generation. */
function states(snapshot: Run): SearchState[] {
  const { settings } = snapshot;
  const prompts = promptSetSchema.parse(snapshot.description.prompts);
  const all: SearchState[] = [];
  let state = emptyState(settings, prompts);
  for (let generation = -1; generation < settings.generations; generation++) {
    state = insertGeneration(
      settings,
      state,
      (generationsOf(snapshot.records.values()).get(generation) ?? []).filter(isEnded),
    ).state;
    all.push(state);
  }
  return all;
}

function spaceOf({ settings, description }: Run) {
  return archiveSpaceFor(settings, promptSetSchema.parse(description.prompts));
}

/** The centroids of an archive. */
function placesOf({ niches }: Archive<unknown>): (readonly number[])[] {
  return Array.from({ length: nicheCount(niches) }, (_, niche) => centreOf(niches, niche));
}

const variants: [string, string[]][] = [
  ['the paper', []],
  ['curiosity of newcomers', ['curiosity.creditTo=newcomer', 'selection.curiousShare=1']],
  ['prompts judged by their offspring alone', ['promptArchive.fitness=added']],
  ['one insertion a generation', ['insert=best-of-generation']],
  ['raw descriptors', ['networkArchive.normalise=false', 'promptArchive.normalise=false']],
  [
    'four axes in bins, a row a prompt',
    [
      'networkArchive.kind=grid',
      'networkArchive.axes=depth,width,params,activationBytes',
      'networkArchive.bins=[3,4,2,5]',
      'promptArchive.kind=categorical',
      'promptArchive.bins=5',
    ],
  ],
  ['a CVT on three axes', ['networkArchive.axes=["flops",{"descriptor":"depth","max":8},"params"]']],
  ['narrow axes', ['networkArchive.flops.min=5', 'networkArchive.flops.max=7', 'selection.curiousShare=1']],
];

describe.each(variants)('a run with %s', (name, changes) => {
  let snapshot: Run;
  let told: Finished[];
  beforeAll(async () => {
    const run = await searched(name, changes);
    told = run.told;
    snapshot = openSnapshot(run.folder).run;
  });

  it('shows the archives of every generation as the search had them', async () => {
    const space = await spaceOf(snapshot);
    for (const [index, state] of states(snapshot).entries()) {
      const prompts = state.strategy.prompts ?? fail('internal', 'The strategy keeps a prompt archive.');
      const shown = archivesSchema.parse(archivesOfRun('run', snapshot, space, index - 1));
      expect(shown.networks.elites.map(({ niche, id, fitness, place }) => [niche, id, fitness, place])).toEqual(
        elitesOf(state.networks).map(({ niche, id, fitness, descriptors }) => [niche, id, fitness, descriptors]),
      );
      expect(shown.prompts.elites.map(({ niche, id, fitness, place }) => [niche, id, fitness, place])).toEqual(
        elitesOf(prompts).map(({ niche, id, fitness, descriptors }) => [niche, id, fitness, descriptors]),
      );
      expect(
        shown.prompts.elites.map(({ curiosity, prompt, temperature }) => [curiosity, prompt, temperature]),
      ).toEqual(elitesOf(prompts).map(({ curiosity, value }) => [curiosity, value.prompt, value.temperature]));
      expect(shown.networks.axes.map((axis) => axis.clipped)).toEqual(state.networks.clipped);
      expect(shown.prompts.axes.map((axis) => axis.clipped)).toEqual(prompts.clipped);
      expect(shown.networks.centroids).toEqual(placesOf(state.networks));
      expect(shown.prompts.centroids).toEqual(placesOf(prompts));
    }
  });

  it('has the history that the search told', () => {
    const row = rowOfRun('run', snapshot, { state: 'finished', problem: null, trusted: true });
    const { history, counts } = detailOfRun(row, snapshot);
    expect(history.map(({ generation }) => generation)).toEqual([-1, 0, 1, 2, 3]);
    for (const [index, event] of told.entries()) {
      const { type: _type, stored: _stored, ...standing } = event;
      expect(history[index + 1]).toMatchObject(standing);
    }
    expect(counts).toMatchObject({ generated: told.at(-1)!.generated, trainable: told.at(-1)!.trainable });
    expect(row).toMatchObject({
      filled: told.at(-1)!.filled,
      qdScore: told.at(-1)!.qdScore,
      ended: 25,
      candidates: 25,
    });
  });
});

describe('a snapshot', () => {
  it('agrees with the report of the command line', async () => {
    const { folder } = await searched('report', []);
    const store = openRun(folder, { readOnly: true });
    const records = storedRun(store);
    const report = runReport(records);
    const snapshot = openSnapshot(folder).run;
    const row = rowOfRun('report', snapshot, { state: 'finished', problem: null, trusted: true });
    expect(row).toMatchObject({
      filled: report.filled,
      qdScore: report.qdScore,
      generations: report.generations,
      candidates: report.candidates,
      best: { network: report.best!.network, fitness: report.best!.fitness },
      initial: { network: 'initial', fitness: report.initial!.fitness },
    });
    expect(detailOfRun(row, snapshot).counts).toEqual(report.counts);
    const { network } = report.best!;
    expect(detailOfCandidate('report', snapshot, network).lineage).toEqual(lineage(records, network));
    store.close();
  });

  it('follows a run while it is written, generation by generation', async () => {
    const folder = join(home, 'followed');
    const store = createRun(folder, smallDescription);
    const followed = openSnapshot(folder);
    const snapshot = followed.run;
    expect(snapshot.ends).toHaveLength(0);
    const space = await spaceOf(snapshot);
    expect(archivesOfRun('followed', snapshot, space, undefined)).toMatchObject({ generation: -2, latest: -2 });
    const seen: number[] = [];
    await smallSearch(store, 2, (event) => {
      if (event.type === 'started') return;
      followed.refresh();
      if (event.type === 'generation-finished') seen.push(snapshot.ends.length - 2);
    });
    store.close();
    expect(seen).toEqual([0, 1, 2, 3]);
    expect([...snapshot.records.values()]).toEqual([...openSnapshot(folder).run.records.values()]);
  });

  it('pages through candidates, newest first, by outcome and by words', async () => {
    const { folder } = await searched('pages', []);
    const snapshot = openSnapshot(folder).run;
    const all = candidatePage(snapshot, {});
    expect(all.total).toBe(25);
    expect(all.candidates.at(-1)).toMatchObject({ id: 'initial', outcome: 'trained', elite: expect.any(Boolean) });
    const pages = [0, 10, 20].flatMap((offset) => candidatePage(snapshot, { offset, limit: 10 }).candidates);
    expect(pages).toEqual(all.candidates);
    const refused = candidatePage(snapshot, { outcome: 'refused' }).candidates;
    expect(refused).toEqual(all.candidates.filter((row) => row.outcome === 'refused'));
    expect(refused.length).toBeGreaterThan(0);
    expect(candidatePage(snapshot, { search: 'SYNTAX g0' }).candidates).toEqual(refused);
    expect(candidatePage(snapshot, { search: 'no such word' }).total).toBe(0);
  });

  it('refuses a generation that is not complete and a candidate that is not there', async () => {
    const { folder } = await searched('refusals', []);
    const snapshot = openSnapshot(folder).run;
    const space = await spaceOf(snapshot);
    expect(() => archivesOfRun('refusals', snapshot, space, 9)).toThrow(
      'Generation 9 of refusals is not complete. The latest is 3.',
    );
    expect(() => detailOfCandidate('refusals', snapshot, 'g9')).toThrow('has no candidate "g9"');
  });
});
