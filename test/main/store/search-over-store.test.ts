// The real search loop over the real store: stopped anywhere and resumed, it ends the same; and what verify finds.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CandidateRecord } from '../../../core/search/candidate.ts';
import { leftOver } from '../../../main/run/left-over.ts';
import { lineage } from '../../../main/run/lineage.ts';
import { runReport } from '../../../main/run/report.ts';
import { archivesNow, storedRun } from '../../../main/run/run.ts';
import { openSnapshot } from '../../../main/run/snapshot.ts';
import { verifyRun } from '../../../main/run/verify.ts';
import { createRun, openRun, type RunStore } from '../../../main/store/run-folder.ts';
import { smallDescription, smallSearch, smallSettings } from './small-search.ts';

let home: string;
let finished: RunStore;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-search-'));
  const store = createRun(join(home, 'whole'), smallDescription);
  const session = await store.startSession({});
  await smallSearch(store);
  await session.end('finished', { total: 1 });
  await store.close();
  finished = openRun(join(home, 'whole'), { readOnly: true });
});
afterAll(async () => {
  await finished.close();
  rmSync(home, { recursive: true, force: true });
});

/** All records, with nothing left out: every number here is reproducible. */
function recordsOf(store: RunStore): CandidateRecord[] {
  return store.candidates().sort((a, b) => a.id.localeCompare(b.id));
}

/** The store, but writing the n-th step (or file) ends as a killed process does: it never returns. */
function failingAt(store: RunStore, n: number): RunStore {
  let left = n;
  const count = (): void => {
    if (left-- === 0) throw new Error('killed');
  };
  return {
    ...store,
    async record(id, step) {
      count();
      await store.record(id, step);
    },
    async saveWeights(bytes) {
      count();
      return store.saveWeights(bytes);
    },
    async keepWeights(keep) {
      count();
      await store.keepWeights(keep);
    },
  };
}

describe('a search over a run folder', () => {
  it('ends in the same records and weights wherever it is stopped, and however often', async () => {
    const expected = recordsOf(finished);
    expect(expected).toHaveLength(1 + smallSettings.generations * smallSettings.offspring);
    for (let round = 0; round < 6; round++) {
      const folder = join(home, `stopped-${round}`);
      createRun(folder, smallDescription).close();
      let stops = 0;
      for (let over = false; !over; ) {
        const store = openRun(folder);
        try {
          await smallSearch(failingAt(store, 1 + Math.floor(Math.random() * 40)), 1 + (round % 4));
          over = true;
        } catch (error) {
          expect(error).toEqual(new Error('killed'));
          stops++;
        } finally {
          await store.close();
        }
        expect(stops).toBeLessThan(500);
      }
      const again = openRun(folder, { readOnly: true });
      expect(recordsOf(again)).toEqual(expected);
      expect(again.weightHashes()).toEqual(finished.weightHashes());
      expect(verifyRun(again).problems).toEqual([]);
      await again.close();
    }
  });

  it('is found sound by verify, and reported as the search itself counted it', async () => {
    const verification = verifyRun(finished);
    expect(verification.problems).toEqual([]);
    expect(verification.checked).toMatchObject({ candidates: 25, inserted: 25, sessions: 1 });

    const store = createRun(join(home, 'counted'), smallDescription);
    const summary = await smallSearch(store);
    const report = runReport(storedRun(store));
    expect(report).toMatchObject({
      filled: summary.filled,
      coverage: summary.coverage,
      promptsFilled: summary.promptsFilled,
      best: { network: summary.best?.network, fitness: summary.best?.fitness },
      initial: { network: 'initial', fitness: summary.initial?.fitness },
      counts: {
        generated: summary.generated,
        trainable: summary.trainable,
        distinct: summary.distinct,
        trained: summary.trained,
        readable: summary.readable,
        repairable: summary.repairable,
        setAside: summary.setAside,
      },
      generations: { done: 4, planned: 4 },
    });
    expect(report.qdScore).toBe(summary.qdScore);
    expect(verification.checked.networkElites).toBe(summary.filled);
    await store.close();
  });

  it('follows the lineage of the best network back to the beginning', () => {
    const all = storedRun(finished);
    const best = runReport(all).best!.network;
    const chain = lineage(all, best);
    expect(chain[0]?.operator).toBe('initial');
    expect(chain.at(-1)?.network).toBe(best);
    for (const [index, step] of chain.entries()) {
      if (index > 0) expect(step.parents[0]).toBe(chain[index - 1]!.network);
    }
    expect(() => lineage(all, 'g999-000')).toThrow(/has no network g999-000/);
  });
});

