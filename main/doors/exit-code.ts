/** Any thrown value as the failure that the command line shows, and the exit code that goes with it. */
import * as z from 'zod';
import { toContractFailure } from '../../core/contract/failure.ts';
import { type Failure, FailureError, failureOf } from '../../core/failure.ts';
import { isFullDisk, systemCode, wordsOfCode, writeFailure } from '../files/file-trouble.ts';

/** Kinds that blame the machine or the program; every other failure is one of usage or input. */
const failedKinds: ReadonlySet<string> = new Set([
  'internal',
  'crash',
  'out-of-memory',
  'memory',
  'model-crash',
  'closed',
  'time-out',
  'device',
  'port-in-use',
  'listen',
  'build',
  'disk',
  'fault',
  'server',
  'server-answer',
  'run-locked',
  'verification',
  'node-version',
]);

/** 1 failed, 2 bad usage or input, 130 interrupted. */
export function exitCodeOf(failure: Failure): number {
  if (failure.kind === 'interrupted') return 130;
  return failedKinds.has(failure.kind) ? 1 : 2;
}

const placeSchema = z.object({ path: z.string().optional() });

/** The failure behind a thrown value; a missing or unreadable file is named as what it is, not as an internal error. */
export function shownFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof z.ZodError) return { kind: 'input', message: toContractFailure(error).message };
  const code = systemCode(error);
  const path = placeSchema.safeParse(error).data?.path;
  if (isFullDisk(code)) {
    const place = path ?? (code === 'SQLITE_FULL' ? "The run's database" : 'A file');
    return writeFailure(place, error).failure;
  }
  const why = code === null ? undefined : wordsOfCode(code);
  if (path !== undefined && why !== undefined) return { kind: 'file', message: `${path} ${why}.` };
  return failureOf(error);
}
