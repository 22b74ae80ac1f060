/**
 * What the niches of an archive hold, as a value: setting one niche gives a new map that shares nearly all of the old
 * (a tree of 32 branches a level, as in Bagwell's ideal hash trees, 2001, without the hash). Its cost does not grow with
 * the archive, and every earlier state stays as it was. Goes through its niches in their order.
 */

const bits = 5;
const width = 2 ** bits;

type Node<V> =
  | { readonly kind: 'leaf'; readonly values: readonly (V | undefined)[] }
  | { readonly kind: 'inner'; readonly branches: readonly (Node<V> | undefined)[] };

function emptyList(): undefined[] {
  return new Array<undefined>(width).fill(undefined);
}

/** The node with a value set in it; `level` counts from 0 at the leaves. */
function withValue<V>(node: Node<V> | undefined, level: number, niche: number, value: V): Node<V> {
  const place = (niche >>> (bits * level)) & (width - 1);
  if (level === 0) {
    const values: (V | undefined)[] = node?.kind === 'leaf' ? node.values.slice() : emptyList();
    values[place] = value;
    return { kind: 'leaf', values };
  }
  const branches: (Node<V> | undefined)[] = node?.kind === 'inner' ? node.branches.slice() : emptyList();
  branches[place] = withValue(branches[place], level - 1, niche, value);
  return { kind: 'inner', branches };
}

function* entriesOf<V>(node: Node<V> | undefined, first: number, level: number): Generator<[number, V], undefined> {
  if (node?.kind === 'leaf') {
    for (const [place, value] of node.values.entries()) if (value !== undefined) yield [first + place, value];
  } else if (node?.kind === 'inner') {
    for (const [place, branch] of node.branches.entries()) {
      if (branch !== undefined) yield* entriesOf(branch, first + place * width ** level, level - 1);
    }
  }
}

/** A class, because a ReadonlyMap is asked for where archives are read. */
export class NicheMap<V> implements ReadonlyMap<number, V> {
  readonly size: number;
  /** Level of the root; niches up to width ** (level + 1) have a place. */
  readonly level: number;
  readonly root: Node<V> | undefined;

  private constructor(size: number, level: number, root: Node<V> | undefined) {
    this.size = size;
    this.level = level;
    this.root = root;
  }

  static empty<V>(): NicheMap<V> {
    return new NicheMap<V>(0, 0, undefined);
  }

  get(niche: number): V | undefined {
    if (niche >= width ** (this.level + 1)) return undefined;
    let node = this.root;
    for (let level = this.level; node?.kind === 'inner'; level--) {
      node = node.branches[(niche >>> (bits * level)) & (width - 1)];
    }
    return node?.values[niche & (width - 1)];
  }

  has(niche: number): boolean {
    return this.get(niche) !== undefined;
  }

  /** This map with a niche set. @throws RangeError when the niche is no whole number from 0 to 2^30 */
  with(niche: number, value: V): NicheMap<V> {
    if (!Number.isInteger(niche) || niche < 0 || niche >= 2 ** 30) {
      throw new RangeError(`A niche is numbered from 0, not ${niche}.`);
    }
    let { level, root } = this;
    while (niche >= width ** (level + 1)) {
      level++;
      if (root !== undefined) root = { kind: 'inner', branches: [root, ...emptyList().slice(1)] };
    }
    return new NicheMap(this.size + (this.has(niche) ? 0 : 1), level, withValue(root, level, niche, value));
  }

  entries(): MapIterator<[number, V]> {
    return entriesOf(this.root, 0, this.level);
  }

  *keys(): MapIterator<number> {
    for (const [niche] of this.entries()) yield niche;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(visit: (value: V, niche: number, map: ReadonlyMap<number, V>) => void): void {
    for (const [niche, value] of this.entries()) visit(value, niche, this);
  }

  [Symbol.iterator](): MapIterator<[number, V]> {
    return this.entries();
  }
}
