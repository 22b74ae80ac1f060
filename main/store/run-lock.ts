/**
 * One writer for a run folder. The lock is an exclusive SQLite transaction on an empty file of its own: the operating
 * system drops it when the process ends, however it ends, so a lock can never be stale.
 */
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { makePrivateFile } from '../private-files.ts';

/** A look at a lock holds it for less than this; whoever takes it waits out the looks of others. */
const lookMilliseconds = 10;

export interface RunLock {
  release(): void;
}

/** Takes the lock, or returns null when another process (or another store of this one) holds it. */
export function takeLock(file: string): RunLock | null {
  if (!existsSync(file)) makePrivateFile(file);
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
    const lock = takeLock(file);
    lock?.release();
    return lock === null;
  } catch (error) {
    if (error instanceof Database.SqliteError) return false;
    throw error;
  }
}
