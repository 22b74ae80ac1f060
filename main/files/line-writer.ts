/** Lines written to a file as they come: each is there whole or missing, also where the disk is full for a while. */
import { writeSync } from 'node:fs';
import { systemCode } from './file-trouble.ts';

const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full (quota)',
  EFBIG: 'the file may not grow further',
  EROFS: 'the disk can only be read',
};

/** Why a write failed, in words. */
function causeOf(error: unknown): string {
  const code = systemCode(error) ?? 'unknown';
  return causes[code] ?? `it cannot be written (${code})`;
}

/** Writes lines to a file's descriptor; the rest of a line that a full disk cut off comes before the next. */
export function lineWriter(
  descriptor: number,
  write: (descriptor: number, bytes: Uint8Array, at: number) => number = writeSync,
) {
  let rest: Uint8Array = new Uint8Array(0);
  let missing = 0;
  let cause: string | null = null;
  /** Writes what it can of `rest`; whether that was all. */
  function drain(): boolean {
    let at = 0;
    try {
      while (at < rest.length) at += write(descriptor, rest, at);
      return true;
    } catch (error) {
      cause = causeOf(error);
      return false;
    } finally {
      rest = rest.subarray(at);
    }
  }
  return {
    /** Whether the line is written; a line of which nothing is written is left out. */
    line(text: string): boolean {
      const bytes = new TextEncoder().encode(`${text}\n`);
      if (rest.length > 0 && !drain()) {
        missing += 1;
        return false;
      }
      rest = bytes;
      if (drain()) return true;
      if (rest.length === bytes.length) {
        missing += 1;
        rest = rest.subarray(rest.length);
      }
      return false;
    },
    /** Why a line could not be written; null where all could. */
    cause: () => cause,
    /** Tries once more to end a line that was begun. Null, or what is missing and why. */
    end(): string | null {
      if (rest.length > 0 && !drain()) missing += 1;
      if (missing === 0) return null;
      return `${missing} ${missing === 1 ? 'line is' : 'lines are'} missing: ${cause}`;
    },
  };
}
