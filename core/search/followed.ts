/** Whether a child does what its prompt asked, computed from the operators of both networks; by the prompt's id. */
import { type Cell, type CellOperation, formatCell } from '../benchmarks/nasbench201/cell.ts';
import type { Operator } from '../network/ir.ts';
import { layersOf } from '../network/parts.ts';
import type { Interpretation } from './ports.ts';

const pools: readonly Operator[] = ['maxPool2d', 'avgPool2d', 'adaptiveAvgPool2d', 'adaptiveMaxPool2d', 'mean', 'max'];
const layers: readonly Operator[] = ['conv2d', 'linear', 'batchNorm', 'dropout', ...pools];

function count({ network }: Interpretation, operators: readonly Operator[]): number {
  return network.nodes.filter((node) => operators.includes(node.operator)).length;
}

type Check = (parent: Interpretation, child: Interpretation) => boolean;

/** At least `by` more nodes of these operators than the parent has. */
function more(operators: readonly Operator[], by = 1): Check {
  return (parent, child) => count(child, operators) >= count(parent, operators) + by;
}

/** A drastic change of size: parameters or FLOPs by a factor of two. */
const drastic = 2;

/** What each prompt of prompts/paper.json asks; one sentence for each stands in {@link followedMeaning}. */
const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['add-layer', more(layers)],
  ['delete-layer', (parent, child) => count(child, layers) < count(parent, layers)],
  [
    'reduce-size',
    (parent, child) =>
      child.measures.params * drastic <= parent.measures.params ||
      child.measures.flops * drastic <= parent.measures.flops,
  ],
  [
    'increase-size',
    (parent, child) =>
      child.measures.params >= parent.measures.params * drastic ||
      child.measures.flops >= parent.measures.flops * drastic,
  ],
  ['add-fully-connected', more(['linear'])],
  ['add-convolutional', more(['conv2d'])],
  ['add-pooling', more(pools)],
  ['add-residual', more(['add'])],
  ['add-residuals', more(['add'], 2)],
  ['add-dropout', more(['dropout'])],
  ['add-normalization', more(['batchNorm'])],
  ['add-recurrent', more(['recurrent'])],
]);

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

/** Prompts that ask for no more than another network. */
const another: readonly string[] = ['improve', 'random-network'];

/** Whether it is defined what following a prompt on networks means: for those that are LLMatic's, known by their id. */
export function hasCheck(prompt: string): boolean {
  return checks.has(prompt) || another.includes(prompt) || prompt.startsWith('crossover-');
}

/** Whether the child follows the prompt. Prompts without a check of their own ask only for another network. */
export function isFollowed(prompt: string, parents: readonly Interpretation[], child: Interpretation): boolean {
  const [parent] = parents;
  if (parents.length > 1) return isCrossed(parents, child);
  if (parent === undefined) return true;
  const check = checks.get(prompt);
  return check === undefined ? child.hash !== parent.hash : check(parent, child);
}

/** What the prompts of prompts/nasbench201.json add; null for deleting alone. */
const added: ReadonlyMap<string, CellOperation | null> = new Map<string, CellOperation | null>([
  ['add-conv-3x3', 'nor_conv_3x3'],
  ['add-conv-1x1', 'nor_conv_1x1'],
  ['add-avg-pool-3x3', 'avg_pool_3x3'],
  ['add-skip', 'skip_connect'],
  ['delete-layer', null],
  ['delete-add-conv-3x3', 'nor_conv_3x3'],
  ['delete-add-conv-1x1', 'nor_conv_1x1'],
  ['delete-add-avg-pool-3x3', 'avg_pool_3x3'],
  ['delete-add-skip', 'skip_connect'],
]);

/** Whether a cell follows a prompt of nasbench201. */
export function isCellFollowed(prompt: string, parent: Cell, child: Cell): boolean {
  const operation = added.get(prompt);
  if (operation === undefined) return formatCell(parent) !== formatCell(child);
  const edges = parent.map((before, edge) => ({ edge, before, after: child[edge] ?? 'none' }));
  const filled = edges.filter(({ before, after }) => after === operation && before !== after);
  if (operation === null) return edges.some(({ before, after }) => before !== 'none' && after === 'none');
  if (!prompt.startsWith('delete')) return filled.length > 0;
  const lost = edges.filter(({ before, after }) => before !== 'none' && before !== after);
  return lost.some(({ edge }) => filled.some((other) => other.edge !== edge));
}
