// Hashes over what a run records. The oracle is what was done to the file: each change by hand must be found and named,
// and each flipped bit that changes what plain SQL reads from it.
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Verification, verifyRun } from '../../../main/run/verify.ts';
import { createRun, openRun } from '../../../main/store/run-folder.ts';
import { earlierRun } from './earlier-run.ts';
import { flippedBits } from './flipped-bits.ts';
import { smallDescription, smallSearch, smallSettings } from './small-search.ts';

let home: string;
let sound: string;
let copies = 0;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-chain-'));
  sound = join(home, 'sound');
  const settings = { ...smallSettings, generations: 2, offspring: 4 };
  const store = createRun(sound, { ...smallDescription, settings });
  const session = await store.startSession({ resumed: false, versions: { node: '24' } });
  await smallSearch(store);
  await session.update({ total: 0.5 });
  await session.end('finished', { total: 1.5, train: 1 });
  await store.close();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function verified(folder: string): Promise<Verification> {
  const run = openRun(folder, { readOnly: true });
  try {
    return verifyRun(run);
  } finally {
    await run.close();
  }
}

/** What verify says of a copy in which `edit` was done by hand; `id` is a candidate that was trained and inserted. */
async function edited(edit: (database: Database.Database, id: string) => void): Promise<string[]> {
  const folder = join(home, `copy-${copies++}`);
  cpSync(sound, folder, { recursive: true });
  const database = new Database(join(folder, 'run.sqlite'));
  const id = database
    .prepare<[], string>(
      "SELECT candidate FROM step WHERE step = 'trained' AND candidate <> 'initial' AND body ->> '$.result.status' = 'trained' LIMIT 1",
    )
    .pluck()
    .get();
  edit(database, id!);
  database.close();
  const { ok, problems } = await verified(folder);
  expect(ok).toBe(problems.length === 0);
  return [...problems];
}

const setBody = (step: string, change: string) => (database: Database.Database, id: string) => {
  const { changes } = database
    .prepare(`UPDATE step SET body = ${change} WHERE candidate = ? AND step = ?`)
    .run(id, step);
  expect(changes).toBe(1);
};
const setSettings = (path: string, value: string) => (database: Database.Database) =>
  void database.exec(`UPDATE run SET description = json_set(description, '$.settings.${path}', ${value})`);

