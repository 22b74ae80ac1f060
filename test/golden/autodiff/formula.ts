/** The numbers of formula.py: murmur3's finaliser of a counter, as float32. */
export function numbers(
  shape: readonly number[],
  seed: number,
  { scale = 1, offset = 0, step = 0 }: { scale?: number; offset?: number; step?: number } = {},
): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) {
    let h = (i + 1 + Math.imul(seed, 0x9e3779b9)) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h = (h ^ (h >>> 16)) >>> 0;
    let value = ((h / 4294967296) * 2 - 1) * scale + offset;
    if (step > 0) value = Math.floor(value / step + 0.5) * step;
    values[i] = value;
  }
  return values;
}

/** FNV-1a of a name, 31 bits: the seed of its numbers. */
export function seedOf(name: string): number {
  let h = 0x811c9dc5;
  for (const byte of Buffer.from(name)) h = Math.imul(h ^ byte, 0x01000193) >>> 0;
  return h & 0x7fffffff;
}
