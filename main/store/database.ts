/** Opens a run's SQLite file: pragmas, the check that it is a run of a known version, and the migrations. */
import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import * as z from 'zod';
import { fail } from '../../core/failure.ts';
import { makePrivateFile } from '../private-files.ts';
import { beginChain } from './chain/keep-chain.ts';
import { openForReading, type ReadConnection, refuseUnreadable, setForeign } from './foreign-file.ts';
import type { RunDatabase } from './run-database.ts';
import { applicationId, hashedVersion, migrations, schemaVersion } from './schema.ts';
import { refuseOtherSchema } from './schema-check.ts';
import { refuseTooLarge } from './sizes.ts';
import { inWords, sqliteWords } from './sqlite-failures.ts';

function pragmaNumber(database: RunDatabase, name: string): number {
  return z.number().parse(database.pragma(name, { simple: true }));
}

/**
 * How a run is written. WAL lets readers look on while the search writes. FULL makes each transaction reach the disk
 * before it returns: weights of fallen elites are deleted, so a power cut must not bring back a state that still
 * needs them. It costs one fsync a step, and a step is a generated text or a training; writing/ does it in a thread.
 */
function setWriting(database: RunDatabase): void {
  setForeign(database);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
}

/** Whether the file holds the tables of a run; an empty one is left by a process that died while creating it. */
function hasTables(database: RunDatabase): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
}

/** Whether a file holds anything; false for what a process leaves that died while creating a run. */
export function holdsTables(file: string): boolean {
  if (existsSync(file) && statSync(file).size === 0) return false;
  const { database, close } = openForReading(file);
  try {
    return inWords(file, () => hasTables(database));
  } finally {
    close();
  }
}

/** Brings an open database to the latest version, inside the caller's transaction. `key`: this machine's (chain/). */
function migrate(database: RunDatabase, from: number): void {
  for (const { version, sql } of migrations.slice(from)) {
    database.exec(sql);
    database.prepare('INSERT INTO migration (version, applied) VALUES (?, ?)').run(version, new Date().toISOString());
    database.pragma(`user_version = ${version}`);
  }
}

/** The version of a run's schema. @throws FailureError (`run`) for what is no run, of a newer version, or changed */
function versionOf(database: RunDatabase, file: string): number {
  if (!hasTables(database)) {
    fail('run', `${file} is empty: the search was stopped while it created the run. Start it again.`);
  }
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
  refuseOtherSchema(database, file, version);
  refuseTooLarge(database, file);
  return version;
}

function openedForWriting(file: string): RunDatabase {
  try {
    return new Database(file, { timeout: 10_000 });
  } catch (error) {
    return fail('run', error instanceof Database.SqliteError ? sqliteWords(file, error) : `${file} does not open.`);
  }
}

/** Runs `use` on the database; a failure closes it again, and is told in words. */
function guarded(database: RunDatabase, file: string, use: () => void): RunDatabase {
  try {
    inWords(file, use);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Creates the file with all tables and lets `fill` write the first rows: all in one transaction, so a process killed
 * here leaves either a whole run or an empty file, which the next creation takes over.
 * @throws FailureError when the file already holds a run
 */
export function createDatabase(file: string, key: string | null, fill: (database: RunDatabase) => void): RunDatabase {
  makePrivateFile(file);
  const database = openedForWriting(file);
  return guarded(database, file, () => {
    if (hasTables(database)) {
      fail('run', `${file} already holds a run. Continue it with --resume, or give another folder with --out.`);
    }
    setWriting(database);
    database.transaction(() => {
      database.pragma(`application_id = ${applicationId}`);
      migrate(database, 0);
      fill(database);
      beginChain(database, key);
    })();
  });
}

/** Opens a run as its one writer; an older schema is brought up to date first. @throws FailureError naming what is wrong */
export function openDatabase(file: string, key: string | null): RunDatabase {
  refuseUnreadable(file);
  const database = openedForWriting(file);
  return guarded(database, file, () => {
    setForeign(database);
    const version = versionOf(database, file);
    setWriting(database);
    if (version === schemaVersion) return;
    database.transaction(() => {
      migrate(database, version);
      if (version < hashedVersion) beginChain(database, key);
    })();
  });
}

export interface ReadDatabase extends ReadConnection {
  /** Of the schema. */
  readonly version: number;
}

/** Opens a run of any version to be looked at; nothing is written. @throws FailureError naming what is wrong */
export function readDatabase(file: string): ReadDatabase {
  const connection = openForReading(file);
  try {
    return { ...connection, version: inWords(file, () => versionOf(connection.database, file)) };
  } catch (error) {
    connection.close();
    throw error;
  }
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

/**
 * The first thing that SQLite's own check finds wrong with the file, as a sentence; null when it is sound. It stops
 * there: going on, it may count the rows of a page that is entered a million times.
 * `check`: `quick_check` does not compare indexes with their tables.
 */
export function databaseProblem(
  database: RunDatabase,
  file: string,
  check: 'quick_check' | 'integrity_check',
): string | null {
  try {
    const found = z.string().parse(database.pragma(`${check}(1)`, { simple: true }));
    if (found === 'ok') return null;
    const what = found.replaceAll(/\s+/g, ' ').replace(/^\*\*\* in database main \*\*\* /, '');
    return `${file} is damaged (${what}). Restore the run folder from a copy.`;
  } catch (error) {
    // A page that it needs for the check itself.
    if (error instanceof Database.SqliteError) return sqliteWords(file, error);
    throw error;
  }
}
