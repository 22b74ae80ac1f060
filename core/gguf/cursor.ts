/** Reads little-endian values one after another from a large file through a window, never past its end. */
import { fail } from '../failure.ts';
import { readUtf8 } from '../tensors/utf8.ts';

/** Random access to a file's bytes: what {@link readGguf} needs of a file handle. */
export interface ByteSource {
  /** What messages call it: a file name. */
  readonly name: string;
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

const windowBytes = 1 << 20;
const noBytes = new Uint8Array(0);

/** A position in a {@link ByteSource} that only moves forward. */
export interface Cursor {
  readonly position: number;
  /** Bytes left after the position. */
  readonly left: number;
  /**
   * The next `length` bytes, as a view that the next call may replace; `what` names them in a message.
   * @throws FailureError `model-file` where the file ends before them.
   */
  take(length: number, what: string): Promise<DataView>;
  /** UTF-8 text with its 64-bit length before it, at most `limit` bytes. */
  text(limit: number, what: string): Promise<string>;
  /** An unsigned 64-bit count. @throws FailureError `model-file` where it is over `limit`. */
  count(limit: number, what: string): Promise<number>;
  skip(length: number, what: string): void;
}

export function cursorOf(source: ByteSource): Cursor {
  let window: Uint8Array = noBytes;
  let windowStart = 0;
  let position = 0;

  function require(length: number, what: string): void {
    if (length <= source.size - position) return;
    fail(
      'model-file',
      `${source.name} is truncated: it ends at byte ${source.size}, inside ${what} at byte ${position} that needs ${length} bytes. Copy or download it again.`,
    );
  }

  async function take(length: number, what: string): Promise<DataView> {
    require(length, what);
    if (position < windowStart || position + length > windowStart + window.length) {
      windowStart = position;
      window = await source.read(position, Math.min(Math.max(length, windowBytes), source.size - position));
      if (window.length < length) {
        fail('model-file', `${source.name} could not be read at byte ${position}: it changed while it was being read.`);
      }
    }
    const view = new DataView(window.buffer, window.byteOffset + position - windowStart, length);
    position += length;
    return view;
  }

  async function count(limit: number, what: string): Promise<number> {
    const at = position;
    const value = (await take(8, what)).getBigUint64(0, true);
    if (value > BigInt(limit)) {
      fail(
        'model-file',
        `${source.name} is truncated or damaged: byte ${at} gives ${value} as ${what}, where at most ${limit} can be. Copy or download it again.`,
      );
    }
    return Number(value);
  }

  async function text(limit: number, what: string): Promise<string> {
    const length = await count(Math.min(limit, source.size), `the length of ${what}`);
    const view = await take(length, what);
    return readUtf8(new Uint8Array(view.buffer, view.byteOffset, length));
  }

  return {
    get position() {
      return position;
    },
    get left() {
      return source.size - position;
    },
    take,
    count,
    text,
    skip(length, what) {
      require(length, what);
      position += length;
    },
  };
}
