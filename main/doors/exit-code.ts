/** Any thrown value as the failure that the command line shows, and the exit code that goes with it. */
import * as z from 'zod';
import { type Failure, FailureError, failureOf } from '../../core/failure.ts';

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

const systemErrorSchema = z.object({ code: z.string(), path: z.string() });

const systemErrors: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be opened (permission denied)',
  EPERM: 'may not be opened (permission denied)',
  EISDIR: 'is a folder, not a file',
  ENOTDIR: 'lies below something that is not a folder',
  EEXIST: 'is there already, and is no folder',
  EROFS: 'lies on a disk that can only be read',
  ENAMETOOLONG: 'has a name that is too long',
};

const codeSchema = z.object({ code: z.string() });
const placeSchema = z.object({ path: z.string().optional() });

/** Why a file cannot be read or written, to be said after its name: `does not exist`. */
export function whyOfFile(error: unknown): string {
  const system = codeSchema.safeParse(error);
  const words = system.success ? systemErrors[system.data.code] : undefined;
  return words ?? `cannot be used: ${failureOf(error).message}`;
}

/** The failure behind a thrown value; a missing or unreadable file is named as what it is, not as an internal error. */
export function shownFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof z.ZodError) return { kind: 'input', message: z.prettifyError(error) };
  const code = codeSchema.safeParse(error).data?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    const { path } = placeSchema.parse(error);
    const place = path ?? (code === 'SQLITE_FULL' ? "The run's database" : 'A file');
    const message = `${place} cannot be written: the disk is full. Free some room, or write to another disk.`;
    return { kind: 'disk', message };
  }
  const system = systemErrorSchema.safeParse(error);
  const why = system.success ? systemErrors[system.data.code] : undefined;
  if (system.success && why !== undefined) return { kind: 'file', message: `${system.data.path} ${why}.` };
  return failureOf(error);
}