describe('a run in which faults set candidates aside', () => {
  it('is followed by whoever looks on, and sound with equal records, once they are tried again', async () => {
    const undisturbed = createRun(join(home, 'undisturbed'), smallDescription);
    const reference = await smallSearch(undisturbed, 2, () => {}, { faults: false });
    const folder = join(home, 'disturbed');
    const store = createRun(folder, smallDescription);
    expect((await smallSearch(store)).setAside).toBeGreaterThan(0);
    const looking = openSnapshot(folder);
    expect(verifyRun(store).checked.setAside).toBeGreaterThan(0);
    expect(leftOver(storedRun(store)).setAside.length).toBeGreaterThan(0);
    await store.close();

    const again = openRun(folder);
    expect(await smallSearch(again, 2, () => {}, { faults: false })).toEqual(reference);
    expect(recordsOf(again)).toEqual(recordsOf(undisturbed));
    expect(again.weightHashes()).toEqual(undisturbed.weightHashes());
    expect(looking.refresh()).toBe(false);
    expect(openSnapshot(folder).run.records).toEqual(new Map(again.candidates().map((record) => [record.id, record])));
    await again.close();
    const read = openRun(folder, { readOnly: true });
    expect(verifyRun(read)).toMatchObject({ problems: [], checked: { setAside: 0 } });
    expect(leftOver(storedRun(read))).toEqual({ setAside: [], weights: [] });
    await Promise.all([read.close(), undisturbed.close()]);
  });
});

describe('weights that are missing, damaged, or no file', () => {
  it('are found, and made again by a search that is resumed', async () => {
    const folder = join(home, 'lost');
    const store = createRun(folder, smallDescription);
    await smallSearch(store);
    const hashes = store.weightHashes();
    await store.close();
    const files = hashes.map((hash) => join(folder, 'weights', `${hash}.safetensors`));
    rmSync(files[0]!);
    truncateSync(files[1]!, 3);
    rmSync(files[2]!);
    mkdirSync(files[2]!);
    const harmed = openRun(folder, { readOnly: true });
    expect(leftOver(storedRun(harmed)).weights).toHaveLength(3);
    expect(verifyRun(harmed).problems.join('\n')).toContain('`search --resume` trains them again');
    await harmed.close();
    const again = openRun(folder);
    const told: string[] = [];
    await smallSearch(again, 2, (event) => event.type === 'again' && event.what === 'weights' && told.push(event.id));
    expect(new Set(told).size).toBe(3);
    expect(again.weightHashes()).toEqual(hashes);
    expect(verifyRun(again).problems).toEqual([]);
    await again.close();
  });
});

