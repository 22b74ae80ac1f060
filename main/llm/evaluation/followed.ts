/** Whether a child does what its prompt asked, computed from the operators of both networks; by the prompt's id. */
import type { Operator } from '../../../core/network/ir.ts';
import type { Interpretation } from '../../../core/search/ports.ts';

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
  'any other prompt: another network than the parent.';

/** Whether the child follows the prompt. Prompts without a check of their own ask only for another network. */
export function isFollowed(prompt: string, parent: Interpretation, child: Interpretation): boolean {
  const check = checks.get(prompt);
  return check === undefined ? child.hash !== parent.hash : check(parent, child);
}
