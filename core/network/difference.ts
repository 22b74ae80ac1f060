/** What changed from one network to another: operations kept, added and removed, by the longest common sequence. */
import { formatShape } from './dimensions.ts';
import type { Network, NetworkNode } from './ir.ts';

export type Change =
  | { readonly kind: 'same'; readonly before: number; readonly after: number; readonly text: string }
  | { readonly kind: 'removed'; readonly before: number; readonly text: string }
  | { readonly kind: 'added'; readonly after: number; readonly text: string };

export interface NetworkDifference {
  /** In the order of evaluation; `before` and `after` are indices of nodes. */
  readonly changes: readonly Change[];
  readonly removed: number;
  readonly added: number;
  /** Whether nothing was added or removed. */
  readonly same: boolean;
}

/** What an operation is, apart from names and places: operator, attributes, weight sizes, output. */
function describe(network: Network, node: NetworkNode): string {
  const shapes = new Map(network.parameters.map(({ name, shape }) => [name, shape]));
  const weight = shapes.get(node.parameters.weight ?? '');
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ');
  const sizes = weight === undefined ? '' : ` [${weight.join(', ')}]`;
  return `${node.operator}${sizes}${attributes === '' ? '' : ` (${attributes})`} -> ${formatShape(node.shape)}`;
}

/** Lengths of the longest common sequences of all tails. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  return lengths;
}

/** The difference of two networks. */
export function networkDifference(before: Network, after: Network): NetworkDifference {
  const a = before.nodes.map((node) => describe(before, node));
  const b = after.nodes.map((node) => describe(after, node));
  const lengths = commonLengths(a, b);
  const width = b.length + 1;
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [old, next] = [a[i], b[j]];
    if (old !== undefined && old === next) {
      changes.push({ kind: 'same', before: i++, after: j++, text: old });
    } else if (
      old !== undefined &&
      (next === undefined || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      changes.push({ kind: 'removed', before: i++, text: old });
    } else if (next !== undefined) {
      changes.push({ kind: 'added', after: j++, text: next });
    }
  }
  const removed = changes.filter(({ kind }) => kind === 'removed').length;
  const added = changes.filter(({ kind }) => kind === 'added').length;
  return { changes, removed, added, same: removed === 0 && added === 0 };
}
