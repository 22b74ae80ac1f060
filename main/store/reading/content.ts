/**
 * Everything that a run's file holds, as plain values that pass between processes. What can be read is, of a damaged
 * file too; what cannot is named. Nothing here is parsed but for its types: who shows it does that.
 */
import Database from 'better-sqlite3';
import * as z from 'zod';
import { candidateWord } from '../../../core/search/candidate.ts';
import { visibleLine } from '../../../core/text/visible.ts';
import {
  headSchema,
  migrationSchema,
  runSchema,
  sessionHashSchema,
  sessionSchema,
  stepHashSchema,
  stepSchema,
} from '../chain/rows.ts';
import { databaseProblem, type ReadDatabase } from '../database.ts';
import type { RunDatabase } from '../run-database.ts';
import { hashedVersion } from '../schema.ts';
import { longestText } from '../sizes.ts';
import { inWords } from '../sqlite-failures.ts';

const runContentSchema = z.object({
  version: z.int(),
  run: runSchema.nullable(),
  migrations: z.array(migrationSchema),
  /** In order of their sequence. */
  steps: z.array(stepSchema),
  sessions: z.array(sessionSchema),
  /** Null in a run of before there were hashes. */
  kept: z
    .object({ steps: z.array(stepHashSchema), sessions: z.array(sessionHashSchema), head: headSchema.nullable() })
    .nullable(),
  /** Numbers that the next step and session would follow, by table. */
  counters: z.record(z.string(), z.int()),
  /** What could not be read, one sentence each. */
  problems: z.array(z.string()),
});

export type RunContent = z.infer<typeof runContentSchema>;

/** Rows that are looked for one by one in a damaged table. */
const mostRows = 1_000_000;

interface Table<T> {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: string;
  readonly schema: z.ZodType<T>;
  /** What one row of it is called, by its key. */
  readonly word: (key: number) => string;
}

const bounded = (column: string): string =>
  `CASE WHEN octet_length(${column}) <= ${longestText} THEN ${column} END AS ${column}`;

function select({ columns, key, name }: Table<unknown>, where = ''): string {
  const listed = columns.map((column) => (column === key ? column : bounded(column))).join(', ');
  return `SELECT ${listed} FROM ${name} ${where} ORDER BY ${key}`;
}

/** Rows one by one, past those that lie on a damaged page. */
function* rowByRow(database: RunDatabase, table: Table<unknown>, last: number, report: (key: number) => void) {
  const one = database.prepare(select(table, `WHERE ${table.key} = ?`));
  for (let key = 1; key <= Math.min(last, mostRows); key++) {
    try {
      const row = one.get(key);
      if (row !== undefined) yield row;
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      report(key);
    }
  }
}

/**
 * `isDamaged`: whether SQLite's check found anything: a page that is entered again and again then makes a table of
 * millions of rows, so each is asked for by its number.
 */
function readTable<T>(database: RunDatabase, table: Table<T>, isDamaged: boolean, problems: string[]): T[] {
  const lost = (key: number): void =>
    void problems.push(`${table.word(key)} cannot be read: it lies on a damaged page.`);
  const parsed = (rows: Iterable<unknown>): T[] => {
    const good: T[] = [];
    let count = 0;
    for (const row of rows) {
      count++;
      const read = table.schema.safeParse(row);
      if (read.success) good.push(read.data);
      else problems.push(`${table.word(keyOf(row, table.key) ?? count)} does not hold what is recorded there.`);
    }
    return good;
  };
  if (!isDamaged) {
    try {
      return parsed(database.prepare(select(table)).all());
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
    }
  }
  return parsed(rowByRow(database, table, lastOf(database, table.name, table.key), lost));
}

function keyOf(row: unknown, key: string): number | null {
  const found = z.record(z.string(), z.unknown()).safeParse(row).data?.[key];
  return typeof found === 'number' ? found : null;
}

/** Names of steps by their number, from the index that lists them beside the table. */
function namesOfSteps(database: RunDatabase): (sequence: number) => string {
  const names = new Map<number, string>();
  const rowSchema = z.object({ sequence: z.int(), candidate: z.string(), step: z.string() });
  try {
    const query = 'SELECT sequence, candidate, step FROM step INDEXED BY sqlite_autoindex_step_1';
    for (const row of database.prepare(query).iterate()) {
      if (names.size >= mostRows) break;
      const { sequence, candidate, step } = rowSchema.parse(row);
      names.set(sequence, `Candidate ${candidateWord(candidate)}, step ${visibleLine(step.slice(0, 20))}`);
    }
  } catch {
    // The index is damaged as well: those that were read so far have names.
  }
  return (sequence) => names.get(sequence) ?? `Record ${sequence}`;
}

function numberOf(database: RunDatabase, query: string): number {
  try {
    return (
      z
        .int()
        .nullable()
        .parse(database.prepare(query).pluck().get() ?? null) ?? 0
    );
  } catch {
    return 0;
  }
}

/** The largest number that a row of the table can have, from whatever still tells it. */
function lastOf(database: RunDatabase, table: string, key: string): number {
  return Math.max(
    numberOf(database, `SELECT seq FROM sqlite_sequence WHERE name = '${table}'`),
    numberOf(database, `SELECT max(${key}) FROM ${table}`),
  );
}

function counters(database: RunDatabase): Record<string, number> {
  const rowSchema = z.object({ name: z.string(), seq: z.int() });
  try {
    const rows = z.array(rowSchema).parse(database.prepare('SELECT name, seq FROM sqlite_sequence').all());
    return Object.fromEntries(rows.map(({ name, seq }) => [name, seq]));
  } catch {
    return {};
  }
}

/** `check`: how far SQLite checks the file first; a file that a process writes needs no other look each time. */
export function readContent(
  { database, version }: Pick<ReadDatabase, 'database' | 'version'>,
  file: string,
  check: 'quick_check' | 'integrity_check' | null,
): RunContent {
  const problems: string[] = [];
  return inWords(file, () => {
    // One moment of a run that is written meanwhile.
    database.exec('BEGIN');
    try {
      const found = check === null ? null : databaseProblem(database, file, check);
      if (found !== null) problems.push(found);
      const table = <T>(name: string, key: string, schema: z.ZodObject & z.ZodType<T>, word: Table<T>['word']): T[] =>
        readTable(database, { name, key, columns: Object.keys(schema.shape), schema, word }, found !== null, problems);
      let stepName: ((sequence: number) => string) | null = null;
      const steps = table('step', 'sequence', stepSchema, (key) => {
        stepName ??= namesOfSteps(database);
        return stepName(key);
      });
      const isHashed = version >= hashedVersion;
      return {
        version,
        run: table('run', 'id', runSchema.extend({ id: z.int() }), () => 'The description of the run')[0] ?? null,
        migrations: table('migration', 'version', migrationSchema, (key) => `Schema version ${key}`),
        steps,
        sessions: table('session', 'id', sessionSchema, (key) => `Stretch of work ${key}`),
        kept: isHashed
          ? {
              steps: table('step_hash', 'sequence', stepHashSchema, (key) => `The hash of record ${key}`),
              sessions: table('session_hash', 'id', sessionHashSchema, (key) => `The hash of stretch of work ${key}`),
              head: table('head', 'id', headSchema.extend({ id: z.int() }), () => 'The head of the hashes')[0] ?? null,
            }
          : null,
        counters: counters(database),
        problems,
      };
    } finally {
      if (database.inTransaction) database.exec('COMMIT');
    }
  });
}
