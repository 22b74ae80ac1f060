/** The rows that hashes are made of and those that keep them, as they lie in their tables. */
import * as z from 'zod';
import type { RunDatabase } from '../run-database.ts';
import type { HeadRow, MigrationRow, RunRow, SessionRow, StepRow } from './hashes.ts';

export const runSchema = z.object({ created: z.string(), description: z.string() });

export const stepSchema = z.object({
  sequence: z.int(),
  candidate: z.string(),
  step: z.string(),
  body: z.string(),
  recorded: z.string(),
});

export const sessionSchema = z.object({
  id: z.int(),
  started: z.string(),
  ended: z.string().nullable(),
  outcome: z.string().nullable(),
  environment: z.string(),
  seconds: z.string(),
});

export const migrationSchema = z.object({ version: z.int(), applied: z.string() });

const hashSchema = z.object({ hash: z.string(), fields: z.string() });
export const stepHashSchema = hashSchema.extend({ sequence: z.int() });
export const sessionHashSchema = hashSchema.extend({ id: z.int() });

export const headSchema = z.object({
  steps: z.int(),
  latest: z.string(),
  older: z.int(),
  fields: z.string(),
  digest: z.string(),
  seal: z.string(),
});

/** Null where the row is missing. */
export function runRow(database: RunDatabase): RunRow | null {
  return runSchema.nullish().parse(database.prepare('SELECT created, description FROM run').get()) ?? null;
}

export function stepRows(database: RunDatabase): StepRow[] {
  const all = database.prepare('SELECT sequence, candidate, step, body, recorded FROM step ORDER BY sequence').all();
  return z.array(stepSchema).parse(all);
}

/** When each step was recorded, ISO 8601. */
export function recordedTimes(database: RunDatabase): string[] {
  return z.array(z.string()).parse(database.prepare('SELECT recorded FROM step').pluck().all());
}

export function sessionRows(database: RunDatabase): SessionRow[] {
  return z.array(sessionSchema).parse(database.prepare('SELECT * FROM session ORDER BY id').all());
}

export function migrationRows(database: RunDatabase): MigrationRow[] {
  return z.array(migrationSchema).parse(database.prepare('SELECT * FROM migration ORDER BY version').all());
}

/** Null where there is none. */
export function headRow(database: RunDatabase): (HeadRow & { readonly digest: string; readonly seal: string }) | null {
  return headSchema.nullish().parse(database.prepare('SELECT * FROM head').get()) ?? null;
}
