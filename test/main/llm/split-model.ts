/** A tiny model cut into parts, byte by byte as llama.cpp's gguf-split lays them; loading them is llama.cpp's judgement. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { golden, type TinyModel, tinyModelFile } from './golden.ts';

const alignment = 32;

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const aligned = (size: number): number => Math.ceil(size / alignment) * alignment;
const typeNumbers = new Map(golden.types.map(({ name, number }) => [name, number]));

/** The three keys of a part: two of 16 bits (type 2), one of 32 (type 5). */
function splitKeys(index: number, count: number, tensors: number): Buffer {
  const u16 = (value: number): Buffer => u32(value).subarray(0, 2);
  return Buffer.concat([
    ...[text('split.no'), u32(2), u16(index)],
    ...[text('split.count'), u32(2), u16(count)],
    ...[text('split.tensors.count'), u32(5), u32(tensors)],
  ]);
}

export function partName(stem: string, index: number, count: number): string {
  return `${stem}-${String(index + 1).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.gguf`;
}

/** Writes the parts into a folder and gives their paths. `perPart`: tensors of each, from the second on where `metadataFirst`. */
export function splitModel(
  model: TinyModel,
  folder: string,
  { perPart, metadataFirst = false, stem = model }: { perPart: number; metadataFirst?: boolean; stem?: string },
): string[] {
  const whole = readFileSync(tinyModelFile(model));
  const { tensors } = golden.models[model].header;
  const keys = Number(whole.readBigUInt64LE(16));
  // The metadata end where the table of tensors begins: at the length of the first one's name.
  const metadata = whole.subarray(24, whole.indexOf(text(tensors[0]!.name)));
  const groups: (typeof tensors)[] = metadataFirst ? [[]] : [];
  for (let at = 0; at < tensors.length; at += perPart) groups.push(tensors.slice(at, at + perPart));
  return groups.map((group, index) => {
    let end = 0;
    const table = group.map(({ name, dimensions, type, bytes }) => {
      const entry = [text(name), u32(dimensions.length), ...dimensions.map(u64), u32(typeNumbers.get(type)!), u64(end)];
      end = aligned(end + bytes);
      return Buffer.concat(entry);
    });
    const header = Buffer.concat([
      Buffer.from('GGUF'),
      u32(3),
      u64(group.length),
      u64(3 + (index === 0 ? keys : 0)),
      index === 0 ? metadata : Buffer.alloc(0),
      splitKeys(index, groups.length, tensors.length),
      ...table,
    ]);
    const data = group.map(({ offset, bytes }) =>
      Buffer.concat([whole.subarray(offset, offset + bytes)], aligned(bytes)),
    );
    const path = join(folder, partName(stem, index, groups.length));
    writeFileSync(path, Buffer.concat([Buffer.concat([header], aligned(header.length)), ...data]));
    return path;
  });
}
