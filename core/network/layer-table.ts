/** A network as rows for people: one operation a line with its layer, output, parameters, FLOPs and bytes. */
import type { Network, NodeParameters, Operator, Shape } from './ir.ts';
import { activationBytesOf, flopsOfNodes, sizeOfParameter } from './measures.ts';

export interface LayerRow {
  /** Registered name of the layer, null for functional forms. */
  readonly name: string | null;
  /** PyTorch's class for a registered layer, the operator otherwise. */
  readonly type: string;
  readonly operator: Operator;
  readonly output: Shape;
  /** Parameters read here; a layer that runs again counts them on its first row only. */
  readonly params: number;
  readonly flops: number;
  /** Bytes of its output for one sample, float32. */
  readonly activationBytes: number;
  /** Line of the source. */
  readonly line: number | null;
}

/** Rows in the order of evaluation. */
export function layerTable(network: Network): LayerRow[] {
  const types = new Map(network.modules.map(({ path, type }) => [path, type]));
  const sizes = new Map(network.parameters.map((parameter) => [parameter.name, sizeOfParameter(parameter)]));
  const flops = flopsOfNodes(network);
  const counted = new Set<string>();
  return network.nodes.map((node, index) => {
    let params = 0;
    const roles: readonly (keyof NodeParameters)[] = ['weight', 'bias'];
    for (const role of roles) {
      const name = node.parameters[role];
      if (name === undefined || counted.has(name)) continue;
      counted.add(name);
      params += sizes.get(name) ?? 0;
    }
    return {
      name: node.module,
      type: (node.module === null ? undefined : types.get(node.module)) ?? node.operator,
      operator: node.operator,
      output: node.shape,
      params,
      flops: flops[index] ?? 0,
      activationBytes: activationBytesOf(node.shape),
      line: node.place?.line ?? null,
    };
  });
}
