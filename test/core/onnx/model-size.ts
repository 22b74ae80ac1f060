/** How many operations an ONNX model has, and how many bytes its constants take, read from its bytes. */

/** Fields of onnx.proto: ModelProto.graph, GraphProto.node, GraphProto.initializer. */
const fields = { graph: 7, node: 1, initializer: 5 };

export interface ModelSize {
  readonly nodes: number;
  readonly constantBytes: number;
}

function varint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  let factor = 1;
  let next = at;
  for (;;) {
    const byte = bytes[next++] ?? 0;
    value += (byte & 127) * factor;
    factor *= 128;
    if (byte < 128) return { value, next };
  }
}

/** Messages inside a message, by field: where each lies. */
function* messages(
  bytes: Uint8Array,
  from: number,
  to: number,
): Generator<{ field: number; from: number; to: number }> {
  let at = from;
  while (at < to) {
    const key = varint(bytes, at);
    const wire = key.value % 8;
    if (wire === 2) {
      const length = varint(bytes, key.next);
      at = length.next + length.value;
      yield { field: Math.floor(key.value / 8), from: length.next, to: at };
    } else if (wire === 0) at = varint(bytes, key.next).next;
    else at = key.next + (wire === 5 ? 4 : 8);
  }
}

export function sizeOfModel(bytes: Uint8Array): ModelSize {
  let nodes = 0;
  let constantBytes = 0;
  for (const part of messages(bytes, 0, bytes.length)) {
    if (part.field !== fields.graph) continue;
    for (const { field, from, to } of messages(bytes, part.from, part.to)) {
      if (field === fields.node) nodes++;
      if (field === fields.initializer) constantBytes += to - from;
    }
  }
  return { nodes, constantBytes };
}
