/** UTF-8 in core, which has no TextEncoder (that belongs to the platforms). */

/** Bytes of a code point. */
function widthOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** The code point that begins at a place of a text. @throws URIError on a lone surrogate. */
function pointAt(text: string, at: number): number {
  const code = text.codePointAt(at) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) throw new URIError(`A text has half a surrogate pair at ${at}.`);
  return code;
}

/** Bytes that a text takes. @throws URIError on a lone surrogate. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; ) {
    const code = pointAt(text, at);
    length += widthOf(code);
    at += code > 0xffff ? 2 : 1;
  }
  return length;
}

/** Writes a text over bytes that have the room. @throws URIError on a lone surrogate. */
export function putUtf8(text: string, bytes: Uint8Array, offset: number): void {
  let to = offset;
  for (let at = 0; at < text.length; ) {
    const code = pointAt(text, at);
    const width = widthOf(code);
    if (width === 1) bytes[to] = code;
    else {
      // The first byte says with its leading ones how many there are; each other has six bits.
      bytes[to] = ((0xf00 >> width) & 0xff) | (code >> (6 * (width - 1)));
      for (let index = 1; index < width; index++) bytes[to + index] = 0x80 | ((code >> (6 * (width - 1 - index))) & 63);
    }
    to += width;
    at += code > 0xffff ? 2 : 1;
  }
}

/** @throws URIError on a lone surrogate. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  putUtf8(text, bytes, 0);
  return bytes;
}

/** @throws URIError on bytes that are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  const escaped: string[] = [];
  for (const byte of bytes) escaped.push(`%${byte.toString(16).padStart(2, '0')}`);
  return decodeURIComponent(escaped.join(''));
}

/** The first byte of a sequence: how many bytes follow it, and the bounds of the next one (Unicode 17, table 3-7). */
function sequenceOf(first: number): { readonly more: number; readonly low: number; readonly high: number } | null {
  if (first >= 0xc2 && first <= 0xdf) return { more: 1, low: 0x80, high: 0xbf };
  if (first >= 0xe0 && first <= 0xef)
    return { more: 2, low: first === 0xe0 ? 0xa0 : 0x80, high: first === 0xed ? 0x9f : 0xbf };
  if (first >= 0xf0 && first <= 0xf4)
    return { more: 3, low: first === 0xf0 ? 0x90 : 0x80, high: first === 0xf4 ? 0x8f : 0xbf };
  return null;
}

/** UTF-8 of others: what is no UTF-8 becomes U+FFFD, one for each sequence that breaks off (Unicode 17, section 3.9.6). */
export function readUtf8(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let units: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++] ?? 0;
    const sequence = first < 0x80 ? null : sequenceOf(first);
    let point = first < 0x80 ? first : 0xfffd;
    if (sequence !== null) {
      let { low, high } = sequence;
      let left = sequence.more;
      let value = first & (0x3f >> sequence.more);
      for (; left > 0; left--, at++) {
        const next = bytes[at] ?? 0;
        if (at >= bytes.length || next < low || next > high) break;
        value = (value << 6) | (next & 0x3f);
        low = 0x80;
        high = 0xbf;
      }
      if (left === 0) point = value;
    }
    units.push(point);
    if (units.length === 4096) {
      pieces.push(String.fromCodePoint(...units));
      units = [];
    }
  }
  return pieces.join('') + String.fromCodePoint(...units);
}
