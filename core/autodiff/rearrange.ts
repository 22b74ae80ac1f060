/**
 * Rewrites of a network that change neither its values nor its gradients, only the work: a ReLU read by one max pool
 * alone moves behind the pool, where it has fewer elements. max(relu(x)) = relu(max(x)); and where a window's largest
 * element is positive, both orders send the gradient to the same element, else neither sends any.
 */
import type { Network, NetworkNode } from '../network/ir.ts';

function readers(network: Network): Map<number, number> {
  const counts = new Map<number, number>([[network.output, 1]]);
  for (const node of network.nodes) {
    for (const input of node.inputs) counts.set(input, (counts.get(input) ?? 0) + 1);
  }
  return counts;
}

/** The network with such ReLUs moved; node indices stay what they were. */
export function rearranged(network: Network): Network {
  const counts = readers(network);
  const nodes: NetworkNode[] = [...network.nodes];
  for (const [index, pool] of network.nodes.entries()) {
    const [value = 0] = pool.inputs;
    const relu = nodes[value - 1];
    // Only neighbours in the list: then exchanging the two keeps evaluation order, and dropout keys stay in place.
    if (pool.operator !== 'maxPool2d' || relu?.operator !== 'relu') continue;
    if (value !== index || counts.get(value) !== 1) continue;
    nodes[index - 1] = { ...pool, inputs: relu.inputs };
    nodes[index] = { ...relu, inputs: [value], shape: pool.shape };
  }
  return { ...network, nodes };
}
