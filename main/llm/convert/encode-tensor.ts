/** One tensor of a checkpoint as the bytes of a GGUF tensor, a few rows at a time. */
import type { PlannedTensor, RowRun } from '../../../core/codegen/tensor-plan.ts';
import { fail } from '../../../core/failure.ts';
import { encoders, type OutputType } from '../../../core/gguf/encode.ts';
import { halfTable } from '../../../core/tensors/half-precision.ts';
import type { StoredTensor } from '../../checkpoint/stored-tensor.ts';

/** Numbers that are worked on at once; rows that change places among themselves are taken together. */
const chunkNumbers = 1 << 18;

/** Bytes of one number. */
const widths: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2, F64: 8 };
/** Bits that all are set in an infinite number or a NaN. */
const exponents: Readonly<Record<string, number>> = { F32: 0x7f800000, F16: 0x7c00, BF16: 0x7f80 };
/** The type that keeps a checkpoint's bytes as they are. */
const sameBytes: Readonly<Record<string, OutputType>> = { F32: 'f32', F16: 'f16', BF16: 'bf16' };

/** Room for the largest piece, used again for each: bytes read, numbers, bytes in their new order. */
interface Room {
  bytes: ArrayBuffer;
  ordered: ArrayBuffer;
  numbers: Float32Array;
}

function grown(buffer: ArrayBuffer, length: number): ArrayBuffer {
  return buffer.byteLength >= length ? buffer : new ArrayBuffer(length);
}

/** Whether every number is finite; F64 is looked at when it is narrowed. */
function allFinite(buffer: ArrayBuffer, dtype: string, count: number): boolean {
  const exponent = exponents[dtype] ?? 0;
  if (dtype === 'F64') return true;
  const bits = dtype === 'F32' ? new Uint32Array(buffer, 0, count) : new Uint16Array(buffer, 0, count);
  for (let index = 0; index < count; index++) {
    if (((bits[index] ?? 0) & exponent) === exponent) return false;
  }
  return true;
}

/** Numbers of the bytes in single precision. F64 is rounded. */
function widen(buffer: ArrayBuffer, dtype: string, numbers: Float32Array): void {
  const count = numbers.length;
  if (dtype === 'F32') numbers.set(new Float32Array(buffer, 0, count));
  else if (dtype === 'F64') numbers.set(new Float64Array(buffer, 0, count));
  else if (dtype === 'F16') {
    const table = halfTable();
    const halves = new Uint16Array(buffer, 0, count);
    for (let index = 0; index < count; index++) numbers[index] = table[halves[index] ?? 0] ?? 0;
  } else {
    const shorts = new Uint16Array(buffer, 0, count);
    const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, count);
    for (let index = 0; index < count; index++) bits[index] = (shorts[index] ?? 0) << 16;
  }
}

/** Pieces of a run of at most {@link chunkNumbers}; one whole piece where rows change places. */
function* piecesOf(run: RowRun, rowLength: number): Generator<RowRun> {
  if (run.order !== null) {
    yield run;
    return;
  }
  const step = Math.max(1, Math.floor(chunkNumbers / rowLength));
  for (let row = 0; row < run.count; row += step) {
    yield { ...run, first: run.first + row, count: Math.min(step, run.count - row) };
  }
}

export interface TensorEncoder {
  /** The tensor's bytes in `type`, in order; each piece is valid until the next is asked for. */
  encode(tensor: PlannedTensor, type: OutputType, bytes: number): AsyncGenerator<Uint8Array>;
}

/** An encoder over a checkpoint's tensors: it holds one piece of one tensor at a time. */
export function tensorEncoder(sources: ReadonlyMap<string, StoredTensor>): TensorEncoder {
  const room: Room = { bytes: new ArrayBuffer(0), ordered: new ArrayBuffer(0), numbers: new Float32Array(0) };
  let encoded = new Uint8Array(0);

  async function readPiece(source: StoredTensor, piece: RowRun, rowBytes: number): Promise<ArrayBuffer> {
    const length = piece.count * rowBytes;
    room.bytes = grown(room.bytes, length);
    const bytes = new Uint8Array(room.bytes, 0, length);
    await source.file.fill(bytes, source.offset + piece.first * rowBytes);
    if (piece.order === null) return room.bytes;
    room.ordered = grown(room.ordered, length);
    const ordered = new Uint8Array(room.ordered, 0, length);
    piece.order.forEach((from, row) => {
      ordered.set(bytes.subarray(from * rowBytes, (from + 1) * rowBytes), row * rowBytes);
    });
    return room.ordered;
  }

  return {
    async *encode({ shape, runs }, type, bytes) {
      const rowLength = shape.at(-1) ?? 1;
      if (runs === null) {
        yield new Uint8Array(bytes);
        return;
      }
      const elements = shape.reduce((product, size) => product * size, 1);
      for (const run of runs) {
        const source = sources.get(run.source);
        const width = source === undefined ? undefined : widths[source.dtype];
        if (source === undefined || width === undefined) {
          return fail('internal', `The plan reads ${run.source}, which the checkpoint lacks.`);
        }
        const where = `${source.file.name}: ${source.name}`;
        // Read twice, the second time from the system's cache: rows do not come in the order of the file.
        await source.check?.();
        for (const piece of piecesOf(run, rowLength)) {
          const count = piece.count * rowLength;
          const buffer = await readPiece(source, piece, rowLength * width);
          if (!allFinite(buffer, source.dtype, count)) {
            fail(
              'checkpoint',
              `${where} holds a number that is infinite or NaN: damaged, or a training that diverged.`,
            );
          }
          if (sameBytes[source.dtype] === type) {
            yield new Uint8Array(buffer, 0, count * width);
            continue;
          }
          if (room.numbers.length < count) room.numbers = new Float32Array(count);
          const numbers = room.numbers.subarray(0, count);
          widen(buffer, source.dtype, numbers);
          if (source.dtype === 'F64' && !allFinite(room.numbers.buffer as ArrayBuffer, 'F32', count)) {
            fail('checkpoint', `${where} holds a number that single precision cannot hold.`);
          }
          const length = (bytes / elements) * count;
          if (encoded.length < length) encoded = new Uint8Array(length);
          const out = encoded.subarray(0, length);
          if (!encoders[type](numbers, out)) {
            fail('checkpoint', `${where} holds numbers too large for ${type}. Convert to bf16 or f32.`);
          }
          yield out;
        }
      }
    },
  };
}
