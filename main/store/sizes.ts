/**
 * What a run's tables may hold at most, asked of the lengths alone before anything of them is read: far more than any
 * search records, and as much as can be read without filling the memory of whoever looks.
 */
import Database from 'better-sqlite3';
import * as z from 'zod';
import { fail } from '../../core/failure.ts';
import type { RunDatabase } from './run-database.ts';

/** UTF-8 bytes of one text; those that models write and curves have a hundredth of it. */
export const longestText = 32 * 2 ** 20;

interface Bounds {
  readonly table: string;
  readonly rows: number;
  /** UTF-8 bytes of all its texts together. */
  readonly bytes: number;
  readonly columns: readonly string[];
}

const bounds: readonly Bounds[] = [
  { table: 'run', rows: 1, bytes: longestText, columns: ['created', 'description'] },
  { table: 'step', rows: 1_000_000, bytes: 2 ** 28, columns: ['candidate', 'step', 'body', 'recorded'] },
  {
    table: 'session',
    rows: 10_000,
    bytes: longestText,
    columns: ['started', 'ended', 'outcome', 'environment', 'seconds'],
  },
];

const sizesSchema = z.object({ rows: z.int(), bytes: z.number(), longest: z.number() });

/** Null where a damaged page keeps it from being counted: what is read then tells. */
function sizesOf(database: RunDatabase, { table, rows, columns }: Bounds): z.infer<typeof sizesSchema> | null {
  const length = columns.map((column) => `coalesce(octet_length(${column}), 0)`).join(' + ');
  const longest = columns.map((column) => `coalesce(octet_length(${column}), 0)`).join(', ');
  try {
    const found = database
      .prepare(
        `SELECT count(*) AS rows, total(length) AS bytes, coalesce(max(longest), 0) AS longest
         FROM (SELECT ${length} AS length, max(${longest}) AS longest FROM ${table} LIMIT ${rows + 1})`,
      )
      .get();
    return sizesSchema.parse(found);
  } catch (error) {
    if (error instanceof Database.SqliteError) return null;
    throw error;
  }
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MB`;
}

/** @throws FailureError (`run`) naming the table that holds more than it may */
export function refuseTooLarge(database: RunDatabase, file: string): void {
  for (const bound of bounds) {
    const sizes = sizesOf(database, bound);
    if (sizes === null) continue;
    const what =
      sizes.rows > bound.rows
        ? `more than ${bound.rows.toLocaleString('en')} rows`
        : sizes.longest > longestText
          ? `a text of ${inMegabytes(sizes.longest)}`
          : sizes.bytes > bound.bytes
            ? `texts of ${inMegabytes(sizes.bytes)}`
            : null;
    if (what === null) continue;
    fail('run', `${file} is larger than any run: its table ${bound.table} holds ${what}. It was not made by a search.`);
  }
}