describe('verify', () => {
  let copies = 0;

  /** A finished run that `harm` has changed. */
  async function harmed(harm: (folder: string, database: Database.Database, elite: CandidateRecord) => void) {
    const folder = join(home, `harmed-${copies++}`);
    const store = createRun(folder, smallDescription);
    const session = await store.startSession({});
    await smallSearch(store);
    await session.end('finished', {});
    const elite = [...archivesNow(storedRun(store)).networks.elites.values()].at(-1)!.record;
    await store.close();
    const database = new Database(join(folder, 'run.sqlite'));
    harm(folder, database, elite);
    database.close();
    const again = openRun(folder, { readOnly: true });
    const { ok, problems } = verifyRun(again);
    await again.close();
    expect(ok).toBe(problems.length === 0);
    return problems.join('\n');
  }

  const weightFile = (folder: string, { trained }: CandidateRecord): string =>
    join(folder, 'weights', `${trained!.weights}.safetensors`);

  it('finds missing weights of an elite', async () => {
    const problems = await harmed((folder, _, elite) => rmSync(weightFile(folder, elite)));
    expect(problems).toMatch(/Elite g\d+-\d+: its weights [0-9a-f]{64} are missing/);
  });

  it('finds weights whose content has changed by one bit', async () => {
    const problems = await harmed((folder, _, elite) => {
      const file = weightFile(folder, elite);
      const bytes = readFileSync(file);
      bytes[0]! ^= 1;
      writeFileSync(file, bytes);
    });
    expect(problems).toMatch(/the file's content has another hash/);
  });

  it('finds files that do not belong there, and weights of no candidate', async () => {
    const problems = await harmed((folder) => {
      writeFileSync(join(folder, 'weights', 'notes.txt'), 'x');
      writeFileSync(join(folder, 'weights', `${'0'.repeat(64)}.safetensors`), 'x');
    });
    expect(problems).toMatch(/weights\/notes.txt does not belong/);
    expect(problems).toMatch(/Weights 0{64} belong to no candidate/);
  });

  it.each([
    ['a fitness that was changed', `json_set(body, '$.fitness', 0.123)`, 'inserted', /inserting it again gives/],
    [
      'a niche that was changed',
      `json_set(body, '$.network.niche', (body ->> '$.network.niche') + 1)`,
      'inserted',
      /niche|inserting it again/,
    ],
    [
      'a result that was changed',
      `json_set(body, '$.result.accuracy.test', 0.999)`,
      'trained',
      /inserting it again gives/,
    ],
    [
      'a measure that was changed',
      `json_set(body, '$.verdict.measures.flops', 5)`,
      'interpreted',
      /inserting it again gives/,
    ],
    [
      'a parent that does not exist',
      `json_set(body, '$.parents', json('["g777-000"]'))`,
      'proposed',
      /its parent g777-000 is not in the run/,
    ],
    [
      'a record that does not fit its schema',
      `json_remove(body, '$.tokens')`,
      'generated',
      /step generated: the stored record is damaged/,
    ],
  ])('finds %s', async (_, change, step, message) => {
    const problems = await harmed((_folder, database, elite) => {
      const { changes } = database
        .prepare(`UPDATE step SET body = ${change} WHERE candidate = ? AND step = ?`)
        .run(elite.id, step);
      expect(changes).toBe(1);
    });
    expect(problems).toMatch(message);
  });

  it('finds a step that was deleted and one that was moved', async () => {
    const remove = (step: string) =>
      harmed((_folder, database, elite) => {
        database.prepare('DELETE FROM step WHERE candidate = ? AND step = ?').run(elite.id, step);
      });
    expect(await remove('interpreted')).toMatch(/trained, but not accepted/);
    expect(await remove('inserted')).toMatch(/never inserted|cannot be made anew|other elites|inserted/);
    const moved = await harmed((_folder, database, elite) => {
      database
        .prepare(
          "UPDATE step SET sequence = (SELECT max(sequence) + 1 FROM step) WHERE candidate = ? AND step = 'generated'",
        )
        .run(elite.id);
    });
    expect(moved).toMatch(/generated is recorded after inserted/);
  });

  it('finds damage to the database file itself', async () => {
    const problems = await harmed((folder, database) => {
      database.close();
      const file = join(folder, 'run.sqlite');
      const bytes = readFileSync(file);
      bytes.fill(0xff, bytes.length - 3 * 4096, bytes.length - 2 * 4096);
      writeFileSync(file, bytes);
    });
    expect(problems).not.toBe('');
  });
});
