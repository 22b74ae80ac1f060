/** What a file system refuses, in words: why a file cannot be read, made or written, to be said after its name. */
import * as z from 'zod';
import { FailureError, failureOf } from '../../core/failure.ts';

const codeSchema = z.object({ code: z.string() });

/** The code of a system's error, such as ENOENT; null for any other thrown value. */
export function systemCode(error: unknown): string | null {
  return codeSchema.safeParse(error).data?.code ?? null;
}

const troubles: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be opened (permission denied)',
  EPERM: 'may not be opened (permission denied)',
  EISDIR: 'is a folder, not a file',
  ENOTDIR: 'lies below something that is not a folder',
  EEXIST: 'is there already, and is no folder',
  EROFS: 'lies on a disk that can only be read',
  ENAMETOOLONG: 'has a name that is too long',
  ELOOP: 'is a link that leads back to itself',
};

/** The words for a code; undefined for a rare one. */
export function wordsOfCode(code: string): string | undefined {
  return troubles[code];
}

/** Why a file cannot be read or written, to be said after its name: `does not exist`. */
export function whyOfFile(error: unknown): string {
  const code = systemCode(error);
  return (code === null ? undefined : troubles[code]) ?? `cannot be used: ${failureOf(error).message}`;
}

/** Whether the disk has no room left, for this person or at all. */
export function isFullDisk(code: string | null): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL';
}

const whyUnwritable: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'its folder may not be written to (permission denied)',
  EPERM: 'the system does not permit it',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'it would lie below something that is not a folder',
  EROFS: 'the disk can only be read',
  ENAMETOOLONG: 'its name is too long',
  EFBIG: 'it may not grow further',
  EIO: 'the disk reports an error',
  ELOOP: 'it is a link that leads back to itself',
};

/** The failure of what cannot be written: which file, why, and what would help. */
export function writeFailure(path: string, error: unknown): FailureError {
  if (error instanceof FailureError) return error;
  const code = systemCode(error);
  if (isFullDisk(code)) {
    const message = `${path} cannot be written: the disk is full. Free some room, or write to another disk.`;
    return new FailureError({ kind: 'disk', message });
  }
  const why = (code === null ? undefined : whyUnwritable[code]) ?? failureOf(error).message;
  return new FailureError({ kind: 'file', message: `${path} cannot be written: ${why}. Give another place.` });
}
