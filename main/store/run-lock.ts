/**
 * One writer for a run folder. The lock is an exclusive SQLite transaction on an empty file of its own: the operating
 * system drops it when the process ends, however it ends, so a lock can never be stale.
 */
import Database from 'better-sqlite3';

export interface RunLock {
  release(): void;
}

/** Takes the lock, or returns null when another process (or another store of this one) holds it. */
export function takeLock(file: string): RunLock | null {
  const database = new Database(file, { timeout: 0 });
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
