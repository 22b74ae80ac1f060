/** A run's SQLite file, open. */
import type Database from 'better-sqlite3';

export type RunDatabase = Database.Database;
