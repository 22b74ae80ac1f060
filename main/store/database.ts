/** Opens a run's SQLite file: pragmas, the check that it is a run of a known version, and the migrations. */
import Database from 'better-sqlite3';
import * as z from 'zod';
import { fail } from '../../core/failure.ts';
import { makePrivateFile } from '../private-files.ts';
import { applicationId, migrations, schemaVersion } from './schema.ts';

export type RunDatabase = Database.Database;

function pragmaNumber(database: RunDatabase, name: string): number {
  return z.number().parse(database.pragma(name, { simple: true }));
}

/**
 * How a run is written. WAL lets readers look on while the search writes. FULL makes each transaction reach the disk
 * before it returns: weights of fallen elites are deleted, so a power cut must not bring back a state that still
 * needs them. It costs one fsync a step, and a step is a generated text or a training; writing/ does it in a thread.
 */
function setWriting(database: RunDatabase): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
}

/** Whether the file holds the tables of a run; an empty one is left by a process that died while creating it. */
function hasTables(database: RunDatabase): boolean {
  const count = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  return z.number().parse(count) > 0;
}

/** Whether a file holds anything; false for what a process leaves that died while creating a run. */
export function holdsTables(file: string): boolean {
  let tables = false;
  guarded(opened(file, true), file, (database) => {
    tables = hasTables(database);
  }).close();
  return tables;
}

/** Brings an open database to `target` (all known migrations), inside one transaction. */
function migrate(database: RunDatabase, from: number): void {
  for (const { version, sql } of migrations.slice(from)) {
    database.exec(sql);
    database.prepare('INSERT INTO migration (version, applied) VALUES (?, ?)').run(version, new Date().toISOString());
    database.pragma(`user_version = ${version}`);
  }
}

function refuseForeign(database: RunDatabase, file: string): void {
  if (pragmaNumber(database, 'application_id') !== applicationId) {
    fail('run', `${file} is a SQLite file, but not a run of LLMatic. Give the folder that a search wrote.`);
  }
  const version = pragmaNumber(database, 'user_version');
  if (version > schemaVersion) {
    fail(
      'run',
      `${file} has schema version ${version}; this LLMatic reads versions up to ${schemaVersion}. Update LLMatic, or open the run with the version that made it.`,
    );
  }
}

function opened(file: string, readonly: boolean): RunDatabase {
  try {
    return new Database(file, { readonly, fileMustExist: readonly, timeout: 10_000 });
  } catch (error) {
    return fail('run', `${file} does not open: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Runs `use` on the database; a failure closes it again, and a file that is not SQLite is named as such. */
function guarded(database: RunDatabase, file: string, use: (database: RunDatabase) => void): RunDatabase {
  try {
    use(database);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB') {
      return fail('run', `${file} is not a SQLite file, or is damaged. Restore the run folder from a copy.`);
    }
    throw error;
  }
}

/**
 * Creates the file with all tables and lets `fill` write the first rows: all in one transaction, so a process killed
 * here leaves either a whole run or an empty file, which the next creation takes over.
 * @throws FailureError when the file already holds a run
 */
export function createDatabase(file: string, fill: (database: RunDatabase) => void): RunDatabase {
  makePrivateFile(file);
  const database = opened(file, false);
  return guarded(database, file, () => {
    if (hasTables(database)) {
      fail('run', `${file} already holds a run. Continue it with --resume, or give another folder with --out.`);
    }
    setWriting(database);
    database.transaction(() => {
      database.pragma(`application_id = ${applicationId}`);
      migrate(database, 0);
      fill(database);
    })();
  });
}

/** Opens an existing run; a writer brings an older schema up to date first. @throws FailureError naming what is wrong */
export function openDatabase(file: string, readOnly: boolean): RunDatabase {
  const database = opened(file, readOnly);
  return guarded(database, file, () => {
    if (!hasTables(database)) {
      fail('run', `${file} is empty: the search was stopped while it created the run. Start it again.`);
    }
    refuseForeign(database, file);
    const version = pragmaNumber(database, 'user_version');
    if (readOnly) {
      if (version < schemaVersion) {
        fail('run', `${file} has the older schema version ${version}. Resume the run once to bring it up to date.`);
      }
      return;
    }
    setWriting(database);
    database.transaction(() => migrate(database, version))();
  });
}

/**
 * Closes a database that was written. The journal goes back to DELETE mode: then the folder is a single file plus
 * weights, which copies whole and opens from a read-only disk. Where a reader looks on, WAL mode stays.
 */
export function closeDatabase(database: RunDatabase): void {
  if (!database.open) return;
  if (!database.readonly) {
    try {
      database.pragma('wal_checkpoint(TRUNCATE)');
      database.pragma('busy_timeout = 0');
      database.pragma('journal_mode = DELETE');
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
    }
  }
  database.close();
}

const integritySchema = z.array(z.object({ integrity_check: z.string() }));

/** What SQLite's own check finds wrong with the file; empty when it is sound. */
export function databaseProblems(database: RunDatabase): string[] {
  try {
    const rows = integritySchema.parse(database.pragma('integrity_check'));
    return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
  } catch (error) {
    // A page that it needs for the check itself.
    if (error instanceof Database.SqliteError) return [error.message];
    throw error;
  }
}
