/** Whether a child does what its prompt asked, computed from the operators of both networks; by what the prompt's row asks. */
import { type Cell, formatCell } from '../benchmarks/nasbench201/cell.ts';
import { type Asks, type LayerKind, plainLayers } from '../network/asks.ts';
import { operators } from '../network/operators.ts';
import { layersOf } from '../network/parts.ts';
import type { Interpretation } from './ports.ts';
import type { CellAsks } from './prompt-set.ts';

function count({ network }: Interpretation, kinds: readonly LayerKind[]): number {
  return network.nodes.filter(({ operator }) => {
    const { kind } = operators[operator];
    return kind !== null && kinds.includes(kind);
  }).length;
}

/** A drastic change of size: parameters or FLOPs by a factor of two. */
const drastic = 2;

function does(asks: Asks, parent: Interpretation, child: Interpretation): boolean {
  switch (asks.kind) {
    case 'add':
      return count(child, asks.layers) >= count(parent, asks.layers) + asks.count;
    case 'delete':
      return count(child, plainLayers) < count(parent, plainLayers);
    case 'reduce':
      return (
        child.measures.params * drastic <= parent.measures.params ||
        child.measures.flops * drastic <= parent.measures.flops
      );
    case 'increase':
      return (
        child.measures.params >= parent.measures.params * drastic ||
        child.measures.flops >= parent.measures.flops * drastic
      );
    case 'improve':
      return child.hash !== parent.hash;
  }
}

export const followedMeaning =
  'Share of all completions that are trainable and do what the prompt asks, by comparing operators with the parent: ' +
  'add ...: at least one more such operator (two more for several residual connections); delete: fewer convolutions, linear, ' +
  'normalization, dropout and pooling operators in all; size: parameters or FLOPs by a factor of two; ' +
  'crossover: of at least two of the networks shown a layer (operator, attributes, size) that no other of them has; ' +
  'nasbench201: by the cell’s string: an edge got the operation named, and for delete ... an edge lost its own; ' +
  'any other prompt: another network than the parent.';

/** Whether the child has layers that only one parent has, of more than one parent. */
function isCrossed(parents: readonly Interpretation[], child: Interpretation): boolean {
  const own = layersOf(child.network);
  const words = parents.map(({ network }) => layersOf(network));
  const givers = words.filter((given, index) =>
    [...given].some((word) => own.has(word) && words.every((other, place) => place === index || !other.has(word))),
  );
  return givers.length > 1;
}

/** Whether the child does what is asked of its first parent; of several it has parts of more than one. */
export function isFollowed(asks: Asks, parents: readonly Interpretation[], child: Interpretation): boolean {
  const [parent] = parents;
  if (parents.length > 1) return isCrossed(parents, child);
  return parent === undefined || does(asks, parent, child);
}

/** Whether a cell does what is asked; where nothing is stated, any other cell does. */
export function isCellFollowed(asks: CellAsks | undefined, parent: Cell, child: Cell): boolean {
  if (asks === undefined) return formatCell(parent) !== formatCell(child);
  const edges = parent.map((before, edge) => ({ edge, before, after: child[edge] ?? 'none' }));
  const filled = edges.filter(({ before, after }) => after === asks.add && before !== after);
  if (asks.add === undefined) return edges.some(({ before, after }) => before !== 'none' && after === 'none');
  if (asks.delete === undefined) return filled.length > 0;
  const lost = edges.filter(({ before, after }) => before !== 'none' && before !== after);
  return lost.some(({ edge }) => filled.some((other) => other.edge !== edge));
}