describe('verify of a run that was changed by hand', () => {
  it('finds nothing where nothing was', async () => {
    expect(await verified(sound)).toMatchObject({ ok: true, problems: [], checked: { beforeHashes: 0, steps: 45 } });
    expect(await edited((database) => void database.exec('VACUUM'))).toEqual([]);
  });

  it.each<[string, (database: Database.Database, id: string) => void, RegExp]>([
    [
      'an accuracy',
      setBody('trained', `json_set(body, '$.result.accuracy.validation', 0.5)`),
      /, step trained: result\.accuracy\.validation was changed since/,
    ],
    [
      'two figures',
      setBody('trained', `json_set(body, '$.result.loss.test', 2, '$.result.steps', 3)`),
      /: result\.loss\.test and result\.steps were changed/,
    ],
    [
      'seconds of a training',
      setBody('trained', `json_set(body, '$.result.seconds', 2)`),
      /: result\.seconds was changed/,
    ],
    ['a text', setBody('generated', `json_set(body, '$.text', 'x')`), /, step generated: text was changed/],
    ['a source', setBody('interpreted', `json_set(body, '$.verdict.source', 'x')`), /: verdict\.source was changed/],
    [
      'parents',
      setBody('proposed', `json_set(body, '$.parents', json('["initial","initial"]'))`),
      /: parents was changed/,
    ],
    ['a seed', setBody('proposed', `json_set(body, '$.seed', 5)`), /, step proposed: seed was changed/],
    ['a prompt text', setBody('proposed', `json_set(body, '$.promptText', 'x')`), /: promptText was changed/],
    ['a credit', setBody('inserted', `json_set(body, '$.credit', 9)`), /, step inserted: credit was changed/],
    ['a field that was taken out', setBody('generated', `json_remove(body, '$.tokens')`), /: tokens was changed/],
    ['a field that was put in', setBody('generated', `json_set(body, '$.note', 1)`), /: note was changed/],
    [
      'a record that is no JSON any more',
      (database, id) => {
        database.pragma('ignore_check_constraints = ON');
        setBody('generated', `'{' || body`)(database, id);
      },
      /, step generated: its record was changed since it was recorded, and is no JSON any more\./,
    ],
    [
      'a time',
      (database, id) =>
        void database
          .prepare("UPDATE step SET recorded = '2020-01-01T00:00:00.000Z' WHERE candidate = ? AND step = 'trained'")
          .run(id),
      /, step trained: its time was changed/,
    ],
    [
      'a recipe',
      setSettings('recipe.epochs', '77'),
      /^The description of the run: settings\.recipe\.epochs was changed since the run was begun\.$/m,
    ],
    ['a setting', setSettings('offspring', '3'), /^The description of the run: settings\.offspring was changed/m],
    [
      'what centroids are made of',
      setSettings('networkArchive.samples', '900'),
      /: settings\.networkArchive\.samples was changed/,
    ],
    [
      'a prompt of the set',
      (database) =>
        void database.exec(`UPDATE run SET description = json_set(description, '$.prompts.mutation[0].text', 'x')`),
      /: prompts\.mutation was changed/,
    ],
    [
      'when it was begun',
      (database) => void database.exec("UPDATE run SET created = '2020-01-01T00:00:00.000Z'"),
      /^The description of the run: its time was changed/m,
    ],
    [
      'seconds of a stretch of work',
      (database) => void database.exec(`UPDATE session SET seconds = json_set(seconds, '$.total', 9)`),
      /^Stretch of work 1: seconds\.total was changed since it was noted\.$/m,
    ],
    [
      'how a stretch of work ended',
      (database) => void database.exec("UPDATE session SET outcome = 'failed'"),
      /^Stretch of work 1: outcome was changed/m,
    ],
    [
      'a stretch of work that was taken out',
      (database) => void database.exec('DELETE FROM session'),
      /^Stretch of work 1: was taken out\.$/m,
    ],
    [
      'a stretch of work that was put in',
      (database) =>
        void database.exec("INSERT INTO session (started, environment, seconds) VALUES ('2020-01-01', '{}', '{}')"),
      /^Stretch of work 2: was put in after/m,
    ],
    [
      'when a version was applied',
      (database) => void database.exec("UPDATE migration SET applied = '2020-01-01'"),
      /^The head of the hashes, or a version of the schema, was changed/m,
    ],
    [
      'hashes',
      (database, id) =>
        void database
          .prepare(
            "UPDATE step_hash SET hash = upper(hash) WHERE sequence = (SELECT sequence FROM step WHERE candidate = ? AND step = 'trained')",
          )
          .run(id),
      /, step trained: its hash was changed/,
    ],
    [
      'the head',
      (database) => void database.exec('UPDATE head SET steps = steps + 1'),
      /^The run recorded 46 steps; 45 are there\.$/m,
    ],
    [
      'a counter',
      (database) => void database.exec("UPDATE sqlite_sequence SET seq = 99 WHERE name = 'step'"),
      /^The counter of the table step stands at 99; its last row is 45\.$/m,
    ],
  ])('finds %s', async (_, edit, message) => {
    const problems = await edited(edit);
    expect(problems.join('\n')).toMatch(message);
  });

  it('names the candidate', async () => {
    let changed = '';
    const problems = await edited((database, id) => {
      changed = id;
      setBody('trained', `json_set(body, '$.result.seconds', 2)`)(database, id);
    });
    expect(problems).toEqual([`Candidate ${changed}, step trained: result.seconds was changed since it was recorded.`]);
  });

  it('names a candidate that was renamed by the name it had', async () => {
    const problems = await edited((database, id) => {
      database.prepare("UPDATE step SET candidate = 'g009-009' WHERE candidate = ? AND step = 'trained'").run(id);
    });
    expect(problems[0]).toMatch(/^Candidate g00[01]-00\d, step trained: its name was changed since it was recorded\.$/);
  });

  it('finds a candidate that was taken out, with and without its hashes, and the last steps of the run', async () => {
    const steps = (id: string) => `SELECT sequence FROM step WHERE candidate = '${id}'`;
    let gone = '';
    const named = await edited((database, id) => {
      gone = id;
      database.prepare('DELETE FROM step WHERE candidate = ?').run(id);
    });
    for (const step of ['proposed', 'generated', 'interpreted', 'trained', 'inserted']) {
      expect(named).toContain(`Candidate ${gone}, step ${step}: was taken out.`);
    }
    const silent = await edited((database, id) => {
      database.exec(`DELETE FROM step_hash WHERE sequence IN (${steps(id)})`);
      database.prepare('DELETE FROM step WHERE candidate = ?').run(id);
    });
    expect(silent.join('\n')).toMatch(/: what was recorded before it was taken out, or stands in another place now\./);
    expect(silent.join('\n')).toMatch(/^The run recorded 45 steps; 40 are there\.$/m);
    const last = await edited((database) => {
      const tail = 'WHERE sequence > (SELECT max(sequence) - 4 FROM step)';
      database.exec(`DELETE FROM step_hash ${tail}; DELETE FROM step ${tail}`);
    });
    expect(last).toContain('The run recorded 45 steps; 41 are there.');
    const quiet = await edited((database) => {
      const tail = 'WHERE sequence > (SELECT max(sequence) - 4 FROM step)';
      database.exec(`DELETE FROM step_hash ${tail}; DELETE FROM step ${tail}; UPDATE head SET steps = 41;
        UPDATE sqlite_sequence SET seq = 41 WHERE name = 'step'`);
    });
    expect(quiet).not.toEqual([]);
  });

  it('finds a candidate that was put in and rows that changed places', async () => {
    const put = await edited((database) => {
      database.exec(`INSERT INTO step (candidate, step, body, recorded)
        SELECT 'g001-004', step, body, recorded FROM step WHERE candidate = 'g001-003' ORDER BY sequence`);
    });
    expect(put).toContain(
      'Candidate g001-004, step proposed: was put in, or moved, after the run was recorded: no hash belongs to it.',
    );
    const swapped = await edited((database) => {
      database.exec(`UPDATE step SET sequence = -1 WHERE sequence = 7; UPDATE step SET sequence = 7 WHERE sequence = 8;
        UPDATE step SET sequence = 8 WHERE sequence = -1`);
    });
    expect(
      swapped.filter((problem) => /was recorded as number [78], and stands as number [78]\./.test(problem)),
    ).toHaveLength(2);
    const bodies = await edited((database) => {
      const ids = ['g000-000', 'g000-001'];
      const [a, b] = ids.map((id) =>
        database.prepare("SELECT body FROM step WHERE candidate = ? AND step = 'generated'").pluck().get(id),
      );
      const set = database.prepare("UPDATE step SET body = ? WHERE candidate = ? AND step = 'generated'");
      set.run(b, ids[0]);
      set.run(a, ids[1]);
    });
    expect(bodies.join('\n')).toMatch(
      /Candidate g000-000, step generated: .* changed.*\n.*Candidate g000-001, step generated/s,
    );
  });

  it('finds hashes that were taken out as a whole', async () => {
    const problems = await edited((database) => {
      database.exec('DELETE FROM step_hash; DELETE FROM session_hash; DELETE FROM head');
    });
    expect(problems).toContain('The head of the hashes was taken out.');
  });

  it('finds every flipped bit that changes what is recorded', async () => {
    expect(await flippedBits(sound, join(home, 'flipped'), 150, 1)).toMatchObject({ unseen: [], unclear: [] });
  });
});

