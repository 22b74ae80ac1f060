/** A home folder of its own for one test file, and the golden archives. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { FailureError } from '../../../core/failure.ts';

export const goldenFolder = join(import.meta.dirname, '..', '..', 'golden', 'datasets');

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-datasets-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The message of the FailureError that a promise rejects with; anything else fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error === null) throw new Error('Nothing was refused.');
  if (!(error instanceof FailureError)) throw error;
  return error.failure.message;
}
