/**
 * This machine's key: a run whose head it seals was left so by LLMatic here, for this person. It lies in the data
 * folder, never in a run, and proves nothing to anybody else.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder } from '../home.ts';
import { makePrivateFolder, privateFile } from '../private-files.ts';

const pattern = /^[0-9a-f]{64}$/;

const fileIn = (home: string): string => join(home, 'run-key');

/** Null where there is none yet, or none that can be read. */
export function readKey(home = homeFolder()): string | null {
  try {
    const key = readFileSync(fileIn(home), 'utf8').trim();
    return pattern.test(key) ? key : null;
  } catch {
    return null;
  }
}

/** Milliseconds since 1970 of the moment the key was made; null where there is none. */
export function keyTime(home = homeFolder()): number | null {
  return readKey(home) === null ? null : (statSync(fileIn(home), { throwIfNoEntry: false })?.ctimeMs ?? null);
}

/** The key, made where there is none; null where the data folder cannot be written, and runs stay without a seal. */
export function ensuredKey(home = homeFolder()): string | null {
  const known = readKey(home);
  if (known !== null) return known;
  const own = `${fileIn(home)}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    makePrivateFolder(home);
    writeFileSync(own, `${randomBytes(32).toString('hex')}\n`, { mode: privateFile });
    // A link is made or not: of two processes that begin at once, both get the key of the first.
    linkSync(own, fileIn(home));
  } catch {
    // Another process was quicker, or nothing can be written here.
  } finally {
    rmSync(own, { force: true });
  }
  return readKey(home);
}
