/**
 * Writes a run as SQL that makes its file again, with the names of its weights: `node test/golden/runs/dump.ts RUN >
 * version-N.sql`.
 * version-1.sql was made so from a search of the version of before there were hashes (test/main/store/small-search.ts
 * with two generations of four); only that version can make another.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const Database = createRequire(import.meta.url)('better-sqlite3') as typeof import('better-sqlite3');

const quoted = (value: unknown): string =>
  value === null ? 'NULL' : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

const folder = process.argv[2] ?? '';
const database = new Database(join(folder, 'run.sqlite'), { readonly: true });
const lines = [
  ...readdirSync(join(folder, 'weights'))
    .sort()
    .map((name) => `-- weights/${name}`),
  `PRAGMA application_id = ${database.pragma('application_id', { simple: true })};`,
  `PRAGMA user_version = ${database.pragma('user_version', { simple: true })};`,
];
const schema = database
  .prepare<[], { name: string; type: string; sql: string }>(
    "SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
  )
  .all();
for (const { sql } of schema) lines.push(`${sql};`);
for (const { name, type } of schema) {
  if (type !== 'table') continue;
  for (const row of database.prepare(`SELECT * FROM ${name}`).raw().all() as unknown[][]) {
    lines.push(`INSERT INTO ${name} VALUES (${row.map(quoted).join(', ')});`);
  }
}
process.stdout.write(`${lines.join('\n')}\n`);
