/**
 * What the command line writes to stdout and stderr, whatever stands behind them: a terminal that is closed, a reader
 * that has gone, a file on a full disk. Nothing of it ends the work; what could not be written is told at the end.
 */
import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { lineWriter } from '../files/line-writer.ts';
import { type Palette, palette } from './terminal/colour.ts';
import type { ProgressStream } from './terminal/search-progress.ts';
import { terminalText } from './terminal/terminal-text.ts';

export interface StandardStreams {
  /** A line on stdout. */
  print(text: string): void;
  /** A line on stderr. */
  say(line: string): void;
  /** Resolves once everything printed has left the process. Null, or why lines of stdout are missing. */
  flushed(): Promise<string | null>;
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
  const say = sayLine;
  if (!isFileLike(1)) {
    return {
      print(text) {
        if (!closed) process.stdout.write(terminalText(`${text}\n`));
      },
      say,
      flushed: () => new Promise((resolve) => (closed ? resolve(null) : process.stdout.write('', () => resolve(null)))),
    };
  }
  const writer = lineWriter(1);
  return {
    print(text) {
      if (writer.line(terminalText(text)) || told) return;
      told = true;
      say(`The standard output cannot be written: ${writer.cause()}. The command goes on without it.`);
    },
    say,
    async flushed() {
      const missing = writer.end();
      return missing === null ? null : `The standard output is not whole: ${missing}.`;
    },
  };
}

/** Where progress is drawn: stderr, as wide as it is now. */
export const progressStream: ProgressStream = {
  get isTTY() {
    return process.stderr.isTTY;
  },
  get columns() {
    return process.stderr.columns;
  },
  write: (text) => process.stderr.write(terminalText(text)),
};

/** Colours for what is printed, and for what is drawn or said. */
export function coloursOf(stream: 'stdout' | 'stderr'): Palette {
  return palette(process[stream]);
}

/** A line on stderr, where there is no command line around. */
export function sayLine(line: string): void {
  process.stderr.write(terminalText(`${line}\n`));
}
