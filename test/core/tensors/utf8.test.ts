// UTF-8 of core beside the platform's TextEncoder.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8, putUtf8, readUtf8, utf8Length } from '../../../core/tensors/utf8.ts';

const platform = new TextEncoder();
const borders = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff];

it('encodes as the platform does, at the borders of each length and between', () => {
  const points = Array.from({ length: 4000 }, (_, index) => (index * 277) % 0x110000);
  for (const point of [...borders, ...points].filter((each) => each < 0xd800 || each > 0xdfff)) {
    const text = `a${String.fromCodePoint(point)}é`;
    expect(encodeUtf8(text)).toEqual(platform.encode(text));
    expect(utf8Length(text)).toBe(platform.encode(text).length);
    expect(decodeUtf8(encodeUtf8(text))).toBe(text);
  }
});

it('writes at a place and leaves what lies beside it', () => {
  const bytes = new Uint8Array(7).fill(9);
  putUtf8('€é', bytes, 1);
  expect([...bytes]).toEqual([9, ...platform.encode('€é'), 9]);
});

it.each(['\ud800', 'a\udc00b', '\ud83d\ud83d'])('refuses half a surrogate pair: %j', (text) => {
  expect(() => encodeUtf8(text)).toThrow(URIError);
});

it('reads bytes that are no UTF-8 as the platform does', () => {
  const theirs = new TextDecoder('utf-8', { ignoreBOM: true });
  const byte = fc.oneof(
    fc.constantFrom(0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff),
    fc.nat(255),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(byte, { maxLength: 12 }), (any, edges) => {
      for (const bytes of [any, Uint8Array.from(edges)]) expect(readUtf8(bytes)).toBe(theirs.decode(bytes));
    }),
    { numRuns: 3000 },
  );
  const long = new TextEncoder().encode('aé€😀'.repeat(5000));
  expect(readUtf8(long)).toBe(theirs.decode(long));
});
