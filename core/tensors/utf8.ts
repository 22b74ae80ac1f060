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