describe('a run of before there were hashes', () => {
  it('is shown and verified as it is, and says what its hashes cannot tell', async () => {
    const folder = join(home, 'earlier-read');
    earlierRun(folder, 1);
    const before = readFileSync(join(folder, 'run.sqlite'));
    const { ok, problems, checked } = await verified(folder);
    expect([ok, problems]).toEqual([true, []]);
    expect(checked).toMatchObject({ steps: 45, beforeHashes: 45, candidates: 9 });
    expect(readFileSync(join(folder, 'run.sqlite')).equals(before)).toBe(true);
  });

  it('gets them when it is first written, keeps its records, and is found out from then on', async () => {
    const folder = join(home, 'earlier-written');
    earlierRun(folder, 1);
    const before = openRun(folder, { readOnly: true });
    const records = before.candidates();
    await before.close();
    const store = openRun(folder);
    const session = await store.startSession({ resumed: true });
    await session.end('interrupted', { total: 1 });
    await store.close();
    const after = openRun(folder, { readOnly: true });
    expect(after.candidates()).toEqual(records);
    await after.close();
    expect(await verified(folder)).toMatchObject({ ok: true, checked: { beforeHashes: 45, sessions: 2 } });
    const file = new Database(join(folder, 'run.sqlite'));
    file.exec(`UPDATE step SET body = json_set(body, '$.seed', 1) WHERE candidate = 'g000-001' AND step = 'proposed'`);
    file.close();
    expect((await verified(folder)).problems).toContain(
      'Candidate g000-001, step proposed: seed was changed since it was recorded.',
    );
  });

  it('finds the last steps missing by the counter that SQLite keeps', async () => {
    const folder = join(home, 'earlier-cut');
    earlierRun(folder, 1);
    const file = new Database(join(folder, 'run.sqlite'));
    file.exec("DELETE FROM step WHERE candidate = 'g001-003'");
    file.close();
    expect((await verified(folder)).problems.join('\n')).toMatch(/The counter of the table step stands at 45/);
  });
});

it('goes on with the chain of an earlier process', async () => {
  const folder = join(home, 'stretches');
  const store = createRun(folder, {
    ...smallDescription,
    settings: { ...smallSettings, generations: 1, offspring: 4 },
  });
  await smallSearch(store);
  await store.close();
  for (let count = 0; count < 3; count++) {
    const again = openRun(folder);
    const session = await again.startSession({});
    await session.end('interrupted', { total: count });
    await again.close();
  }
  expect(await verified(folder)).toMatchObject({ ok: true, problems: [] });
});
