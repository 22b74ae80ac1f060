/** What SQLite throws, as one sentence for a person. */
import Database from 'better-sqlite3';
import { fail } from '../../core/failure.ts';

const remedy = 'Restore the run folder from a copy.';

/** By the beginning of SQLite's code; said after the file's name. */
const reasons: readonly (readonly [string, string])[] = [
  ['SQLITE_NOTADB', `is not a SQLite file, or is damaged. ${remedy}`],
  ['SQLITE_CORRUPT', `is damaged: a part of it cannot be read. \`runs verify\` names what; ${lowered(remedy)}`],
  ['SQLITE_BUSY', 'is held by another program. Wait for it, or end it, then try again.'],
  ['SQLITE_LOCKED', 'is held by another program. Wait for it, or end it, then try again.'],
  ['SQLITE_IOERR', 'could not be read from its disk. See that the disk is there and sound, then try again.'],
  ['SQLITE_NOMEM', `needs more memory to be read than a run does: it is damaged. ${remedy}`],
  ['SQLITE_TOOBIG', `holds a record that is too large for a run: it is damaged. ${remedy}`],
  ['SQLITE_CANTOPEN', 'does not open. See that you may read it and the folder that it lies in.'],
  ['SQLITE_READONLY', 'lies where nothing can be written. Copy the run folder to where you can write, then try again.'],
  ['SQLITE_PERM', 'does not open. See that you may read it and the folder that it lies in.'],
];

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** The sentence for an error of SQLite; for any other kind of it, that the file does not hold what a run's does. */
export function sqliteWords(file: string, { code }: { readonly code: string }): string {
  const known = reasons.find(([beginning]) => code.startsWith(beginning));
  return `${file} ${known?.[1] ?? `does not hold what the file of a run holds: it is damaged. ${remedy}`}`;
}

/** Runs `work`; what SQLite throws meanwhile becomes a FailureError (`run`) about the file. */
export function inWords<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Database.SqliteError) return fail('run', sqliteWords(file, error));
    throw error;
  }
}
