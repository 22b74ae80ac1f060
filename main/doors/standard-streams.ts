/**
 * What the command line writes to stdout and stderr, whatever stands behind them: a terminal that is closed, a reader
 * that has gone, a file on a full disk. Nothing of it ends the work; what could not be written is told at the end.
 */
import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import * as z from 'zod';

export interface StandardStreams {
  /** A line on stdout. */
  print(text: string): void;
  /** A line on stderr. */
  say(line: string): void;
  /** Resolves once everything printed has left the process. Null, or why lines of stdout are missing. */
  flushed(): Promise<string | null>;
}

const codeSchema = z.object({ code: z.string() });

const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full (quota)',
  EFBIG: 'the file may not grow further',
  EROFS: 'the disk can only be read',
};

/** Why a write failed, in words. */
function causeOf(error: unknown): string {
  const code = codeSchema.safeParse(error).data?.code ?? 'unknown';
  return causes[code] ?? `it cannot be written (${code})`;
}

/** Writes lines to a file's descriptor, each whole: the rest of a line that a full disk cut off comes before the next. */
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
      return `${missing} ${missing === 1 ? 'line is' : 'lines are'} missing from the standard output: ${cause}.`;
    },
  };
}

/** Whether writes go to a file or a device, not to a terminal or a pipe. */
function isFileLike(descriptor: number): boolean {
  try {
    const found = fstatSync(descriptor);
    return !(found.isFIFO() || found.isSocket() || isatty(descriptor));
  } catch {
    return false;
  }
}

/** The streams of this process. `onClosed` is called once when the reader of stdout has gone. */
export function standardStreams(onClosed: () => void): StandardStreams {
  let closed = false;
  let told = false;
  process.stdout.on('error', () => {
    if (closed) return;
    closed = true;
    onClosed();
  });
  // Whoever reads what is for people may go, and their disk may be full: that stops nothing.
  process.stderr.on('error', () => {});
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  if (!isFileLike(1)) {
    return {
      print(text) {
        if (!closed) process.stdout.write(`${text}\n`);
      },
      say,
      flushed: () => new Promise((resolve) => (closed ? resolve(null) : process.stdout.write('', () => resolve(null)))),
    };
  }
  const writer = lineWriter(1);
  return {
    print(text) {
      if (writer.line(text) || told) return;
      told = true;
      say(`The standard output cannot be written: ${writer.cause()}. The command goes on without it.`);
    },
    say,
    flushed: async () => writer.end(),
  };
}
