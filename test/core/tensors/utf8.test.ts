// UTF-8 of core beside the platform's TextEncoder.
import { expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8, putUtf8, utf8Length } from '../../../core/tensors/utf8.ts';

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
