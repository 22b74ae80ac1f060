/**
 * Text of files as people have them: UTF-8 with or without a byte order mark. What is in another encoding is refused as
 * what it is; Python's sources may name theirs (PEP 263).
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { FailureError, fail } from '../../core/failure.ts';
import { whyOfFile } from './file-trouble.ts';

/** Where the byte at an offset stands in a text. */
function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = 0; at < offset; at++) if (bytes[at] === 10) line++;
  return line;
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

const marks: readonly (readonly [string, readonly number[]])[] = [
  ['UTF-32', [0xff, 0xfe, 0, 0]],
  ['UTF-32', [0, 0, 0xfe, 0xff]],
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
];
const utf8Mark = [0xef, 0xbb, 0xbf];

/** Bytes that are looked at for signs of another encoding. */
const lookedAt = 4096;

/** The encoding that a text's first bytes betray; null where they do not. */
function foreignEncoding(bytes: Uint8Array): string | null {
  const marked = marks.find(([, mark]) => startsWith(bytes, mark));
  if (marked !== undefined) return marked[0];
  const head = bytes.subarray(0, lookedAt);
  const zeros = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const half = head.length / 2;
  const [even = 0, odd = 0] = zeros;
  // Latin text in UTF-16 has a zero in every second byte.
  return half >= 2 && Math.max(even, odd) > 0.4 * half && Math.min(even, odd) < 0.1 * half ? 'UTF-16' : null;
}

/** The offset of the first byte that is no UTF-8. */
function firstWrongByte(bytes: Uint8Array): number {
  let good = 0;
  let end = bytes.length;
  const isText = (upTo: number): boolean => {
    try {
      // With `stream`, a character that is cut off at the end is no mistake.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, upTo), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  while (good < end) {
    const middle = Math.ceil((good + end) / 2);
    if (isText(middle)) good = middle;
    else end = middle - 1;
  }
  return good;
}

function refuse(name: string, line: number | null, why: string): never {
  throw new FailureError({ kind: 'file', message: `${name} ${why}`, ...(line === null ? {} : { line }) });
}

function decodeUtf8(bytes: Uint8Array, name: string, remedy: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const at = firstWrongByte(bytes);
    const line = lineOf(bytes, at);
    return refuse(name, line, `is not UTF-8 text: line ${line} holds a byte that UTF-8 does not have. ${remedy}`);
  }
}

/** The bytes after a byte order mark. @throws FailureError (`file`) for another encoding */
function withoutMark(bytes: Uint8Array, name: string): { readonly text: Uint8Array; readonly marked: boolean } {
  if (startsWith(bytes, utf8Mark)) return { text: bytes.subarray(utf8Mark.length), marked: true };
  const foreign = foreignEncoding(bytes);
  if (foreign !== null) refuse(name, null, `is text in ${foreign}, and UTF-8 is read here. Save it as UTF-8.`);
  return { text: bytes, marked: false };
}

/** The text of a file's bytes, without a byte order mark. @throws FailureError (`file`) for what is not UTF-8 */
export function decodeText(bytes: Uint8Array, name: string): string {
  return decodeUtf8(withoutMark(bytes, name).text, name, 'Save it as UTF-8.');
}

/** What a Python source says of its encoding, in the first two lines (PEP 263); null where it says nothing. */
function declaredEncoding(bytes: Uint8Array): { readonly name: string; readonly line: number } | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, lookedAt)).split(/\r\n|\r|\n/, 2);
  for (const [index, line] of head.entries()) {
    const name = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1];
    if (name !== undefined) return { name, line: index + 1 };
    if (!/^[ \t\f]*(?:#.*)?$/.test(line)) return null;
  }
  return null;
}

/** A decoder for an encoding by Python's name for it; null for one that is not known here. */
function decoderOf(name: string): ((bytes: Uint8Array) => string) | 'utf-8' | null {
  const plain = name.toLowerCase().replaceAll('_', '-');
  if (/^utf-?8(?:-.*)?$/.test(plain) || plain === 'ascii' || plain === 'us-ascii') return 'utf-8';
  // The Encoding standard takes latin-1 for Windows' code page 1252, Python does not.
  if (/^(?:latin-?1|iso-?8859-1|l1)$/.test(plain)) return (bytes) => Buffer.from(bytes).toString('latin1');
  try {
    const decoder = new TextDecoder(plain.replace(/^cp-?(?=12\d\d$|874$)/, 'windows-'), { fatal: true });
    return (bytes) => decoder.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * The text of a Python source. @throws FailureError (`file`), with its line, for what Python would refuse too: bytes that
 * are not of the encoding that is declared, by default UTF-8
 */
export function decodePython(bytes: Uint8Array, name: string): string {
  const { text, marked } = withoutMark(bytes, name);
  const declared = declaredEncoding(text);
  if (declared === null) return decodeUtf8(text, name, 'Save it as UTF-8, or declare its encoding as Python asks.');
  const decode = decoderOf(declared.name);
  if (decode === 'utf-8') return decodeUtf8(text, name, `Line ${declared.line} says that it is ${declared.name}.`);
  if (decode === null) {
    return refuse(name, declared.line, `says that its encoding is ${declared.name}, which is not known here.`);
  }
  if (marked) {
    return refuse(
      name,
      declared.line,
      `begins with UTF-8's byte order mark, and says that its encoding is ${declared.name}: Python refuses that.`,
    );
  }
  try {
    return decode(text);
  } catch {
    return refuse(name, declared.line, `is not text in ${declared.name}, as its line ${declared.line} says.`);
  }
}

/** Bytes that a text file has at most: far more than any of a person's, and what an endless one is cut off at. */
const largestText = 1 << 26;
const readAtOnce = 1 << 20;

/** All that is in a file or comes out of a pipe, as long as it is not too much. */
function allBytes(descriptor: number, name: string, most: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const part = new Uint8Array(readAtOnce);
    const count = readSync(descriptor, part);
    if (count === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, count));
    total += count;
    if (total > most) refuse(name, null, `has more than ${most / 2 ** 20} MB, too much for a text file.`);
  }
}

function bytesOf(path: string, name: string, most = largestText): Uint8Array {
  try {
    const descriptor = openSync(path, 'r');
    try {
      return allBytes(descriptor, name, most);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof FailureError) throw error;
    return fail('file', `${name} ${whyOfFile(error)}.`);
  }
}

/** A person's text file of at most `most` bytes. @throws FailureError (`file`) naming it and why it cannot be read */
export function readTextFile(path: string, name = path, most = largestText): string {
  return decodeText(bytesOf(path, name, most), name);
}

/** A person's Python file. @throws FailureError (`file`) naming it, and the line where that is known */
export function readPythonFile(path: string, name = path): string {
  return decodePython(bytesOf(path, name), name);
}
