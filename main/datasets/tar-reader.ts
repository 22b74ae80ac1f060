/**
 * Reads a tar archive as a stream (POSIX ustar, with GNU long names and pax paths); source: POSIX.1-2024 pax, "ustar
 * Interchange Format". Nothing is ever written where an entry says: its path is only a name to recognise it by.
 */
import { fail } from '../../core/failure.ts';

export interface TarEntry {
  readonly path: string;
  /** `file`, or what else it is (`folder`, `link`, `other`). */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
  /** The content where it was wanted, else null. */
  readonly content: Uint8Array | null;
}

const block = 512;
/** Longest path record that is read; a longer one is no path of a dataset. */
const longestName = 65_536;

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** An octal field; NaN when it is none. */
function octal(bytes: Uint8Array): number {
  const digits = text(bytes).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** Whether a block is a tar header: the sum of its bytes, its checksum field read as spaces, is the one it states. */
export function isTarHeader(header: Uint8Array): boolean {
  if (header.length < block) return false;
  let sum = 0;
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 32 : (header[i] ?? 0);
  return octal(header.subarray(148, 156)) === sum;
}

/** The `path` of a pax record block ("LENGTH path=VALUE\n" lines), or null. */
function paxPath(bytes: Uint8Array): string | null {
  let at = 0;
  let found: string | null = null;
  while (at < bytes.length) {
    const space = bytes.indexOf(32, at);
    const length = Number(text(bytes.subarray(at, Math.max(at, space))));
    if (space < 0 || !Number.isInteger(length) || length <= 0) return found;
    const record = text(bytes.subarray(space + 1, at + length - 1));
    if (record.startsWith('path=')) found = record.slice(5);
    at += length;
  }
  return found;
}

/** Collects a stream into pieces of the sizes asked for. */
function pieces(chunks: AsyncIterable<Uint8Array>): {
  readonly position: () => number;
  /** Up to `size` bytes: fewer only at the end of the stream. */
  readonly take: (size: number) => Promise<Uint8Array>;
  readonly skip: (size: number) => Promise<number>;
} {
  const source = chunks[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array(0);
  let position = 0;
  const pull = async (size: number, into: Uint8Array | null): Promise<number> => {
    let done = 0;
    while (done < size) {
      if (held.length === 0) {
        const next = await source.next();
        if (next.done === true) break;
        held = next.value;
        continue;
      }
      const part = held.subarray(0, size - done);
      into?.set(part, done);
      done += part.length;
      held = held.subarray(part.length);
    }
    position += done;
    return done;
  };
  return {
    position: () => position,
    take: async (size) => {
      const bytes = new Uint8Array(size);
      return bytes.subarray(0, await pull(size, bytes));
    },
    skip: (size) => pull(size, null),
  };
}

/**
 * Entries of a tar stream in order. `wanted` says by path whether an entry's content is kept in memory, and how many bytes
 * it may have at most (null: not wanted).
 * @throws FailureError `dataset` naming `file` and the byte of the unpacked stream where it is no tar archive or ends early
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  wanted: (path: string) => number | null,
): AsyncGenerator<TarEntry> {
  const input = pieces(chunks);
  const cut = (what: string): never =>
    fail('dataset', `${file} ends at byte ${input.position()} of its unpacked content, ${what}. Download it again.`);
  let longPath: string | null = null;
  for (;;) {
    const start = input.position();
    const header = await input.take(block);
    if (header.length < block) cut(header.length === 0 ? 'before the end mark of the archive' : 'inside a header');
    if (header.every((byte) => byte === 0)) {
      const rest = await input.take(block);
      if (rest.length < block) cut('inside the end mark of the archive');
      // Read on to the end, so that a compressed stream is checked as a whole.
      while ((await input.skip(1 << 20)) > 0);
      return;
    }
    if (!isTarHeader(header)) {
      fail('dataset', `${file} is not a tar archive: no header at byte ${start} of its unpacked content.`);
    }
    const size = octal(header.subarray(124, 136));
    if (Number.isNaN(size)) fail('dataset', `${file}: the entry at byte ${start} of its unpacked content has no size.`);
    const padding = (block - (size % block)) % block;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'L' || type === 'x') {
      if (size > longestName)
        fail('dataset', `${file}: the name at byte ${start} of its unpacked content is too long.`);
      const record = await input.take(size);
      if (record.length < size || (await input.skip(padding)) < padding) cut('inside a name');
      longPath = type === 'L' ? text(record) : (paxPath(record) ?? longPath);
      continue;
    }
    const prefix = text(header.subarray(257, 262)) === 'ustar' ? text(header.subarray(345, 500)) : '';
    const short = text(header.subarray(0, 100));
    const path: string = longPath ?? (prefix === '' ? short : `${prefix}/${short}`);
    longPath = null;
    const kind = kindOf(type);
    const limit = kind === 'file' ? wanted(path) : null;
    if (limit !== null && size > limit) {
      fail('dataset', `${file}: ${path} has ${size} bytes, more than the ${limit} that such a file can have.`);
    }
    const content = limit === null ? null : await input.take(size);
    const got = content === null ? await input.skip(size) : content.length;
    if (got < size) cut(`at byte ${got} of the ${size} bytes of ${path}`);
    if ((await input.skip(padding)) < padding) cut(`after ${path}`);
    yield { path, kind, size, content };
  }
}

function kindOf(type: string): TarEntry['kind'] {
  if (type === '0' || type === '\0' || type === '7') return 'file';
  if (type === '5') return 'folder';
  return type === '1' || type === '2' ? 'link' : 'other';
}
