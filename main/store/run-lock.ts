/**
 * One writer for a run folder. The lock is an exclusive SQLite transaction on an empty file of its own: the operating
 * system drops it when the process ends, however it ends, so a lock can never be stale.
 */
import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { FailureError, fail } from '../../core/failure.ts';
import { makePrivateFile } from '../private-files.ts';
import { sqliteWords } from './sqlite-failures.ts';

/** A look at a lock holds it for less than this; whoever takes it waits out the looks of others. */
const lookMilliseconds = 10;

export interface RunLock {
  release(): void;
}

/**
 * Takes the lock, or returns null when another process (or another store of this one) holds it.
 * @throws FailureError (`run`) for a file that cannot be one
 */
export function takeLock(file: string): RunLock | null {
  try {
    return locked(file);
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    if (error.code.startsWith('SQLITE_CANTOPEN') || error.code.startsWith('SQLITE_READONLY'))
      return fail('run', sqliteWords(file, error));
    return fail('run', noLock(file));
  }
}

const noLock = (file: string): string => `${file} is not what a run is locked with. Remove it, then try again.`;

function locked(file: string): RunLock | null {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) makePrivateFile(file);
  // SQLite would wait at a pipe, and write into whatever else is there.
  else if (!found.isFile()) fail('run', noLock(file));
  const database = new Database(file, { timeout: lookMilliseconds * 10 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
  return {
    release() {
      if (!database.open) return;
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

/** Whether another process, or another store of this one, holds the lock. On a disk that cannot be written, nobody does. */
export function isLocked(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    const lock = locked(file);
    lock?.release();
    return lock === null;
  } catch (error) {
    if (error instanceof Database.SqliteError || error instanceof FailureError) return false;
    throw error;
  }
}
