/** Run folders as earlier versions made them, from the dumps in test/golden/runs. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { derivedSeed } from '../../../core/random/stream.ts';
import { smallSettings } from './small-search.ts';

/** Makes the run of that version in a folder. */
export function earlierRun(folder: string, version: number): void {
  mkdirSync(join(folder, 'weights'), { recursive: true });
  const dump = join(import.meta.dirname, '..', '..', 'golden', 'runs', `version-${version}.sql`);
  const sql = readFileSync(dump, 'utf8');
  const database = new Database(join(folder, 'run.sqlite'));
  database.exec(sql);
  database.close();
  const places = [[-1, 0], ...[0, 1].flatMap((generation) => [0, 1, 2, 3].map((index) => [generation, index]))];
  for (const [generation, index] of places) {
    // As the stand-in for a trainer makes them.
    const bytes = `weights of ${derivedSeed(smallSettings.seed, generation!, index!, 'training')}`;
    const name = `${createHash('sha256').update(bytes).digest('hex')}.safetensors`;
    if (sql.includes(`-- weights/${name}\n`)) writeFileSync(join(folder, 'weights', name), bytes);
  }
}
