/**
 * A run's file holds the tables that a search made, to the letter, and nothing else. A view in a table's place could
 * keep whoever reads it for ever, a trigger could write, so nothing is asked of a file before its schema is known.
 */
import Database from 'better-sqlite3';
import * as z from 'zod';
import { fail } from '../../core/failure.ts';
import type { RunDatabase } from './run-database.ts';
import { migrations } from './schema.ts';

const entrySchema = z.object({
  type: z.string(),
  name: z.string(),
  tbl_name: z.string(),
  sql: z.string().nullable(),
});

type Entry = z.infer<typeof entrySchema>;

/** More entries than any version of a run has. */
const most = 64;

function entriesOf(database: RunDatabase): Entry[] {
  const select = database.prepare(`SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT ${most}`);
  return z.array(entrySchema).parse(select.all());
}

const wanted = new Map<number, readonly Entry[]>();

function entriesOfVersion(version: number): readonly Entry[] {
  const known = wanted.get(version);
  if (known !== undefined) return known;
  const database = new Database(':memory:');
  try {
    for (const { sql } of migrations.slice(0, version)) database.exec(sql);
    const entries = entriesOf(database);
    wanted.set(version, entries);
    return entries;
  } finally {
    database.close();
  }
}

/** @throws FailureError (`run`) naming what is there that should not be, or the other way round */
export function refuseOtherSchema(database: RunDatabase, file: string, version: number): void {
  const found = entriesOf(database);
  const text = (entry: Entry): string => JSON.stringify([entry.type, entry.name, entry.tbl_name, entry.sql]);
  const missing = entriesOfVersion(version).filter((entry) => !found.some((other) => text(other) === text(entry)));
  const foreign = found.filter((entry) => !entriesOfVersion(version).some((other) => text(other) === text(entry)));
  const [lacking] = missing;
  const [extra] = foreign;
  if (lacking === undefined && extra === undefined && found.length === entriesOfVersion(version).length) return;
  const what =
    lacking === undefined
      ? `it holds the ${extra?.type ?? 'entry'} ${JSON.stringify(extra?.name ?? '')}, which no run has`
      : `its ${lacking.type} ${lacking.name} is not what a search makes`;
  fail('run', `${file} is not as a search makes it: ${what}. Restore the run folder from a copy.`);
}
