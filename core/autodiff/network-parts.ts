/** What of a network a graph has to compute: nodes that the output needs, and values that depend on a parameter. */
import { fail } from '../failure.ts';
import type { Network, NetworkNode, NodeParameters } from '../network/ir.ts';

/** Name and node of value `index + 1`. */
export interface IndexedNode {
  readonly index: number;
  readonly node: NetworkNode;
}

/**
 * Nodes in evaluation order that the output depends on; with `statistics`, also those behind a norm with running
 * statistics whose output nobody reads: PyTorch updates them all the same.
 */
export function liveNodes(network: Network, options: { readonly statistics: boolean }): IndexedNode[] {
  const wanted = new Set([network.output]);
  const live: IndexedNode[] = [];
  for (const [index, node] of [...network.nodes.entries()].reverse()) {
    if (!wanted.has(index + 1) && !(options.statistics && node.parameters.runningMean !== undefined)) continue;
    live.push({ index, node });
    for (const input of node.inputs) wanted.add(input);
  }
  return live.reverse();
}

/** Values that the output depends on. */
export function valuesBehindOutput(network: Network): Set<number> {
  const values = new Set([network.output]);
  for (const { index, node } of liveNodes(network, { statistics: false })) {
    values.add(index + 1);
    for (const input of node.inputs) values.add(input);
  }
  return values;
}

/** Values through which a gradient must flow: those that depend on a parameter. */
export function valuesWithGradient(network: Network): Set<number> {
  const values = new Set<number>();
  const frozen = frozenParameters(network);
  const trains = (name: string | undefined) => name !== undefined && !frozen.has(name);
  for (const [index, node] of network.nodes.entries()) {
    const { weight, bias } = node.parameters;
    if (node.operator === 'detach') continue;
    if (trains(weight) || trains(bias) || node.inputs.some((input) => values.has(input))) {
      values.add(index + 1);
    }
  }
  return values;
}

/** Parameters that stay as they are (requires_grad=False). */
export function frozenParameters(network: Network): Set<string> {
  return new Set(network.parameters.flatMap(({ name, trainable }) => (trainable === false ? [name] : [])));
}

/** Shape and type of each parameter and buffer, by its state_dict name. */
export function stateShapes(network: Network): Map<string, { shape: readonly number[]; type: 'float32' | 'int64' }> {
  return new Map([
    ...network.parameters.map(({ name, shape }) => [name, { shape, type: 'float32' }] as const),
    ...network.buffers.map(({ name, shape, type }) => [name, { shape, type }] as const),
  ]);
}

/** The roles of buffers; the others are parameters. */
const BUFFER_ROLES: ReadonlySet<string> = new Set([
  'runningMean',
  'runningVar',
  'batchesTracked',
  'buffer',
] satisfies (keyof NodeParameters)[]);

export function isBufferRole(role: keyof NodeParameters): boolean {
  return BUFFER_ROLES.has(role);
}

/** A value that must exist. @throws FailureError (`internal`) naming the value: the network is not in evaluation order. */
export function present<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  return fail('internal', `The network reads ${what}, which it does not define before.`);
}
