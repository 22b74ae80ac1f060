// Figures by prompt of a run, beside plain SQL over its file: another language, another way to count, the same figures.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PromptFigures } from '../../../core/search/prompt-figures.ts';
import { detailOfRun } from '../../../main/engine/run-detail.ts';
import { rowOfRun } from '../../../main/engine/run-row.ts';
import { runReport } from '../../../main/run/report.ts';
import { storedRun } from '../../../main/run/run.ts';
import { openSnapshot } from '../../../main/run/snapshot.ts';
import { verifyRun } from '../../../main/run/verify.ts';
import { createRun, openRun } from '../../../main/store/run-folder.ts';
import { smallDescription, smallSearch, smallSettings } from './small-search.ts';

let home: string;
let folder: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-figures-'));
  folder = join(home, 'run');
  const store = createRun(folder, { ...smallDescription, settings: { ...smallSettings, generations: 20 } });
  const session = await store.startSession({});
  await smallSearch(store);
  await session.end('finished', { total: 1 });
  await store.close();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function reported(run: string): readonly PromptFigures[] {
  const store = openRun(run, { readOnly: true });
  try {
    return runReport(storedRun(store)).byPrompt;
  } finally {
    store.close();
  }
}

/** Of each prompt with offspring, with the rules of the documentation written again in SQL. */
const query = `
  WITH life AS (
    SELECT c.id, c.prompt, c.hash, c.temperature, c.verdict, c.training, c.added,
      i.body ->> '$.verdict.reason.kind' AS reason,
      i.body ->> '$.verdict.measures.params' AS params,
      i.body ->> '$.verdict.measures.flops' AS flops,
      g.body ->> '$.tokens' AS tokens, g.body ->> '$.seconds' AS seconds,
      CAST(p.body ->> '$.generation' AS INTEGER) * 1000 + CAST(p.body ->> '$.index' AS INTEGER) AS place,
      p.body ->> '$.parents[0]' AS parent
    FROM candidate c
    LEFT JOIN step p ON p.candidate = c.id AND p.step = 'proposed'
    LEFT JOIN step g ON g.candidate = c.id AND g.step = 'generated'
    LEFT JOIN step i ON i.candidate = c.id AND i.step = 'interpreted'
    WHERE c.operator <> 'initial'
  ), judged AS (
    SELECT life.*, life.training = 'trained' AS ok,
      EXISTS (
        SELECT 1 FROM step p, json_each(p.body, '$.parents') e JOIN candidate k ON k.id = e.value
        WHERE p.candidate = life.id AND p.step = 'proposed' AND k.hash = life.hash
      ) AS copy,
      row_number() OVER (PARTITION BY life.hash, life.training = 'trained' ORDER BY life.place) AS turn,
      parent.body ->> '$.verdict.hash' AS parent_hash,
      parent.body ->> '$.verdict.measures.params' AS parent_params,
      parent.body ->> '$.verdict.measures.flops' AS parent_flops
    FROM life LEFT JOIN step parent ON parent.candidate = life.parent AND parent.step = 'interpreted'
  )
  SELECT prompt, count(*) AS offspring, sum(ok IS 1) AS trainable, sum(ok IS 1 AND copy) AS copies,
    sum(ok IS 1 AND NOT copy AND turn = 1) AS "distinct", sum(added IS 1) AS added,
    sum(tokens) AS tokens, sum(seconds) AS seconds, avg(temperature) AS temperature,
    sum(reason IS 'syntax') AS syntax, sum(training IS 'diverged') AS diverged, sum(training IS 'fault') AS faults,
    sum(ok IS 1 AND hash <> parent_hash) AS improved,
    sum(ok IS 1 AND (params * 2 <= parent_params OR flops * 2 <= parent_flops)) AS reduced
  FROM judged GROUP BY prompt`;

interface Row {
  readonly [column: string]: number;
}

function counted(run: string): Map<string, Row> {
  const file = new Database(join(run, 'run.sqlite'), { readonly: true });
  try {
    const rows = file.prepare<[], Row & { prompt: string }>(query).all();
    return new Map(rows.map(({ prompt, ...row }) => [prompt, row as Row]));
  } finally {
    file.close();
  }
}

describe('figures by prompt', () => {
  it('are those that SQL counts in the file of the run', () => {
    const rows = counted(folder);
    const figures = reported(folder);
    const tried = figures.filter(({ offspring }) => offspring > 0);
    expect(new Set(tried.map(({ prompt }) => prompt))).toEqual(new Set(rows.keys()));
    expect(tried.length).toBeGreaterThan(13);
    for (const { prompt, byReason, seconds, temperature, ...own } of tried) {
      const row = rows.get(prompt)!;
      const { offspring, trainable, copies, added, tokens, distinct } = row;
      expect({ prompt, ...own }).toMatchObject({ prompt, offspring, trainable, copies, added, tokens, distinct });
      expect({ syntax: 0, diverged: 0, 'set aside': 0, ...byReason }).toEqual({
        syntax: row.syntax,
        diverged: row.diverged,
        'set aside': row.faults,
      });
      expect(seconds).toBeCloseTo(row.seconds!, 9);
      expect(temperature).toBeCloseTo(row.temperature!, 9);
      expect(own.asWritten).toBe(own.trainable);
    }
    const followed = new Map(figures.map((row) => [row.prompt, row.followed]));
    expect(followed.get('improve')).toBe(rows.get('improve')!.improved);
    expect(followed.get('reduce-size')).toBe(rows.get('reduce-size')!.reduced);
    // The figures mean something: there are some of each kind.
    for (const key of ['trainable', 'copies', 'added', 'distinct'] as const) {
      expect(figures.reduce((sum, row) => sum + row[key], 0)).toBeGreaterThan(0);
    }
  });

  it('are the same through the engine', () => {
    const snapshot = openSnapshot(folder).run;
    const row = rowOfRun('run', snapshot, { state: 'finished', problem: null, trusted: true });
    expect(detailOfRun(row, snapshot).byPrompt).toEqual(reported(folder));
  });

  it('of a run of an earlier version say that following is unknown, not that nothing followed', () => {
    const old = join(home, 'old');
    cpSync(folder, old, { recursive: true });
    const file = new Database(join(old, 'run.sqlite'));
    file.exec(`UPDATE step SET body = json_remove(body, '$.verdict.followed') WHERE step = 'interpreted';
      DROP TABLE head; DROP TABLE step_hash; DROP TABLE session_hash; DELETE FROM migration WHERE version > 1;
      PRAGMA user_version = 1`);
    file.close();
    const figures = reported(old);
    for (const { trainable, followed } of figures) expect(followed === null).toBe(trainable > 0);
    expect(figures.map((row) => ({ ...row, followed: 0 }))).toEqual(
      reported(folder).map((row) => ({ ...row, followed: 0 })),
    );
    const store = openRun(old, { readOnly: true });
    expect(verifyRun(store).problems).toEqual([]);
    store.close();
  });
});
