// The store against a plain in-memory model of what was recorded, and SQLite's own shell of errors.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CandidateStep, Proposed } from '../../../core/search/candidate.ts';
import { candidateId } from '../../../core/search/search-context.ts';
import { createRun, openRun } from '../../../main/store/run-folder.ts';
import { schemaVersion } from '../../../main/store/schema.ts';
import { totalSeconds } from '../../../main/store/sessions.ts';
import { description, interleavedLives } from './arbitrary-steps.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-store-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const proposed: Proposed = {
  step: 'proposed',
  generation: 0,
  index: 0,
  operator: 'mutation',
  parents: ['initial'],
  individual: { prompt: 'add-layer', temperature: 0.1 + 0.2 },
  selection: 'random',
  selectedNiche: null,
  promptText: 'class Net',
  seed: 4294967295,
};

function model(steps: readonly (readonly [string, CandidateStep])[]): Map<string, object> {
  const records = new Map<string, object>();
  for (const [id, step] of steps) {
    const empty = { id, proposed: null, generated: null, interpreted: null, trained: null, inserted: null };
    records.set(id, { ...(records.get(id) ?? empty), [step.step]: step });
  }
  return records;
}

describe('the run folder', () => {
  it('reads back exactly what any sequence of steps recorded, before and after reopening', async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(interleavedLives, async (steps) => {
        const folder = join(home, `run-${number++}`);
        const expected = model(steps);
        const store = createRun(folder, description);
        for (const [id, step] of steps) {
          await store.record(id, step);
          expect(store.find(id)?.[step.step]).toEqual(step);
        }
        expect(new Map(store.candidates().map((record) => [record.id, record]))).toEqual(expected);
        await store.close();
        const again = openRun(folder, { readOnly: true });
        expect(again.ids()).toEqual([...expected.keys()]);
        for (const [id, record] of expected) expect(again.find(id)).toEqual(record);
        expect(again.storedSteps().map((row) => [row.candidate, row.step])).toEqual(
          steps.map(([id, s]) => [id, s.step]),
        );
        expect(again.databaseProblems()).toEqual([]);
        await again.close();
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what was fixed at creation', async () => {
    const store = createRun(join(home, 'run'), description);
    await store.close();
    const again = openRun(join(home, 'run'));
    expect(again.description).toEqual(description);
    expect(Number.isNaN(Date.parse(again.created))).toBe(false);
    await again.close();
  });

  it('keeps the process free while the disk, or another program, makes a step wait', async () => {
    const folder = join(home, 'run');
    const store = createRun(folder, description);
    await store.record('g000-000', proposed);
    const other = new Database(join(folder, 'run.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    let recorded = false;
    const waiting = store.record('g000-001', proposed).then(() => {
      recorded = true;
    });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(recorded).toBe(false);
    expect(store.find('g000-001')).toBeNull();
    other.exec('COMMIT');
    other.close();
    await waiting;
    expect(store.find('g000-001')?.proposed).toEqual(proposed);
    await store.close();
  });

  it('names the file and the remedy where a step cannot be written, and goes on when it can', async () => {
    const folder = join(home, 'run');
    const store = createRun(folder, description);
    await store.record('initial', proposed);
    const other = new Database(join(folder, 'run.sqlite'));
    other.exec("CREATE TRIGGER full BEFORE INSERT ON step BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");
    const refused = expect(store.record('g000-000', proposed)).rejects;
    await refused.toThrow(/run\.sqlite could not be written: database or disk is full.*Make room on the disk/);
    other.exec('DROP TRIGGER full');
    other.close();
    await store.record('g000-000', proposed);
    await store.close();
    expect(readdirSync(folder).sort()).toEqual(['run.lock', 'run.sqlite', 'weights']);
  });

  it('records nothing under what is no id of a candidate', async () => {
    const store = createRun(join(home, 'run'), description);
    for (const id of [
      'x',
      '',
      'g000-001\n',
      'G000-001',
      '../g000-001',
      'g00-001',
      'g0001-000',
      'g000-0001',
      'g-01-000',
    ]) {
      await expect(store.record(id, proposed)).rejects.toThrow(/a search gives no such id/);
    }
    for (const [generation, index] of [
      [0, 0],
      [999, 999],
      [1000, 12_345],
    ] as const) {
      await store.record(candidateId(generation, index), proposed);
    }
    expect(store.ids()).toEqual(['g000-000', 'g999-999', 'g1000-12345']);
    await store.close();
  });

  it('refuses to rewrite a step, to go back, or to start in the middle', async () => {
    const store = createRun(join(home, 'run'), description);
    await expect(
      store.record('g000-000', { step: 'generated', text: '', tokens: 0, seconds: 0, finish: 'end' }),
    ).rejects.toThrow(/generated cannot follow nothing/);
    await store.record('g000-000', proposed);
    await expect(store.record('g000-000', proposed)).rejects.toThrow(/has its proposed step already/);
    await store.record('g000-000', {
      step: 'interpreted',
      verdict: { kind: 'refused', reason: { kind: 'syntax', message: 'line 1' } },
    });
    await expect(
      store.record('g000-000', { step: 'generated', text: '', tokens: 0, seconds: 0, finish: 'end' }),
    ).rejects.toThrow(/generated cannot follow interpreted/);
    await store.close();
  });

  it('refuses a step that does not fit its schema, and leaves nothing of it behind', async () => {
    const store = createRun(join(home, 'run'), description);
    await expect(store.record('g000-000', { ...proposed, seed: Number.NaN })).rejects.toThrow(/not recorded/);
    expect(store.find('x')).toBeNull();
    await store.close();
  });

  it('names the candidate whose stored record was damaged', async () => {
    const folder = join(home, 'run');
    const store = createRun(folder, description);
    await store.record('g001-003', proposed);
    await store.close();
    const raw = new Database(join(folder, 'run.sqlite'));
    raw.prepare("UPDATE step SET body = json_set(body, '$.seed', 'seven')").run();
    raw.close();
    const again = openRun(folder, { readOnly: true });
    expect(() => again.find('g001-003')).toThrow(/g001-003, step proposed: the stored record is damaged/);
    await again.close();
  });

  it('stores weights under the SHA-256 of their bytes, once, and deletes those that are not kept', async () => {
    const folder = join(home, 'run');
    const store = createRun(folder, description);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        const hash = createHash('sha256').update(bytes).digest('hex');
        expect(await store.saveWeights(bytes)).toBe(hash);
        expect(await store.saveWeights(bytes)).toBe(hash);
        expect(store.loadWeights(hash)).toEqual(bytes);
        expect(new Uint8Array(readFileSync(join(folder, 'weights', `${hash}.safetensors`)))).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
    const kept = await store.saveWeights(new Uint8Array([1, 2, 3]));
    await store.keepWeights(new Set([kept]));
    expect(readdirSync(join(folder, 'weights'))).toEqual([`${kept}.safetensors`]);
    expect(store.weightHashes()).toEqual([kept]);
    expect(store.loadWeights('0'.repeat(64))).toBeNull();
    await store.close();
  });

  it('clears away weights that a killed writer left half written', async () => {
    const folder = join(home, 'run');
    await createRun(folder, description).close();
    writeFileSync(join(folder, 'weights', '.writing-123-abc.safetensors'), 'half');
    await openRun(folder).close();
    expect(readdirSync(join(folder, 'weights'))).toEqual([]);
  });

  it('opens read-only beside its writer, sees what the writer recorded, and writes nothing', async () => {
    const folder = join(home, 'run');
    const writer = createRun(folder, description);
    await writer.record('initial', proposed);
    const reader = openRun(folder, { readOnly: true });
    expect(reader.find('initial')?.proposed).toEqual(proposed);
    await writer.record('g000-001', proposed);
    expect(reader.ids()).toEqual(['initial', 'g000-001']);
    await expect(reader.record('g000-002', proposed)).rejects.toThrow(/reading only/);
    await expect(reader.saveWeights(new Uint8Array(1))).rejects.toThrow(/reading only/);
    await expect(reader.keepWeights(new Set())).rejects.toThrow(/reading only/);
    await reader.close();
    await writer.close();
  });

  it('copies whole: a copy of a closed run is one database file and its weights, and opens', async () => {
    const folder = join(home, 'run');
    const store = createRun(folder, description);
    await store.record('initial', proposed);
    const hash = await store.saveWeights(new Uint8Array([5]));
    await store.close();
    expect(readdirSync(folder).sort()).toEqual(['run.lock', 'run.sqlite', 'weights']);
    cpSync(folder, join(home, 'copy'), { recursive: true });
    const copy = openRun(join(home, 'copy'));
    expect(copy.find('initial')?.proposed).toEqual(proposed);
    expect(copy.loadWeights(hash)).toEqual(new Uint8Array([5]));
    await copy.record('g000-007', proposed);
    await copy.close();
  });

  it('lets one store write at a time, and the next when that one is closed', async () => {
    const folder = join(home, 'run');
    const first = createRun(folder, description);
    expect(() => openRun(folder)).toThrow(/Another process is writing/);
    await first.close();
    await openRun(folder).close();
  });

  it('refuses a folder that holds a run, other files, or no run, each with the remedy', async () => {
    const folder = join(home, 'run');
    await createRun(folder, description).close();
    expect(() => createRun(folder, description)).toThrow(/already holds a run.*--resume/);
    mkdirSync(join(home, 'other'));
    writeFileSync(join(home, 'other', 'thesis.txt'), 'x');
    expect(() => createRun(join(home, 'other'), description)).toThrow(/holds other files.*--out/);
    expect(() => openRun(join(home, 'other'))).toThrow(/holds no run/);
    expect(() => openRun(join(home, 'nowhere'), { readOnly: true })).toThrow(/holds no run/);
    expect(existsSync(join(home, 'nowhere'))).toBe(false);
  });

  it('refuses a newer schema, a foreign database, and a file that is no database, each with the remedy', async () => {
    const folder = join(home, 'run');
    await createRun(folder, description).close();
    const raw = new Database(join(folder, 'run.sqlite'));
    raw.pragma(`user_version = ${schemaVersion + 1}`);
    raw.close();
    expect(() => openRun(folder, { readOnly: true })).toThrow(/newer|Update LLMatic/);
    expect(() => openRun(folder)).toThrow(/Update LLMatic/);

    const foreign = join(home, 'foreign');
    mkdirSync(foreign);
    const other = new Database(join(foreign, 'run.sqlite'));
    other.exec('CREATE TABLE recipes (id INTEGER)');
    other.close();
    expect(() => openRun(foreign)).toThrow(/not a run of LLMatic/);

    const text = join(home, 'text');
    mkdirSync(text);
    writeFileSync(join(text, 'run.sqlite'), 'this is a text file, long enough to have a header of sixteen bytes');
    expect(() => openRun(text)).toThrow(/not a SQLite file/);
  });

  it('takes over a folder whose creation was killed before anything was in it', async () => {
    const folder = join(home, 'run');
    mkdirSync(folder);
    writeFileSync(join(folder, 'run.sqlite'), '');
    writeFileSync(join(folder, 'run.lock'), '');
    expect(() => openRun(folder)).toThrow(/Start it again/);
    await createRun(folder, description).close();
    await openRun(folder).close();
  });

  it('adds up the seconds of all sessions', async () => {
    const store = createRun(join(home, 'run'), description);
    const first = await store.startSession({ host: 'a' });
    await first.update({ train: 1.5, total: 2 });
    const second = await store.startSession({ host: 'b' });
    await second.end('interrupted', { train: 2, generate: 0.25, total: 3 });
    expect(totalSeconds(store.sessions())).toEqual({ train: 3.5, generate: 0.25, total: 5 });
    expect(store.sessions().map((session) => session.outcome)).toEqual([null, 'interrupted']);
    await store.close();
  });

  it('shows people candidates by a view that plain SQL can ask', async () => {
    const folder = join(home, 'run');
    const store = createRun(folder, description);
    await store.record('g001-003', proposed);
    await store.close();
    const raw = new Database(join(folder, 'run.sqlite'), { readonly: true });
    expect(raw.prepare('SELECT id, prompt, temperature, seed FROM candidate').all()).toEqual([
      { id: 'g001-003', prompt: 'add-layer', temperature: 0.1 + 0.2, seed: 4294967295 },
    ]);
    raw.close();
  });
});
