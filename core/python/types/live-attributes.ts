/** `object.__dict__`: the attributes of an object as the entries of a dict that follows them. */
import type { Value } from './values.ts';

type Entry = readonly [Value, Value];

/** Entries of a dict over a map of attributes: keys are texts, hashed as values.ts does (`s` in front). */
class AttributeEntries extends Map<string | Value, Entry> {
  readonly #attributes: Map<string, Value>;

  constructor(attributes: Map<string, Value>) {
    super();
    this.#attributes = attributes;
  }

  override get size(): number {
    return this.#attributes.size;
  }

  override get(key: string | Value): Entry | undefined {
    const name = nameOf(key);
    const value = name === null ? undefined : this.#attributes.get(name);
    return name === null || value === undefined ? undefined : [name, value];
  }

  override has(key: string | Value): boolean {
    const name = nameOf(key);
    return name !== null && this.#attributes.has(name);
  }

  override set(key: string | Value, entry: Entry): this {
    const name = nameOf(key);
    if (name !== null) this.#attributes.set(name, entry[1]);
    return this;
  }

  override delete(key: string | Value): boolean {
    const name = nameOf(key);
    return name !== null && this.#attributes.delete(name);
  }

  override clear(): void {
    this.#attributes.clear();
  }

  override *entries(): MapIterator<[string | Value, Entry]> {
    for (const [name, value] of this.#attributes) yield [`s${name}`, [name, value]];
  }

  override *keys(): MapIterator<string | Value> {
    for (const name of this.#attributes.keys()) yield `s${name}`;
  }

  override *values(): MapIterator<Entry> {
    for (const [name, value] of this.#attributes) yield [name, value];
  }

  override [Symbol.iterator](): MapIterator<[string | Value, Entry]> {
    return this.entries();
  }
}

function nameOf(key: string | Value): string | null {
  return typeof key === 'string' && key.startsWith('s') ? key.slice(1) : null;
}

export function liveAttributes(attributes: Map<string, Value>): Map<string | Value, Entry> {
  return new AttributeEntries(attributes);
}
