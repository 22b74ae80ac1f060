/**
 * Flips single bits of a run's file, each in a copy of its own, and asks verify. Whether a bit changes what is recorded is
 * told by plain SQL over all tables of the copy; a file that SQL no longer reads has changed.
 */
import { closeSync, copyFileSync, cpSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { FailureError } from '../../../core/failure.ts';
import { verifyRun } from '../../../main/run/verify.ts';
import { openRun } from '../../../main/store/run-folder.ts';

export interface FlippedBits {
  /** Bits that changed what is recorded, and of these those that verify calls sound. */
  readonly changing: number;
  readonly unseen: readonly number[];
  /** Bits that left all records as they were, and are yet told as a problem: unused places that SQLite checks. */
  readonly harmless: number;
  /** Bits whose problem was told in no sentence of ours. */
  readonly unclear: readonly string[];
}

const tables = ['run', 'step', 'session', 'migration'];

/** Everything recorded, as text; null where SQL cannot read it. */
function recorded(file: string): string | null {
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { readonly: true });
    const open = database;
    return JSON.stringify(tables.map((table) => open.prepare(`SELECT * FROM ${table}`).raw().all()));
  } catch {
    return null;
  } finally {
    database?.close();
  }
}

/** How verify ends: sound, or its first problem. */
async function told(folder: string): Promise<{ sound: boolean; text: string; isOurs: boolean }> {
  try {
    const run = openRun(folder, { readOnly: true });
    try {
      const { ok, problems } = verifyRun(run);
      return { sound: ok, text: problems.join('\n'), isOurs: true };
    } finally {
      await run.close();
    }
  } catch (error) {
    const isOurs = error instanceof FailureError && error.failure.kind !== 'internal';
    return { sound: false, text: error instanceof Error ? error.message : String(error), isOurs };
  }
}

/** Words of SQLite, JSON or zod as their libraries throw them. */
const raw = /SQLITE_|SqliteError|Unexpected (token|end)|in JSON at|ZodError|undefined|invalid_type|database disk image/;

/** `count` bits of `run`, drawn from `seed`; `folder`: where the copies lie. */
export async function flippedBits(run: string, folder: string, count: number, seed: number): Promise<FlippedBits> {
  const file = join(run, 'run.sqlite');
  const bytes = readFileSync(file);
  const before = recorded(file);
  const copy = join(folder, 'run.sqlite');
  mkdirSync(folder, { recursive: true });
  cpSync(join(run, 'weights'), join(folder, 'weights'), { recursive: true });
  let state = seed;
  let changing = 0;
  let harmless = 0;
  const unseen: number[] = [];
  const unclear: string[] = [];
  for (let flip = 0; flip < count; flip++) {
    // A linear congruential generator (Numerical Recipes): the bits need not be good, only the same each time.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const bit = Math.floor((state / 2 ** 32) * bytes.length * 8);
    rmSync(copy, { force: true });
    copyFileSync(file, copy);
    const descriptor = openSync(copy, 'r+');
    writeSync(descriptor, Buffer.from([bytes[bit >> 3]! ^ (1 << (bit & 7))]), 0, 1, bit >> 3);
    closeSync(descriptor);
    const isChanged = recorded(copy) !== before;
    const { sound, text, isOurs } = await told(folder);
    if (isChanged) changing++;
    if (isChanged && sound) unseen.push(bit);
    if (!isChanged && !sound) harmless++;
    if (!isOurs || raw.test(text)) unclear.push(`bit ${bit}: ${text}`);
  }
  return { changing, unseen, harmless, unclear };
}
