/**
 * Random streams that are derived, never stored: every draw comes from (run seed, generation, offspring, purpose),
 * so results do not depend on the number of workers or on interruptions.
 * Generator: xoshiro128** (Blackman and Vigna), seeded from the key by a 128-bit mix of FNV-1a and murmur3's finaliser.
 */

export type StreamKey = readonly (string | number)[];

/** A stream of reproducible draws; advancing it changes only this stream. */
export interface RandomStream {
  /** An integer in [0, 2^32). */
  uint32(): number;
  /** A float in [0, 1) with 53 random bits. */
  uniform(): number;
  /** An integer in [0, bound). `bound` must lie in 1..2^32. Unbiased (rejection). */
  integer(bound: number): number;
  /** A standard normal deviate (Marsaglia's polar method). */
  normal(): number;
  /** A uniformly chosen item. @throws RangeError on an empty list. */
  choice<T>(items: readonly T[]): T;
  /** A new list in uniformly random order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[];
}

function finalise(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hashText(text: string, basis: number): number {
  let h = basis >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return finalise(h);
}

/** A 32-bit seed derived from a key: for libraries that take one number (a sampler's seed, a shuffle). */
export function derivedSeed(...key: StreamKey): number {
  return hashText(JSON.stringify(key), 0x811c9dc5);
}

/** The stream of a key, always from its start. Two different keys give independent streams. */
export function randomStream(...key: StreamKey): RandomStream {
  const text = JSON.stringify(key);
  let a = hashText(text, 0x811c9dc5);
  let b = hashText(text, 0x9e3779b9);
  let c = hashText(text, 0x7f4a7c15);
  let d = hashText(text, 0xf39cc060) | 1;
  let spare: number | null = null;

  function uint32(): number {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  }

  function uniform(): number {
    return ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  }

  function integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 4294967296) {
      throw new RangeError(`A random integer needs a bound from 1 to 2^32, not ${bound}.`);
    }
    const limit = 4294967296 - (4294967296 % bound);
    let draw = uint32();
    while (draw >= limit) draw = uint32();
    return draw % bound;
  }

  function normal(): number {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    let u = 0;
    let v = 0;
    let s = 0;
    do {
      u = 2 * uniform() - 1;
      v = 2 * uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const scale = Math.sqrt((-2 * Math.log(s)) / s);
    spare = v * scale;
    return u * scale;
  }

  function choice<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('Cannot choose from an empty list.');
    return items[integer(items.length)] as T;
  }

  function shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      const held = result[i] as T;
      result[i] = result[j] as T;
      result[j] = held;
    }
    return result;
  }

  // The first outputs after a poorly mixed seed are correlated between keys: discard a few.
  for (let i = 0; i < 8; i++) uint32();
  return { uint32, uniform, integer, normal, choice, shuffled };
}
