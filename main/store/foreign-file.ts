/**
 * Opening a run's file as SQLite advises for files that anybody may have made (sqlite.org/security.html): looked at
 * before SQLite sees it, its schema trusted with nothing, its pages checked as they are read, memory bounded.
 */
import { closeSync, copyFileSync, mkdtempSync, openSync, readSync, rmSync, type Stats, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { fail } from '../../core/failure.ts';
import type { RunDatabase } from './run-database.ts';
import { sqliteWords } from './sqlite-failures.ts';

/** Bytes of the largest file that is read; a run of ten thousand candidates has a hundredth of it. */
const largestFile = 4 * 2 ** 30;
const header = Buffer.from('SQLite format 3\0', 'latin1');
/** What ends a rollback journal that names another file, which SQLite would then look for. */
const namesAnother = Buffer.from('d9d505f920a163d7', 'hex');

function found(file: string): Stats | undefined {
  return statSync(file, { throwIfNoEntry: false });
}

/** `count` bytes from `position`, fewer at the end of the file. */
function bytesAt(file: string, position: number, count: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, count, position));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Refuses what SQLite should not be shown: pipes and devices, which never end, and what is no SQLite file.
 * @throws FailureError (`run`) with the remedy
 */
export function refuseUnreadable(file: string): void {
  const main = found(file);
  if (main === undefined) fail('run', `${file} is missing. Give the folder that a search wrote.`);
  for (const ending of ['', '-wal', '-shm', '-journal']) {
    const each = found(file + ending);
    if (each !== undefined && !each.isFile())
      fail('run', `${file}${ending} is no file. Restore the run folder from a copy.`);
    if (each !== undefined && each.size > largestFile)
      fail('run', `${file}${ending} is larger than the file of any run.`);
  }
  if (main.size === 0)
    fail('run', `${file} is empty: the search was stopped while it created the run. Start it again.`);
  if (!bytesAt(file, 0, header.length).equals(header)) {
    fail('run', `${file} is not a SQLite file, or is damaged. Restore the run folder from a copy.`);
  }
}

/** What holds for every connection to a file that may be anybody's. */
export function setForeign(database: RunDatabase): void {
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
  database.pragma('mmap_size = 0');
}

function connected(file: string): RunDatabase {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    setForeign(database);
    database.pragma('query_only = ON');
    // The first look at the file: whatever keeps it from being read shows here.
    database.pragma('schema_version');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

export interface ReadConnection {
  readonly database: RunDatabase;
  close(): void;
}

/**
 * A copy in a folder of its own, opened there: for a place that cannot be written, where SQLite would have to put
 * something beside the file, and for a file that was being closed when its process ended.
 */
function openCopy(file: string): ReadConnection {
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-reading-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, basename(file));
    copyFileSync(file, copy);
    const wal = found(`${file}-wal`);
    if (wal !== undefined) copyFileSync(`${file}-wal`, `${copy}-wal`);
    const journal = found(`${file}-journal`);
    if (journal !== undefined && journal.size > 0) {
      const end = bytesAt(`${file}-journal`, Math.max(0, journal.size - namesAnother.length), namesAnother.length);
      if (!end.equals(namesAnother)) copyFileSync(`${file}-journal`, `${copy}-journal`);
      // A connection that may write brings the file back to what it was before.
      const writer = new Database(copy, { timeout: 0 });
      try {
        setForeign(writer);
        writer.pragma('schema_version');
      } finally {
        writer.close();
      }
    }
    const database = connected(copy);
    return {
      database,
      close() {
        database.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** @throws FailureError (`run`) in a sentence with the remedy */
export function openForReading(file: string): ReadConnection {
  refuseUnreadable(file);
  try {
    try {
      const database = connected(file);
      return { database, close: () => void database.close() };
    } catch (error) {
      const isOfPlace =
        error instanceof Database.SqliteError &&
        (error.code.startsWith('SQLITE_CANTOPEN') || error.code.startsWith('SQLITE_READONLY'));
      if (!isOfPlace) throw error;
      return openCopy(file);
    }
  } catch (error) {
    if (error instanceof Database.SqliteError) return fail('run', sqliteWords(file, error));
    throw error;
  }
}
