/** The wire format against the examples of protobuf.dev/programming-guides/encoding and the platform's UTF-8. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMessageWriter, encodeUtf8 } from '../../../core/onnx/protobuf.ts';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

test('an integer is a tag and a varint', () => {
  const writer = createMessageWriter();
  writer.integer(1, 150);
  expect(hex(writer.finish())).toBe('089601');
});

test('a string carries its length', () => {
  const writer = createMessageWriter();
  writer.text(2, 'testing');
  expect(hex(writer.finish())).toBe('120774657374696e67');
});

test('a nested message carries its length', () => {
  const writer = createMessageWriter();
  writer.message(3, (nested) => nested.integer(1, 150));
  expect(hex(writer.finish())).toBe('1a03089601');
});

test('a negative integer takes ten bytes', () => {
  const writer = createMessageWriter();
  writer.integer(1, -2);
  expect(hex(writer.finish())).toBe('08feffffffffffffffff01');
});

test('a float is four little-endian bytes', () => {
  const writer = createMessageWriter();
  writer.float(2, 1);
  expect(hex(writer.finish())).toBe('150000803f');
});

test('strings are encoded as the platform encodes them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(hex(encodeUtf8(text))).toBe(hex(new TextEncoder().encode(text)));
    }),
  );
});
