/**
 * A writer of Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), as much of it as ONNX needs:
 * varints, 32-bit floats, bytes, strings and nested messages.
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

export interface MessageWriter {
  /** A signed 64-bit integer field; negative values take ten bytes, as the format says. */
  integer(field: number, value: number | bigint): void;
  /** A 32-bit float field. */
  float(field: number, value: number): void;
  /** A UTF-8 string field. */
  text(field: number, value: string): void;
  /** A bytes field; the bytes are not copied before {@link finish}. */
  bytes(field: number, value: Uint8Array): void;
  /** A nested message, written by `write`. */
  message(field: number, write: (nested: MessageWriter) => void): void;
  /** The whole message. */
  finish(): Uint8Array;
}

/** A writer of one message. */
export function createMessageWriter(): MessageWriter {
  const chunks: Uint8Array[] = [];
  let small: number[] = [];

  function flush(): void {
    if (small.length > 0) chunks.push(Uint8Array.from(small));
    small = [];
  }

  function varint(value: number | bigint): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      small.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    small.push(Number(rest));
  }

  function tag(field: number, wireType: number): void {
    varint(field * 8 + wireType);
  }

  function bytes(field: number, value: Uint8Array): void {
    tag(field, LENGTH_DELIMITED);
    varint(value.length);
    flush();
    chunks.push(value);
  }

  return {
    integer(field, value) {
      tag(field, VARINT);
      varint(value);
    },
    float(field, value) {
      tag(field, FIXED32);
      const view = new DataView(new ArrayBuffer(4));
      view.setFloat32(0, value, true);
      for (let i = 0; i < 4; i++) small.push(view.getUint8(i));
    },
    text(field, value) {
      bytes(field, encodeUtf8(value));
    },
    bytes,
    message(field, write) {
      const nested = createMessageWriter();
      write(nested);
      bytes(field, nested.finish());
    },
    finish() {
      flush();
      const result = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
      let offset = 0;
      for (const chunk of chunks) {
        result.set(chunk, offset);
        offset += chunk.length;
      }
      return result;
    },
  };
}

/** UTF-8 without TextEncoder, which pure code does not name. Lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(bytes);
}
